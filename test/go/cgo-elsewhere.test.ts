import * as fs from 'node:fs';
import * as path from 'node:path';
import { goFile, target, writeFiles } from './fixture';
import { SourceTree } from '../../lib/files/source-tree';
import { type CgoElsewhere } from '../../lib/go/cgo-elsewhere';
import { GoModule } from '../../lib/go/go-module';
import { moduleCacheDirectory } from '../../lib/go/module-cache';

const CGO = 'package lib\n\nimport "C"\n\nfunc Open() int { return 1 }\n\ntype Handle struct{}\n';

/** The module cache of a program with one requirement, `example.com/Lib v1.0.0`. */
function cacheOf(lib: Record<string, string>, others: Record<string, string> = {}): string {
  const cache = writeFiles({
    ...Object.fromEntries(Object.entries(lib).map(([name, text]) => [`example.com/!lib@v1.0.0/${name}`, text])), ...others, empty: '',
  });
  return cache;
}

const REQUIRES_LIB = 'module example.com/app\n\ngo 1.24\n\nrequire example.com/Lib v1.0.0\n';

function search(files: Record<string, string>, cache: string | undefined, optional: string[] = [], tags: string[] = []): CgoElsewhere | undefined {
  const before = process.env.GOMODCACHE;
  process.env.GOMODCACHE = cache ?? writeFiles({ empty: '' });
  try {
    const module = GoModule._load(writeFiles(files), new SourceTree());
    const targets = ['amd64', 'arm64'].map((goarch) => target({ goarch, tags }));
    return module._cgoElsewhere(module._closure(undefined, targets), targets, optional);
  } finally {
    process.env.GOMODCACHE = before;
    if (before === undefined) {
      delete process.env.GOMODCACHE;
    }
  }
}

const importing = (name: string, goMod = REQUIRES_LIB) => ({ 'go.mod': goMod, 'main.go': goFile('main', name) });

describe('a downloaded package', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['that has cgo files alone', { 'a.go': CGO }, 'a.go'],
    ['whose other file calls a function of a cgo file', { 'a.go': CGO, 'b.go': 'package lib\n\nfunc Use() int { return Open() }\n' }, 'a.go'],
    ['whose other file has a method of a type in a cgo file', { 'a.go': CGO, 'b.go': 'package lib\n\nfunc (h *Handle) Close() {}\n' }, 'a.go'],
    ['with an alternative without cgo', { 'a.go': CGO, 'b.go': '//go:build !cgo\n\npackage lib\n\nfunc Open() int { return Open() }\n' }, undefined],
    ['whose cgo file adds something', { 'a.go': CGO, 'b.go': 'package lib\n\nfunc Other() {}\n' }, undefined],
    ['that only names the function in a comment and a string', { 'a.go': CGO, 'b.go': 'package lib\n\n// see return Open()\nvar x = "return Open()"\n' }, undefined],
    ['with a local variable of the same name', { 'a.go': CGO, 'b.go': 'package lib\n\nfunc f(Open func() int) int { return Open() }\n' }, undefined],
    ['with a method of the same name', { 'a.go': CGO, 'b.go': 'package lib\n\ntype t struct{}\n\nfunc (t) Open() {}\n\nvar x = t{}.Open\n' }, undefined],
    ['with cgo for another system', { 'a_windows.go': CGO, 'b.go': 'package lib\n' }, undefined],
    ['with cgo in a test', { 'a_test.go': CGO, 'b.go': 'package lib\n' }, undefined],
    ['with a syntax error', { 'a.go': 'no Go' }, undefined],
  ])('%s', (_, lib, file) => {
    const cache = cacheOf(lib);
    const found = search(importing('example.com/Lib'), cache);
    expect(found).toEqual(file === undefined ? undefined : {
      importPath: 'example.com/Lib', importedBy: 'example.com/app', file: path.join(cache, 'example.com/!lib@v1.0.0', file), known: undefined,
    });
  });

  test('that another downloaded package imports is found, unless build tags leave it out', () => {
    const goMod = `${REQUIRES_LIB}\nrequire example.com/deep v1.2.0 // indirect\n`;
    const cache = cacheOf({ 'sub/x.go': goFile('sub'), 'sub/y.go': `//go:build !pure\n\n${goFile('sub', 'example.com/deep/c')}` },
      { 'example.com/deep@v1.2.0/c/a.go': CGO });
    expect(search(importing('example.com/Lib/sub', goMod), cache)).toMatchObject({ importPath: 'example.com/deep/c', importedBy: 'example.com/Lib/sub' });
    expect(search(importing('example.com/Lib/sub', goMod), cache, [], ['pure'])).toBeUndefined();
  });

  test('that only a cgo file imports is not found', () => {
    const goMod = `${REQUIRES_LIB}\nrequire example.com/deep v1.2.0 // indirect\n`;
    const cache = cacheOf({ 'x.go': 'package lib\n', 'y.go': 'package lib\n\nimport "C"\nimport _ "example.com/deep"\n' }, { 'example.com/deep@v1.2.0/a.go': CGO });
    expect(search(importing('example.com/Lib', goMod), cache)).toBeUndefined();
  });

  test('of a fork is looked for in the fork', () => {
    const goMod = `${REQUIRES_LIB}\nreplace example.com/Lib => example.com/fork/v2 v2.0.1\n`;
    const cache = cacheOf({ 'a.go': CGO }, { 'example.com/fork/v2@v2.0.1/a.go': goFile('lib') });
    expect(search(importing('example.com/Lib', goMod), cache)).toBeUndefined();
  });

  test('is no error if the user says that the program runs without it', () => {
    const cache = cacheOf({ 'c/a.go': CGO });
    expect(search(importing('example.com/Lib/c'), cache)).toBeDefined();
    expect(search(importing('example.com/Lib/c'), cache, ['example.com/Lib'])).toBeUndefined();
    expect(search(importing('example.com/Lib/c'), cache, ['example.com/Li'])).toBeDefined();
  });

  test.each(['no cache', 'a file in place of the module', 'an unreadable file'])('is no error with %s', (kind) => {
    const cache = kind === 'no cache' ? writeFiles({ empty: '' })
      : kind === 'an unreadable file' ? cacheOf({ 'a.go': '-> nowhere', 'b.go': '-> b.go' }) : writeFiles({ 'example.com/!lib@v1.0.0': '' });
    expect(search(importing('example.com/Lib'), cache)).toBeUndefined();
  });
});

