import * as path from 'path';
import { Failure } from './failures';
import { Outcome } from './run';

export const PAGE = path.join(__dirname, '..', '..', 'docs', 'when-a-deploy-fails.md');

const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];
const HEAD = ['| The program has | as a | What the apply says | after | What serves |', '|---|---|---|---:|---|'];

export function keyOf({ mistake, deployedBy }: Failure): string {
  return `${mistake}, ${deployedBy}`;
}

/** The rows of the page's table, by mistake and deployment. */
export function rowsOf(page: string): Map<string, string> {
  const rows = page.slice(page.indexOf(BEGIN), page.indexOf(END)).split('\n').filter((line) => line.startsWith('| ')).slice(1);
  return new Map(rows.map((row) => [row.split(' | ').slice(0, 2).join(', ').slice(2), row]));
}

/** The page with the rows of these outcomes. Other mistakes keep their rows, and mistakes that are made no more lose theirs. */
export function withOutcomes(page: string, all: readonly Failure[], outcomes: readonly Outcome[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the table: a line "${BEGIN}" and one "${END}"`);
  }
  const rows = new Map([...rowsOf(page), ...outcomes.map((outcome) => [keyOf(outcome.failure), rowOf(outcome)] as const)]);
  const table = [...HEAD, ...all.flatMap((failure) => rows.get(keyOf(failure)) ?? [])];
  return `${page.slice(0, begin)}${BEGIN}\n${table.join('\n')}\n${page.slice(end)}`;
}

function rowOf({ failure: { mistake, deployedBy, serves }, lines, seconds }: Outcome): string {
  return `| ${mistake} | ${deployedBy} | ${lines.map(code).join('<br>')} | ${seconds.toFixed(0)} s | ${serves} |`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', '\'').replaceAll('|', '\\|')}\``;
}
