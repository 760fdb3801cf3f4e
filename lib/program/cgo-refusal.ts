import type { BuildTarget } from '../go/build-target';
import type { GoModule } from '../go/go-module';
import type { ImportClosure } from '../go/import-closure';
import { InputError } from '../input/input-error';

/** An image without cgo. */
export interface WithoutCgo {
  /** Why there is no cgo, for example "an image from scratch holds no C library". */
  readonly reason: string;
  readonly remedy: string;
}

const IMPORT_PATH = /^[A-Za-z0-9][A-Za-z0-9\-._~+/]*$/;

/** Refuses a program that needs cgo: its own packages, and those of other modules as far as synth can know. */
export function refuseCgo(
  image: WithoutCgo, module: GoModule, closure: ImportClosure, targets: readonly BuildTarget[], optional: readonly string[],
): void {
  const allowed = 'programs in pure Go';
  const what = (importPath: string) => `the program needs cgo, but ${image.reason}: ${importPath} uses it`;
  if (closure.cgo) {
    throw new InputError({
      what: what(closure.cgo.importPath),
      given: closure.cgo.file,
      allowed,
      remedy: `${image.remedy}, or a package in pure Go (for SQLite: modernc.org/sqlite)`,
    });
  }
  const found = module._cgoElsewhere(closure, targets, optional);
  if (found) {
    const { importPath, importedBy, file, known } = found;
    const origin = known?.imports === undefined ? importPath : `${known.imports}, which ${importPath} imports,`;
    throw new InputError({
      what: `${what(origin)}${known?.compiles ? '. It compiles without cgo, and fails when the program runs' : ''}`,
      given: { importedBy, package: importPath, ...file === undefined ? {} : { file } },
      allowed,
      remedy: `${image.remedy}, or a package in pure Go${known?.instead === undefined ? '' : ` such as ${known.instead}`}. `
        + `If the program runs without the package, add optionalCgo: ['${known?.imports ?? importPath}']`,
    });
  }
}

export function validateOptionalCgo(names: readonly string[]): void {
  for (const given of names) {
    if (!IMPORT_PATH.test(given) || given.endsWith('/')) {
      throw new InputError({
        what: 'not an import path for `optionalCgo`',
        given,
        allowed: 'the import path of a package, or the start of one in whole segments, for example "github.com/mattn/go-sqlite3"',
        remedy: 'write the path as the Go file imports it, without a version',
      });
    }
  }
}
