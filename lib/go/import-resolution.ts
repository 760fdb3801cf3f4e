import * as path from 'node:path';
import type { BuildList } from './build-list';
import { compareGoVersions } from './go-version';
import { LISTED_PACKAGES_ONLY } from './vendor';
import type { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

export type Resolution =
  | { readonly kind: 'standard' | 'external'; readonly directory?: undefined }
  | { readonly kind: 'local' | 'vendored'; readonly directory: string };

export interface Importer {
  readonly importPath: string;
  readonly file: string;
  readonly line: number;
}

// First path elements of the standard library. A user's module may have such a path as well. https://pkg.go.dev/std
const STANDARD_ROOTS = new Set([
  'archive', 'arena', 'bufio', 'builtin', 'bytes', 'cmp', 'compress', 'container', 'context', 'crypto', 'database', 'debug', 'embed',
  'encoding', 'errors', 'expvar', 'flag', 'fmt', 'go', 'hash', 'html', 'image', 'index', 'internal', 'io', 'iter', 'log', 'maps', 'math',
  'mime', 'net', 'os', 'path', 'plugin', 'reflect', 'regexp', 'runtime', 'slices', 'sort', 'strconv', 'strings', 'structs', 'sync',
  'syscall', 'testing', 'text', 'time', 'unicode', 'unique', 'unsafe', 'weak',
]);

/** Finds the package that an import path names, as the go command does in module mode. @see https://go.dev/ref/mod#resolve-pkg-mod */
export function resolveImport(tree: SourceTree, list: BuildList, imported: string, importer: Importer): Resolution {
  if (imported === 'unsafe') {
    return { kind: 'standard' };
  }
  refuseMalformed(imported, importer);
  refuseInternal(imported, importer);
  const found: { kind: 'local' | 'vendored'; directory: string }[] = [];
  for (const prefix of prefixes(imported)) {
    const local = list.locals.get(prefix);
    const directory = local && path.join(local.directory, imported.slice(prefix.length));
    if (local !== undefined && directory !== undefined && isPackageOf(tree, local.directory, directory)) {
      found.push({ kind: 'local', directory });
    }
  }
  if (list.vendor !== undefined) {
    const directory = path.join(list.vendor.directory, imported);
    if (hasGoFiles(tree, directory) && isListed(list, imported)) {
      found.push({ kind: 'vendored', directory });
    }
  }
  if (found.length > 1) {
    throw atImport(importer, `ambiguous import: found package ${imported} in multiple directories`,
      found.map(({ directory }) => directory), 'keep the package in one of them');
  }
  return found[0] ?? resolveElsewhere(list, imported, importer);
}

/** Whether Go takes the directory for a package: it holds a Go file, whatever its constraints. */
export function hasGoFiles(tree: SourceTree, directory: string): boolean {
  return tree.remember(`go files ${directory}`, () => tree.isDirectory(directory) && (tree.list(directory) ?? []).some(
    ({ name, kind }) => name.endsWith('.go') && (kind === 'file' || (kind === 'symlink' && tree.isFile(path.join(directory, name))))));
}

function resolveElsewhere(list: BuildList, imported: string, importer: Importer): Resolution {
  const candidates = prefixes(imported);
  if (candidates.some(prefix => list.externals.has(prefix))) {
    return { kind: 'external' };
  }
  const first = imported.split('/', 1)[0];
  const owner = candidates.find(prefix => list.locals.has(prefix));
  if (!first.includes('.') && (owner === undefined || STANDARD_ROOTS.has(first))) {
    return { kind: 'standard' };
  }
  if (list.vendor !== undefined) {
    throw atImport(importer, `cannot find module providing package ${imported}: import lookup disabled by -mod=vendor`, imported,
      `run go ${list.workspace === undefined ? 'mod' : 'work'} vendor, or correct the import`);
  }
  if (owner !== undefined) {
    const local = list.locals.get(owner)!;
    const expected = path.join(local.directory, imported.slice(owner.length));
    throw atImport(importer, `module ${owner} has no package ${imported}`, imported,
      `create Go files in ${expected}, or correct the import. A module as published may lack generated files: `
        + 'run its generators in a checkout of the repository, before the synthesis');
  }
  throw atImport(importer, `no required module provides package ${imported}`, imported, `run go get ${imported} in ${list.moduleDirectory}`);
}

function refuseMalformed(imported: string, importer: Importer): void {
  if (imported === '.' || imported === '..' || imported.startsWith('./') || imported.startsWith('../')) {
    throw atImport(importer, `"${imported}" is relative, but relative import paths are not supported in module mode`, imported,
      'import the package by the module\'s path');
  }
  const elements = imported.split('/');
  if (imported.startsWith('-') || elements.some(element => element === '' || element.endsWith('.'))
    || !/^[A-Za-z0-9\-._~+/]+$/.test(imported)) {
    throw atImport(importer, `malformed import path ${JSON.stringify(imported)}`, imported, 'correct the import');
  }
}

/** @see https://pkg.go.dev/cmd/go#hdr-Internal_Directories */
function refuseInternal(imported: string, importer: Importer): void {
  const match = /^(?:(.*)\/)?internal(?:\/|$)/.exec(imported);
  if (match === null) {
    return;
  }
  const parent = match[1] ?? '';
  if (parent === '' ? importer.importPath.split('/', 1)[0].includes('.')
    : importer.importPath !== parent && !importer.importPath.startsWith(`${parent}/`)) {
    throw atImport(importer, `use of internal package ${imported} not allowed`, imported,
      parent === '' ? 'use a public package' : `import it from packages below ${parent} only`);
  }
}

/** Whether a directory holds Go files and no nested go.mod separates it from the module. */
function isPackageOf(tree: SourceTree, moduleDirectory: string, directory: string): boolean {
  for (let at = directory; at !== moduleDirectory && at.length > moduleDirectory.length; at = path.dirname(at)) {
    if (tree.isFile(path.join(at, 'go.mod'))) {
      return false;
    }
  }
  return hasGoFiles(tree, directory);
}

function isListed(list: BuildList, imported: string): boolean {
  const { vendor, workspace, module } = list;
  const goVersion = workspace?.file.go ?? module.file.go ?? '';
  return vendor!.packages.has(imported) || compareGoVersions(goVersion, LISTED_PACKAGES_ONLY) < 0;
}

function prefixes(imported: string): string[] {
  const found = [imported];
  for (let slash = imported.lastIndexOf('/'); slash > 0; slash = imported.lastIndexOf('/', slash - 1)) {
    found.push(imported.slice(0, slash));
  }
  return found;
}

function atImport(importer: Importer, what: string, given: unknown, remedy: string): InputError {
  return new InputError({ what: `${importer.file}:${importer.line}: ${what}`, given, remedy });
}
