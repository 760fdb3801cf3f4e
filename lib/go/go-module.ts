import * as path from 'node:path';
import { type BuildList, loadBuildList } from './build-list';
import { type BuildTarget, tagPredicate, targetKey } from './build-target';
import { type CgoElsewhere, cgoElsewhere } from './cgo-elsewhere';
import { compareGoVersions, majorMinor, NEWEST_KNOWN_GO_VERSION, toolchainVersion } from './go-version';
import { collectClosure, type ImportClosure, type MainPackage } from './import-closure';
import { cgoModulesThatCompile, isBelowOneOf } from './known-cgo';
import { isMainPackage, packageDirectories } from './main-packages';
import { readWorkFile } from './module-files';
import { type InventoryModule, moduleInventory } from './module-inventory';
import { requireSums } from './sum-file';
import { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';
import { made } from '../input/props';

/** The target of `mainPackages`: the most common platform, with cgo so that no program is missing. */
const LISTING_TARGET: BuildTarget = { goos: 'linux', goarch: 'amd64', cgoEnabled: true, tags: [], goVersion: NEWEST_KNOWN_GO_VERSION };

/**
 * A Go module, or one module of a Go workspace, read from its files. Go itself is not needed and never run.
 *
 * @see https://go.dev/ref/mod
 *
 * @example
 * const module = GoModule.fromDirectory('services/shop');
 * new TerraformOutput(this, 'programs', { value: module.mainPackages });
 */
export class GoModule {
  /**
   * Reads the module of a directory: the nearest go.mod in it or above, and the go.work above that, if there is one.
   *
   * @param source a directory of the module, relative to the working directory or absolute
   * @throws when the directory, its go.mod, or a module that go.mod or go.work refers to is missing or malformed, when go.work
   * does not use the module, and when vendor/modules.txt contradicts go.mod
   */
  public static fromDirectory(source: string): GoModule {
    return made('GoModule.fromDirectory', { source }, () => GoModule._load(source, new SourceTree()));
  }

  /** @internal */
  public static _load(source: string, tree: SourceTree): GoModule {
    if (path.sep !== '/') {
      throw new InputError({
        what: 'Go modules cannot be read with the paths of Windows',
        given: source,
        allowed: 'a synthesis on Linux, macOS or in WSL',
        remedy: 'run the synthesis in WSL or in a Linux container',
      });
    }
    const absolute = path.resolve(source);
    return tree.remember(`module of ${absolute}`, () => {
      const kind = tree.kindOf(absolute);
      if (kind !== 'directory') {
        throw new InputError({
          what: kind === undefined ? 'the source directory does not exist' : 'the source is a file, not a directory',
          given: source,
          allowed: 'a directory of a Go module',
          remedy: `create the module with go mod init, or correct the path (it was looked for at ${absolute})`,
        });
      }
      return new GoModule(absolute, tree);
    });
  }

  /** The absolute source directory. Names of main packages are relative to it. */
  public readonly source: string;

  /** The absolute directory of go.mod. */
  public readonly directory: string;

  /** The common directory of the module or workspace and of its `replace` directories. */
  public readonly root: string;

  /** The module's path, the prefix of its import paths. */
  public readonly modulePath: string;

  /**
   * The Go release that builds the module, as major and minor number: the newest `go` or `toolchain` line of go.mod, go.work and
   * the local modules that they refer to. Without such a line it is `1.26`, the newest release that this library knows.
   */
  public readonly goVersion: string;

  private readonly list: BuildList;

  private constructor(source: string, private readonly tree: SourceTree) {
    this.source = source;
    this.directory = findModule(tree, source);
    this.list = loadBuildList(tree, this.directory, findWorkspace(tree, this.directory));
    this.modulePath = this.list.module.modulePath;
    const locals = [...this.list.locals.values()];
    this.root = commonDirectory([...locals.map(local => local.directory), ...this.list.workspace ? [this.list.workspace.directory] : []]);
    this.goVersion = newestGoVersion(this.list);
  }

  /** The sorted main packages in and below the source directory, such as `./cmd/app`. They equal those of `go list ./...`. */
  public get mainPackages(): string[] {
    return this._mainPackages([LISTING_TARGET]);
  }

  /** @internal */
  public _mainPackages(targets: readonly BuildTarget[]): string[] {
    const key = `main packages ${this.source}\0${targets.map(targetKey).join('\0')}`;
    return [...this.tree.remember(key, () => {
      const predicates = targets.map(tagPredicate);
      return packageDirectories(this.tree, this.list.module, this.source)
        .filter(directory => predicates.some(holds => isMainPackage(this.tree, directory, holds)))
        .map(directory => relativePackage(this.source, directory))
        .sort();
    })];
  }

  /**
   * Everything that builds of the main package read, over all targets.
   *
   * @internal
   * @param mainPackage `./cmd/app` relative to the source directory, or an import path; by default `.` if it is one, else the only main package
   */
  public _closure(mainPackage: string | undefined, targets: readonly BuildTarget[]): ImportClosure {
    const main = this.mainPackage(mainPackage, targets);
    const key = `closure ${this.directory}\0${main.directory}\0${targets.map(targetKey).join('\0')}`;
    return this.tree.remember(key, () => collectClosure(this.tree, this.root, this.list, main, targets, this.moduleFiles()));
  }

  /** The paths of the workspace's modules. @internal */
  public get _workspaceModules(): string[] {
    return this.list.workspace === undefined ? []
      : [...this.list.locals.values()].filter(({ isReplacement }) => !isReplacement).map(({ modulePath }) => modulePath).sort();
  }

  /** Refuses a program whose build would fail for want of lines in go.sum. @internal */
  public _requireSums(closure: ImportClosure): void {
    requireSums(this.tree, this.list, closure);
  }

  /** @internal */
  public _cgoElsewhere(closure: ImportClosure, targets: readonly BuildTarget[], optional: readonly string[]): CgoElsewhere | undefined {
    return cgoElsewhere(this.tree, this.list, closure, targets, optional);
  }

  /**
   * Modules that the program may contain, that compile without cgo, and that fail when it runs.
   * @internal
   */
  public _cgoModulesThatCompile(optional: readonly string[]): string[] {
    return cgoModulesThatCompile().filter((name) => !isBelowOneOf(name, optional) && mayContain(this.list, name));
  }

  /** @internal */
  public _inventory(closure: ImportClosure): InventoryModule[] {
    return moduleInventory(this.tree, this.list, closure);
  }

  private mainPackage(given: string | undefined, targets: readonly BuildTarget[]): MainPackage {
    const name = given ?? this.onlyMainPackage(targets);
    const directory = this.packageDirectory(name);
    const within = path.relative(this.directory, directory).split(path.sep).join('/');
    const remedy = 'name a main package of the module';
    const allowed = (): string => enumerate(this._mainPackages(targets)) || 'the module has none';
    if (within === '..' || within.startsWith('../') || path.isAbsolute(within) || this.isInNestedModule(directory)) {
      throw new InputError({ what: `the main package is outside the module ${this.modulePath}`, given: name, allowed: allowed(), remedy });
    }
    if (!this.tree.isDirectory(directory)) {
      throw new InputError({ what: 'the main package does not exist', given: name, allowed: allowed(), remedy });
    }
    const predicates = targets.map(tagPredicate);
    const cgoToo = predicates.map(holds => (tag: string): boolean => tag === 'cgo' || holds(tag));
    // Programs that need cgo count. The closure reports that they need it.
    if (![...predicates, ...cgoToo].some(holds => isMainPackage(this.tree, directory, holds))) {
      throw new InputError({
        what: 'the package is not a main package (package main with Go files for the target)', given: name, allowed: allowed(), remedy,
      });
    }
    return { directory, importPath: within === '' ? this.modulePath : `${this.modulePath}/${within}` };
  }

  private onlyMainPackage(targets: readonly BuildTarget[]): string {
    const buildable = this._mainPackages(targets);
    const found = buildable.length > 0 ? buildable : this._mainPackages(targets.map(target => ({ ...target, cgoEnabled: true })));
    if (found.length === 0) {
      throw new InputError({
        what: 'the module has no main package',
        given: this.source,
        allowed: 'a directory with package main and func main',
        remedy: 'write one, or set source to the directory of the module that has one',
      });
    }
    if (found.length > 1 && !found.includes('.')) {
      throw new InputError({
        what: `the module has ${found.length} main packages and none was named`,
        given: this.source,
        allowed: enumerate(found),
        remedy: `set mainPackage, for example mainPackage: '${found[0]}'`,
      });
    }
    return found.includes('.') ? '.' : found[0];
  }

  private packageDirectory(name: string): string {
    if (name === '.' || name.startsWith('./') || name.startsWith('../') || name === '..') {
      return path.resolve(this.source, name);
    }
    if (name === this.modulePath || name.startsWith(`${this.modulePath}/`)) {
      return path.join(this.directory, name.slice(this.modulePath.length));
    }
    throw new InputError({
      what: 'the main package is neither a relative path nor an import path of the module',
      given: name,
      allowed: `./${name.replace(/^\/+/, '') || 'cmd/app'} or an import path that starts with ${this.modulePath}`,
      remedy: 'start a relative path with ./',
    });
  }

  private isInNestedModule(directory: string): boolean {
    for (let at = directory; at.length > this.directory.length; at = path.dirname(at)) {
      if (this.tree.isFile(path.join(at, 'go.mod'))) {
        return true;
      }
    }
    return false;
  }

  private moduleFiles(): string[] {
    const { locals, workspace, vendor } = this.list;
    const files = [...locals.values()].flatMap(local => [
      path.join(local.directory, 'go.mod'), ...local.isReplacement ? [] : [path.join(local.directory, 'go.sum')],
    ]);
    if (workspace !== undefined) {
      files.push(path.join(workspace.directory, 'go.work'), path.join(workspace.directory, 'go.work.sum'));
    }
    if (vendor !== undefined) {
      files.push(path.join(vendor.directory, 'modules.txt'));
    }
    return files.filter(file => this.tree.isFile(file));
  }
}

function findModule(tree: SourceTree, source: string): string {
  const directory = upward(source, at => tree.isFile(path.join(at, 'go.mod')));
  if (directory !== undefined) {
    return directory;
  }
  const work = upward(source, at => tree.isFile(path.join(at, 'go.work')));
  const modules = work === undefined ? [] : readWorkFile(tree, path.join(work, 'go.work')).use.map(({ path: used }) => used);
  throw new InputError(modules.length === 0
    ? {
      what: 'no go.mod in the source directory or above it',
      given: source,
      allowed: 'a directory of a Go module',
      remedy: 'run go mod init there, or correct the path',
    }
    : {
      what: 'the source directory is in a workspace but in none of its modules',
      given: source,
      allowed: enumerate(modules),
      remedy: 'set source to the directory of one of the modules that go.work uses',
    });
}

function findWorkspace(tree: SourceTree, moduleDirectory: string): string | undefined {
  const directory = upward(moduleDirectory, at => tree.isFile(path.join(at, 'go.work')));
  if (directory === undefined) {
    return undefined;
  }
  const used = readWorkFile(tree, path.join(directory, 'go.work')).use.map(use => use.path);
  if (!used.some(use => path.resolve(directory, use) === moduleDirectory)) {
    const missing = path.relative(directory, moduleDirectory).split(path.sep).join('/') || '.';
    throw new InputError({
      what: 'a go.work above the module does not use it',
      given: { module: moduleDirectory, workspace: path.join(directory, 'go.work') },
      allowed: enumerate(used) || undefined,
      remedy: `run go work use ./${missing === '.' ? '' : missing} in ${directory}, or move the module elsewhere`,
    });
  }
  return directory;
}

function upward(from: string, found: (directory: string) => boolean): string | undefined {
  for (let directory = from; ; directory = path.dirname(directory)) {
    if (found(directory)) {
      return directory;
    }
    if (path.dirname(directory) === directory) {
      return undefined;
    }
  }
}

function commonDirectory(directories: readonly string[]): string {
  return directories.reduce((common, directory) => {
    let shared = common;
    while (directory !== shared && !directory.startsWith(shared.endsWith('/') ? shared : `${shared}/`)) {
      shared = path.dirname(shared);
    }
    return shared;
  });
}

/** Since Go 1.17, go.mod lists every module that provides a package. */
function mayContain({ requirements, locals }: BuildList, module: string): boolean {
  return requirements.some(({ path: name }) => name === module)
    || [...locals.values()].some(({ file }) => compareGoVersions(file.go ?? '1.16', '1.17') < 0);
}

function newestGoVersion(list: BuildList): string {
  const versions = [list.workspace?.file, list.module.file].map(file => file?.toolchain && toolchainVersion(file.toolchain));
  versions.push(list.workspace?.file.go, ...[...list.locals.values()].map(local => local.file.go));
  const stated = versions.filter((version): version is string => version !== undefined && version !== '');
  return stated.length === 0
    ? NEWEST_KNOWN_GO_VERSION
    : majorMinor(stated.reduce((newest, version) => compareGoVersions(newest, version) < 0 ? version : newest));
}

function relativePackage(base: string, directory: string): string {
  const relative = path.relative(base, directory).split(path.sep).join('/');
  return relative === '' ? '.' : `./${relative}`;
}

function enumerate(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
