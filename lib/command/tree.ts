import * as path from 'path';
import type { Command } from './command';
import { EXIT, PlainError } from './plain-error';
import { Program } from './program';
import { configurationOf } from './stack/configuration';
import { type Branch, describe, drawTree } from './tree/describe';

export const TREE: Command = {
  summary: 'shows the resources of the program and their order as a tree',
  usage: '[--stack NAME] [--json]',
  help: ['It shows all stacks, unless --stack names one. It asks no engine.'],
  reads: 'program',
  options: {},
  positionals: { required: [] },
  async run({ options }) {
    const trees = Program.readAll(options).map((program) => ({ stack: program.stack, directory: program.directory, tree: treeOf(program) }));
    process.stdout.write(options.json ? `${JSON.stringify(trees, undefined, 2)}\n` : trees.length === 0 ? 'The program has no stack.\n' : trees.map(({ directory, tree }) => [
      ...drawTree(tree), '',
      `The paths are relative to ${path.relative(process.cwd(), directory) || '.'}.`, '',
    ].join('\n')).join('\n'));
    return EXIT.well;
  },
};

function treeOf(program: Program): Branch {
  try {
    return describe(configurationOf(program));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new PlainError(`a file of the synthesized program is missing: ${(error as NodeJS.ErrnoException).path}`, 'run npx cdktf synth again');
    }
    throw error;
  }
}
