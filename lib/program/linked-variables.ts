import * as path from 'path';
import type { SourceTree } from '../files/source-tree';
import { ImportClosure } from '../go/import-closure';
import { InputError } from '../input/input-error';
import { nearest } from '../input/nearest';

/**
 * Refuses a variable that no package of the program has: the linker ignores `-X` for such a name without a word.
 * Packages of downloaded modules are not looked at.
 */
export function requireLinkedVariables(tree: SourceTree, closure: ImportClosure, variables: Readonly<Record<string, string>>): void {
  for (const given of Object.keys(variables)) {
    const dot = given.lastIndexOf('.');
    const [importPath, name] = [given.slice(0, dot), given.slice(dot + 1)];
    if (importPath === closure.importPath) {
      throw new InputError({
        what: 'the linker knows the main package by the name "main" alone',
        given,
        allowed: '"main.version" for a variable of the main package',
        remedy: `write \`main.${name}\``,
      });
    }
    const directory = directoryOf(closure, importPath);
    if (directory === undefined) {
      continue;
    }
    const words = wordsOf(tree, closure, directory);
    if (!words.has(name)) {
      const similar = nearest(name, [...words]);
      throw new InputError({
        what: `no Go file of the package ${importPath} has the name of a variable for \`variables\``,
        given,
        allowed: 'string variables that the package declares, such as `var version string`',
        remedy: similar === undefined ? 'correct the name, or declare the variable' : `did you mean \`${importPath}.${similar}\`?`,
      });
    }
  }
}

function directoryOf(closure: ImportClosure, importPath: string): string | undefined {
  const wanted = importPath === 'main' ? closure.importPath : importPath;
  return closure.packages.find((one) => one.importPath === wanted)?.directory;
}

function wordsOf(tree: SourceTree, closure: ImportClosure, directory: string): Set<string> {
  const { files } = closure.packages.find((one) => one.directory === directory)!;
  const texts = files.filter((file) => file.endsWith('.go')).map((file) => tree.readFile(path.resolve(closure.root, file)).toString('utf8'));
  return new Set(texts.flatMap((text) => text.match(/[\p{L}_][\p{L}\p{Nd}_]*/gu) ?? []));
}
