/** Something that a reader of a page does. */
export type Step =
  | { readonly kind: 'command'; readonly line: string; readonly section: string }
  /** What the command before has to write. */
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly content: string };

/** A line that is run in the clone of the library, and not where the reader's project is. */
export const IN_THE_CLONE = /\bnpm pack\b/;

/** The steps of a page, in its order, up to and from the heading `By hand`. */
export function stepsOf(page: string): { readonly withInit: Step[]; readonly byHand: Step[] } {
  const sections = { withInit: [] as Step[], byHand: [] as Step[] };
  let steps = sections.withInit;
  let section = '';
  let paragraph = '';
  let fence: { language: string; lines: string[] } | undefined;
  for (const line of page.split('\n')) {
    const [, marks, language] = /^(```)(\w*)/.exec(line) ?? [];
    if (fence !== undefined && marks === undefined) {
      fence.lines.push(line);
    } else if (fence !== undefined) {
      steps.push(...stepsOfFence(fence, paragraph, section, steps.at(-1)));
      fence = undefined;
      paragraph = '';
    } else if (marks !== undefined) {
      fence = { language, lines: [] };
    } else if (/^#+ /.test(line)) {
      section = line.replace(/^#+ /, '');
      steps = section === 'By hand' ? sections.byHand : steps;
      paragraph = '';
    } else if (line !== '') {
      paragraph = paragraph === '' || /^[A-Z`]/.test(line) && paragraph.endsWith('\n') ? line : `${paragraph} ${line}`;
    } else {
      paragraph += '\n';
    }
  }
  return sections;
}

function stepsOfFence(
  { language, lines }: { language: string; lines: string[] }, paragraph: string, section: string, last: Step | undefined,
): Step[] {
  if (language === 'sh') {
    return lines.filter((line) => line.trim() !== '' && !IN_THE_CLONE.test(line)).map((line) => ({ kind: 'command', line, section }));
  }
  const content = `${lines.join('\n')}\n`;
  const path = /^`([^`]+)`/.exec(paragraph.trim())?.[1];
  if (path !== undefined) {
    return [{ kind: 'file', path, content }];
  }
  if (language === 'text' && last?.kind === 'command') {
    return [{ kind: 'output', text: content.trim() }];
  }
  throw new Error(`the block ${JSON.stringify(lines[0])} under ${section} is no command, no output of one, and follows no name of a file`);
}
