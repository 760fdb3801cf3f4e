import * as fs from 'node:fs';
import * as path from 'node:path';
import { goFile, target, writeFiles } from './fixture';
import { SourceTree } from '../../lib/files/source-tree';
import { GoModule } from '../../lib/go/go-module';
import { InputError } from '../../lib/input/input-error';
import { callMessageOf, messageOf } from '../message';

const GO = 'module example.com/app\n\ngo 1.24\n';
const MAIN = goFile('main');

interface Wrong {
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly source?: string;
  readonly main?: string;
  /** The whole text, with `<dir>` for the directory of the files. */
  readonly text: string;
}

const WRONG: Record<string, Wrong> = {
  'a missing directory': {
    files: {},
    source: 'nowhere',
    text: `the source directory does not exist
  given:   "<dir>/nowhere"
  allowed: a directory of a Go module
  to do:   create the module with go mod init, or correct the path (it was looked for at <dir>/nowhere)`,
  },
  'a file': {
    files: { 'go.mod': GO },
    source: 'go.mod',
    text: `the source is a file, not a directory
  given:   "<dir>/go.mod"
  allowed: a directory of a Go module
  to do:   create the module with go mod init, or correct the path (it was looked for at <dir>/go.mod)`,
  },
  'a symbolic link to itself': {
    files: { loop: '-> loop' },
    source: 'loop',
    text: `the source directory does not exist
  given:   "<dir>/loop"
  allowed: a directory of a Go module
  to do:   create the module with go mod init, or correct the path (it was looked for at <dir>/loop)`,
  },
  'no go.mod': {
    files: { 'main.go': MAIN },
    text: `no go.mod in the source directory or above it
  given:   "<dir>"
  allowed: a directory of a Go module
  to do:   run go mod init there, or correct the path`,
  },
  'a workspace without a module in its directory': {
    files: { 'go.work': 'go 1.24\nuse ./a\nuse ./b\n' },
    text: `the source directory is in a workspace but in none of its modules
  given:   "<dir>"
  allowed: ./a, ./b
  to do:   set source to the directory of one of the modules that go.work uses`,
  },
  'a module that the workspace does not use': {
    files: { 'go.work': 'go 1.24\nuse ./a\n', 'a/go.mod': GO, 'b/go.mod': GO },
    source: 'b',
    text: `a go.work above the module does not use it
  given:   {"module":"<dir>/b","workspace":"<dir>/go.work"}
  allowed: ./a
  to do:   run go work use ./b in <dir>, or move the module elsewhere`,
  },
  'a workspace with a module that is missing': {
    files: { 'go.work': 'go 1.24\nuse ./a\nuse ./b\n', 'a/go.mod': GO },
    source: 'a',
    text: `go.work:3: a module of the workspace has no go.mod
  given:   "./b"
  to do:   check out the whole repository, submodules included; or run go work edit -dropuse=./b in <dir>; or delete go.work there, if the module builds without the others`,
  },
  'a workspace with an absolute path': {
    files: { 'go.work': 'go 1.24\nuse ./a\nuse /b\n', 'a/go.mod': GO },
    source: 'a',
    text: `go.work:3: a module of the workspace has an absolute path, which does not exist where the image is built
  given:   "/b"
  allowed: a path relative to go.work
  to do:   run go work edit -dropuse=/b -use=<relative path>`,
  },
  'a workspace with one module twice': {
    files: { 'go.work': 'go 1.24\nuse ./a\nuse ./b\n', 'a/go.mod': GO, 'b/go.mod': GO },
    source: 'a',
    text: `module example.com/app appears multiple times in the workspace
  given:   ["<dir>/a","<dir>/b"]
  to do:   drop one of the two from go.work`,
  },
  'a syntax error in go.mod': {
    files: { 'go.mod': `${GO}\nrequire example.com/lib\n` },
    text: `go.mod:5: usage: require module/path v1.2.3
  given:   "require example.com/lib"
  to do:   correct line 5 of <dir>/go.mod`,
  },
  'a syntax error in go.work': {
    files: { 'go.mod': GO, 'go.work': 'use "\n' },
    text: `go.work:1: unexpected newline in string
  given:   "use \\""
  to do:   correct line 1 of <dir>/go.work`,
  },
  'a replacement that is missing': {
    files: { 'go.mod': `${GO}require example.com/lib v1.0.0\nreplace example.com/lib => ./lib\n` },
    text: `go.mod:5: replacement directory ./lib does not exist
  given:   "<dir>/lib"
  allowed: the directory of a module, relative to the file
  to do:   correct the path, or run go mod edit -dropreplace=example.com/lib and go mod tidy in <dir>`,
  },
  'a replacement outside of the module': {
    files: { 'app/go.mod': `${GO}require example.com/lib v1.0.0\nreplace example.com/lib => ../lib\n` },
    source: 'app',
    text: `go.mod:5: replacement directory ../lib does not exist
  given:   "<dir>/lib"
  allowed: the directory of a module, relative to the file
  to do:   check out the whole repository and set \`source\` to the module in it, because a module as published holds no directory outside of itself; or run go mod edit -dropreplace=example.com/lib and go mod tidy in <dir>/app`,
  },
  'a replacement without go.mod': {
    files: { 'go.mod': `${GO}require example.com/lib v1.0.0\nreplace example.com/lib => ./lib\n`, 'lib/x.go': goFile('lib') },
    text: `go.mod:5: replacement directory ./lib has no go.mod
  given:   "<dir>/lib"
  allowed: the directory of a module, relative to the file
  to do:   correct the path, or run go mod edit -dropreplace=example.com/lib and go mod tidy in <dir>`,
  },
  'a replacement by an absolute path': {
    files: { 'go.mod': `${GO}require example.com/lib v1.0.0\nreplace example.com/lib => /lib\n` },
    text: `go.mod:5: module example.com/lib is replaced by an absolute path, which does not exist where the image is built
  given:   "/lib"
  allowed: a path relative to the file, starting with ./ or ../
  to do:   run go mod edit -replace=example.com/lib=<relative path> in <dir>`,
  },
  'a vendor directory that lacks a module': {
    files: { 'go.mod': `${GO}require example.com/lib v1.0.0\n`, 'vendor/modules.txt': '' },
    text: `inconsistent vendoring: example.com/lib@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt
  given:   "<dir>/vendor"
  to do:   run go mod vendor, or delete the vendor directory`,
  },
  'a vendor directory that lacks several modules': {
    files: { 'go.mod': `${GO}require example.com/lib v1.0.0\nrequire example.com/more v1.0.0\n`, 'vendor/modules.txt': '' },
    text: `inconsistent vendoring: example.com/lib@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt (and 1 more)
  given:   "<dir>/vendor"
  to do:   run go mod vendor, or delete the vendor directory`,
  },
  'a vendor directory with a module too many': {
    files: { 'go.mod': GO, 'vendor/modules.txt': '# example.com/lib v1.0.0\n## explicit\nexample.com/lib\n' },
    text: `inconsistent vendoring: example.com/lib@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod
  given:   "<dir>/vendor"
  to do:   run go mod vendor, or delete the vendor directory`,
  },
  'a vendor directory with another replacement': {
    files: {
      'go.mod': `${GO}require example.com/lib v1.0.0\nreplace example.com/lib => ./lib\n`,
      'vendor/modules.txt': '# example.com/lib v1.0.0 => ./other\n## explicit\n# example.com/lib => ./other\n',
    },
    text: 'inconsistent vendoring: example.com/lib: is replaced by ./lib in go.mod, but marked as replaced by ./other in vendor/modules.txt\n'
      + '  given:   "<dir>/vendor"\n  to do:   run go mod vendor, or delete the vendor directory',
  },
  'no main package': {
    files: { 'go.mod': GO, 'x.go': goFile('x') },
    text: `the module has no main package
  given:   "<dir>"
  allowed: a directory with package main and func main
  to do:   write one, or set source to the directory of the module that has one`,
  },
  'several main packages': {
    files: { 'go.mod': GO, 'cmd/b/main.go': MAIN, 'cmd/a/main.go': MAIN },
    text: `the module has 2 main packages and none was named
  given:   "<dir>"
  allowed: ./cmd/a, ./cmd/b
  to do:   set mainPackage, for example mainPackage: './cmd/a'`,
  },
  'several main packages below the source directory': {
    files: { 'go.mod': GO, 'main.go': goFile('x'), 'cmd/b/main.go': MAIN, 'cmd/a/main.go': MAIN },
    text: `the module has 2 main packages and none was named
  given:   "<dir>"
  allowed: ./cmd/a, ./cmd/b
  to do:   set mainPackage, for example mainPackage: './cmd/a'`,
  },
  'a main package that does not exist': {
    files: { 'go.mod': GO, 'cmd/a/main.go': MAIN },
    main: './cmd/b',
    text: `the main package does not exist
  given:   "./cmd/b"
  allowed: ./cmd/a
  to do:   name a main package of the module`,
  },
  'a main package that is a library': {
    files: { 'go.mod': GO, 'cmd/a/main.go': MAIN, 'x/x.go': goFile('x') },
    main: './x',
    text: `the package is not a main package (package main with Go files for the target)
  given:   "./x"
  allowed: ./cmd/a
  to do:   name a main package of the module`,
  },
  'a main package outside the module': {
    files: { 'app/go.mod': GO, 'app/main.go': MAIN, 'other/main.go': MAIN },
    source: 'app',
    main: '../other',
    text: `the main package is outside the module example.com/app
  given:   "../other"
  allowed: .
  to do:   name a main package of the module`,
  },
  'a main package in a nested module': {
    files: { 'go.mod': GO, 'main.go': MAIN, 'n/go.mod': 'module n\n', 'n/main.go': MAIN },
    main: './n',
    text: `the main package is outside the module example.com/app
  given:   "./n"
  allowed: .
  to do:   name a main package of the module`,
  },
  'a main package without ./': {
    files: { 'go.mod': GO, 'cmd/a/main.go': MAIN },
    main: 'cmd/a',
    text: `the main package is neither a relative path nor an import path of the module
  given:   "cmd/a"
  allowed: ./cmd/a or an import path that starts with example.com/app
  to do:   start a relative path with ./`,
  },
  'a package of the module that does not exist': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.com/app/gen') },
    text: `<dir>/main.go:3: module example.com/app has no package example.com/app/gen
  given:   "example.com/app/gen"
  to do:   create Go files in <dir>/gen, or correct the import. A module as published may lack generated files: run its generators in a checkout of the repository, before the synthesis`,
  },
  'a package without a module': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.org/lib/x') },
    text: `<dir>/main.go:3: no required module provides package example.org/lib/x
  given:   "example.org/lib/x"
  to do:   run go get example.org/lib/x in <dir>`,
  },
  'a package that is not vendored': {
    files: {
      'go.mod': `${GO}require example.com/lib v1.0.0\n`,
      'main.go': goFile('main', 'example.com/lib'),
      'vendor/modules.txt': '# example.com/lib v1.0.0\n## explicit\n',
    },
    text: `<dir>/main.go:3: cannot find module providing package example.com/lib: import lookup disabled by -mod=vendor
  given:   "example.com/lib"
  to do:   run go mod vendor, or correct the import`,
  },
  'a package that no file is built of': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.com/app/win'), 'win/x_windows.go': goFile('win') },
    text: `<dir>/main.go:3: build constraints exclude all Go files in <dir>/win
  given:   "example.com/app"
  to do:   add the build tags that the package needs, or a file for the target platform`,
  },
  'a relative import': {
    files: { 'go.mod': GO, 'main.go': goFile('main', './x') },
    text: `<dir>/main.go:3: "./x" is relative, but relative import paths are not supported in module mode
  given:   "./x"
  to do:   import the package by the module's path`,
  },
  'an import path that cannot be one': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.com/app@v1') },
    text: `<dir>/main.go:3: malformed import path "example.com/app@v1"
  given:   "example.com/app@v1"
  to do:   correct the import`,
  },
  'an import of a program': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.com/app/cmd'), 'cmd/main.go': MAIN },
    main: '.',
    text: `<dir>/main.go:3: the imported package is a program, not an importable package
  given:   "<dir>/cmd"
  to do:   move what is shared into a package of its own`,
  },
  'an import of another module\'s internals': {
    files: {
      'go.mod': `${GO}require example.com/lib v0.0.0\nreplace example.com/lib => ./lib\n`,
      'main.go': goFile('main', 'example.com/lib/internal/x'),
      'lib/go.mod': 'module example.com/lib\n',
      'lib/internal/x/x.go': goFile('x'),
    },
    text: `<dir>/main.go:3: use of internal package example.com/lib/internal/x not allowed
  given:   "example.com/lib/internal/x"
  to do:   import it from packages below example.com/lib only`,
  },
  'packages that import each other': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main', 'example.com/app/a'),
      'a/x.go': goFile('a', 'example.com/app/b'),
      'b/x.go': goFile('b', 'example.com/app/a'),
    },
    text: `import cycle not allowed
  given:   "example.com/app/a imports example.com/app/b imports example.com/app/a"
  to do:   move what both need into a package of its own`,
  },
  'imports that differ in case': {
    files: { 'go.mod': GO, 'main.go': goFile('main', 'example.com/app/a', 'example.com/app/A'), 'a/x.go': goFile('a'), 'A/x.go': goFile('a') },
    text: `case-insensitive import collision: "example.com/app/A" and "example.com/app/a"
  given:   "example.com/app/A"
  to do:   import the package by one spelling everywhere, or rename one of the two`,
  },
  'two packages in one directory': {
    files: { 'go.mod': GO, 'a.go': MAIN, 'b.go': goFile('b') },
    text: `found packages main (a.go) and b (b.go) in one directory
  given:   "<dir>"
  to do:   give the files the same package clause, or move one package into a directory of its own`,
  },
  'a Go file that is none': {
    files: { 'go.mod': GO, 'a.go': MAIN, 'b.go': 'package main\n\nimport "fmt\n' },
    text: `a Go file has a syntax error in line 3: expected an import path, found "\\"fmt\\n"
  given:   "<dir>/b.go"
  to do:   correct the file; go vet names the place`,
  },
  'a build constraint that is none': {
    files: { 'go.mod': GO, 'a.go': MAIN, 'b.go': '//go:build linux &&\n\npackage main\n' },
    text: `a Go file has a build constraint that cannot be read: parsing //go:build line: unexpected end of expression
  given:   "<dir>/b.go"
  allowed: one line such as //go:build linux && !debug
  to do:   correct the constraint`,
  },
  'C files without cgo': {
    files: { 'go.mod': GO, 'a.go': MAIN, 'a.c': '' },
    text: `C source files not allowed when not using cgo or SWIG
  given:   "<dir>/a.c"
  to do:   import "C" in a Go file of the package, or keep the file out with a build constraint`,
  },
  'a file whose name is not UTF-8': {
    files: { 'go.mod': GO },
    text: `the name of a file that the build needs is not UTF-8
  given:   "<dir>/\\udcff.go"
  to do:   rename the file`,
  },
};

