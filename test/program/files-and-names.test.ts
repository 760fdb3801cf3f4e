import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { BaseImage, GoDistrolessImage, Platform } from '../../lib';
import { runWithFakes } from '../fake-tools';
import { goFile, writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { goImage, newStack } from '../stack';

const GO_MOD = 'module example.com/app\n\ngo 1.24\n';

describe('a directory to copy is refused', () => {
  function said(make: (directory: string) => void): string {
    const directory = writeFiles({ 'a.txt': '' });
    make(directory);
    return messageOf(() => goImage(newStack(), { extraFiles: { '/data': directory } })).replaceAll(directory, '<dir>');
  }

  test.each<[string, (directory: string) => void, string]>([
    ['a link to a directory', (directory) => fs.symlinkSync(writeFiles({ b: '' }), path.join(directory, 'link')),
      'a directory to copy holds a symbolic link to another directory\n  given:   "<dir>/link"'],
    ['a name with a colon', (directory) => fs.writeFileSync(path.join(directory, 'a:b'), ''), 'a directory to copy holds a file with an unusual name\n  given:   "<dir>/a:b"'],
    ['a private key', (directory) => fs.writeFileSync(path.join(directory, 'server.pem'), '-----BEGIN PRIVATE KEY-----\n'),
      'a directory of `extraFiles` holds a private key\n  given:   "<dir>/server.pem"'],
    ['a pipe', (directory) => spawnSync('mkfifo', [path.join(directory, 'pipe')]), 'a directory to copy holds something that is no file\n  given:   "<dir>/pipe"'],
  ])('that holds %s', (_, make, text) => {
    expect(said(make)).toContain(`dev/image: ${text}`);
  });
});

test.each<[string, Record<string, string>, string, object]>([
  ['a flag for the compiler', { 'go.mod': GO_MOD, 'main.go': goFile('main') }, '.', { gcflags: ['-N\u0001'] }],
  ['the main package', { 'go.mod': GO_MOD, 'cmd/a\u0001b/main.go': goFile('main') }, '.', {}],
  ['the module\'s directory', {
    'a\u0001b/go.mod': `${GO_MOD}require example.com/lib v0.0.0\nreplace example.com/lib => ../lib\n`,
    'a\u0001b/main.go': goFile('main', 'example.com/lib'),
    'lib/go.mod': 'module example.com/lib\n',
    'lib/lib.go': goFile('lib'),
  }, 'a\u0001b', {}],
])('%s must be one line', (what, files, source, props) => {
  expect(messageOf(() => goImage(newStack(), { source: path.join(writeFiles(files), source), ...props }))).toContain(`${what} holds a line end or another control character`);
});

test('a build for a platform without a C compiler says so', () => {
  const image = new GoDistrolessImage(newStack(), 'image', {
    source: writeFiles({ 'go.mod': GO_MOD, 'main.go': goFile('main') }), variant: BaseImage.BASE, platforms: [Platform.LINUX_AMD64], cCompilers: { 'linux/amd64': 'gcc' },
  });
  const [choice] = /target="\$TARGETOS[^]*?exit 1; fi/.exec(image.dockerfile)!;
  const { exitCode, output } = runWithFakes(choice.replace(/\\\n/g, ''), {}, { TARGETOS: 'linux', TARGETARCH: 'arm64', C_COMPILERS: 'linux/amd64=gcc' });
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'cCompilers has none for linux/arm64\n' });
});
