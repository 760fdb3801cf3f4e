import * as path from 'path';
import type { SourceTree } from './source-tree';
import { isForeignName } from './source-tree';
import { InputError } from '../input/input-error';

/**
 * The files below a directory, relative to it, with slashes. Links to files count as files.
 * @throws InputError for a link to a directory, which could lead anywhere, and for what is no file
 */
export function filesBelow(tree: SourceTree, directory: string, prefix = ''): string[] {
  return (tree.list(directory) ?? []).flatMap(({ name, kind }) => {
    const inside = path.join(directory, name);
    if (kind === 'directory') {
      return filesBelow(tree, inside, `${prefix}${name}/`);
    }
    if (!tree.isFile(inside) || isForeignName(name) || /[:\u0000-\u001f]/.test(name)) {
      throw new InputError({
        what: tree.isDirectory(inside) ? 'a directory to copy holds a symbolic link to another directory'
          : tree.isFile(inside) ? 'a directory to copy holds a file with an unusual name' : 'a directory to copy holds something that is no file',
        given: inside,
        allowed: 'files with names in UTF-8 without ":" and control characters, links to files, and directories',
        remedy: 'remove it from the directory, or list the files one by one',
      });
    }
    return [`${prefix}${name}`];
  });
}
