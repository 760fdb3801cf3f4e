import type { Command } from './command';
import { Engine } from './engine';
import { EXIT } from './plain-error';
import { Program } from './program';
import { observe } from './status/observe';
import { text } from './status/text';

export const STATUS: Command = {
  summary: 'shows what runs, is healthy, restarts, and since when; fails when something is sick',
  usage: '[--stack NAME] [--json]',
  help: [
    'Exit code 0: all is well. 1: something is missing, stopped, paused, unhealthy or restarts again and again; or no engine',
    'answers. 2: the command line is wrong, or there is no synthesized program.',
    '',
    '--no-kernel-log  starts no container to ask the kernel which containers ran out of memory',
  ],
  options: { 'no-kernel-log': { type: 'boolean' } },
  positionals: { required: [] },
  async run({ options }) {
    const program = Program.read(options);
    const engines = new Map<string, Engine>();
    const engineOf = (alias: string) => {
      const engine = engines.get(alias) ?? Engine.of(program, alias, options.host as string | undefined);
      engines.set(alias, engine);
      return engine;
    };
    try {
      const report = await observe(program, engineOf, options['no-kernel-log'] !== true);
      const colours = process.stdout.isTTY && !process.env.NO_COLOR;
      process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : text(report, colours)}\n`);
      return report.verdict === 'sick' ? EXIT.failed : EXIT.well;
    } finally {
      engines.forEach((engine) => engine.close());
    }
  },
};
