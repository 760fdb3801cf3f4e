import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { readBuildConstraint } from '../../lib/go/build-constraint';
import { unquote } from '../../lib/go/go-string';
import { compareGoVersions, majorMinor, toolchainVersion } from '../../lib/go/go-version';
import { compileGlob } from '../../lib/go/path-match';
import { compareSemanticVersions } from '../../lib/go/semantic-version';

const GLOBS = [
  '*', '*.txt', 'a?c', '[a-c]', '[^a-c]', '[^', '[', '[]a]', '[a-]', '[-a]', '[a\\]]', '\\*', '\\', 'a\\', '[z-a]', '[^z-a]', 'a/*', '*/b',
  '[é-ü]', '?', 'a.c', 'a+c', 'a(b|c)', '{a,b}', '$a^', '[a-c-e]', '[a-cx-z]*', '**', 'a**c', '[\\-]', '', '[a', '[^]a]', 'é*', '[[]', '-',
];
const NAMES = [
  '', 'a', 'b', 'z', 'x', 'abc', 'a.txt', '.txt', 'a/b', '*', ']', '-', 'ü', 'é', 'éa', 'a+c', 'a(b|c)', '{a,b}', '$a^', 'ac', 'a\\', '[', '😀',
  'a\nc', '^',
];
const LITERALS = [
  '"a"', '"a\\tb"', '`a\\tb`', '`a\rb`', '"\\x41\\101\\u00e9\\U0001F600"', '"\\q"', '"a', '"\\\'"', '"\\400"', '"\\ud800"', '""', '``', '"a"b"',
  '"\\"', 'x', '"é"',
];
const CONSTRAINTS = [
  'linux', 'linux && amd64', 'linux && !amd64', '!linux || cgo', '(linux || windows) && cgo', 'linux windows', '!!linux', '!(linux && cgo)',
  '', '(linux', 'linux)', 'linux & cgo', 'linux &&', '&& linux', 'go1.18', 'go1.99', 'é1', 'linux&&amd64', 'a-b', '!', '( linux )', '()',
  'linux || windows && cgo', 'a || b || linux',
].map(text => `//go:build ${text}`).concat([
  'linux', 'linux,amd64', 'linux,cgo', '!linux', '!!linux', '!', 'windows linux', 'a-b', '!a-b', '', 'windows,cgo linux,!cgo', 'ignore', '!a b,c',
].map(text => `// +build ${text}`));
const TAGS = ['linux', 'amd64', 'go1.18', 'é1'];
const VERSIONS = [
  '1.9', '1.10', '1.20', '1.21', '1.21rc1', '1.21rc2', '1.21.0', '1.21.1', '1.22', '1.20', '1.20rc1', '1.20.1', '1.20', '1.26.10', '1.26.9', '1.20beta1',
  '1.20rc1', '1.21', '1.21.0', '1.20', '1.20.0',
];

interface Answer {
  readonly Matches: (string[] | null)[];
  readonly Values: (string | null)[];
  readonly Constraints: (boolean | null)[];
  readonly Order: number[];
}

describe('rules that the standard library of Go has as well', () => {
  let answer: Answer;

  beforeAll(() => {
    const question = { globs: GLOBS, names: NAMES, literals: LITERALS, constraints: CONSTRAINTS, tags: TAGS, versions: VERSIONS };
    answer = JSON.parse(execFileSync('go', ['run', '.'], {
      cwd: path.join(__dirname, 'oracle'),
      input: JSON.stringify(question),
      env: { ...process.env, GOFLAGS: '', GOWORK: 'off', GOOS: '', GOARCH: '' },
      encoding: 'utf8',
    })) as Answer;
  }, 120_000);

  test.each(GLOBS.map((glob, index) => [glob, index] as const))('the glob %j matches what path.Match matches', (glob, index) => {
    const expression = compileGlob(glob);
    expect(expression === undefined ? null : NAMES.filter(name => expression.test(name))).toEqual(answer.Matches[index]);
  });

  test.each(LITERALS.map((literal, index) => [literal, index] as const))('the literal %j has the value of strconv.Unquote', (literal, index) => {
    expect(unquote(literal) ?? null).toEqual(answer.Values[index]);
  });

  test.each(CONSTRAINTS.map((line, index) => [line, index] as const))('%s holds when go/build/constraint says so', (line, index) => {
    const constraint = readBuildConstraint(`${line}\n\npackage p\n`);
    expect(constraint.problem === undefined ? constraint.matches(tag => TAGS.includes(tag)) : null).toEqual(answer.Constraints[index]);
  });

  test.each(VERSIONS.slice(1).map((version, index) => [VERSIONS[index], version, index] as const))(
    'the order of %s and %s is that of go/version', (first, second, index) => {
      expect(Math.sign(compareGoVersions(first, second))).toBe(answer.Order[index]);
    });
});

describe('versions', () => {
  test.each([['1.26.3', '1.26'], ['1.21rc1', '1.21'], ['1.9', '1.9']])('the release of %s is %s', (version, release) => {
    expect(majorMinor(version)).toBe(release);
  });

  test.each([['go1.26.3', '1.26.3'], ['go1.22rc1', '1.22rc1'], ['go1.21.3-custom', '1.21.3'], ['default', undefined]])(
    'the toolchain %s is %s', (name, version) => {
      expect(toolchainVersion(name)).toBe(version);
    });

  // The chain of https://semver.org/#spec-item-11, and Go's pseudo-versions.
  const ascending = ['v0.0.0-20200101000000-abcdefabcdef', 'v0.0.0-20210101000000-abcdefabcdef', 'v0.0.0', 'v1.0.0-alpha', 'v1.0.0-alpha.1',
    'v1.0.0-alpha.beta', 'v1.0.0-beta', 'v1.0.0-beta.2', 'v1.0.0-beta.11', 'v1.0.0-rc.1', 'v1.0.0', 'v1.2.0', 'v1.10.0', 'v2.0.0+incompatible'];

  test('semantic versions are ordered by precedence', () => {
    expect([...ascending].reverse().sort(compareSemanticVersions)).toEqual(ascending);
  });
});