/** Without the call: what is wrong with a module is found by `fromDirectory`, what is wrong with a program later. */
function problemOf(build: () => unknown): string {
  return callMessageOf(build).replace(/^GoModule\.fromDirectory\("(?:[^"\\]|\\.)*…?"?\): /, '').replace(/\n {2}at: {6}<line>$/, '');
}

describe('a module is refused with a text that tells what to do', () => {
  test.each(Object.entries(WRONG))('%s', (name, { files, source, main, text }) => {
    const directory = writeFiles(files);
    if (name === 'a file whose name is not UTF-8') {
      fs.writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xFF]), Buffer.from('.go')]), MAIN);
    }
    const build = () => GoModule.fromDirectory(`${directory}/${source ?? ''}`)._closure(main, [target({ cgoEnabled: name.startsWith('C files') })]);
    expect(problemOf(build).replaceAll(directory, '<dir>')).toBe(text);
    expect(build).toThrow(InputError);
  });

  test.each([
    ['missing.txt', {}, 'pattern missing.txt: no matching files found'],
    ['../x', { x: '' }, 'pattern ../x: invalid pattern syntax'],
    ['[', {}, 'pattern [: invalid pattern syntax'],
    ['./x', { 'app/x': '' }, 'pattern ./x: invalid pattern syntax'],
    ['dir', { 'app/dir/.x': '' }, 'pattern dir: cannot embed directory dir: contains no embeddable files'],
    ['link', { 'app/link': '-> main.go' }, 'pattern link: cannot embed irregular file link'],
    ['dir/x', { 'other/x': '', 'app/dir': '-> ../other' }, 'pattern dir/x: cannot embed file dir/x: in non-directory dir'],
    ['n/x', { 'app/n/go.mod': 'module n\n', 'app/n/x': '' }, 'pattern n/x: cannot embed file n/x: in different module'],
    ['d', { 'app/d/go.mod': 'module d\n' }, 'pattern d: cannot embed directory d: in different module'],
    ['dir/sub', { 'other/sub/x': '', 'app/dir': '-> ../other' }, 'pattern dir/sub: cannot embed directory dir/sub: in non-directory dir'],
    ['.git/sub', { 'app/.git/sub/x': '' }, 'pattern .git/sub: cannot embed directory .git/sub: in invalid directory .git'],
    ['.git/x', { 'app/.git/x': '' }, 'pattern .git/x: cannot embed file .git/x: in invalid directory .git'],
    ['.git', { 'app/.git/x': '' }, 'pattern .git: cannot embed directory .git: invalid name .git'],
    ['dir', { 'app/dir/a:b': '' }, 'pattern dir: cannot embed file dir/a:b: invalid name a:b'],
  ])('an embed pattern %s', (pattern, files, what) => {
    const directory = writeFiles({
      'app/go.mod': GO,
      'app/main.go': `package main\n\nimport _ "embed"\n\n//go:embed ${pattern}\nvar s string\n\nfunc main() {}\n`,
      ...files,
    });
    const text = messageOf(() => GoModule.fromDirectory(path.join(directory, 'app'))._closure(undefined, [target()]));
    expect(text.split('\n')[0]).toBe(what);
    expect(text).toContain(`//go:embed ${pattern} in ${directory}/app/main.go`);
  });

  test('a Go file of 2 GB, without reading it', () => {
    const directory = writeFiles({ 'go.mod': GO, 'main.go': MAIN, 'big.go': '' });
    fs.truncateSync(path.join(directory, 'big.go'), 2 ** 31);
    expect(messageOf(() => GoModule.fromDirectory(directory)._closure(undefined, [target()])).replaceAll(directory, '<dir>')).toBe(
      `a file that the build needs is too large
  given:   "<dir>/big.go"
  allowed: at most 134217728 bytes (the file has 2147483648)
  to do:   move the data out of the Go sources, for example into a volume or an image layer of its own`);
  });

  test('a Go version of a target that is none', () => {
    const directory = writeFiles({ 'go.mod': GO, 'main.go': MAIN });
    expect(messageOf(() => GoModule.fromDirectory(directory)._closure('.', [target({ goVersion: 'latest' })]))).toBe(
      `the Go version of the build is not one
  given:   "latest"
  allowed: a release such as 1.26
  to do:   give the version as major and minor number`);
  });
});

