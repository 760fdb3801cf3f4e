import * as path from 'node:path';
import type { SourceTree } from '../files/source-tree';

/** A file of a module; both paths have slashes. */
export interface ModuleContent {
  readonly relativeToRoot: string;
  /** Starts with `../` for files of other modules. */
  readonly relativeToModule: string;
}

const VERSION_CONTROL = new Set(['.git', '.hg', '.svn', '.bzr']);

/** The files of a module's directory: without version control and nested modules, and not through links to directories. */
export function filesBelow(tree: SourceTree, directory: string): string[] {
  return (tree.list(directory) ?? []).flatMap(({ name, kind }) => {
    const file = path.join(directory, name);
    if (kind === 'directory') {
      return VERSION_CONTROL.has(name) || tree.isFile(path.join(file, 'go.mod')) ? [] : filesBelow(tree, file);
    }
    return kind === 'file' || (kind === 'symlink' && tree.isFile(file)) ? [file] : [];
  });
}

export function describeContent(files: readonly string[], root: string, moduleDirectory: string): ModuleContent[] {
  const relative = (base: string, file: string): string => path.relative(base, file).split(path.sep).join('/');
  return [...files].sort().map(file => ({ relativeToRoot: relative(root, file), relativeToModule: relative(moduleDirectory, file) }));
}