describe('a well-known module', () => {
  const requires = (...modules: string[]) => `module example.com/app\n\ngo 1.24\n\n${modules.map((one) => `require ${one}\n`).join('')}`;

  test.each([
    ['github.com/mattn/go-sqlite3', 'github.com/mattn/go-sqlite3 v1.14.28'],
    ['github.com/confluentinc/confluent-kafka-go/v2/kafka', 'github.com/confluentinc/confluent-kafka-go/v2 v2.10.0'],
    ['gorm.io/driver/sqlite', 'gorm.io/driver/sqlite v1.6.0'],
    ['github.com/golang-migrate/migrate/v4/database/sqlite3', 'github.com/golang-migrate/migrate/v4 v4.18.3'],
  ])('%s is known without its files', (importPath, module) => {
    expect(search(importing(importPath, requires(module)), undefined)).toMatchObject({ importPath, importedBy: 'example.com/app' });
    expect(search(importing(importPath, requires(module)), undefined, [importPath])).toBeUndefined();
  });

  test.each([
    ['github.com/golang-migrate/migrate/v4/database/sqlite', 'github.com/golang-migrate/migrate/v4 v4.18.3'],
    ['github.com/mattn/go-sqlite3x', 'github.com/mattn/go-sqlite3x v1.0.0'],
    ['modernc.org/sqlite', 'modernc.org/sqlite v1.38.0'],
  ])('%s is none', (importPath, module) => {
    expect(search(importing(importPath, requires(module)), undefined)).toBeUndefined();
  });

  test('may be optional by the module that it imports', () => {
    expect(search(importing('gorm.io/driver/sqlite', requires('gorm.io/driver/sqlite v1.6.0')), undefined, ['github.com/mattn/go-sqlite3'])).toBeUndefined();
  });

  test('that compiles without cgo is found in the cache as well, and in a vendor directory', () => {
    const stub = { 'sqlite3.go': CGO, 'static_mock.go': '//go:build !cgo\n\npackage lib\n' };
    const inCache = Object.fromEntries(Object.entries(stub).map(([name, text]) => [`github.com/mattn/go-sqlite3@v1.14.28/${name}`, text]));
    const goMod = requires('github.com/mattn/go-sqlite3 v1.14.28');
    expect(search(importing('github.com/mattn/go-sqlite3', goMod), writeFiles(inCache))).toMatchObject({ known: { compiles: true } });
    const vendored = {
      ...importing('github.com/mattn/go-sqlite3', goMod),
      ...Object.fromEntries(Object.entries(stub).map(([name, text]) => [`vendor/github.com/mattn/go-sqlite3/${name}`, text])),
      'vendor/modules.txt': '# github.com/mattn/go-sqlite3 v1.14.28\n## explicit; go 1.19\ngithub.com/mattn/go-sqlite3\n',
    };
    expect(search(vendored, undefined)).toMatchObject({ importPath: 'github.com/mattn/go-sqlite3', known: { compiles: true } });
    expect(search(vendored, undefined, ['github.com/mattn/go-sqlite3'])).toBeUndefined();
  });
});

test('a vendored package counts if it does not compile without cgo', () => {
  const vendored = (files: Record<string, string>) => ({
    ...importing('example.com/Lib'),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`vendor/example.com/Lib/${name}`, text])),
    'vendor/modules.txt': '# example.com/Lib v1.0.0\n## explicit; go 1.19\nexample.com/Lib\n',
  });
  expect(search(vendored({ 'a.go': CGO }), undefined)).toMatchObject({ importPath: 'example.com/Lib', importedBy: 'vendor/modules.txt' });
  expect(search(vendored({ 'a.go': CGO, 'b.go': 'package lib\n' }), undefined)).toBeUndefined();
});

test('the module cache is where the go command has it', () => {
  const home = writeFiles({ '.config/go/env': 'GOPATH=/from/file\n' });
  const cacheOfEnvironment = (environment: NodeJS.ProcessEnv) => moduleCacheDirectory(new SourceTree(), environment);
  expect(cacheOfEnvironment({ HOME: '/home/u', GOENV: 'off' })).toBe('/home/u/go/pkg/mod');
  expect(cacheOfEnvironment({ HOME: '/home/u', GOENV: 'off', GOPATH: '/a:/b' })).toBe('/a/pkg/mod');
  expect(cacheOfEnvironment({ HOME: home, GOMODCACHE: '/cache' })).toBe('/cache');
  expect(cacheOfEnvironment({ HOME: home })).toBe('/from/file/pkg/mod');
  expect(cacheOfEnvironment({ HOME: home, GOMODCACHE: 'relative' })).toBeUndefined();
  expect(fs.existsSync(path.join(home, 'go'))).toBe(false);
});
