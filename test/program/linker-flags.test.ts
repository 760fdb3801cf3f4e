import { execFileSync } from 'child_process';
import * as path from 'path';
import { linkerFlags } from '../../lib/program/linker-flags';
import { writeFiles } from '../go/fixture';
import { ORACLE_TIMEOUT, describeWithGo } from '../oracles/go-oracle';

test.each<[string[], Record<string, string>, string]>([
  [[], {}, ''],
  [['-s', '-w'], {}, '-s -w'],
  [['-s'], { 'main.b': '2', 'main.a': '1' }, '-s -X main.a=1 -X main.b=2'],
  [[], { 'main.a': 'it\'s' }, '-X "main.a=it\'s"'],
  [['-extldflags=-static -lm'], {}, 'all=\'-extldflags=-static -lm\''],
])('%j and %j', (flags, variables, expected) => {
  expect(linkerFlags(flags, variables)).toBe(expected);
});

describeWithGo('as Go reads them', () => {
  const VALUES = ['plain', 'two words', 'it\'s', '"quoted"', 'a\\b', '$HOME ${HOME} $(id)', 'tab\there', 'a=b', '日本', 'ends\\', '', '-s', '%d'];

  test('each value arrives in the program', () => {
    const names = VALUES.map((_, index) => `v${index}`);
    const directory = writeFiles({
      'go.mod': 'module example.com/app\n\ngo 1.21\n',
      'main.go': `package main\n\nvar ${names.join(', ')} string\n\nfunc main() {\n${names.map((name) => `\tprint(${name}, "\\x00")\n`).join('')}}\n`,
    });
    const variables = Object.fromEntries(VALUES.map((value, index) => [`main.v${index}`, value]));
    const program = path.join(directory, 'app');
    const build = (flags: string[]) => execFileSync('go', ['build', '-ldflags', linkerFlags(flags, variables), '-o', program, '.'], { cwd: directory });
    build(['-extldflags=-static -g', '-s']);
    // print writes to the standard error.
    const output = execFileSync('sh', ['-c', 'exec "$0" 2>&1', program]).toString();
    expect(output.split('\0').slice(0, -1)).toEqual(VALUES);
  }, ORACLE_TIMEOUT);
});
