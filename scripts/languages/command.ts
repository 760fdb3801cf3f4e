import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { REPOSITORY, exampleDirectory } from '../example/synthesize';

export const PROGRAMS = path.join(REPOSITORY, 'test', 'languages');

export class Failure extends Error {}

/** What a machine lacks: the tools of a language, or its registry. */
export class Missing extends Error {}

export interface RunOptions {
  /** Where the command starts. By default, where the programs find the example's Go module. */
  readonly cwd?: string;
  readonly outputDirectory?: string;
  /** An error of this form is no failure: this is what the machine lacks. */
  readonly missing?: [RegExp, string];
}

/** Runs a command and returns what it wrote to standard output. */
export function run(command: string, args: readonly string[], { cwd, outputDirectory, missing }: RunOptions = {}): string {
  const result = spawnSync(command, args, {
    cwd: cwd ?? exampleDirectory('service-with-postgres'),
    env: {
      ...process.env,
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      ...outputDirectory === undefined ? {} : { CDKTF_OUTDIR: outputDirectory },
    },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) {
    return result.stdout;
  }
  const text = `${command} ${args.join(' ')} failed\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`;
  throw missing?.[0].test(text) ? new Missing(missing[1]) : new Failure(text);
}

/** Expects a command to fail and to say something of this form. */
export function refuses(language: string, command: string, args: readonly string[], cwd: string, form: RegExp): void {
  try {
    run(command, args, { cwd });
  } catch (error) {
    const line = error instanceof Failure ? error.message.split('\n').find((each) => form.test(each)) : undefined;
    if (line === undefined) {
      throw error;
    }
    console.log(`${language}'s compiler refuses a misspelt prop: ${line.trim().replace(/^\S+:\d+:\d+: /, '')}`);
    return;
  }
  throw new Failure(`${language}'s compiler accepts a misspelt prop`);
}

export function installedVersion(name: string): string {
  return JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'node_modules', name, 'package.json'), 'utf8')).version;
}
