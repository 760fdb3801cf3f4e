import * as path from 'path';
import { Outcome } from './run';

export const PAGE = path.join(__dirname, '..', '..', 'docs', 'when-a-deploy-fails.md');

const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

/** A row for each mistake. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ failure, seconds, lines }) =>
    `| ${failure.mistake} | ${failure.deployedBy} | ${lines.map(code).join('<br>')} | ${seconds.toFixed(0)} s | ${failure.serves} |`);
  return ['| The program has | as a | What the apply says | after | What serves |', '|---|---|---|---:|---|', ...rows].join('\n');
}

/** The mistakes and their deployments in the page's table. */
export function rowsOf(page: string): string[] {
  return page.slice(page.indexOf(BEGIN), page.indexOf(END)).split('\n').filter((line) => line.startsWith('| ')).slice(1)
    .map((line) => line.split(' | ').slice(0, 2).join(', ').slice(2));
}

export function withTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the table: a line "${BEGIN}" and one "${END}"`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n${table}\n${page.slice(end)}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', '\'').replaceAll('|', '\\|')}\``;
}
