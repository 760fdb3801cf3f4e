import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from './user-error';

export const REPOSITORY = path.join(__dirname, '..', '..');
const EXAMPLES = path.join(REPOSITORY, 'examples');

/** The names of the examples that can be run. */
export function exampleNames(): string[] {
  return fs.readdirSync(EXAMPLES).filter((name) => fs.existsSync(path.join(EXAMPLES, name, 'main.ts'))).sort();
}

export function exampleDirectory(name: string): string {
  return path.join(EXAMPLES, name);
}

/**
 * Runs an example's app as `cdktf synth` does, with this repository's sources as the library.
 *
 * @param outputDirectory where the configuration is written to
 * @param environment variables that the app reads, in addition to those of this process
 * @param file the app, for an example that has several
 */
export function synthesize(
  name: string, outputDirectory: string, environment: Readonly<Record<string, string>> = {}, file = 'main.ts',
): void {
  synthesizeIn(exampleDirectory(name), outputDirectory, environment, file);
}

/** The same for an app in any directory. */
export function synthesizeIn(directory: string, outputDirectory: string, environment: Readonly<Record<string, string>> = {}, file = 'main.ts'): void {
  const result = spawnSync(process.execPath, [
    '--require', require.resolve('ts-node/register'),
    '--require', path.join(REPOSITORY, 'scripts', 'local-library.ts'),
    file,
  ], {
    cwd: directory,
    // Sources before what an earlier compilation has left beside them.
    env: { ...process.env, ...environment, CDKTF_OUTDIR: outputDirectory, TS_NODE_TRANSPILE_ONLY: 'true', TS_NODE_PREFER_TS_EXTS: 'true' },
    encoding: 'utf8',
  });
  if (result.error) {
    throw new UserError(`The example could not be started: ${result.error.message}`);
  }
  if (result.status !== 0) {
    throw new UserError(`The example could not be synthesized:\n\n${withoutStack(result.stderr)}`);
  }
  process.stderr.write(result.stderr);
}

/** What an app's author needs of an uncaught error: its text, and not where in Node.js it was thrown. */
function withoutStack(output: string): string {
  const lines = output.trimEnd().split('\n');
  const error = lines.findIndex((line) => /^\w*Error: /.test(line));
  return lines.slice(Math.max(error, 0)).filter((line) => !/^\s+at /.test(line) && !/^Node\.js v/.test(line)).join('\n').trimEnd();
}
