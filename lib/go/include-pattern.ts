import * as path from 'node:path';
import { compileGlob } from './path-match';
import type { SourceTree } from '../files/source-tree';

/** Names that wildcards skip. Terraform's states hold secrets and change with each deploy. */
const LEFT_OUT = /^\.|^node_modules$|\.tfstate(\.|$)/;

export function isIncludePattern(pattern: string): boolean {
  return pattern.split('/').every((segment) => compileGlob(segment) !== undefined);
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[\\]/.test(pattern);
}

/**
 * The files that a pattern matches: `*`, `?` and `[a-z]` match within a name, `**` matches any number of directories.
 *
 * As in a shell, wildcards match a hidden name only after a literal dot. They skip symbolic links and other modules.
 *
 * @param pattern relative to the directory, with slashes
 */
export function filesOfPattern(tree: SourceTree, directory: string, pattern: string): string[] {
  return [...new Set(expand(tree, directory, pattern.replace(/(^|\/)\*\*$/, '$1**/*').split('/')))];
}

function expand(tree: SourceTree, directory: string, [segment, ...rest]: readonly string[]): string[] {
  if (segment === '**') {
    const below = matches(tree, directory, '*').filter((file) => tree.isDirectory(file));
    return [...expand(tree, directory, rest), ...below.flatMap((file) => expand(tree, file, [segment, ...rest]))];
  }
  const files = hasWildcard(segment) ? matches(tree, directory, segment) : [path.join(directory, segment)];
  return rest.length > 0
    ? files.filter((file) => tree.isDirectory(file)).flatMap((file) => expand(tree, file, rest))
    : files.filter((file) => tree.isFile(file));
}

function matches(tree: SourceTree, directory: string, segment: string): string[] {
  const glob = compileGlob(segment)!;
  return (tree.list(directory) ?? [])
    .filter(({ name, kind }) => glob.test(name) && (segment.startsWith('.') || !LEFT_OUT.test(name))
      && (kind === 'file' || (kind === 'directory' && !tree.isFile(path.join(directory, name, 'go.mod')))))
    .map(({ name }) => path.join(directory, name));
}
