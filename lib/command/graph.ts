import * as fs from 'fs';
import * as path from 'path';
import type { Command } from './command';
import { mermaid } from './graph/mermaid';
import { svg } from './graph/svg';
import { topologyOf } from './graph/topology';
import { EXIT, PlainError, UsageError } from './plain-error';
import { Program } from './program';

const FORMATS: Readonly<Record<string, typeof mermaid>> = { mermaid, svg };

const ENDINGS: Readonly<Record<string, string>> = { '.svg': 'svg', '.mmd': 'mermaid', '.mermaid': 'mermaid' };

export const GRAPH: Command = {
  summary: 'draws what runs and how it hangs together, as SVG or Mermaid',
  usage: '[--format mermaid|svg] [--write FILE] [--stack NAME] [--json]',
  help: [
    'It draws all stacks, unless --stack names one. It asks no engine.',
    '',
    '--format FORMAT  mermaid (default), or svg; with --write, what the file\'s ending says',
    '--write FILE     writes this file instead of the standard output',
  ],
  reads: 'program',
  options: { format: { type: 'string' }, write: { type: 'string' } },
  positionals: { required: [] },
  async run({ options }) {
    const file = options.write as string | undefined;
    const format = String(options.format ?? ENDINGS[path.extname(file ?? '')] ?? 'mermaid');
    if (!Object.hasOwn(FORMATS, format)) {
      throw new UsageError(`--format is ${Object.keys(FORMATS).join(' or ')}, not ${JSON.stringify(format)}`);
    }
    const stacks = Program.readAll(options).map(topologyOf);
    const text = options.json ? `${JSON.stringify(stacks, undefined, 2)}\n` : FORMATS[format](stacks);
    if (file === undefined) {
      process.stdout.write(text);
      return EXIT.well;
    }
    try {
      fs.writeFileSync(file, text);
    } catch (error) {
      throw new PlainError(`the picture cannot be written: ${(error as Error).message}`);
    }
    return EXIT.well;
  },
};
