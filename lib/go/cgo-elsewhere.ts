import * as path from 'node:path';
import type { BuildList } from './build-list';
import { type BuildTarget, tagPredicate } from './build-target';
import { neededCgoFile } from './cgo-needed';
import type { ImportClosure } from './import-closure';
import { isBelowOneOf, type KnownCgoModule, knownCgoModule } from './known-cgo';
import { cachedPackage, moduleCacheDirectory } from './module-cache';
import { type PackageFiles, selectPackageFiles } from './package-files';
import { SourceTree } from '../files/source-tree';

/** A package of another module that needs cgo. */
export interface CgoElsewhere {
  readonly importPath: string;
  readonly importedBy: string;
  /** A file that Go leaves out without cgo. Without one, the package is known by its name. */
  readonly file?: string;
  readonly known?: KnownCgoModule;
}

/** Files of downloaded modules. There are many, and each is read once for what its head says. */
class DownloadedFiles extends SourceTree {
  public readFile(file: string): Buffer {
    return this.readOnce(file);
  }
}

/**
 * The first imported package of another module that does not compile, or does not work, without cgo.
 *
 * It looks into the vendor directory, or into the module cache as far as that holds the modules. Elsewhere it knows well-known modules by
 * their names. What it cannot read is no error, because the build finds the rest.
 * @param optional packages that the program runs without
 */
export function cgoElsewhere(
  tree: SourceTree, list: BuildList, closure: ImportClosure, targets: readonly BuildTarget[], optional: readonly string[],
): CgoElsewhere | undefined {
  if (closure.vendored) {
    return ofVendorDirectory(tree, list, closure, targets, optional);
  }
  const files = tree.remember('downloaded files', () => new DownloadedFiles());
  const cache = quietly(() => moduleCacheDirectory(files));
  for (const [index, target] of targets.entries()) {
    const found = new Search(files, list, cache, tagPredicate(target), optional).run(closure.externalImports[index]);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function ofVendorDirectory(
  tree: SourceTree, list: BuildList, closure: ImportClosure, targets: readonly BuildTarget[], optional: readonly string[],
): CgoElsewhere | undefined {
  for (const { importPath, directory } of closure.packages) {
    const absolute = path.join(closure.root, directory);
    if (!absolute.startsWith(`${list.vendor!.directory}/`) || isBelowOneOf(importPath, optional)) {
      continue;
    }
    const importedBy = 'vendor/modules.txt';
    const known = knownCgoModule(importPath);
    if (known?.compiles) {
      return { importPath, importedBy, known };
    }
    for (const target of targets) {
      const selected = selectPackageFiles(tree, absolute, tagPredicate(target));
      const file = known === undefined ? neededCgoFile(tree, selected) : selected.needsCgo;
      if (file !== undefined) {
        return { importPath, importedBy, file: path.join(absolute, file), known };
      }
    }
  }
  return undefined;
}

class Search {
  private readonly seen = new Set<string>();

  public constructor(
    private readonly files: SourceTree, private readonly list: BuildList, private readonly cache: string | undefined,
    private readonly holds: (tag: string) => boolean, private readonly optional: readonly string[],
  ) {}

  public run(imports: ReadonlyMap<string, string>): CgoElsewhere | undefined {
    const pending = [...imports].map(([importPath, importedBy]) => ({ importPath, importedBy }));
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { importPath } = next;
      if (this.seen.has(importPath) || isBelowOneOf(importPath, this.optional)) {
        continue;
      }
      this.seen.add(importPath);
      const selected = this.cache === undefined ? undefined : quietly(() => this.select(this.cache!, importPath));
      const known = knownCgoModule(importPath);
      const isOptional = known?.imports !== undefined && isBelowOneOf(known.imports, this.optional);
      if (known?.compiles || known !== undefined && selected === undefined && !isOptional) {
        return { ...next, known };
      }
      if (selected === undefined) {
        continue;
      }
      const file = known === undefined ? quietly(() => neededCgoFile(this.files, selected)) : selected.needsCgo;
      if (file !== undefined) {
        return { ...next, file: path.join(selected.directory, file), known };
      }
      pending.push(...importsOf(selected).filter(isOfModule).map((imported) => ({ importPath: imported, importedBy: importPath })));
    }
    return undefined;
  }

  private select(cache: string, importPath: string): PackageFiles | undefined {
    const directory = cachedPackage(this.files, cache, this.list, importPath);
    return directory === undefined ? undefined : selectPackageFiles(this.files, directory, this.holds);
  }
}

function importsOf(selected: PackageFiles): string[] {
  return selected.goFiles.flatMap((name) => selected.sources.get(name)!.imports.map((imported) => imported.path));
}

/** Import paths of modules have a dot in their first element. Those of Go's own packages have none. */
function isOfModule(importPath: string): boolean {
  return importPath.split('/', 1)[0].includes('.');
}

/** A cache that cannot be read, or whose files have unusual contents, must not fail the synth of a program that would build. */
function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
