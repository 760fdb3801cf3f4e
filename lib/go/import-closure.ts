import * as path from 'node:path';
import type { BuildList } from './build-list';
import { type BuildTarget, tagPredicate } from './build-target';
import { filesBesideCgo } from './cgo';
import { resolveEmbedPattern } from './embed';
import { refuseCaseCollision, refuseCycle } from './import-graph';
import { type Importer, resolveImport } from './import-resolution';
import { packageDirectories } from './main-packages';
import { foreignName, type PackageFiles, selectPackageFiles } from './package-files';
import { isForeignName, type SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

export interface PackageInClosure {
  readonly importPath: string;
  /** Relative to the closure's root, with slashes; empty for the root itself. */
  readonly directory: string;
  /** Relative to the closure's root, with slashes, sorted. */
  readonly files: readonly string[];
}

/** Everything that a build of one main package reads, except downloaded modules. */
export interface ImportClosure {
  /** The absolute directory that all paths are relative to. */
  readonly root: string;
  /** The working directory of `go build`, relative to the root, for example `.` */
  readonly moduleDirectory: string;
  /** Relative to the module directory: `./cmd/app` or `.`. */
  readonly mainPackage: string;
  readonly importPath: string;
  /** The packages of local modules and the vendor directory, sorted by import path. */
  readonly packages: readonly PackageInClosure[];
  /** The sorted files that `go mod download` reads: go.mod, go.sum, go.work, … */
  readonly moduleFiles: readonly string[];
  /** All files of the build, module files included, sorted by bytes. */
  readonly files: readonly string[];
  /** The sorted import paths of imported packages of downloaded modules. */
  readonly externalPackages: readonly string[];
  /** For each target, the imported packages of downloaded modules, and the import path of one importer. */
  readonly externalImports: readonly ReadonlyMap<string, string>[];
  /** Modules with all their packages, see {@link collectClosure}. */
  readonly wholeModules: readonly string[];
  readonly vendored: boolean;
  /** The first file with `import "C"` and no alternative without cgo, relative to the root. Vendored packages do not count. */
  readonly cgo?: { readonly file: string; readonly importPath: string };
}

export interface MainPackage {
  readonly importPath: string;
  readonly directory: string;
}

/**
 * Follows the imports of a main package for all targets.
 *
 * A downloaded module may import packages of a module that a `replace` directive takes from a directory. Its imports are unknown here,
 * so the closure then holds all packages of the replaced module. A placeholder version (`v0.0.0`) rules such imports out.
 */
export function collectClosure(
  tree: SourceTree, root: string, list: BuildList, main: MainPackage, targets: readonly BuildTarget[], moduleFiles: readonly string[],
): ImportClosure {
  const walk = new ClosureWalk(tree, root, list);
  targets.forEach(target => walk.run(main, target));
  const relative = (file: string): string => path.relative(root, file).split(path.sep).join('/');
  const packages = [...walk.packages].map(([importPath, { directory, files }]) => ({
    importPath, directory: relative(directory), files: sortByBytes([...files].map(relative)),
  }));
  packages.sort((a, b) => Buffer.compare(Buffer.from(a.importPath), Buffer.from(b.importPath)));
  const within = path.relative(list.moduleDirectory, main.directory).split(path.sep).join('/');
  return {
    root,
    moduleDirectory: relative(list.moduleDirectory) || '.',
    mainPackage: within === '' ? '.' : `./${within}`,
    importPath: main.importPath,
    packages,
    moduleFiles: sortByBytes(moduleFiles.map(relative)),
    files: sortByBytes([...new Set([...moduleFiles.map(relative), ...packages.flatMap(found => found.files)])]),
    externalPackages: [...new Set(walk.externals.flatMap(imports => [...imports.keys()]))].sort(),
    externalImports: walk.externals,
    wholeModules: [...walk.wholeModules].sort(),
    vendored: list.vendor !== undefined,
    cgo: walk.cgo && { file: relative(walk.cgo.file), importPath: walk.cgo.importPath },
  };
}

interface Reached {
  readonly directory: string;
  readonly files: Set<string>;
}

class ClosureWalk {
  public readonly packages = new Map<string, Reached>();
  public readonly externals: Map<string, string>[] = [];
  public readonly wholeModules = new Set<string>();
  public cgo?: { file: string; importPath: string };

  public constructor(private readonly tree: SourceTree, private readonly root: string, private readonly list: BuildList) {}

  public run(main: MainPackage, target: BuildTarget): void {
    const holds = tagPredicate(target);
    const externals = new Map<string, string>();
    this.externals.push(externals);
    const seen = new Set([main.importPath]);
    const pending: { importPath: string; directory: string; importer?: Importer }[] = [main];
    const add = (found: { importPath: string; directory: string; importer?: Importer }): void => {
      if (!seen.has(found.importPath)) {
        seen.add(found.importPath);
        pending.push(found);
      }
    };
    const imports = new Map<string, string[]>();
    let downloads = false;
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { importPath } = next;
      const selected = selectPackageFiles(this.tree, next.directory, holds);
      this.refuseUnusable(selected, next.importer);
      this.take(importPath, selected, holds);
      const imported: string[] = [];
      imports.set(importPath, imported);
      for (const { path: importedPath, importer } of importsOf(importPath, selected)) {
        const resolution = resolveImport(this.tree, this.list, importedPath, importer);
        if (resolution.kind === 'external') {
          if (!externals.has(importedPath)) {
            externals.set(importedPath, importPath);
          }
          downloads = true;
        } else if (resolution.directory !== undefined) {
          imported.push(importedPath);
          add({ importPath: importedPath, directory: resolution.directory, importer });
        }
      }
      if (pending.length === 0 && downloads) {
        downloads = false;
        this.importableFromOutside(holds).forEach(add);
      }
    }
    refuseCycle(imports);
    refuseCaseCollision([...imports.keys()]);
  }

  private take(importPath: string, selected: PackageFiles, holds: (tag: string) => boolean): void {
    const { directory } = selected;
    const reached = this.packages.get(importPath) ?? { directory, files: new Set<string>() };
    this.packages.set(importPath, reached);
    [...selected.goFiles, ...selected.cgoFiles, ...selected.otherFiles].forEach(name => reached.files.add(path.join(directory, name)));
    for (const [name, source] of selected.sources) {
      if (source.cgoPreamble !== undefined && !selected.cgoFiles.includes(name)) {
        continue;
      }
      source.embedPatterns.forEach(pattern => this.tree.remember(`embed ${directory}\0${pattern}`,
        () => resolveEmbedPattern(this.tree, directory, pattern, name)).forEach(file => reached.files.add(path.join(directory, file))));
    }
    if (selected.cgoFiles.length > 0 || selected.otherFiles.length > 0) {
      filesBesideCgo(this.tree, this.root, selected, holds).forEach(file => reached.files.add(file));
    }
    const needsCgo = selected.cgoFiles[0] ?? selected.needsCgo;
    if (needsCgo !== undefined && !this.isVendored(directory)) {
      this.cgo ??= { file: path.join(directory, needsCgo), importPath };
    }
    reached.files.forEach(file => {
      if (isForeignName(file)) {
        throw foreignName(file);
      }
    });
  }

  private isVendored(directory: string): boolean {
    return this.list.vendor !== undefined && directory.startsWith(`${this.list.vendor.directory}/`);
  }

  private refuseUnusable(selected: PackageFiles, importer: Importer | undefined): void {
    const place = importer === undefined ? '' : `${importer.file}:${importer.line}: `;
    if (selected.goFiles.length + selected.cgoFiles.length === 0 && selected.needsCgo === undefined) {
      throw new InputError({
        what: `${place}build constraints exclude all Go files in ${selected.directory}`,
        given: importer?.importPath,
        remedy: 'add the build tags that the package needs, or a file for the target platform',
      });
    }
    if (importer !== undefined && selected.name === 'main') {
      throw new InputError({
        what: `${place}the imported package is a program, not an importable package`,
        given: selected.directory,
        remedy: 'move what is shared into a package of its own',
      });
    }
  }

  private importableFromOutside(holds: (tag: string) => boolean): { importPath: string; directory: string }[] {
    const found: { importPath: string; directory: string }[] = [];
    for (const local of this.list.locals.values()) {
      if (!local.isReplacement || !local.isPublished) {
        continue;
      }
      this.wholeModules.add(local.modulePath);
      for (const directory of packageDirectories(this.tree, local)) {
        const within = path.relative(local.directory, directory).split(path.sep).join('/');
        if (within.split('/').includes('internal')) {
          continue;
        }
        const selected = selectPackageFiles(this.tree, directory, holds);
        if (selected.goFiles.length + selected.cgoFiles.length > 0 && selected.name !== 'main') {
          found.push({ importPath: within === '' ? local.modulePath : `${local.modulePath}/${within}`, directory });
        }
      }
    }
    return found;
  }
}

function importsOf(importPath: string, selected: PackageFiles): { path: string; importer: Importer }[] {
  const imports = new Map<string, Importer>();
  for (const name of [...selected.goFiles, ...selected.cgoFiles]) {
    for (const { path: imported, line } of selected.sources.get(name)!.imports) {
      if (imported !== 'C' && !imports.has(imported)) {
        imports.set(imported, { importPath, file: path.join(selected.directory, name), line });
      }
    }
  }
  return [...imports].map(([imported, importer]) => ({ path: imported, importer }));
}

function sortByBytes(files: readonly string[]): string[] {
  return files.map(file => Buffer.from(file, 'utf8')).sort(Buffer.compare).map(bytes => bytes.toString('utf8'));
}
