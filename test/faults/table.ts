import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Fault, INTERRUPTED_DEPLOY, NEW_REVISION } from './faults';
import { Result } from './measure';
import { OwnEngine } from '../engine/harness/own-engine';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'when-the-machine-fails.md');
const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

const HEAD = [
  '| fault | | requests failed | of | seconds of outage | rows lost | restarts | noticed by | left as it was |',
  '|---|---|---:|---:|---:|---:|---:|---|---|',
];

/** The rows of each fault, by its title up to a colon: what follows may differ from run to run. */
export type Rows = ReadonlyMap<string, readonly string[]>;

export function rowsOf(results: ReadonlyMap<Fault, readonly Result[]>): Rows {
  return new Map([...results].map(([{ name, title }, measured]) => [keyOf(title), measured.map((result, index) => `| ${[
    index === 0 ? title : '',
    result.stand,
    result.failed,
    result.requests,
    result.outageSeconds,
    `${result.rowsLost} of ${result.acknowledged}`,
    result.restarts,
    result.noticedBy.join(', ') || 'nobody',
    [...result.left, ...unfinished(name, result)].join(', ') || '–',
  ].join(' | ')} |`)]));
}

export function tableOf(rows: Rows): string {
  return [...HEAD, ...[...rows.values()].flat()].join('\n');
}

/** The rows of a table that {@link tableOf} has made. */
export function readRows(text: string): Rows {
  const rows = new Map<string, string[]>();
  let title = '';
  for (const line of text.split('\n').filter((row) => row.startsWith('| ') && !HEAD.includes(row))) {
    title = keyOf(line.split(' | ')[0].replace(/^\| */, '')) || title;
    rows.set(title, [...rows.get(title) ?? [], line]);
  }
  return rows;
}

/** Answers of a version whose deploy was interrupted. */
function unfinished(fault: string, { revisions }: Result): string[] {
  return fault === INTERRUPTED_DEPLOY ? [`${revisions[NEW_REVISION] ?? 0} answers of the unfinished version`] : [];
}

/** What the numbers were measured on. */
export function describeMachine(engine: OwnEngine, rate: number): string {
  const [{ model }, ...others] = os.cpus();
  return `${others.length + 1} processors (${model.trim()}), load average ${os.loadavg()[1].toFixed(1)}; Docker `
    + `${engine.docker('version', '--format', '{{.Server.Version}}')}, Compose ${versionOf('docker', 'compose', 'version', '--short')}, `
    + `${versionOf('terraform', 'version')}. ${rate} requests a second to each.`;
}

/** Puts the rows into the page, and keeps those of other faults. @param titles of all faults, in their order */
export function writePage(facts: string, rows: Rows, titles: readonly string[]): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the numbers: a line "${BEGIN}" and one "${END}"`);
  }
  const known = new Map([...readRows(page.slice(begin, end)), ...rows]);
  const order = titles.map(keyOf);
  const sorted = new Map([...known].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  fs.writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n${facts}\n\n${tableOf(sorted)}\n${page.slice(end)}`);
}

function keyOf(title: string): string {
  return title.split(':')[0];
}

function versionOf(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split('\n')[0];
}
