/**
 * Takes the same walk with each combination of toolkit, provider, image store and tool, on Docker Engines of its own, and prints a table.
 *
 *   npm run matrix -- [--toolkit cdktf,cdktn] [--provider 3.6.2,4.5.0] [--store overlay2,containerd] [--tool terraform,tofu] [--write]
 *   npm run matrix -- --mutation dockerfile      the same with a defect, which each cell must find
 *
 * `--write` puts the table into docs/compatibility.md. Needs root on Linux, the programs of a Docker Engine, the base images on the engine that
 * `docker` reaches, and for each tool a way to get the providers. For cdktn, `npm run cdktn` first.
 */
import { spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as readline from 'readline';
import { parseArgs } from 'util';
import { CellSettings, Taken, cellCommand } from './cell';
import { Cell, DAEMON, allCells, nameOf, problemOf } from './cells';
import { MUTATIONS } from './mutations';
import { Result, tableOf, writePage } from './table';
import { STEPS } from './walk';
import { MACHINE_ADDRESS, OwnEngine } from '../engine/harness/own-engine';

const REPOSITORY = path.join(__dirname, '..', '..');
const CHECKOUTS: Readonly<Record<Cell['toolkit'], string>> = { cdktf: REPOSITORY, cdktn: path.join(REPOSITORY, '.cdktn') };

const IMAGES = ['golang:1.26', 'postgres:15', 'postgres:17', 'haproxy:3.0'];

/** In the engine's own network. */
const PORT = 18080;

const OPTIONS = {
  toolkit: { type: 'string' },
  provider: { type: 'string' },
  store: { type: 'string' },
  tool: { type: 'string' },
  mutation: { type: 'string' },
  write: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const wanted = (name: 'toolkit' | 'provider' | 'store' | 'tool', value: string) => values[name]?.split(',').includes(value) ?? true;
  const cells = allCells().filter((cell) => (['toolkit', 'provider', 'store', 'tool'] as const).every((name) => wanted(name, cell[name])));
  if (values.mutation !== undefined && !(values.mutation in MUTATIONS)) {
    throw new Error(`no mutation ${values.mutation}; there are ${Object.keys(MUTATIONS).join(', ')}`);
  }
  const problem = OwnEngine.problem();
  if (problem !== undefined) {
    console.log(`skipped: the matrix (${problem})`);
    return;
  }
  const results = new Map<Cell, Result>();
  for (const store of new Set(cells.map((cell) => cell.store))) {
    await onEngine(store, async (engine) => {
      for (const cell of cells.filter((one) => one.store === store)) {
        results.set(cell, problemOf(cell) ?? missingCheckout(cell) ?? await walk(engine, cell, values.mutation));
        if (values.write) {
          writePage(describeMachine(engine), results);
        }
      }
    });
  }
  console.log(tableOf(results));
  const failed = [...results.values()].filter((result) => typeof result !== 'string' && (result.length < STEPS.length || result.some(({ failure }) => failure !== undefined)));
  if (values.mutation !== undefined) {
    const found = [...results].filter(([cell, result]) => typeof result !== 'string' && !failed.includes(result) && isDefect(values.mutation!, cell));
    console.log(found.length === 0 ? `each cell finds the mutation ${values.mutation}` : `not found by ${found.map(([cell]) => nameOf(cell)).join('; ')}`);
    process.exitCode = found.length === 0 ? 0 : 1;
    return;
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** Whether the mutation is a defect with the cell's provider. A list with unknown elements arrives empty in plans of 3.6, which one walk may survive. */
function isDefect(mutation: string, { provider }: Cell): boolean {
  return mutation !== 'gate' || provider.startsWith('4.');
}

function missingCheckout({ toolkit }: Cell): string | undefined {
  return fs.existsSync(path.join(CHECKOUTS[toolkit], 'node_modules')) ? undefined : 'run `npm run cdktn` first';
}

function describeMachine(engine: OwnEngine): string {
  const version = engine.docker('version', '--format', '{{.Server.Version}}');
  return `Docker Engine ${version} with each image store, Node.js ${process.versions.node}, ${os.cpus().length} processors that do other work as well.`;
}

/** Runs cells on an engine with an image store. */
async function onEngine(store: Cell['store'], action: (engine: OwnEngine) => Promise<void>): Promise<void> {
  const engine = await OwnEngine.start(DAEMON[store]);
  const remove = async () => engine.remove();
  const interrupted = () => void remove().then(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    console.log(`an engine with the store ${store}: ${engine.docker('info', '--format', '{{.Driver}} {{.DriverStatus}}').slice(0, 80)}`);
    await engine.bring(...IMAGES);
    await action(engine);
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await remove();
  }
}

async function walk(engine: OwnEngine, cell: Cell, mutation: string | undefined): Promise<readonly Taken[]> {
  console.log(nameOf(cell));
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'matrix-'));
  const isFirst = cell.toolkit === 'cdktf' && cell.provider === '3.6.2';
  const settings: CellSettings = {
    id: `walk-${cell.toolkit}-${cell.provider.replace(/\./g, '-')}-${cell.tool}`,
    directory,
    address: MACHINE_ADDRESS,
    port: PORT,
    provider: cell.provider,
    tool: cell.tool,
    mutation,
    // What users come from.
    from: isFirst || mutation !== undefined ? undefined : { checkout: CHECKOUTS.cdktf, provider: '3.6.2' },
  };
  const [command, ...args] = engine.inNetwork(...cellCommand(CHECKOUTS[cell.toolkit], settings));
  const child = spawn(command, args, {
    cwd: CHECKOUTS[cell.toolkit], stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...engine.environment, TS_NODE_PREFER_TS_EXTS: 'true' },
  });
  const taken: Taken[] = [];
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const step = JSON.parse(line) as Taken;
    taken.push(step);
    const outcome = step.failure === undefined ? `ok${step.says ? `: ${step.says}` : ''}` : `FAILED: ${step.failure}`;
    console.log(`  ${step.step.padEnd(22)} ${String(step.seconds).padStart(4)} s  ${outcome}`);
  });
  try {
    await new Promise((resolve) => child.once('close', resolve));
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
  return taken;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
