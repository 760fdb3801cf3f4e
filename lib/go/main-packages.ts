import * as path from 'node:path';
import type { TagPredicate } from './build-constraint';
import type { LocalModule } from './build-list';
import { matchesFileName } from './build-target';
import { readGoSource } from './package-files';
import type { SourceTree } from '../files/source-tree';

/**
 * The directories of `./...` below `top`. Go skips `testdata`, `vendor`, names that start with `.` or `_`, nested modules,
 * symbolic links and the `ignore` directives of go.mod.
 */
export function packageDirectories(
  tree: SourceTree, module: Pick<LocalModule, 'directory' | 'file'>, top = module.directory,
): string[] {
  const ignored = ignoredBy(module.file.ignore);
  const directories: string[] = [];
  const visit = (directory: string): void => {
    directories.push(directory);
    for (const { name, kind } of tree.list(directory) ?? []) {
      const below = path.join(directory, name);
      if (kind === 'directory' && name[0] !== '.' && name[0] !== '_' && name !== 'testdata' && name !== 'vendor'
        && !ignored(path.relative(module.directory, below).split(path.sep).join('/')) && !tree.isFile(path.join(below, 'go.mod'))) {
        visit(below);
      }
    }
  };
  visit(top);
  return directories;
}

/** Whether the first Go file of the build has `package main`. */
export function isMainPackage(tree: SourceTree, directory: string, holds: TagPredicate): boolean {
  for (const { name, kind } of tree.list(directory) ?? []) {
    const isSource = kind !== 'directory' && name.endsWith('.go') && !name.endsWith('_test.go') && name[0] !== '_' && name[0] !== '.';
    if (!isSource || !matchesFileName(name, holds) || !tree.isFile(path.join(directory, name))) {
      continue;
    }
    const source = readGoSource(tree, path.join(directory, name));
    const counts = source.constraint.matches(holds) && source.packageName !== 'documentation'
      && (source.cgoPreamble === undefined || holds('cgo'));
    if (counts) {
      return source.packageName === 'main';
    }
  }
  return false;
}

/** @see https://go.dev/ref/mod#go-mod-file-ignore */
function ignoredBy(patterns: readonly string[]): (relative: string) => boolean {
  const normalize = (text: string): string => `/${text.replace(/^\/+|\/+$/g, '')}/`;
  const anchored = patterns.filter(pattern => pattern.startsWith('./')).map(pattern => normalize(pattern.slice(2)));
  const anywhere = patterns.filter(pattern => !pattern.startsWith('./')).map(normalize);
  return relative => {
    const directory = normalize(relative);
    return anchored.some(pattern => directory.startsWith(pattern)) || anywhere.some(pattern => directory.includes(pattern));
  };
}
