import { goFile, writeFiles } from './fixture';
import { GoScratchImage } from '../../lib';
import { messageOf } from '../message';
import { newStack } from '../stack';

/** What a build says of a program with a further file. */
function said(file: string): string {
  const source = writeFiles({ 'go.mod': 'module example.com/app\n\ngo 1.26\n', 'main.go': goFile('main'), 'other.go': file });
  return messageOf(() => new GoScratchImage(newStack(), 'image', { source }));
}

// Go's own words, or as near as can be.
test.each([
  ['', 'in line 1: expected \'package\', found the end of the file'],
  ['packet main\n', 'in line 1: expected \'package\', found "packet main\\n"'],
  ['package 	"main"\n', 'in line 1: expected an identifier, found "\\"main\\"\\n"'],
  ['/ comment\npackage main\n', 'in line 1: expected a comment, found "/ comment\\npackage ma"'],
  ['/* comment\npackage main\n', 'in line 1: comment not terminated'],
  ['package main\n\nimport fmt\n', 'in line 4: expected an import path, found the end of the file'],
  ['package main\n\nimport "a b"\n', 'in line 3: invalid import path: "a b"'],
])('a Go file %j has a syntax error', (file, text) => {
  expect(said(file)).toContain(`a Go file has a syntax error ${text}`);
});

test.each([
  ['linux &&', 'unexpected end of expression'],
  ['linux windows', 'unexpected token windows'],
  ['!!linux', 'double negation not allowed'],
  ['(linux', 'missing close paren'],
  ['linux && )', 'unexpected token )'],
])('the build constraint %j cannot be read', (constraint, text) => {
  expect(said(`//go:build ${constraint}\n\npackage main\n`)).toContain(`cannot be read: parsing //go:build line: ${text}`);
});

test('a file has one build constraint', () => {
  expect(said('//go:build linux\n//go:build windows\n\npackage main\n')).toContain('a build constraint that cannot be read: multiple //go:build comments');
});

test('a package that two modules have is ambiguous', () => {
  const source = writeFiles({
    'go.mod': 'module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v0.0.0\nrequire example.com/lib/a v0.0.0\nreplace example.com/lib => ./lib\nreplace example.com/lib/a => ./a\n',
    'main.go': goFile('main', 'example.com/lib/a'),
    'lib/go.mod': 'module example.com/lib\n',
    'lib/a/a.go': goFile('a'),
    'a/go.mod': 'module example.com/lib/a\n',
    'a/a.go': goFile('a'),
  });
  expect(messageOf(() => new GoScratchImage(newStack(), 'image', { source }))).toContain(': ambiguous import: found package example.com/lib/a in multiple directories');
});
