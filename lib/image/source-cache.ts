import * as fs from 'fs';
import * as path from 'path';
import { Construct } from 'constructs';
import { DockerIgnore } from './dockerignore';
import { GoModule } from '../go/go-module';
import { SourceTree } from '../go/source-tree';

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
  private readonly results = new Map<string, unknown>();

  /** The module or workspace that holds `directory`, without the files that its `.dockerignore` leaves out. */
  public module(directory: string): GoModule {
    let module = this.modules.get(directory);
    if (!module) {
      const unfiltered = GoModule._load(directory, this.files);
      const ignore = DockerIgnore.read(unfiltered._contextDirectory);
      module = ignore.sourceFile === undefined
        ? unfiltered
        : GoModule._load(directory, this.files.withoutIgnored(unfiltered._contextDirectory, (file) => ignore.ignores(file)));
      this.modules.set(directory, module);
    }
    return module;
  }

  /** The result of `compute`, which runs once for each key and app. */
  public once<T>(key: string, compute: () => T): T {
    if (!this.results.has(key)) {
      this.results.set(key, compute());
    }
    return this.results.get(key) as T;
  }
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
