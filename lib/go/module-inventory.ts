import * as path from 'node:path';
import type { BuildList } from './build-list';
import type { ImportClosure } from './import-closure';
import { readSums } from './sum-file';
import type { SourceTree } from '../files/source-tree';

/** A module that a program contains, or may contain. */
export interface InventoryModule {
  readonly path: string;
  /** Empty for modules from a directory. */
  readonly version: string;
  /** The left side of the `replace` directive, if it names another module. */
  readonly replaces?: { readonly path: string; readonly version: string };
  /** Its directory by a `replace` directive or the workspace, relative to the closure's root. */
  readonly directory?: string;
  /** The module's hash in go.sum: `h1:` and a base64 SHA-256 (golang.org/x/mod/sumdb/dirhash). */
  readonly sum?: string;
  /** `imported`: the program imports its packages. `indirect`: other modules need it, and only a download tells which packages. */
  readonly use: 'imported' | 'indirect';
}

/**
 * The modules of a program as far as local files name them, sorted by path, without the program's own module.
 *
 * Since Go 1.17, go.mod lists every module that provides a package. Older files may lack indirect ones.
 * With a vendor directory all imports are known: every listed module is `imported`.
 */
export function moduleInventory(tree: SourceTree, list: BuildList, closure: ImportClosure): InventoryModule[] {
  const external = closure.vendored
    ? closure.packages.map(({ importPath }) => importPath)
    : closure.externalPackages;
  const locals = new Set(list.locals.keys());
  const downloaded = new Map(list.requirements.filter(({ path: name }) => !locals.has(name)).map((required) => [required.path, required]));
  const imported = new Set(external.flatMap((importPath) => owner(importPath, [...downloaded.keys(), ...locals]) ?? []));
  const sums = readSums(tree, list);

  const inventory: InventoryModule[] = [];
  for (const { path: name, version, indirect, replacement } of downloaded.values()) {
    const use = imported.has(name) ? 'imported' : 'indirect';
    if (use === 'indirect' && (!indirect || closure.vendored)) {
      continue;
    }
    const taken = replacement?.version ? replacement : { path: name, version };
    inventory.push({
      path: taken.path,
      version: taken.version,
      replaces: replacement?.version ? { path: name, version } : undefined,
      // A vendored `replace` directory.
      directory: replacement && !replacement.version ? replacement.path : undefined,
      sum: sums.get(`${taken.path} ${taken.version}`),
      use,
    });
  }
  const reached = new Set(closure.packages.flatMap(({ importPath }) => owner(importPath, [...downloaded.keys(), ...locals]) ?? []));
  for (const local of list.locals.values()) {
    if (local !== list.module && reached.has(local.modulePath)) {
      const directory = path.relative(closure.root, local.directory).split(path.sep).join('/') || '.';
      inventory.push({ path: local.modulePath, version: '', directory, use: 'imported' });
    }
  }
  return inventory.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The module with the longest path that is a prefix of the import path. */
function owner(importPath: string, modules: readonly string[]): string | undefined {
  return modules
    .filter((module) => importPath === module || importPath.startsWith(`${module}/`))
    .sort((a, b) => b.length - a.length)[0];
}
