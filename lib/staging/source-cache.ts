import * as fs from 'fs';
import * as path from 'path';
import { Construct } from 'constructs';
import { DockerIgnore } from '../files/dockerignore';
import { SourceTree } from '../files/source-tree';
import { BuildTarget } from '../go/build-target';
import { GoModule } from '../go/go-module';
import { ImportClosure } from '../go/import-closure';
import { InputError } from '../input/input-error';

/**
 * What one synth has read from the file system, shared by all constructs of one app.
 *
 * Twenty programs of one repository then cost one read of its files, not twenty. It lives as long as
 * the app's root construct, so that a later synth in the same process sees later files.
 */
export class SourceCache {
  public static of(scope: Construct): SourceCache {
    const root = scope.node.root;
    let cache = SourceCache.caches.get(root);
    if (!cache) {
      cache = new SourceCache();
      SourceCache.caches.set(root, cache);
    }
    return cache;
  }

  private static readonly caches = new WeakMap<object, SourceCache>();

  /** Files as they are, whatever `.dockerignore` says. */
  public readonly files = new SourceTree();
  private readonly modules = new Map<string, GoModule>();
  private readonly ignores = new Map<string, DockerIgnore>();
  private readonly results = new Map<string, unknown>();

  /** The module or workspace that holds `directory`, without the files that its `.dockerignore` leaves out. */
  public module(directory: string): GoModule {
    let module = this.modules.get(directory);
    if (!module) {
      const unfiltered = GoModule._load(directory, this.files);
      const contextDirectory = unfiltered._contextDirectory;
      const ignore = this.ignores.get(contextDirectory) ?? DockerIgnore.read(contextDirectory);
      this.ignores.set(contextDirectory, ignore);
      const files = this.files.withoutIgnored(contextDirectory, (file) => ignore.ignores(file));
      module = ignore.sourceFile === undefined
        ? unfiltered
        : blaming(ignore, contextDirectory, () => GoModule._load(directory, files));
      this.modules.set(directory, module);
    }
    return module;
  }

  /** What one program is compiled from. */
  public closure(directory: string, mainPackage: string | undefined, targets: readonly BuildTarget[]): ImportClosure {
    return this.once(`closure ${JSON.stringify([directory, mainPackage, targets])}`, () => {
      const module = this.module(directory);
      const ignore = this.ignores.get(module._contextDirectory);
      const compute = () => module._closure(mainPackage, targets);
      try {
        return compute();
      } catch (error) {
        const guilty = ignore?.sourceFile !== undefined && succeeds(() => GoModule._load(directory, this.files)._closure(mainPackage, targets));
        return guilty ? blaming(ignore, module._contextDirectory, compute) : rethrow(error);
      }
    });
  }

  /** The result of `compute`, which runs once for each key and app. */
  public once<T>(key: string, compute: () => T): T {
    if (!this.results.has(key)) {
      this.results.set(key, compute());
    }
    return this.results.get(key) as T;
  }
}

/** Says in an error that the ignore file is the cause: without it there would be none. */
function blaming<T>(ignore: DockerIgnore, directory: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    throw new InputError({
      ...error.problem,
      what: `${error.problem.what}, because ${ignore.sourceFile} leaves out what the build needs`,
      remedy: `correct ${path.join(directory, ignore.sourceFile!)}: a line "!<path>" at its end takes a file in again`,
    });
  }
}

function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Resolves a path as CDKTF's own assets do: relative to the directory of `cdktf.json`, wherever the app is started.
 */
export function resolveUserPath(scope: Construct, userPath: string): string {
  return path.resolve(projectDirectory(scope), userPath);
}

function projectDirectory(scope: Construct): string {
  const configured = scope.node.tryGetContext('cdktfJsonPath');
  if (typeof configured === 'string') {
    return path.dirname(configured);
  }
  for (let directory = process.cwd(); ; directory = path.dirname(directory)) {
    if (fs.existsSync(path.join(directory, 'cdktf.json'))) {
      return directory;
    }
    if (directory === path.dirname(directory)) {
      return process.cwd();
    }
  }
}
