import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { goFile, target, TARGETS, writeFiles } from './fixture';
import { compareWithGoList, goList, listMainPackages } from './go-list';
import type { BuildTarget } from '../../lib/go/build-target';
import { GoModule } from '../../lib/go/go-module';

const GO = 'module example.com/app\n\ngo 1.24\n';
const MAIN = goFile('main');

interface Shape {
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Where the module is, below the files. */
  readonly module?: string;
  readonly main?: string;
  readonly targets?: readonly BuildTarget[];
  /** Commands that complete the files. */
  readonly prepare?: readonly (readonly string[])[];
  /** Some files of the closure for linux/amd64 without cgo, as a check that the comparison compares something. */
  readonly contains: readonly string[];
  readonly lacks?: readonly string[];
}

const CGO_SOURCE = '// #include "c.h"\n// #cgo CFLAGS: -I${SRCDIR}/include\nimport "C"\n';

const SHAPES: Record<string, Shape> = {
  'a module without dependencies': {
    files: { 'go.mod': GO, 'main.go': MAIN, 'main_test.go': goFile('main', 'testing'), 'README.md': '#', 'unused/x.go': goFile('unused') },
    contains: ['go.mod', 'main.go'],
    lacks: ['main_test.go', 'README.md', 'unused/x.go', 'go.sum'],
  },
  'several programs and packages': {
    files: {
      'go.mod': GO,
      'go.sum': '',
      'cmd/a/main.go': goFile('main', 'fmt', 'example.com/app/x'),
      'cmd/b/main.go': goFile('main', 'example.com/app/y'),
      'x/x.go': goFile('x', 'example.com/app/x/internal/z', 'net/http'),
      'x/internal/z/z.go': goFile('z'),
      'y/y.go': goFile('y'),
      'testdata/p/main.go': MAIN,
      '_skip/main.go': MAIN,
      '.skip/main.go': MAIN,
      'vendor/v/main.go': MAIN,
      'only_tests/a_test.go': goFile('main'),
      'nested/go.mod': 'module example.com/app/nested\n',
      'nested/main.go': MAIN,
    },
    main: './cmd/a',
    contains: ['cmd/a/main.go', 'x/x.go', 'x/internal/z/z.go', 'go.sum'],
    lacks: ['y/y.go', 'cmd/b/main.go'],
    targets: [target({ tags: [] })],
  },
  'build constraints and file names': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main'),
      'a_linux.go': goFile('main', 'example.com/app/linux'),
      'linux/x.go': goFile('linux'),
      'a_windows.go': goFile('main', 'example.com/app/windows'),
      'windows/x.go': goFile('windows'),
      'a_arm64.go': goFile('main', 'example.com/app/arm64'),
      'arm64/x.go': goFile('arm64'),
      'a_linux_amd64.go': MAIN.replace('func main() {}', ''),
      'b_windows_amd64.go': 'package main\n',
      'linux.go': goFile('main').replace('func main() {}', ''),
      'unix.go': `//go:build unix\n\n${goFile('main', 'example.com/app/unix')}`.replace('func main() {}', ''),
      'unix/x.go': goFile('unix'),
      'old.go': '// +build linux,!cgo\n\npackage main\n',
      'old_late.go': '// +build windows\npackage main\n',
      'both.go': '//go:build linux\n// +build windows\n\npackage main\n',
      'after_comment.go': '/* c */\n\n//go:build windows\n\npackage main\n',
      'in_comment.go': '/*\n//go:build windows\n*/\n\npackage main\n',
      'release.go': '//go:build go1.21 && !go1.99\n\npackage main\n',
      'future.go': '//go:build go1.99\n\npackage main\n',
      'ignored.go': '//go:build ignore\n\npackage other\n',
      'gc.go': '//go:build gc && amd64.v1\n\npackage main\n',
      'tagged.go': '//go:build special\n\npackage main\n\nimport _ "example.com/app/special"\n',
      'special/x.go': goFile('special'),
      'crlf.go': '//go:build linux\r\n\r\npackage main\r\n\r\nimport (\r\n\t_ "example.com/app/crlf"\r\n)\r\n',
      'crlf/x.go': goFile('crlf'),
      'bom.go': '\uFEFF//go:build linux\n\npackage main\n\nimport _ "example.com/app/bom"\n',
      'bom/x.go': '\uFEFFpackage bom\n',
      'documentation.go': 'package documentation\n',
      '_x.go': 'package x\n',
      '.x.go': 'package x\n',
    },
    targets: [...TARGETS, target({ tags: ['special'] }), target({ goos: 'windows' }), target({ goos: 'darwin', goarch: 'arm64' })],
    contains: ['linux/x.go', 'unix/x.go', 'crlf/x.go', 'bom/x.go', 'old.go', 'in_comment.go', 'linux.go'],
    lacks: ['windows/x.go', 'special/x.go', 'future.go', 'documentation.go', '_x.go'],
  },
  'every form of import': {
    files: {
      'go.mod': 'module example.com/app // comment\n\ngo 1.24\n',
      'main.go': [
        '// Package comment', 'package main; import "example.com/app/a"', '/* block */ import ( // c', '\tx "example.com/app/b"; . "example.com/app/c"',
        '\t_ `example.com/app/d` // "example.com/app/no"', '\t// "example.com/app/no"', '\t/* "example.com/app/no" */ "example.com/app/\\u0065"', ')',
        'import ()', 'import é "example.com/app/f"', 'var s = `', 'import "example.com/app/no"', '`', 'func main() { _, _, _, _, _ = a.V, x.V, V, e.V, é.V }',
      ].join('\n'),
      ...Object.fromEntries([...'abcdef'].map(name => [`${name}/x.go`, `package ${name}\n\nvar V int\n`])),
    },
    contains: [...'abcdef'].map(name => `${name}/x.go`),
  },
  'embedded files': {
    files: {
      'go.mod': GO,
      'main.go': [
        'package main', '', 'import (', '\t"embed"', ')', '', '//go:embed a.txt "with space.txt" `raw.txt` dir', 'var one embed.FS', '',
        '//go:embed all:hidden', '//go:embed g*/*.[jt]s', '//go:embed .dot', '\t//go:embed dir/_under', 'var two embed.FS', '',
        'var text = `', '//go:embed no.txt', '`', '/*', '//go:embed no.txt', '*/', 'const r = \'"\'', '//go:embedded no.txt', 'func main() {}',
      ].join('\n'),
      'a.txt': '',
      'with space.txt': '',
      'raw.txt': '',
      'no.txt': '',
      '.dot': '',
      'dir/x': '',
      'dir/sub/y': '',
      'dir/.hidden': '',
      'dir/_under': '',
      'dir/.git/config': '',
      'dir/nested/go.mod': 'module n\n',
      'dir/nested/x': '',
      'dir/link': '-> x',
      'dir/go.sum': '',
      'hidden/.x': '',
      'hidden/_y/z': '',
      'hidden/.git/config': '',
      'glob/a.js': '',
      'glob/b.ts': '',
      'glob/c.css': '',
      'no_embed.go': 'package main\n\n//go:embed no.txt\nvar s string\n',
      'main_test.go': 'package main\n\nimport _ "embed"\n\n//go:embed no.txt\nvar t string\n',
    },
    contains: ['a.txt', 'with space.txt', 'raw.txt', '.dot', 'dir/x', 'dir/sub/y', 'dir/_under', 'hidden/.x', 'hidden/_y/z', 'glob/a.js', 'glob/b.ts'],
    lacks: ['no.txt', 'dir/.hidden', 'dir/nested/x', 'dir/link', 'glob/c.css', 'hidden/.git/config', 'dir/.git/config'],
  },
  'replaced modules': {
    files: {
      'app/go.mod': 'module example.com/app\n\ngo 1.24\n\nrequire (\n\texample.com/lib v1.2.3\n\texample.com/lib/sub v0.0.0\n\tplain v0.0.0\n)\n\n'
        + 'replace example.com/lib v1.2.3 => ../lib\n\nreplace (\n\texample.com/lib v1.0.0 => ../other\n\texample.com/lib/sub => ./sub\n\tplain => "../plain"\n'
        + '\texample.com/unused => ../nowhere\n)\n',
      'app/main.go': goFile('main', 'example.com/lib/a', 'example.com/lib/sub', 'plain/p'),
      'app/sub/go.mod': 'module example.com/lib/sub\n',
      'app/sub/x.go': goFile('sub'),
      'lib/go.mod': 'module example.com/lib\n\ngo 1.20\n\nreplace plain => ./nowhere\n',
      'lib/a/x.go': goFile('a', 'plain/q'),
      'lib/b/x.go': goFile('b'),
      'plain/go.mod': 'module plain\n',
      'plain/p/x.go': goFile('p'),
      'plain/q/x.go': goFile('q'),
      'other/go.mod': 'module other\n',
    },
    module: 'app',
    contains: ['app/go.mod', 'lib/go.mod', 'lib/a/x.go', 'app/sub/x.go', 'plain/p/x.go', 'plain/q/x.go'],
    lacks: ['lib/b/x.go', 'other/go.mod'],
  },
  'a workspace': {
    files: {
      'go.work': 'go 1.24\n\nuse ./app\nuse (\n\t./lib\n\t./tools\n)\n\nreplace example.com/forked v1.0.0 => ./fork\n',
      'go.work.sum': '',
      'app/go.mod': GO,
      'app/cmd/app/main.go': goFile('main', 'example.com/lib/a'),
      'lib/go.mod': 'module example.com/lib\n\ngo 1.23\n\nrequire example.com/forked v1.0.0\n',
      'lib/a/x.go': goFile('a', 'example.com/forked'),
      'lib/b/x.go': goFile('b'),
      'tools/go.mod': 'module example.com/tools\n\ngo 1.24\n',
      'tools/main.go': MAIN,
      'fork/go.mod': 'module example.com/fork\n',
      'fork/x.go': goFile('fork'),
    },
    module: 'app',
    main: './cmd/app',
    contains: ['go.work', 'go.work.sum', 'lib/go.mod', 'tools/go.mod', 'lib/a/x.go', 'fork/x.go', 'fork/go.mod'],
    lacks: ['lib/b/x.go', 'tools/main.go'],
  },
  'vendored packages': {
    files: {
      'go.mod': `${GO}\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./outside/lib\n`,
      'main.go': goFile('main', 'example.com/lib/a'),
      'outside/lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
      'outside/lib/a/x.go': 'package a\n\nimport _ "embed"\n\n//go:embed data\nvar data string\n',
      'outside/lib/a/data': 'x',
      'outside/lib/b/x.go': goFile('b'),
    },
    prepare: [['go', 'mod', 'vendor']],
    contains: ['vendor/modules.txt', 'vendor/example.com/lib/a/x.go', 'vendor/example.com/lib/a/data'],
    lacks: ['outside/lib/a/x.go', 'outside/lib/go.mod'],
  },
  'a vendored workspace': {
    files: {
      'go.work': 'go 1.24\n\nuse (\n\t./app\n\t./other\n)\n',
      'app/go.mod': `${GO}\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ../lib\n`,
      'app/main.go': goFile('main', 'example.com/lib/a', 'example.com/other/o'),
      'other/go.mod': 'module example.com/other\n\ngo 1.24\n',
      'other/o/x.go': goFile('o'),
      'lib/go.mod': 'module example.com/lib\n\ngo 1.24\n',
      'lib/a/x.go': goFile('a'),
    },
    module: 'app',
    prepare: [['go', 'work', 'vendor']],
    contains: ['vendor/modules.txt', 'vendor/example.com/lib/a/x.go', 'other/o/x.go'],
    lacks: ['lib/a/x.go'],
  },
  'a vendor directory that an old module does not use': {
    files: { 'go.mod': 'module example.com/app\n\ngo 1.13\n', 'main.go': goFile('main', 'fmt'), 'vendor/example.com/x/x.go': goFile('x') },
    contains: ['main.go'],
    lacks: ['vendor/example.com/x/x.go'],
  },
  'cgo with C, C++, headers and an alternative without': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main', 'example.com/app/c', 'example.com/app/cpp'),
      'c/c.go': `package c\n\n${CGO_SOURCE}`,
      'c/c_nocgo.go': '//go:build !cgo\n\npackage c\n',
      'c/c.c': '#include "sub/s.h"\n#include "../shared/deep.h"\n',
      'c/c.h': '',
      'c/win_windows.c': '',
      'c/tagged.c': '//go:build never\n',
      'c/a.S': '',
      'c/sub/s.h': '',
      'c/include/i.h': '',
      'c/lib/libx.a': '',
      'c/NOTES.md': '',
      'shared/deep.h': '#include "deeper.h"',
      'shared/deeper.h': '',
      'shared/other.h': '',
      'cpp/x.go': '//go:build cgo\n\npackage cpp\n\n/*\n#cgo LDFLAGS: -L${SRCDIR}/../libs -lx\n*/\nimport "C"\n',
      'cpp/y.go': 'package cpp\n',
      'cpp/x.cc': '',
      'cpp/x.cxx': '',
      'cpp/x.hpp': '',
      'cpp/o.syso': Buffer.from([0]),
      'libs/libx.a': '',
    },
    contains: ['c/c_nocgo.go', 'c/c.h', 'cpp/y.go', 'cpp/o.syso'],
    lacks: ['c/c.go', 'c/c.c', 'c/a.S', 'cpp/x.cc', 'c/sub/s.h'],
  },
  'assembly': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main', 'example.com/app/a'),
      'a/a.go': goFile('a'),
      'a/x_amd64.s': '#include "textflag.h"\n#include "macros.h"\n',
      'a/x_arm64.s': '#include "../common/shared.h"\n',
      'a/macros.h': '',
      'a/gen.s': '//go:build ignore\n',
      'a/upper.S': '',
      'common/shared.h': '',
      'a/x.c.txt': '',
    },
    contains: ['a/x_amd64.s', 'a/macros.h'],
    lacks: ['a/x_arm64.s', 'a/gen.s', 'a/upper.S', 'common/shared.h'],
  },
  'directories that go.mod ignores': {
    files: {
      'go.mod': 'module example.com/app\n\ngo 1.25\n\nignore (\n\t./static\n\tnode_modules\n)\n',
      'main.go': goFile('main', 'example.com/app/static/x'),
      'static/x/x.go': goFile('x'),
      'static/cmd/main.go': MAIN,
      'a/node_modules/m/main.go': MAIN,
      'a/static/main.go': MAIN,
    },
    main: '.',
    contains: ['static/x/x.go'],
  },
  'symbolic links': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main', 'example.com/app/linked', 'example.com/app/files'),
      'real/x.go': goFile('linked'),
      'linked': '-> real',
      'loop': '-> .',
      'files/x.go': '-> ../elsewhere/target.txt',
      'files/dir.go': '-> ../real',
      'elsewhere/target.txt': goFile('files'),
    },
    contains: ['linked/x.go', 'files/x.go'],
    lacks: ['real/x.go', 'elsewhere/target.txt'],
  },
  'a module without a dot in its path': {
    files: { 'go.mod': 'module net/app\n\ngo 1.24\n', 'main.go': goFile('main', 'net/http', 'net/app/own', 'encoding/json'), 'own/x.go': goFile('own') },
    contains: ['own/x.go'],
  },
  'names with capitals, generated files and odd names': {
    files: {
      'go.mod': GO,
      'main.go': goFile('main', 'example.com/app/Upper', 'example.com/app/v1.2'),
      'Upper/x.go': goFile('upper'),
      'Upper/X_linux.go': goFile('upper'),
      'v1.2/zz_generated.deepcopy.go': `// Code generated by x. DO NOT EDIT.\n\n${goFile('v1')}`,
      'v1.2/a b.go': goFile('v1'),
      'v1.2/ü.go': goFile('v1'),
    },
    contains: ['Upper/x.go', 'Upper/X_linux.go', 'v1.2/a b.go', 'v1.2/ü.go', 'v1.2/zz_generated.deepcopy.go'],
  },
};

describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
  let directory: string;
  let root: string;

  beforeAll(() => {
    root = writeFiles(shape.files);
    directory = path.join(root, shape.module ?? '');
    shape.prepare?.forEach(([command, ...args]) => execFileSync(command, args, { cwd: directory, stdio: 'pipe', env: { ...process.env, GOFLAGS: '', GOWORK: '' } }));
  });

  test('the main packages are those of go list ./...', () => {
    const listed = listMainPackages(directory, target({ cgoEnabled: true }));
    expect(listed.packages).not.toEqual([]);
    expect(GoModule.fromDirectory(directory).mainPackages).toEqual(listed.packages);
  });

  test.each(shape.targets ?? TARGETS)('the closure is that of go list -deps for $goos/$goarch, cgo $cgoEnabled, tags $tags', built => {
    const { missing, surplus, problems, packages } = compareWithGoList(directory, shape.main ?? '.', built);
    expect({ missing, surplus, problems }).toEqual({ missing: [], surplus: [], problems: [] });
    expect(packages).toBeGreaterThan(0);
  });

  test('the closure holds what it should', () => {
    const closure = GoModule.fromDirectory(directory)._closure(shape.main ?? '.', [target()]);
    const files = closure.files.map(file => path.relative(root, path.join(closure.root, file)));
    expect(files).toEqual(expect.arrayContaining([...shape.contains]));
    expect(files.filter(file => shape.lacks?.includes(file))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });
});

