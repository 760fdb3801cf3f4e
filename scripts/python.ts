/**
 * Builds the Python package, installs it and runs the Python programs of `test/languages`: one must synthesize the same as its twin in
 * TypeScript, the other one makes mistakes, whose errors must be readable. Needs a compiled library, Python 3 and PyPI.
 *
 *   npm run test:python
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { REPOSITORY, exampleDirectory } from './example/synthesize';

const PROGRAMS = path.join(REPOSITORY, 'test', 'languages');

/** The packages of PyPI that are made of packages of npm, with the same versions. */
const PUBLISHED = { 'cdktf': 'cdktf', 'constructs': 'constructs', 'cdktf-cdktf-provider-docker': '@cdktf/provider-docker' };

class Failure extends Error {}

function installedVersion(name: string): string {
  return JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** Runs a command where the programs find the example's Go module. */
function run(command: string, args: readonly string[], outputDirectory?: string): string {
  const environment = outputDirectory === undefined ? {} : { CDKTF_OUTDIR: outputDirectory };
  const result = spawnSync(command, args, {
    cwd: exampleDirectory('service-with-postgres'), env: { ...process.env, ...environment }, encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Failure(`${command} ${args.join(' ')} failed\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
  return result.stdout;
}

/** Runs a command that needs what a machine may not have. Returns whether it had that. */
function has(command: string, args: readonly string[], missing: RegExp, reason: string): boolean {
  try {
    run(command, args);
  } catch (error) {
    if (!(error instanceof Failure) || !missing.test(error.message)) {
      throw error;
    }
    console.error(`skipped: the Python package (${reason})`);
    return false;
  }
  return true;
}

/** Each file with its content. The order of keys in JSON means nothing. */
function contents(directory: string): Record<string, unknown> {
  const files = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => fs.statSync(path.join(directory, file)).isFile());
  return Object.fromEntries(files.map((file) => {
    const text = fs.readFileSync(path.join(directory, file), 'utf8');
    return [file, file.endsWith('.json') ? JSON.parse(text) : text];
  }));
}

function checkSameStack(python: string, directory: string): void {
  const [inTypeScript, inPython] = [path.join(directory, 'shop-in-typescript'), path.join(directory, 'shop-in-python')];
  run(process.execPath, ['--require', require.resolve('ts-node/register/transpile-only'), path.join(PROGRAMS, 'shop.ts')], inTypeScript);
  run(python, [path.join(PROGRAMS, 'shop.py')], inPython);
  const [expected, actual] = [contents(inTypeScript), contents(inPython)];
  const different = Object.keys({ ...expected, ...actual }).filter((file) => !isDeepStrictEqual(actual[file], expected[file]));
  if (different.length > 0) {
    throw new Failure(`Python synthesizes other files than TypeScript: ${different.join(', ')}`);
  }
  console.log(`Python synthesizes the same ${Object.keys(expected).length} files as TypeScript`);
}

function test(directory: string): void {
  const python = path.join(directory, 'venv', 'bin', 'python');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
  const published = Object.entries(PUBLISHED).map(([name, source]) => `${name}==${installedVersion(source)}`);
  if (!has('python3', ['-m', 'venv', path.join(directory, 'venv')], /ENOENT|ensurepip/, 'there is no python3 with venv on the PATH')
    || !has(python, [...pip, ...published], /after connection broken/, 'PyPI does not answer')) {
    return;
  }
  run(path.join(REPOSITORY, 'node_modules', '.bin', 'jsii-pacmak'), ['--target', 'python', '--outdir', directory, REPOSITORY]);
  const [wheel] = fs.readdirSync(path.join(directory, 'python')).filter((file) => file.endsWith('.whl'));
  run(python, [...pip, path.join(directory, 'python', wheel)]);

  checkSameStack(python, directory);
  for (const options of [[], ['-O']]) {
    process.stdout.write(run(python, [...options, path.join(PROGRAMS, 'mistakes.py')], path.join(directory, 'mistakes')));
  }
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'python-'));
try {
  test(directory);
} catch (error) {
  if (!(error instanceof Failure)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
