import * as path from 'node:path';
import { type ModuleFile, parseModuleFile, parseWorkFile, type WorkFile } from './module-file';
import { ModuleSyntaxError } from './module-syntax';
import type { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

export function readModuleFile(tree: SourceTree, file: string, isDependency: boolean): ModuleFile {
  return tree.remember(`${isDependency ? 'dependency' : 'module'} ${file}`,
    () => parsed(tree, file, text => parseModuleFile(text, isDependency)));
}

export function readWorkFile(tree: SourceTree, file: string): WorkFile {
  return tree.remember(`work ${file}`, () => parsed(tree, file, parseWorkFile));
}

function parsed<T>(tree: SourceTree, file: string, parse: (text: string) => T): T {
  const text = tree.readFile(file).toString('utf8');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof ModuleSyntaxError)) {
      throw error;
    }
    throw new InputError({
      what: `${path.basename(file)}:${error.line}: ${error.message}`,
      given: text.split('\n')[error.line - 1]?.trim(),
      remedy: `correct line ${error.line} of ${file}`,
    });
  }
}
