import { BaseImage, GoDistrolessImage, GoScratchImage } from '../../lib';
import { goFile, writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { goImage, newStack } from '../stack';

const SUM = 'github.com/mattn/go-sqlite3 v1.14.28 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
const sqlite = (imported = 'github.com/mattn/go-sqlite3') => writeFiles({
  'go.mod': 'module example.com/app\n\ngo 1.24\n\nrequire github.com/mattn/go-sqlite3 v1.14.28\n',
  'go.sum': SUM,
  'main.go': goFile('main', imported),
});
const isChecked = (image: GoScratchImage | GoDistrolessImage) => image.dockerfile.includes('go version -m /out/app');

describe('a dependency that needs cgo', () => {
  test('is an error on scratch that says what to do', () => {
    expect(messageOf(() => goImage(newStack(), { source: sqlite() }))).toBe(
      'dev/image: the program needs cgo, but an image from scratch holds no C library: github.com/mattn/go-sqlite3 uses it. '
      + 'It compiles without cgo, and fails when the program runs\n'
      + '  given:   {"importedBy":"example.com/app","package":"github.com/mattn/go-sqlite3"}\n'
      + '  allowed: programs in pure Go\n'
      + '  to do:   use GoDistrolessImage with `variant: BaseImage.BASE`, or a package in pure Go such as modernc.org/sqlite or '
      + 'github.com/ncruces/go-sqlite3. If the program runs without the package, add optionalCgo: [\'github.com/mattn/go-sqlite3\']');
  });

  test('is an error on distroless without cgo, and none with it', () => {
    expect(() => new GoDistrolessImage(newStack(), 'image', { source: sqlite() })).toThrow('static-debian12:nonroot holds no C library');
    const withCgo = new GoDistrolessImage(newStack(), 'image', { source: sqlite(), variant: BaseImage.BASE });
    expect(withCgo.dockerfile).toContain('CGO_ENABLED=1');
    expect([withCgo.dockerfile.includes('explain-cgo'), isChecked(withCgo)]).toEqual([false, false]);
  });

  test('is none if the program runs without it', () => {
    expect(isChecked(goImage(newStack(), { source: sqlite(), optionalCgo: ['github.com/mattn/go-sqlite3'] }))).toBe(false);
  });

  test('is looked for in the program that was built, if its module is required', () => {
    expect(isChecked(goImage(newStack(), { source: sqlite('fmt') }))).toBe(true);
    expect(isChecked(goImage(newStack()))).toBe(false);
    const old = writeFiles({ 'go.mod': 'module example.com/app\n\ngo 1.16\n', 'main.go': goFile('main') });
    expect(isChecked(goImage(newStack(), { source: old }))).toBe(true);
  });

  test('does not change the fingerprint of the image, whatever is in the module cache', () => {
    const source = writeFiles({
      'go.mod': 'module example.com/app\n\ngo 1.24\n\nrequire example.com/lib v1.0.0\n',
      'go.sum': 'example.com/lib v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
      'main.go': goFile('main', 'example.com/lib'),
    });
    const before = process.env.GOMODCACHE;
    const caches: Record<string, string>[] = [{ empty: '' }, { 'example.com/lib@v1.0.0/x.go': goFile('lib') }];
    const references = caches.map((cache) => {
      process.env.GOMODCACHE = writeFiles(cache);
      return goImage(newStack(), { source }).reference;
    });
    if (before === undefined) {
      delete process.env.GOMODCACHE;
    } else {
      process.env.GOMODCACHE = before;
    }
    expect(references[0]).toBe(references[1]);
  });

  test.each(['https://github.com/x', 'github.com/x/', 'github.com/x@v1', ''])('%p is no import path for `optionalCgo`', (name) => {
    expect(() => goImage(newStack(), { optionalCgo: [name] })).toThrow('not an import path for `optionalCgo`');
  });
});

describe('flags for the compiler', () => {
  test('are for every package, and change nothing when there are none', () => {
    expect(goImage(newStack(), { gcflags: ['-N', '-l'] }).dockerfile).toMatch(/^ARG COMPILER_FLAGS="all=-N -l"$[^]*go build [^\n]* -gcflags "\$COMPILER_FLAGS" /m);
    expect(goImage(newStack(), { gcflags: [] }).reference).toBe(goImage(newStack()).reference);
  });

  test.each(['all=-N', '-N -l', '', '-N\n', '-x="a"'])('%j is not one flag', (flag) => {
    expect(() => goImage(newStack(), { gcflags: [flag] })).toThrow('not one flag for the compiler');
  });
});

test('`.` is the main package if it is one, beside others', () => {
  const files = { 'go.mod': 'module example.com/app\n\ngo 1.24\n', 'main.go': goFile('main'), 'cmd/tool/main.go': goFile('main') };
  expect(goImage(newStack(), { source: writeFiles(files) }).importPath).toBe('example.com/app');
});
