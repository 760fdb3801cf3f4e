import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { goFile, target, writeFiles } from './fixture';
import { GoModule } from '../../lib/go/go-module';

const HASH = `h1:${'A'.repeat(43)}=`;
const A = `example.org/a v1.0.0 ${HASH}\nexample.org/a v1.0.0/go.mod ${HASH}\n`;
const REQUIRES = 'module example.com/app\n\ngo 1.22\n\nrequire example.org/a v1.0.0\n';
const MAIN = goFile('main', 'example.org/a/b');

/** Whether Go misses a line of go.sum. It looks there before it downloads, so no module has to exist. */
function goMisses(directory: string): boolean {
  const { stderr } = spawnSync('go', ['build', '-mod=readonly', '.'], {
    cwd: directory, encoding: 'utf8', env: { ...process.env, PWD: directory, GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: '' },
  });
  expect(stderr).toMatch(/missing go\.sum entry|lookup disabled by GOPROXY=off/);
  return stderr.includes('missing go.sum entry');
}

function check(directory: string): void {
  const module = GoModule.fromDirectory(directory);
  module._requireSums(module._closure(undefined, [target()]));
}

test.each<[string, boolean, Record<string, string>]>([
  ['no go.sum', true, { 'go.mod': REQUIRES }],
  ['a go.sum with the hash', false, { 'go.mod': REQUIRES, 'go.sum': A }],
  ['the hash of another version', true, { 'go.mod': REQUIRES, 'go.sum': A.replaceAll('v1.0.0', 'v1.0.1') }],
  ['the hash of go.mod alone', true, { 'go.mod': REQUIRES, 'go.sum': A.split('\n')[1] }],
  ['Windows line ends', false, { 'go.mod': REQUIRES, 'go.sum': A.replaceAll('\n', '\r\n') }],
  ['the hash of a replacement', false, {
    'go.mod': `${REQUIRES}\nreplace example.org/a => example.net/fork v1.2.0\n`, 'go.sum': A.replaceAll('example.org/a v1.0.0', 'example.net/fork v1.2.0'),
  }],
  ['the hash of what is replaced', true, { 'go.mod': `${REQUIRES}\nreplace example.org/a => example.net/fork v1.2.0\n`, 'go.sum': A }],
  ['the hash of the shorter of two modules', false, {
    'go.mod': `${REQUIRES}require example.org/a/b v1.0.0\n`, 'go.sum': `${A}example.org/a/b v1.0.0 ${HASH}\n`,
  }],
  ['a workspace with the hash in go.work.sum', false, {
    '../go.work': 'go 1.22\n\nuse ./app\n', '../go.work.sum': A, 'go.mod': REQUIRES,
  }],
  ['a workspace without the hash, where Go adds it', false, { '../go.work': 'go 1.22\n\nuse ./app\n', 'go.mod': REQUIRES }],
])('the same is missing as for Go: %s', (_, missing, files) => {
  const root = writeFiles(Object.fromEntries(Object.entries({ 'main.go': MAIN, ...files }).map(([file, text]) => [path.join('app', file), text])));
  const directory = path.join(root, 'app');
  expect(goMisses(directory)).toBe(missing);
  if (missing) {
    expect(() => check(directory)).toThrow('missing go.sum entry for a module: the build would fail');
  } else {
    check(directory);
  }
});

test('several modules are counted', () => {
  const directory = writeFiles({
    'go.mod': `${REQUIRES}require example.org/c v1.0.0\n`, 'go.sum': '', 'main.go': MAIN.replace('import ', 'import _ "example.org/c"\n\nimport '),
  });
  expect(() => check(directory)).toThrow('missing go.sum entry for 2 modules: the build would fail');
});

test.each<[string, Record<string, string>]>([
  ['a module from a directory', {
    'go.mod': `${REQUIRES}\nreplace example.org/a => ./a\n`, 'a/go.mod': 'module example.org/a\n', 'a/b/b.go': goFile('b'),
  }],
  ['a vendor directory', {
    'go.mod': REQUIRES, 'vendor/modules.txt': '# example.org/a v1.0.0\n## explicit\nexample.org/a/b\n', 'vendor/example.org/a/b/b.go': goFile('b'),
  }],
  ['a module that is required and not imported', { 'go.mod': REQUIRES, 'main.go': goFile('main') }],
  ['a go.mod that need not list all modules', { 'go.mod': REQUIRES.replace('1.22', '1.16') }],
])('nothing is refused for %s', (_, files) => {
  check(writeFiles({ 'main.go': MAIN, ...files }));
});

test('the error names the modules, and what to do', () => {
  const directory = writeFiles({ 'main.go': MAIN, 'go.mod': REQUIRES });
  expect(() => check(directory)).toThrow(expect.objectContaining({
    message: expect.stringMatching(/given: {3}\["example\.org\/a v1\.0\.0"\]\n.*\n {2}to do: {3}run go mod tidy in .*, and commit go\.sum$/),
  }));
});
