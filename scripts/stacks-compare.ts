/**
 * Shows that the unit tests, examples and snippets synthesize to the same JSON in an earlier revision and in the working tree:
 *
 *   npm run stacks:compare -- [revision [pattern of test files ...]]
 *
 * Stacks are compared by the names of the tests that make them, so a test may move and change but must keep its name. The recording
 * of a revision is kept in .stacks/. Exceptions are written for one revision, which is the default. The exit code is 1 when anything differs that scripts/stacks/exceptions.ts does not allow.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Recording, record } from './stacks/checkout';
import { type Comparison, type Line, compare } from './stacks/comparison';
import { BASE, EXCEPTIONS } from './stacks/exceptions';

const REPOSITORY = path.join(__dirname, '..');

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
  }
  return stdout.trim();
}

/** The recording of a revision, from the cache or from a checkout that is removed afterwards. */
function recordRevision(commit: string): Recording {
  const cached = path.join(REPOSITORY, '.stacks', `${commit}-${fingerprintOfRecorder()}.json`);
  if (fs.existsSync(cached)) {
    return JSON.parse(fs.readFileSync(cached, 'utf8'));
  }
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'checkout-')));
  const checkout = path.join(directory, 'checkout');
  try {
    git('worktree', 'add', '--detach', checkout, commit);
    fs.symlinkSync(fs.realpathSync(path.join(REPOSITORY, 'node_modules')), path.join(checkout, 'node_modules'));
    const recording = record(checkout);
    fs.mkdirSync(path.dirname(cached), { recursive: true });
    fs.writeFileSync(cached, JSON.stringify(recording));
    return recording;
  } finally {
    fs.rmSync(directory, { recursive: true });
    git('worktree', 'prune');
  }
}

/** A recording is of no use to another recorder. */
function fingerprintOfRecorder(): string {
  const hash = createHash('sha256');
  for (const directory of ['stacks', 'docs']) {
    const files = fs.readdirSync(path.join(__dirname, directory)).filter((file) => !['comparison.ts', 'exceptions.ts'].includes(file)).sort();
    files.forEach((file) => hash.update(fs.readFileSync(path.join(__dirname, directory, file))));
  }
  return hash.digest('hex').slice(0, 12);
}

function textOf(value: unknown): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

function report(comparison: Comparison, partial: boolean, forBase: boolean): boolean {
  const show = (lines: readonly Line[]) => [
    ...lines.slice(0, 5).flatMap(({ path: at, before, after }) => [`    ${at}`, `      - ${textOf(before)}`, `      + ${textOf(after)}`]),
    ...lines.length > 5 ? [`    and ${lines.length - 5} more`] : [],
  ];
  const list = (title: string, entries: readonly string[]) => entries.length === 0 ? [] : [title, ...entries.map((entry) => `  ${entry}`)];
  const different = comparison.different.flatMap(({ maker, stack, lines }) => [`different: ${maker} [${stack}]`, ...show(lines)]);
  const missing = partial ? [] : comparison.missing;
  const stale = partial || !forBase ? [] : comparison.stale;
  console.log([
    ...different,
    ...list('only in the revision:', missing.map(({ maker, stack }) => `${maker} [${stack}]`)),
    ...list('only in the working tree:', comparison.added.map(({ maker, stack }) => `${maker} [${stack}]`)),
    ...list('exceptions that match nothing (take them out):', stale.map(({ maker, at, reason }) => `${maker} at ${at}: ${reason}`)),
    `${comparison.compared} stacks compared: ${comparison.equal} equal, ${comparison.excepted} differ as allowed, ${comparison.different.length} different; ` +
    `${comparison.renamed} equal under another name; ${missing.length} only in the revision, ${comparison.added.length} only in the working tree`,
  ].join('\n'));
  return comparison.different.length + missing.length + stale.length === 0;
}

function main([revision = BASE, ...tests]: string[]): number {
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`);
  const before = recordRevision(commit);
  const after = record(REPOSITORY, tests);
  const fails = (where: string, { failures }: Recording) => failures.forEach((failure) => console.log(`failed in ${where}: ${failure}`));
  fails('the revision', before);
  fails('the working tree', after);
  const equal = report(compare(before.syntheses, after.syntheses, EXCEPTIONS), tests.length > 0, commit === git('rev-parse', `${BASE}^{commit}`));
  return equal && after.failures.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
