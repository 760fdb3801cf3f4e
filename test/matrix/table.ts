import * as fs from 'fs';
import * as path from 'path';
import { Taken } from './cell';
import { Cell, PROVIDERS, STORES, TOOLKITS, TOOLS, nameOf } from './cells';
import { STEPS } from './walk';

export const PAGE = path.join(__dirname, '..', '..', 'docs', 'compatibility.md');
export const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

/** The steps of a cell's walk, or why it cannot be run. */
export type Result = readonly Taken[] | string;

/** One row for each toolkit and provider, one column for each store and tool. */
export function tableOf(results: ReadonlyMap<Cell, Result>): string {
  const byName = new Map([...results].map(([cell, result]) => [nameOf(cell), result]));
  const columns = STORES.flatMap((store) => TOOLS.map((tool) => ({ store, tool })));
  const titles = columns.map(({ store, tool }) => `${store}, ${tool === 'tofu' ? 'OpenTofu' : 'Terraform'}`);
  return [
    `| | ${titles.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...TOOLKITS.flatMap((toolkit) => PROVIDERS.map((provider) => {
      const texts = columns.map((column) => cellText(byName.get(nameOf({ toolkit, provider, ...column }))));
      return `| ${toolkit}, provider ${provider} | ${texts.join(' | ')} |`;
    })),
  ].join('\n');
}

function cellText(result: Result | undefined): string {
  if (result === undefined) {
    return 'not run';
  }
  if (typeof result === 'string') {
    return `not run: ${result}`;
  }
  const failed = result.find(({ failure }) => failure !== undefined);
  const seconds = result.reduce((sum, taken) => sum + taken.seconds, 0);
  const isGreen = failed === undefined && result.length === STEPS.length;
  return isGreen ? `all ${STEPS.length} steps, ${seconds} s` : `**fails: ${failed?.step ?? 'unfinished'}**`;
}

/** Puts the table into the page. Cells that were not run now keep what the page says. */
export function writePage(facts: string, results: ReadonlyMap<Cell, Result>): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the table: a line "${BEGIN}" and one "${END}"`);
  }
  const known = page.slice(begin, end).split('\n').filter((line) => line.startsWith('| cdkt'));
  const lines = tableOf(results).split('\n').map((line) => merged(line, known.find((row) => row.split('|')[1] === line.split('|')[1])));
  fs.writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n${facts}\n\n${lines.join('\n')}\n${page.slice(end)}`);
}

function merged(line: string, before: string | undefined): string {
  const former = before?.split('|');
  return former === undefined ? line : line.split('|').map((text, index) => text.trim() === 'not run' ? former[index] : text).join('|');
}
