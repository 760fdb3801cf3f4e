import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { spawnSync } from 'child_process';
import { Fault, INTERRUPTED_DEPLOY, NEW_REVISION } from './faults';
import { Result } from './measure';
import { OwnEngine } from '../engine/harness/own-engine';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'when-the-machine-fails.md');
const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

const HEAD = [
  '| fault | | requests failed | of | seconds of outage | rows lost | restarts | noticed by | left as it was |',
  '|---|---|---:|---:|---:|---:|---:|---|---|',
];

export function tableOf(results: ReadonlyMap<Fault, readonly Result[]>): string {
  const rows = [...results].flatMap(([{ name, title }, measured]) => measured.map((result, index) => `| ${[
    index === 0 ? title : '',
    result.stand,
    result.failed,
    result.requests,
    result.outageSeconds,
    `${result.rowsLost} of ${result.acknowledged}`,
    result.restarts,
    result.noticedBy.join(', ') || 'nobody',
    [...result.left, ...unfinished(name, result)].join(', ') || '–',
  ].join(' | ')} |`));
  return [...HEAD, ...rows].join('\n');
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

export function writePage(text: string): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the numbers: a line "${BEGIN}" and one "${END}"`);
  }
  fs.writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n${text}\n${page.slice(end)}`);
}

function versionOf(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split('\n')[0];
}