describe('files that a build does not need are not looked at', () => {
  test('large files, files with foreign names and unreadable files beside the sources', () => {
    const directory = writeFiles({ 'go.mod': GO, 'main.go': MAIN, 'data.bin': '', 'big_test.go': '', 'big_windows.go': '', 'secret/x.go': '' });
    ['data.bin', 'big_test.go', 'big_windows.go'].forEach(name => fs.truncateSync(path.join(directory, name), 2 ** 31));
    fs.writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xFF, 0xFE])]), '');
    expect(GoModule.fromDirectory(directory)._closure('.', [target()]).files).toEqual(['go.mod', 'main.go']);
  });

  test('a file is read once, however many programs and targets need it', () => {
    const directory = writeFiles({ 'go.mod': GO, 'a/main.go': goFile('main', 'example.com/app/x'), 'b/main.go': goFile('main', 'example.com/app/x'), 'x/x.go': goFile('x') });
    const tree = new SourceTree();
    const read = jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'openSync');
    const listed = jest.spyOn(jest.requireActual<typeof fs>('node:fs'), 'readdirSync');
    for (const main of ['./a', './b']) {
      GoModule._load(directory, tree)._closure(main, [target(), target({ goarch: 'arm64' })]);
    }
    expect(read).toHaveBeenCalledTimes(4);
    expect(listed.mock.calls.map(([name]) => String(name)).sort()).toEqual([directory + '/a', directory + '/b', directory + '/x']);
    jest.restoreAllMocks();
  });
});

