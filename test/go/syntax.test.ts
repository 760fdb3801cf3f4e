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
