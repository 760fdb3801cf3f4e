import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Synthesis } from './record';

/** What a checkout synthesizes. */
export interface Recording {
  readonly syntheses: Synthesis[];
  /** Tests, examples and snippets that failed: what they synthesize is unknown. */
  readonly failures: string[];
}

/**
 * Runs the unit tests, examples and snippets of a checkout, and records each synthesis.
 *
 * @param tests patterns of test files for jest; all by default
 */
export function record(checkout: string, tests: readonly string[] = []): Recording {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stacks-'));
  try {
    const failures = runTests(checkout, directory, tests);
    if (tests.length === 0) {
      failures.push(...runExamples(checkout, directory), ...runSnippets(checkout, directory));
    }
    const syntheses = fs.readdirSync(directory).filter((file) => file.endsWith('.ndjson')).sort()
      .flatMap((file) => fs.readFileSync(path.join(directory, file), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(withoutPaths(line, checkout)));
    return { syntheses, failures };
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

/** The directories of fixtures have random names, and a checkout may stand anywhere. */
function withoutPaths(text: string, checkout: string): string {
  return text.replaceAll(checkout, '<checkout>')
    .replaceAll(fs.realpathSync(os.tmpdir()), '<temporary>').replaceAll(os.tmpdir(), '<temporary>')
    .replace(/<temporary>\/[\w.-]*-\w{6}/g, '<temporary>');
}

function runTests(checkout: string, directory: string, tests: readonly string[]): string[] {
  const config = JSON.parse(fs.readFileSync(path.join(checkout, 'jest.config.json'), 'utf8'));
  const report = path.join(directory, 'report.json');
  const result = spawnSync(process.execPath, [
    require.resolve('jest/bin/jest'), '--ci', '--silent', '--json', `--outputFile=${report}`, '--rootDir', checkout,
    '--config', JSON.stringify({ ...config, setupFilesAfterEnv: [...config.setupFilesAfterEnv, path.join(__dirname, 'jest-setup.ts')] }),
    ...tests,
  ], { cwd: checkout, env: { ...process.env, STACKS_DIRECTORY: directory }, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!fs.existsSync(report)) {
    throw new Error(`the tests could not be run: ${result.stderr}`);
  }
  const { testResults } = JSON.parse(fs.readFileSync(report, 'utf8'));
  return testResults.flatMap((file: any) => {
    const failed = file.assertionResults.filter(({ status }: any) => status === 'failed').map(({ fullName }: any) => fullName);
    return file.status === 'failed' && failed.length === 0 ? [`${path.relative(checkout, file.name)}: ${file.message.split('\n')[0]}`] : failed;
  });
}

/** Each file beside an example's main.ts is an app, too. */
function runExamples(checkout: string, directory: string): string[] {
  const examples = path.join(checkout, 'examples');
  const apps = fs.readdirSync(examples).filter((name) => fs.existsSync(path.join(examples, name, 'main.ts')))
    .flatMap((name) => fs.readdirSync(path.join(examples, name)).filter((file) => file.endsWith('.ts')).map((file) => ({ name, file })));
  return apps.flatMap(({ name, file }) => {
    const maker = `example: ${name}/${file}`;
    const error = runNode(checkout, directory, path.join(examples, name), [file], {
      STACKS_MAKER: maker, CDKTF_OUTDIR: path.join(directory, `${name}-${file}`), HOST_PORT: '8080',
    });
    return error === undefined ? [] : [`${maker}: ${error}`];
  });
}

function runSnippets(checkout: string, directory: string): string[] {
  const report = path.join(directory, 'snippets.json');
  const error = runNode(checkout, directory, checkout, [path.join(__dirname, 'run-snippets.ts'), report], {});
  if (error !== undefined) {
    throw new Error(`the snippets could not be run: ${error}`);
  }
  return Object.entries(JSON.parse(fs.readFileSync(report, 'utf8'))).map(([name, message]) => `${name}: ${message}`);
}

/** Runs a TypeScript file with the checkout's sources as the library. Returns what it reports when it fails. */
function runNode(
  checkout: string, directory: string, workingDirectory: string, args: readonly string[], environment: Readonly<Record<string, string>>,
): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, [
    '--require', require.resolve('ts-node/register'), '--require', path.join(__dirname, 'local-checkout.ts'), ...args,
  ], {
    cwd: workingDirectory,
    env: {
      ...process.env,
      ...environment,
      STACKS_CHECKOUT: checkout,
      STACKS_DIRECTORY: directory,
      TS_NODE_PROJECT: path.join(__dirname, '..', 'tsconfig.json'),
      TS_NODE_TRANSPILE_ONLY: 'true',
      TS_NODE_PREFER_TS_EXTS: 'true',
    },
    encoding: 'utf8',
  });
  return status === 0 ? undefined : stderr.split('\n').find((line) => /^\w*Error/.test(line)) ?? stderr;
}