describe('a closure', () => {
  test('unites its targets', () => {
    const directory = writeFiles({ 'go.mod': GO, 'main.go': MAIN, 'x_amd64.s': '', 'x_arm64.s': '', 'x_s390x.s': '' });
    const both = GoModule.fromDirectory(directory)._closure(undefined, [target(), target({ goarch: 'arm64' })]);
    expect(both.files).toEqual(['go.mod', 'main.go', 'x_amd64.s', 'x_arm64.s']);
  });

  test('tells where to build and what modules need', () => {
    const { module, files } = SHAPES['a workspace'];
    const root = writeFiles(files);
    const closure = GoModule.fromDirectory(path.join(root, module!))._closure(undefined, [target()]);
    expect(closure).toMatchObject({
      root,
      moduleDirectory: 'app',
      mainPackage: './cmd/app',
      importPath: 'example.com/app/cmd/app',
      vendored: false,
      externalPackages: [],
      cgo: undefined,
      moduleFiles: ['app/go.mod', 'fork/go.mod', 'go.work', 'go.work.sum', 'lib/go.mod', 'tools/go.mod'],
    });
  });

  test('holds headers and libraries that cgo reads from elsewhere, which go list does not name', () => {
    const root = writeFiles(SHAPES['cgo with C, C++, headers and an alternative without'].files);
    const { files } = GoModule.fromDirectory(root)._closure(undefined, [target({ cgoEnabled: true })]);
    expect(files).toEqual(expect.arrayContaining(
      ['c/sub/s.h', 'c/include/i.h', 'c/lib/libx.a', 'shared/deep.h', 'shared/deeper.h', 'libs/libx.a', 'c/a.S', 'c/c.c']));
    expect(files).toEqual(expect.not.arrayContaining(['shared/other.h']));
    expect(files).not.toContain('c/NOTES.md');
    expect(files).not.toContain('c/tagged.c');
    expect(files).not.toContain('c/win_windows.c');
  });

  test.each([
    ['without an alternative', { 'x/x.go': 'package x\n\nimport "C"\n', 'x/y.go': 'package x\n' }, false, 'x/x.go'],
    ['as the only file', { 'x/x.go': 'package x\n\nimport "C"\n' }, false, 'x/x.go'],
    ['with an alternative', { 'x/x.go': 'package x\n\nimport "C"\n', 'x/y.go': '//go:build !cgo\n\npackage x\n' }, false, undefined],
    ['with an alternative, cgo enabled', { 'x/x.go': 'package x\n\nimport "C"\n', 'x/y.go': '//go:build !cgo\n\npackage x\n' }, true, 'x/x.go'],
    ['that asks for cgo', { 'x/x.go': '//go:build cgo\n\npackage x\n\nimport "C"\n', 'x/y.go': 'package x\n' }, false, undefined],
  ])('names the file that needs cgo: %s', (_, files, cgoEnabled, file) => {
    const root = writeFiles({ 'go.mod': GO, 'main.go': goFile('main', 'example.com/app/x'), ...files });
    const { cgo } = GoModule.fromDirectory(root)._closure(undefined, [target({ cgoEnabled })]);
    expect(cgo).toEqual(file && { file, importPath: 'example.com/app/x' });
  });

  test('names downloaded packages, and takes a replaced module whole when one of those may import it', () => {
    const files = {
      'main.go': goFile('main', 'example.org/downloaded/pkg', 'example.com/lib/a'),
      'lib/go.mod': 'module example.com/lib\n',
      'lib/a/x.go': goFile('a'),
      'lib/b/x.go': goFile('b', 'example.com/lib/internal/c'),
      'lib/internal/c/x.go': goFile('c'),
      'lib/internal/d/x.go': goFile('d'),
      'lib/cmd/main.go': MAIN,
    };
    const closureFor = (version: string) => GoModule.fromDirectory(writeFiles({
      ...files, 'go.mod': `${GO}\nrequire (\n\texample.org/downloaded v1.0.0\n\texample.com/lib ${version}\n)\n\nreplace example.com/lib => ./lib\n`,
    }))._closure('.', [target()]);
    expect(closureFor('v1.0.0')).toMatchObject({
      externalPackages: ['example.org/downloaded/pkg'],
      wholeModules: ['example.com/lib'],
      files: ['go.mod', 'lib/a/x.go', 'lib/b/x.go', 'lib/go.mod', 'lib/internal/c/x.go', 'main.go'],
    });
    expect(closureFor('v0.0.0')).toMatchObject({ wholeModules: [], files: ['go.mod', 'lib/a/x.go', 'lib/go.mod', 'main.go'] });
  });

  test('is the same for a module without the files that are never read', () => {
    const root = writeFiles({ 'go.mod': GO, 'main.go': MAIN, 'x_windows.go': Buffer.from([0, 1]), 'main_test.go': 'not Go', 'odd/x.go': 'not Go' });
    expect(GoModule.fromDirectory(root)._closure(undefined, [target()]).files).toEqual(['go.mod', 'main.go']);
    expect(goList(root, target(), ['-e', '-f', '{{.GoFiles}}', '.']).stdout.trim()).toBe('[main.go]');
  });
});