describe('the properties of a module', () => {
  test.each([
    ['module example.com/app\n', '1.26'],
    ['module example.com/app\ngo 1.24.3\n', '1.24'],
    ['module example.com/app\ngo 1.21\ntoolchain go1.22.1\n', '1.22'],
    ['module example.com/app\ngo 1.24\ntoolchain go1.22.1\n', '1.24'],
    ['module example.com/app\ngo 1.24\ntoolchain default\n', '1.24'],
    ['module example.com/app\ngo 1.25rc1\n', '1.25'],
    ['module example.com/app\ngo 1.24\nrequire l v0.0.0\nreplace l => ./newer\n', '1.25'],
  ])('the Go version of %j is %s', (text, version) => {
    expect(GoModule.fromDirectory(writeFiles({ 'go.mod': text, 'newer/go.mod': 'module l\ngo 1.25.1\n' })).goVersion).toBe(version);
  });

  test('the Go version of a workspace is the newest in it', () => {
    const directory = writeFiles({ 'go.work': 'go 1.23\ntoolchain go1.24.2\nuse ./a\nuse ./b\n', 'a/go.mod': GO, 'b/go.mod': 'module b\ngo 1.25\n' });
    expect(GoModule.fromDirectory(path.join(directory, 'a')).goVersion).toBe('1.25');
  });

  test('the source may be a directory below go.mod; main packages are then relative to it', () => {
    const directory = writeFiles({ 'go.mod': GO, 'services/shop/cmd/app/main.go': MAIN, 'other/main.go': MAIN });
    const module = GoModule.fromDirectory(path.join(directory, 'services/shop'));
    expect(module).toMatchObject({ directory, root: directory, modulePath: 'example.com/app', mainPackages: ['./cmd/app'] });
    expect(module._closure('./cmd/app', [target()])).toMatchObject({ mainPackage: './services/shop/cmd/app', moduleDirectory: '.' });
    expect(module._closure('../../other', [target()])).toMatchObject({ mainPackage: './other' });
    expect(module._closure('example.com/app/other', [target()])).toMatchObject({ mainPackage: './other', importPath: 'example.com/app/other' });
  });

  test('the root holds replacements outside the module', () => {
    const directory = writeFiles({ 'a/b/go.mod': `${GO}require l v0.0.0\nreplace l => ../../c/l\n`, 'a/b/main.go': MAIN, 'c/l/go.mod': 'module l\n' });
    const module = GoModule.fromDirectory(path.join(directory, 'a/b'));
    expect(module.root).toBe(directory);
    expect(module._closure(undefined, [target()])).toMatchObject({ moduleDirectory: 'a/b', mainPackage: '.', moduleFiles: ['a/b/go.mod', 'c/l/go.mod'] });
  });
});
