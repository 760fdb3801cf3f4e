import * as fs from 'fs';
import * as path from 'path';
import { Construct } from 'constructs';
import { SourceTree } from '../files/source-tree';

const trees = new WeakMap<object, SourceTree>();

/**
 * The file system that all constructs of an app share: the programs of a repository read its files once.
 * It lives as long as the app's root construct. A new app in the same process reads the files again.
 */
export function sourceTreeOf(scope: Construct): SourceTree {
  const tree = trees.get(scope.node.root) ?? new SourceTree();
  trees.set(scope.node.root, tree);
  return tree;
}

/** Resolves a path like cdktf's assets: relative to the directory of `cdktf.json`, in any working directory. */
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
