import * as path from 'node:path';
import type { PackageFiles } from './package-files';
import type { SourceTree } from '../files/source-tree';

/**
 * Whether a package does not compile without cgo: no Go file is left, or what is left calls a function of a file that is left out.
 *
 * Only what is certain counts. Many packages have cgo files that add something, and compile without them.
 * @param selected the package's files without cgo
 * @returns the name of a cgo file that is missing
 */
export function neededCgoFile(tree: SourceTree, selected: PackageFiles): string | undefined {
  const skipped = [...selected.sources].filter(([, { cgoPreamble }]) => cgoPreamble !== undefined).map(([name]) => name);
  if (skipped.length === 0) {
    return undefined;
  }
  if (selected.goFiles.length === 0) {
    return skipped[0];
  }
  if (selected.needsCgo === undefined) {
    return undefined;
  }
  const code = (name: string) => codeOf(tree.readFile(path.join(selected.directory, name)).toString('utf8'));
  const rest = selected.goFiles.map(code);
  const functions = new Set(rest.flatMap(functionsOf));
  const types = new Set(rest.flatMap(typesOf));
  return skipped.find((name) => {
    const text = code(name);
    return functionsOf(text).some((one) => !functions.has(one) && rest.some((other) => calls(other, one)))
      || typesOf(text).some((one) => !types.has(one) && rest.some((other) => mentionsType(other, one)));
  });
}

/** Functions of a package, without methods and without those that every file may have. */
function functionsOf(code: string): string[] {
  return [...code.matchAll(/^func ([\p{L}_][\p{L}\p{Nd}_]*)\s*[([]/gmu)].map((match) => match[1]).filter((name) => name !== 'init' && name !== '_');
}

function typesOf(code: string): string[] {
  return [...code.matchAll(/^type ([\p{L}_][\p{L}\p{Nd}_]*)\s/gmu)].map((match) => match[1]);
}

/** Whether a method or a pointer has the type, which nothing but a package's own type can. */
function mentionsType(code: string, name: string): boolean {
  return new RegExp(`^func \\([\\p{L}\\p{Nd}_]+ \\*?${name}\\)`, 'mu').test(code);
}

/** Whether a file calls a function of its package. A file that declares anything of the same name does not count. */
function calls(code: string, name: string): boolean {
  const isDeclared = new RegExp(`(?:\\b(?:var|const|type|func)\\s+${name}\\b)|\\b${name}\\b(?:\\s*,\\s*[\\w.]+)*\\s*(?::=|\\s[\\w*[&]|:)`, 'u');
  const isImported = new RegExp('^import\\s*(?:\\(\\s*)?\\.\\s|^\\s+\\.\\s+"', 'm');
  const isCalled = new RegExp(`(?:[=(,!&|]|\\breturn|\\bif|\\bgo|\\bdefer|\\bcase)\\s*${name}\\(`, 'u');
  return isCalled.test(code) && !isDeclared.test(code) && !isImported.test(code);
}

/** The code without comments, and with empty strings. */
function codeOf(text: string): string {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'/g, (found) => found.startsWith('/') ? ' ' : '""');
}
