/** A page of the documentation. */
export interface Page {
  /** Relative to the repository, for example `docs/files.md`. */
  readonly file: string;
  readonly title: string;
  /** What a reader wants who opens the page: plain text. */
  readonly task: string;
}

export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

/**
 * The groups of pages of the documentation, as the README lists them: below `## Documentation`, each `###` is a group, and each row of its
 * table is a page and its task.
 *
 * @param readme the text of README.md
 * @throws an error when the README has no such list, a row does not begin with a link, or a page is listed twice
 */
export function navigation(readme: string): Group[] {
  const section = /^## Documentation\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readme)?.[1];
  if (section === undefined) {
    throw new Error('README.md: there is no section "## Documentation"');
  }
  const groups = section.split(/^### /m).slice(1).map((text) => {
    const [title, ...lines] = text.split('\n');
    return { title: title.trim(), pages: lines.filter((line) => /^\|(?! Page )(?!-)/.test(line)).map(pageOfRow) };
  });
  if (groups.length === 0) {
    throw new Error('README.md: "## Documentation" has no groups; begin each with "### "');
  }
  const files = groups.flatMap(({ pages }) => pages.map(({ file }) => file));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) {
    throw new Error(`README.md: "## Documentation" lists ${twice} twice`);
  }
  return groups;
}

function pageOfRow(row: string): Page {
  const [, title, file, task] = /^\| \[([^\]]+)\]\(([^)#]+)\) \| (.*) \|$/.exec(row) ?? [];
  if (task === undefined) {
    throw new Error(`README.md: a row of "## Documentation" is not | [Title](file) | Task |: ${row}`);
  }
  return { file, title: title.replace(/`/g, ''), task: task.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/`/g, '') };
}

/**
 * The mistakes of a list of pages: pages of docs/ that no group has, and groups that name a file that is not there.
 *
 * @param files the pages of docs/, for example `docs/files.md`
 */
export function mistakesOfNavigation(groups: readonly Group[], files: readonly string[]): string[] {
  const listed = groups.flatMap(({ pages }) => pages.map(({ file }) => file));
  return files.filter((file) => !listed.includes(file))
    .map((file) => `README.md: no group of "## Documentation" lists ${file}; add a row [Title](${file}) | Task`);
}
