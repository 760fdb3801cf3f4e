import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Group, mistakesOfNavigation, navigation } from './navigation';
import { REFERENCE } from '../docs/reference-directory';

/** What the site is generated from: Markdown and files, copied so that each has the address that it gets on the site. */
export interface Site {
  readonly groups: readonly Group[];
  /** The classes of each topic of the reference. */
  readonly topics: Readonly<Record<string, readonly string[]>>;
}

/** Where readers find what is no page, such as a directory of tests: `https://…/blob/main`. Without it, such links become text. */
const SOURCES = process.env.DOCS_SOURCES;

/**
 * Writes the pages of the site: the README as its first page, the pages of docs/, the reference, and what the README's list names besides.
 * Links between Markdown files become links between pages.
 *
 * @param repository with a reference in docs/reference (`npm run docgen`)
 * @param to is emptied first
 * @throws an error that lists pages without a group, and links to what does not exist
 */
export function writePages(repository: string, to: string): Site {
  const read = (file: string) => fs.readFileSync(path.join(repository, file), 'utf8');
  const markdownIn = (directory: string) => fs.readdirSync(path.join(repository, directory)).filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(directory, name)).sort();
  const groups = navigation(read('README.md'));
  const listed = groups.flatMap(({ pages }) => pages);
  const files = ['README.md', ...new Set([...listed.map(({ file }) => file), ...markdownIn('docs'), ...markdownIn(REFERENCE)])];
  const mistakes = mistakesOfNavigation(groups, markdownIn('docs'));
  fs.rmSync(to, { recursive: true, force: true });
  for (const file of files) {
    if (!fs.existsSync(path.join(repository, file))) {
      mistakes.push(`README.md: there is no ${file}`);
      continue;
    }
    const { text, assets, broken } = linked(file, read(file), files, (target) => fs.existsSync(path.join(repository, target)));
    mistakes.push(...broken);
    assets.forEach((asset) => copy(path.join(repository, asset), path.join(to, 'public', assetName(asset))));
    const page = listed.find((other) => other.file === file);
    write(path.join(to, addressOf(file)), file === 'README.md' ? firstPage(text, groups[0].pages[0].file) : `${frontMatter(page?.task)}${text}`);
  }
  if (mistakes.length > 0) {
    throw new Error(mistakes.join('\n'));
  }
  return { groups, topics: JSON.parse(read(`${REFERENCE}/topics.json`)) };
}

/** Where a page is on the site: `docs/files.md` is `files.md`, and the README of a directory has the directory's name. */
export function addressOf(file: string): string {
  if (file === 'README.md') {
    return 'index.md';
  }
  const withoutDocs = file.replace(/^docs\//, '');
  return withoutDocs === file ? file.replace(/\/README\.md$/, '.md').toLowerCase() : withoutDocs.replace(/README\.md$/, 'index.md');
}

interface Linked {
  readonly text: string;
  /** Files that the page shows or offers, for example pictures. */
  readonly assets: readonly string[];
  readonly broken: readonly string[];
}

/**
 * A block of code; a span of code, which ends with as many backticks as it begins with (https://spec.commonmark.org/0.31.2/#code-spans); or a link or
 * picture, whose text may have code in it.
 */
const CODE_OR_LINK = new RegExp([
  /^```[^]*?^```/, /(?<!`)(?<ticks>`+)(?!`)(?:(?!\n\n)[^])*?(?<!`)\k<ticks>(?!`)/, /(?<picture>!?)\[(?<label>(?:`[^`\n]*`|[^\]`])*)\]\((?<link>[^)\s]+)\)/,
].map(({ source }) => source).join('|'), 'gm');

/** Turns the links of a page into those of the site. Links in code stay as they are. */
export function linked(file: string, text: string, pages: readonly string[], exists: (file: string) => boolean): Linked {
  const assets: string[] = [];
  const broken: string[] = [];
  const written = text.replace(CODE_OR_LINK, (...match) => {
    const [all] = match;
    const { picture, label, link } = match.at(-1) as Record<'picture' | 'label' | 'link', string | undefined>;
    if (link === undefined || /^([a-z]+:|#)/.test(link)) {
      return all;
    }
    const [relative, anchor] = link.split('#');
    const target = path.posix.join(path.posix.dirname(file), relative);
    const hash = anchor === undefined ? '' : `#${anchor}`;
    if (pages.includes(target)) {
      return `[${label}](/${addressOf(target)}${hash})`;
    }
    if (!exists(target)) {
      broken.push(`${file}: there is no ${target}`);
      return all;
    }
    if (picture || target === 'LICENSE') {
      assets.push(target);
      return `${picture}[${label}](/${assetName(target)})`;
    }
    return SOURCES === undefined ? `${label} (\`${target}\`)` : `[${label}](${SOURCES}/${target}${hash})`;
  });
  return { text: written, assets, broken };
}

/** The first page of the site: the title and the first paragraph of the README stand out, and the rest follows. */
function firstPage(readme: string, begin: string): string {
  const [, name, paragraph, rest] = /^# (.*)\n\n([\s\S]*?)\n\n([\s\S]*)$/.exec(readme) ?? [];
  if (rest === undefined) {
    throw new Error('README.md: it must begin with a title and a paragraph');
  }
  const plain = paragraph.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/\s+/g, ' ');
  const end = plain.indexOf('. ') + 1;
  const hero = {
    name,
    text: plain.slice(0, end),
    tagline: plain.slice(end).trim(),
    actions: [
      { theme: 'brand', text: 'Get started', link: `/${addressOf(begin)}` },
      { theme: 'alt', text: 'Reference', link: `/${addressOf(`${REFERENCE}/README.md`)}` },
    ],
  };
  return `---\nlayout: home\nhero: ${JSON.stringify(hero)}\n---\n\n${rest}`;
}

/** What has no extension would be taken for a page. */
function assetName(file: string): string {
  return path.extname(file) === '' ? `${file}.txt` : file;
}

/** JSON is YAML. */
function frontMatter(description?: string): string {
  return description === undefined ? '' : `---\ndescription: ${JSON.stringify(description)}\n---\n\n`;
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function copy(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}
