import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { writeFiles } from './fixture';
import { parseModuleFile, parseWorkFile } from '../../lib/go/module-file';
import { ModuleSyntaxError } from '../../lib/go/module-syntax';

const GOOD: Record<string, string> = {
  'minimal': 'module example.com/a\n',
  'everything': [
    '// Deprecated: no', 'module "example.com/a" // c', '', 'go 1.26.1', 'toolchain go1.26.3', 'godebug default=go1.21', 'godebug (', '\tpanicnil=1', ')',
    'require example.com/b v1.2.3 // indirect', 'require (', '\t// comment', '\texample.com/c v0.0.0-20200101000000-abcdefabcdef // indirect; why',
    '', '\t"example.com/d" "v1.0.0" // indirectly', '\texample.com/e/v2 v2.0.0-rc.1', '\texample.com/f v3.0.0+incompatible', ')', 'exclude example.com/b v1.0.0',
    'exclude (', '\texample.com/b v1.0.1', ')', 'replace example.com/b => ./b', 'replace (', '\texample.com/c v1.0.0 => ../c', '\texample.com/d => example.com/x v1.5.0',
    '\texample.com/e => "./with space"', ')', 'retract v1.0.0', 'retract [v1.1.0, v1.2.0] // why', 'retract (', '\tv1.3.0', '\t[v1.4.0, v1.5.0]', ')',
    'tool example.com/t/cmd', 'tool (', '\texample.com/u', ')', 'ignore ./static', 'ignore (', '\tnode_modules', ')', '',
  ].join('\n'),
  'with CRLF': 'module example.com/a\r\n\r\ngo 1.24\r\n\r\nrequire (\r\n\texample.com/b v1.0.0 // indirect\r\n)\r\n',
  'without a last newline': 'module example.com/a\ngo 1.24',
  'with empty blocks': 'module example.com/a\nrequire ()\nreplace (\n)\n',
  'module block': 'module (\n\texample.com/a\n)\n',
  'comment without space': 'module example.com/a//c\ngo 1.24//c\n',
  'toolchain default': 'module example.com/a\ngo 1.24\ntoolchain default\n',
  'release candidate': 'module example.com/a\ngo 1.24rc1\n',
};

const BAD: Record<string, string> = {
  'unknown directive': 'module example.com/a\nfoo bar\n',
  'unknown block': 'module example.com/a\nfoo (\n\tbar\n)\n',
  'two words before a block': 'module example.com/a\nrequire x (\n)\n',
  'go block': 'module example.com/a\ngo (\n\t1.24\n)\n',
  'two go lines': 'module example.com/a\ngo 1.24\ngo 1.24\n',
  'a bad go version': 'module example.com/a\ngo 1\n',
  'a bad toolchain': 'module example.com/a\ntoolchain 1.24\n',
  'two modules': 'module example.com/a\nmodule example.com/a\n',
  'an unclosed block': 'module example.com/a\nrequire (\n\texample.com/b v1.0.0\n',
  'words behind a block': 'module example.com/a\nrequire (\n) x\n',
  'a block comment': 'module example.com/a /* c */\n',
  'an unclosed string': 'module "example.com/a\n',
  'a quote within': 'module example.com/a\nrequire ex"ample v1.0.0\n',
  'require without version': 'module example.com/a\nrequire example.com/b\n',
  'a version that is none': 'module example.com/a\nrequire example.com/b 1.0.0\n',
  'replace without arrow': 'module example.com/a\nreplace example.com/b ./b\n',
  'replace by a path without dots': 'module example.com/a\nreplace example.com/b => b\n',
  'replace by path@version': 'module example.com/a\nreplace example.com/b => example.com/c@v1\n',
  'replace by a directory with version': 'module example.com/a\nreplace example.com/b => ./b v1.0.0\n',
  'replace by a Windows path': 'module example.com/a\nreplace example.com/b => .\\b\n',
  'a bad godebug': 'module example.com/a\ngodebug x\n',
  'ignore with two words': 'module example.com/a\nignore a b\n',
  'a go line of two words': 'module example.com/a\ngo 1.24 1.25\n',
  'two toolchains': 'module example.com/a\ntoolchain go1.24.1\ntoolchain go1.24.1\n',
  'a toolchain line of two words': 'module example.com/a\ntoolchain go1.24.1 x\n',
  'a module line of two words': 'module example.com/a b\n',
  'tool with two words': 'module example.com/a\ntool a b\n',
  'exclude without version': 'module example.com/a\nexclude example.com/b\n',
  'exclude with a version that is none': 'module example.com/a\nexclude example.com/b 1.0.0\n',
  'replace of a version that is none': 'module example.com/a\nreplace example.com/b 1.0.0 => ./b\n',
  'replace by a version that is none': 'module example.com/a\nreplace example.com/b => example.com/c 1.0.0\n',
  'a string with a wrong escape': 'module "example.com/\\q"\n',
  'a control character': 'module example.com/a\n\u0001\n',
};

