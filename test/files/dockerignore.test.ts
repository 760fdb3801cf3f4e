import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DockerIgnore } from '../../lib/files/dockerignore';

describe('parse', () => {
  test.each([
    ['[a', 'a bracket is not closed, is empty or has a hyphen at its edge, or nothing follows the last backslash'],
    ['[]a]', 'a bracket is not closed, is empty or has a hyphen at its edge, or nothing follows the last backslash'],
    ['[a-]', 'a bracket is not closed, is empty or has a hyphen at its edge, or nothing follows the last backslash'],
    ['name\\', 'a bracket is not closed, is empty or has a hyphen at its edge, or nothing follows the last backslash'],
    ['a*[b', 'a bracket is not closed, or an escape not complete'],
    ['[z-a]', 'the range of characters in brackets runs backwards'],
    ['[[:letter:]]', 'there is no class of characters [:letter:]'],
    ['C:\\q', 'the escape \\q has no meaning'],
    ['\\8', 'the escape \\8 has no meaning'],
    ['\\pX', '\\pX is no class of Unicode characters'],
  ])('%j is refused with its line and the reason', (pattern, reason) => {
    expect(() => DockerIgnore.parse(`# first\n\n${pattern}\nnode_modules`, 'Dockerfile.dockerignore')).toThrow([
      `line 3 of Dockerfile.dockerignore is not a pattern that Docker accepts: ${reason}`,
      `  given:   ${JSON.stringify(pattern)}`,
      '  allowed: names with *, **, ?, [a-z], [^a-z], a backslash before a character that stands for itself, ! in front',
      '  to do:   correct the pattern or delete the line; a backslash before each bracket or backslash in a name makes it literal',
    ].join('\n'));
  });

  test('an exclamation mark alone is refused', () => {
    expect(() => DockerIgnore.parse('*\r\n! \r\n', '.dockerignore')).toThrow([
      'line 2 of .dockerignore has an exclamation mark without a pattern',
      '  given:   "! \\r"',
      '  allowed: ! followed by the pattern of what to keep, for example !cmd/**',
      '  to do:   complete the pattern or delete the line',
    ].join('\n'));
  });

  test('a line longer than Docker reads is refused', () => {
    expect(() => DockerIgnore.parse(`a\n#${'x'.repeat(65_535)}`, '.dockerignore')).toThrow([
      'line 2 of .dockerignore is too long',
      `  given:   "#${'x'.repeat(198)}… (65538 characters)`,
      '  allowed: at most 65535 bytes, which is what Docker reads',
      '  to do:   split the line into several patterns',
    ].join('\n'));
  });
});

describe('skipsDirectory', () => {
  test.each([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/deep/inside', true],
    ['node_modules', 'lib', false],
    ['*\n!cmd/app', 'cmd', false],
    ['*\n!cmd/app', 'cmd/app', false],
    ['*\n!cmd/app', 'cmd/other', true],
    ['*\n!cmd/app', 'pkg', true],
    ['*\n!**/*.go', 'pkg', false],
    ['', 'pkg', false],
  ])('%j: %s → %s', (text, directory, skipped) => {
    expect(DockerIgnore.parse(text, '.dockerignore').skipsDirectory(directory)).toBe(skipped);
  });
});

describe('read', () => {
  let root: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'dockerignore-'));
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  test('without a file nothing is ignored', () => {
    const ignore = DockerIgnore.read(root);
    expect(ignore.sourceFile).toBeUndefined();
    expect(ignore.ignores('a')).toBe(false);
  });

  test('.dockerignore', () => {
    fs.writeFileSync(path.join(root, '.dockerignore'), 'a\n');
    const ignore = DockerIgnore.read(root);
    expect(ignore.sourceFile).toBe('.dockerignore');
    expect([ignore.ignores('a'), ignore.ignores('b')]).toEqual([true, false]);
  });

  test('Dockerfile.dockerignore replaces .dockerignore', () => {
    fs.writeFileSync(path.join(root, '.dockerignore'), 'a\n');
    fs.writeFileSync(path.join(root, 'Dockerfile.dockerignore'), 'b\n');
    const ignore = DockerIgnore.read(root);
    expect(ignore.sourceFile).toBe('Dockerfile.dockerignore');
    expect([ignore.ignores('a'), ignore.ignores('b')]).toEqual([false, true]);
  });

  test('an empty Dockerfile.dockerignore ignores nothing', () => {
    fs.writeFileSync(path.join(root, '.dockerignore'), 'a\n');
    fs.writeFileSync(path.join(root, 'Dockerfile.dockerignore'), '');
    expect(DockerIgnore.read(root).ignores('a')).toBe(false);
  });

  test('what cannot be read as a file is refused', () => {
    fs.mkdirSync(path.join(root, '.dockerignore'));
    expect(() => DockerIgnore.read(root)).toThrow([
      '.dockerignore cannot be read (EISDIR)',
      `  given:   ${JSON.stringify(path.join(root, '.dockerignore'))}`,
      '  allowed: a readable text file, or none',
      '  to do:   make it a file that you may read, or remove it',
    ].join('\n'));
  });
});
