import { ChildProcess, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

export interface Place {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and returns its standard output. */
export function run(program: string, args: readonly string[], place: Place = {}): string {
  const result = spawnSync(program, args, { cwd: place.cwd, env: { ...process.env, ...place.env }, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (result.status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${result.error?.message ?? `exit code ${result.status}`}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

/** Runs a program to its end while this process goes on. */
export async function runBeside(program: string, args: readonly string[], place: Place = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = start(program, args, place);
    const output: Buffer[] = [];
    child.stdout!.on('data', (data) => output.push(data));
    child.stderr!.on('data', (data) => output.push(data));
    child.on('error', reject);
    child.on('close', (code) => code === 0 ? resolve()
      : reject(new Error(`${program} ${args.join(' ')}: exit code ${code}\n${Buffer.concat(output).toString()}`)));
  });
}

/** Starts a program that runs until it is told to end. */
export function start(program: string, args: readonly string[], place: Place = {}): ChildProcess {
  return spawn(program, args, { cwd: place.cwd, env: { ...process.env, ...place.env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Where a program is on the PATH. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, name)).find((file) => fs.existsSync(file));
}

/** What a program says about itself, or a dash. */
export function versionOf(program: string, ...args: string[]): string {
  const result = spawnSync(program, args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim().split('\n')[0] : '–';
}