describe('go.mod', () => {
  test.each(Object.entries(GOOD))('is read as go mod edit reads it: %s', (_, text) => {
    const listed = edit('mod', 'go.mod', text);
    const parsed = parseModuleFile(text);
    expect({
      module: parsed.module,
      go: parsed.go,
      toolchain: parsed.toolchain,
      require: parsed.require.map(item => ({ ...versioned(item), ...item.indirect ? { Indirect: true } : {} })),
      exclude: parsed.exclude.map(versioned),
      replace: parsed.replace.map(({ old, replacement }) => ({ Old: versioned(old), New: versioned(replacement) })),
      tool: parsed.tool,
      ignore: parsed.ignore,
    }).toEqual({
      module: listed.Module.Path,
      go: listed.Go,
      toolchain: listed.Toolchain,
      require: listed.Require ?? [],
      exclude: listed.Exclude ?? [],
      replace: listed.Replace ?? [],
      tool: (listed.Tool ?? []).map(tool => tool.Path),
      ignore: (listed.Ignore ?? []).map(ignore => ignore.Path),
    });
  });

  test.each(Object.entries(BAD))('is refused in the line and words of go mod edit: %s', (_, text) => {
    const { stderr, status } = run('mod', 'go.mod', text);
    expect(status).not.toBe(0);
    const [, line, words] = /go\.mod:(\d+)(?::\d+)?: (.*)/.exec(stderr)!;
    let error: ModuleSyntaxError | undefined;
    try {
      parseModuleFile(text);
    } catch (thrown) {
      error = thrown as ModuleSyntaxError;
    }
    expect(error).toBeInstanceOf(ModuleSyntaxError);
    expect(Math.abs(error!.line - Number(line))).toBeLessThanOrEqual(text.includes('unclosed') || text.endsWith('v1.0.0\n') ? 1 : 0);
    const firstWords = words.split(' ').slice(0, 2).join(' ');
    expect(error!.message.startsWith(firstWords)).toBe(true);
  });

  test('of a dependency may hold directives that are not known yet', () => {
    const text = 'module example.com/a\nfoo bar\nbar (\n\tx\n)\nreplace example.com/b => ./b\ngo 1.24-custom\n';
    expect(parseModuleFile(text, true)).toMatchObject({ module: 'example.com/a', go: '1.24', replace: [] });
  });

  test('holds settings that go mod edit does not print', () => {
    expect(parseModuleFile(GOOD.everything).godebug).toEqual({ default: 'go1.21', panicnil: '1' });
    expect(parseWorkFile('toolchain go1.24.1\n').toolchain).toBe('go1.24.1');
  });

  test('needs a module line', () => {
    expect(() => parseModuleFile('go 1.24\n')).toThrow('no module declaration in go.mod');
  });
});

describe('go.work', () => {
  test('is read as go work edit reads it', () => {
    const text = 'go 1.24\n\ntoolchain go1.24.1\n\nuse .\nuse (\n\t./a\n\t"./b c" // c\n)\n\nreplace example.com/b v1.0.0 => ./x\n\ngodebug panicnil=1\n';
    const listed = edit('work', 'go.work', text);
    const parsed = parseWorkFile(text);
    expect({
      go: parsed.go,
      use: parsed.use.map(use => use.path),
      replace: parsed.replace.map(({ old, replacement }) => ({ Old: versioned(old), New: versioned(replacement) })),
    }).toEqual({ go: listed.Go, use: listed.Use.map(use => use.DiskPath), replace: listed.Replace });
  });

  test.each([['require x v1.0.0', 'unknown directive: require'], ['use', 'usage: use local/dir']])('refuses %s', (text, message) => {
    expect(() => parseWorkFile(`go 1.24\n${text}\n`)).toThrow(message);
  });
});

interface Listed {
  readonly Module: { readonly Path: string };
  readonly Go?: string;
  readonly Toolchain?: string;
  readonly Use: { readonly DiskPath: string }[];
  readonly Require?: object[];
  readonly Exclude?: object[];
  readonly Replace?: object[];
  readonly Tool?: { readonly Path: string }[];
  readonly Ignore?: { readonly Path: string }[];
}

function versioned({ path: module, version }: { path: string; version: string }): object {
  return { Path: module, ...version === '' ? {} : { Version: version } };
}

function edit(command: string, name: string, text: string): Listed {
  const { stdout, stderr, status } = run(command, name, text);
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout) as Listed;
}

function run(command: string, name: string, text: string): { stdout: string; stderr: string; status: number | null } {
  const directory = writeFiles({ [name]: text });
  return spawnSync('go', [command, 'edit', '-json', name], {
    cwd: directory, encoding: 'utf8', env: { ...process.env, GOFLAGS: '', GOWORK: path.join(directory, 'go.work'), GOTOOLCHAIN: 'local' },
  });
}
