import { GoScratchImage } from '../../lib';
import { writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { newStack } from '../stack';

const FILES = {
  'go.mod': 'module example.com/shop\n\ngo 1.26\n',
  'main.go': 'package main\n\nimport "example.com/shop/build"\n\nvar version string\n\nfunc main() { println(version, build.Commit) }\n',
  'build/build.go': 'package build\n\nvar (\n\tCommit, Branch string\n)\n',
};

function image(variables: Record<string, string>): GoScratchImage {
  return new GoScratchImage(newStack(), 'image', { source: writeFiles(FILES), variables });
}

test.each(['main.version', 'example.com/shop/build.Commit', 'example.com/shop/build.Branch', 'example.com/other/build.Version'])(
  'accepts %s', (name) => {
    expect(image({ [name]: '1' }).dockerfile).toContain('FROM');
  });

test.each([
  ['main.verzion', 'did you mean `main.version`?'],
  ['example.com/shop/build.Comit', 'did you mean `example.com/shop/build.Commit`?'],
  ['main.completelyDifferent', 'correct the name, or declare the variable'],
])('refuses %s, which the linker would ignore', (name, remedy) => {
  expect(messageOf(() => image({ [name]: '1' }))).toBe([
    `dev/image: no Go file of the package ${name.slice(0, name.lastIndexOf('.'))} has the name of a variable for \`variables\``,
    `  given:   "${name}"`,
    '  allowed: string variables that the package declares, such as `var version string`',
    `  to do:   ${remedy}`,
  ].join('\n'));
});

test('refuses the import path of the main package', () => {
  expect(messageOf(() => image({ 'example.com/shop.version': '1' }))).toContain('to do:   write `main.version`');
});
