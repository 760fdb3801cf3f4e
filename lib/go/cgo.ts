import * as path from 'node:path';
import { matchesCgoCondition, type TagPredicate } from './build-constraint';
import type { PackageFiles } from './package-files';
import type { SourceTree } from '../files/source-tree';

const C_FILES = /\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|def|c|cc|cpp|cxx|m|mm|s|S|sx|a|o|so|dylib|lib|pc|ld|map)$/;
const LIBRARIES = /\.(?:a|o|so|dylib|lib)(?:\.|$)/;
const MAY_INCLUDE = /\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|def|c|cc|cpp|cxx|m|mm|s|S|sx|swig|swigcxx|f|F|for|f90)$/;

/** Larger C files are generated tables. */
const LARGEST_C_FILE = 128 * 1024 * 1024;

/**
 * Files that a package's C and assembly code may read beyond those that `go list` names: headers from elsewhere in the tree.
 * A package with cgo also gets all C files below its directory and in the directories of its `#cgo` lines.
 * The result may exceed what the compiler opens, because preprocessor conditions are not evaluated.
 * @param root the limit: files outside this directory are left out
 * @returns absolute paths
 */
export function filesBesideCgo(tree: SourceTree, root: string, selected: PackageFiles, holds: TagPredicate): string[] {
  const { directory } = selected;
  const own = selected.otherFiles.map(name => path.join(directory, name));
  const found = new Set<string>();
  const search = [directory];
  const texts: { text: string; directory: string }[] = [];
  if (selected.cgoFiles.length > 0) {
    filesBelow(tree, directory).forEach(file => found.add(file));
    for (const name of selected.cgoFiles) {
      const preamble = selected.sources.get(name)?.cgoPreamble ?? '';
      texts.push({ text: preamble, directory });
      const flags = cgoFlags(preamble, directory, holds);
      search.push(...flags.include.filter(place => isWithin(root, place)));
      flags.libraries.filter(place => isWithin(root, place)).flatMap(place => librariesAt(tree, place)).forEach(file => found.add(file));
    }
  }
  const pending = [...own, ...found].filter(file => MAY_INCLUDE.test(file));
  const seen = new Set(pending);
  const follow = (text: string, from: string): void => {
    for (const included of includedFiles(text)) {
      const file = [from, ...search].map(place => path.resolve(place, included)).find(candidate => tree.isFile(candidate));
      if (file !== undefined && isWithin(root, file) && !seen.has(file)) {
        seen.add(file);
        found.add(file);
        pending.push(file);
      }
    }
  };
  texts.forEach(({ text, directory: from }) => follow(text, from));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const current = file;
    includesOf(tree, current).forEach(line => follow(line, path.dirname(current)));
  }
  own.forEach(file => found.delete(file));
  return [...found];
}

interface CgoFlags {
  readonly include: readonly string[];
  /** Library files and directories. */
  readonly libraries: readonly string[];
}

function cgoFlags(preamble: string, directory: string, holds: TagPredicate): CgoFlags {
  const include: string[] = [];
  const libraries: string[] = [];
  for (const line of preamble.split('\n')) {
    const match = /^\s*#cgo\s+(.*?)(\w+)\s*:(.*)$/.exec(line.replace(/^\s*\*/, ''));
    if (match === null) {
      continue;
    }
    const conditions = match[1].trim();
    if (conditions !== '' && !matchesCgoCondition(conditions, holds)) {
      continue;
    }
    const words = match[3].match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    const args = words.map(word => word.replace(/["']/g, '').replaceAll('${SRCDIR}', directory));
    for (const [index, arg] of args.entries()) {
      const flag = /^-(I|L|isystem|iquote|include)(.*)$/.exec(arg);
      const value = flag === null ? arg : flag[2] || (args[index + 1] ?? '');
      if (value !== '' && flag !== null && flag[1] !== 'L') {
        include.push(path.resolve(directory, value));
      } else if (value !== '' && (flag !== null || LIBRARIES.test(value))) {
        libraries.push(path.resolve(directory, value));
      }
    }
  }
  return { include, libraries };
}

function librariesAt(tree: SourceTree, place: string): string[] {
  if (tree.isFile(place)) {
    return [place];
  }
  return (tree.list(place) ?? []).filter(entry => entry.kind !== 'directory' && LIBRARIES.test(entry.name))
    .map(entry => path.join(place, entry.name)).filter(file => tree.isFile(file));
}

function filesBelow(tree: SourceTree, top: string): string[] {
  const files: string[] = [];
  const pending = [top];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of tree.list(directory) ?? []) {
      const file = path.join(directory, entry.name);
      if (entry.kind === 'directory') {
        if (entry.name[0] !== '.' && entry.name !== 'node_modules' && !tree.isFile(path.join(file, 'go.mod'))) {
          pending.push(file);
        }
      } else if (directory !== top && C_FILES.test(entry.name) && tree.isFile(file)) {
        files.push(file);
      } else if (directory === top && C_FILES.test(entry.name) && !/\.(?:h|hh|hpp|hxx|c|cc|cpp|cxx|m|s|S|sx)$/.test(entry.name)) {
        // Build constraints have already selected the files of the package's own directory.
        files.push(file);
      }
    }
  }
  return files;
}

function includesOf(tree: SourceTree, file: string): string[] {
  return tree.remember(`includes ${file}`, () => {
    const text = tree.readFile(file, LARGEST_C_FILE).toString('utf8');
    return text.includes('#') ? text.match(/^[ \t]*#[ \t]*(?:include|import)\b.*$/gm) ?? [] : [];
  });
}

function includedFiles(text: string): string[] {
  return [...text.matchAll(/^[\s*]*#[ \t]*(?:include|import)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm)].map(match => match[1] ?? match[2]);
}

function isWithin(root: string, place: string): boolean {
  return place === root || place.startsWith(root.endsWith('/') ? root : `${root}/`);
}
