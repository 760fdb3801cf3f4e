import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { writeFiles } from './fixture';
import { SourceTree } from '../../lib/files/source-tree';
import { filesOfPattern, isIncludePattern } from '../../lib/go/include-pattern';
import { SeededRandom } from '../oracles/seeded-random';

function matched(directory: string, pattern: string): string[] {
  return filesOfPattern(new SourceTree(), directory, pattern).map((file) => path.relative(directory, file)).sort();
}

/** The regular files that Bash matches, with its option `globstar`. */
function matchedByBash(directory: string, patterns: readonly string[]): string[][] {
  const script = 'shopt -s globstar nullglob; IFS=; for pattern; do for file in $pattern; do [ -f "$file" ] && printf "%s\\0" "$file"; done; printf "\\n"; done; :';
  const output = execFileSync('bash', ['-c', script, 'bash', ...patterns], { cwd: directory, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return output.split('\n').slice(0, -1).map((line) => [...new Set(line.split('\0').filter((file) => file !== '').map((file) => path.normalize(file)))].sort());
}

test('patterns match the files that Bash matches', () => {
  const directory = writeFiles(Object.fromEntries([
    'a', 'b', 'ab', 'a.txt', '.a', '.b.txt', 'd/a', 'd/b.txt', 'd/.a', 'd/e/a', 'd/e/ab.txt', 'd/.h/a', '.h/a', '.h/d/b.txt', 'x/a-b', 'x/[a]', 'x/a*', 'x/d/a',
  ].map((file) => [file, file])));
  const random = new SeededRandom(21);
  const segment = () => random.several(1, 3, () => random.pick(['a', 'b', '*', '*', '?', '.', '[ab]', '[^a]', '[a-c]', '.txt', '\\*', '\\[', 'h', '-'])).join('');
  const patterns = ['**', '**/*', '*', '*/**', 'd/**', '**/a', '**/.a', '.*', '**/d/**', '.h/**', '**/.h/*', 'd', 'd/', './a', 'nothing', '**/**/a', 'd/../a']
    .concat(Array.from({ length: 3_000 }, () => random.several(1, 3, () => random.pick([segment, segment, () => '**', () => 'd'])()).join('/')));
  // At the end of a pattern, Bash takes "**" for directories only.
  const theirs = matchedByBash(directory, patterns.map((pattern) => pattern.replace(/(^|\/)\*\*$/, '$1**/*')));
  const different = patterns.flatMap((pattern, index) => {
    const ours = matched(directory, pattern);
    return JSON.stringify(ours) === JSON.stringify(theirs[index]) ? [] : [{ pattern, ours, theirs: theirs[index] }];
  });
  expect(different.slice(0, 5)).toEqual([]);
  expect(theirs.filter((files) => files.length > 0).length).toBeGreaterThan(500);
});

test.each([
  ['**', ['a.txt', 'd/b.txt']],
  ['*', ['a.txt']],
  ['**/*.key', []],
  ['n/x.txt', ['n/x.txt']],
  ['n/*', ['n/go.mod', 'n/x.txt']],
  ['link.txt', ['link.txt']],
  ['linked/*', ['linked/b.txt']],
  ['node_modules/*', ['node_modules/x.js']],
  ['*/x.js', []],
  ['terraform.dev.tfstate', ['terraform.dev.tfstate']],
  ['.e*', ['.env']],
  ['../*/a.txt', ['a.txt']],
])('wildcards match no link, no other module, no package of npm and no Terraform state: %s', (pattern, expected) => {
  const directory = writeFiles({
    'm/a.txt': '',
    'm/d/b.txt': '',
    'm/n/go.mod': 'module n\n',
    'm/n/x.txt': '',
    'm/node_modules/x.js': '',
    'm/.env': '',
    'm/terraform.dev.tfstate': '',
    'm/terraform.dev.tfstate.backup': '',
    'm/link.txt': '-> a.txt',
    'm/linked': '-> d',
    'm/loop': '-> .',
    'm/passwd.key': '-> /etc/passwd',
  });
  expect(matched(path.join(directory, 'm'), pattern)).toEqual(expected);
});

test.each(['[', 'a/[]', '[a-]', 'a\\', 'a/\\'])('%s is malformed', (pattern) => {
  expect(isIncludePattern(pattern)).toBe(false);
});

test('each file is there once, however many ways lead to it', () => {
  const directory = writeFiles({ 'a/a/a/a': '' });
  expect(filesOfPattern(new SourceTree(), directory, '**/a/**/a')).toEqual([path.join(directory, 'a/a/a/a')]);
});
