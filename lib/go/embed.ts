import * as path from 'node:path';
import { compileGlob } from './path-match';
import { type EntryKind, isForeignName, type SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

// https://go.dev/ref/mod#go-mod-file-ident: modules never contain names that Windows reserves.
const RESERVED = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i;
const VERSION_CONTROL = new Set(['.bzr', '.hg', '.git', '.svn']);

/**
 * The files that a `//go:embed` pattern names, relative to the package's directory.
 * @param embedder the Go file, for the error
 * @throws InputError with Go's message, when nothing matches or Go refuses to embed a match
 * @see https://pkg.go.dev/embed#hdr-Directives
 */
export function resolveEmbedPattern(tree: SourceTree, directory: string, pattern: string, embedder: string): string[] {
  const problem = (why: string, remedy: string) => new InputError({
    what: `pattern ${pattern}: ${why}`, given: `//go:embed ${pattern} in ${path.join(directory, embedder)}`, remedy,
  });
  const all = pattern.startsWith('all:');
  const glob = all ? pattern.slice('all:'.length) : pattern;
  const elements = glob.split('/');
  const matchers = elements.map(compileGlob);
  const valid = glob !== '.' && elements.every(element => element !== '' && element !== '.' && element !== '..');
  if (!valid || matchers.includes(undefined) || compileGlob(glob) === undefined) {
    throw problem('invalid pattern syntax', 'name files below the package\'s directory, with slashes and without ./ or ../');
  }
  const found = new Set<string>();
  for (const match of expand(tree, directory, elements, matchers as RegExp[])) {
    const refusal = refuse(tree, directory, match);
    if (refusal !== undefined) {
      throw problem(refusal, 'embed regular files and directories of this module only');
    }
    if (match.kind === 'file') {
      found.add(match.file);
      continue;
    }
    const below = walk(tree, directory, match.file, all, refused => problem(refused, 'rename the file'));
    if (below.length === 0) {
      throw problem(`cannot embed directory ${match.file}: contains no embeddable files`,
        'put a file into it; names that start with . or _ count with the prefix all: only');
    }
    below.forEach(file => found.add(file));
  }
  if (found.size === 0) {
    throw problem('no matching files found', 'create the file before the synthesis, or correct the pattern. A module as published may lack files '
      + 'that its build makes, such as those of a front end: make them in a checkout of the repository');
  }
  return [...found];
}

interface Match {
  readonly file: string;
  readonly kind: EntryKind;
}

function expand(tree: SourceTree, directory: string, elements: readonly string[], matchers: readonly RegExp[]): Match[] {
  let matches: Match[] = [{ file: '', kind: 'directory' }];
  for (const [index, element] of elements.entries()) {
    const isLiteral = !/[*?[\\]/.test(element);
    matches = matches.flatMap(({ file }) => (tree.list(path.join(directory, file)) ?? [])
      .filter(entry => isLiteral ? entry.name === element : matchers[index].test(entry.name))
      .map(entry => ({ file: file === '' ? entry.name : `${file}/${entry.name}`, kind: entry.kind })));
  }
  return matches;
}

/** Go's reason against a match that a download of the module would not contain. */
function refuse(tree: SourceTree, directory: string, match: Match): string | undefined {
  const what = match.kind === 'directory' ? 'directory' : 'file';
  const elements = match.file.split('/');
  for (let length = elements.length; length > 0; length--) {
    const at = elements.slice(0, length).join('/');
    if (tree.kindOf(path.join(directory, at, 'go.mod')) !== undefined) {
      return `cannot embed ${what} ${match.file}: in different module`;
    }
    const parent = path.join(directory, ...elements.slice(0, length - 1));
    const isDirectory = tree.list(parent)?.some(({ name, kind }) => name === elements[length - 1] && kind === 'directory') ?? false;
    if (length < elements.length && !isDirectory) {
      return `cannot embed ${what} ${match.file}: in non-directory ${at}`;
    }
    if (isBadName(elements[length - 1])) {
      return length === elements.length
        ? `cannot embed ${what} ${match.file}: invalid name ${elements[length - 1]}`
        : `cannot embed ${what} ${match.file}: in invalid directory ${elements[length - 1]}`;
    }
  }
  return match.kind === 'file' || match.kind === 'directory' ? undefined : `cannot embed irregular file ${match.file}`;
}

function walk(tree: SourceTree, base: string, top: string, all: boolean, problem: (why: string) => InputError): string[] {
  const files: string[] = [];
  const pending = [top];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const { name, kind } of tree.list(path.join(base, directory)) ?? []) {
      const file = `${directory}/${name}`;
      const isHidden = name[0] === '.' || name[0] === '_';
      if (isHidden && (!all || isBadName(name))) {
        continue;
      }
      if (kind === 'directory') {
        if (!isBadName(name) && tree.kindOf(path.join(base, file, 'go.mod')) === undefined) {
          pending.push(file);
        }
      } else if (isBadName(name)) {
        throw problem(`cannot embed file ${file}: invalid name ${name}`);
      } else if (kind === 'file') {
        files.push(file);
      }
    }
  }
  return files;
}

/** Whether modules cannot contain files of this name. @see https://pkg.go.dev/golang.org/x/mod/module#CheckFilePath */
function isBadName(name: string): boolean {
  return VERSION_CONTROL.has(name) || isForeignName(name) || name.endsWith('.') || RESERVED.test(name.split('.', 1)[0])
    || !/^[\p{L}0-9 !#$%&()+,\-.=@[\]^_{}~]+$/u.test(name);
}
