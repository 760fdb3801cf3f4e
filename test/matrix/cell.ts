/**
 * Walks through one cell of the matrix, in this process, with the package of this checkout. Writes a line of JSON for each step.
 *
 *   cell.ts '{"id": …, "directory": …, "provider": "4.5.0", "tool": "terraform", "address": "127.0.0.1", "port": 18080}' [deploy]
 *
 * With `deploy` it deploys the first version and ends: what an upgrade starts from. It runs in the network of the engine.
 */
import { spawn } from 'child_process';
import * as path from 'path';
import { MUTATIONS } from './mutations';
import { STEPS, Step, Walk } from './walk';

/** A cell, and the one that its stack is upgraded from. */
export interface CellSettings {
  readonly id: string;
  readonly directory: string;
  readonly address: string;
  readonly port: number;
  readonly provider: string;
  readonly tool: string;
  readonly mutation?: string;
  /** Another checkout, or another provider, whose deployed stack this cell takes over. */
  readonly from?: { readonly checkout: string; readonly provider: string };
  /** Only these steps. */
  readonly steps?: readonly Step[];
}

/** How a step ended. */
export interface Taken {
  readonly step: Step;
  readonly seconds: number;
  readonly says?: string;
  readonly failure?: string;
}

/** The command line that runs a cell with the package of a checkout. */
export function cellCommand(checkout: string, settings: CellSettings, ...args: string[]): string[] {
  const tsNode = path.join(checkout, 'node_modules', 'ts-node', 'dist', 'bin.js');
  return [process.execPath, tsNode, '--transpile-only', '--project', 'test/tsconfig.json', 'test/matrix/cell.ts', JSON.stringify(settings), ...args];
}

async function deployFirst(checkout: string, settings: CellSettings): Promise<void> {
  const [command, ...args] = cellCommand(checkout, settings, 'deploy');
  const child = spawn(command, args, { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const { failure } = JSON.parse(output.trim().split('\n').pop() || '{}') as Taken;
  if (code !== 0 || failure !== undefined) {
    throw new Error(failure ?? output);
  }
}

async function main(): Promise<void> {
  const settings = JSON.parse(process.argv[2]) as CellSettings;
  const { from, mutation, steps, ...rest } = settings;
  const walk = new Walk({
    ...rest,
    mutation: mutation === undefined ? undefined : MUTATIONS[mutation],
    upgradeFrom: from && (() => deployFirst(from.checkout, { ...rest, provider: from.provider })),
  });
  const isFirst = process.argv[3] === 'deploy';
  for (const step of isFirst ? ['deploy'] as const : STEPS.filter((name) => steps?.includes(name) ?? true)) {
    const began = Date.now();
    const taken = await walk.take(step).then((says) => ({ says }), (error: Error) => ({ failure: error.message }));
    process.stdout.write(`${JSON.stringify({ step, seconds: Math.round((Date.now() - began) / 1000), ...taken } satisfies Taken)}\n`);
    if ('failure' in taken) {
      break;
    }
  }
  if (!isFirst) {
    await walk.clear();
  }
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
