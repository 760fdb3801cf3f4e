import { Inspected, RULES, Verdict } from './rules';

const START = '<!-- The table is made by `WRITE_CIS_TABLE=1 npm run cis`. -->';
const END = '<!-- The end of the table. -->';

const MARKS: Readonly<Record<Verdict['result'], string>> = { 'passed': '✓', 'not applicable': '–', 'failed': '✗' };

/** The table, and below it the reasons, each with the containers that it is about. */
export function cisTable(containers: readonly Inspected[]): string {
  const reasons: string[] = [];
  const rows = RULES.map(({ id, title, check }) => {
    const cells = containers.map((container) => {
      const verdict = check(container);
      if (verdict.result === 'passed') {
        return MARKS.passed;
      }
      const reason = `${verdict.result}: ${verdict.reason}`;
      if (!reasons.includes(reason)) {
        reasons.push(reason);
      }
      return `${MARKS[verdict.result]} ${reasons.indexOf(reason) + 1}`;
    });
    return row([`${id} ${title}`, ...cells]);
  });
  return [
    row(['Rule', ...containers.map(({ kind }) => kind)]),
    row(['---', ...containers.map(() => '---')]),
    ...rows,
    '',
    ...reasons.map((reason, index) => `${index + 1}. ${reason[0].toUpperCase()}${reason.slice(1)}.`),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The table that a page has. */
export function tableOf(page: string): string {
  return page.slice(page.indexOf(START) + START.length, page.indexOf(END)).trim();
}

export function withTable(page: string, table: string): string {
  return `${page.slice(0, page.indexOf(START) + START.length)}\n\n${table}\n\n${page.slice(page.indexOf(END))}`;
}
