import type { Command } from './command';
import { Inspection, containersOf, nameOf } from './containers';
import { Engine } from './engine';
import { EXIT, PlainError, UsageError } from './plain-error';
import { Program } from './program';

const DEFAULT_LINES = '100';

/** What containers of a service wrote. Several are told apart by their names. */
export const LOGS: Command = {
  summary: 'shows what a service wrote, also one that has stopped',
  usage: 'SERVICE [--follow] [--tail LINES] [--since TIME]',
  help: [
    'SERVICE         its container name or construct path, with or without the stack\'s name',
    '--follow, -f    goes on with what it writes from now on',
    `--tail LINES    the last lines of each container: a number, or all (default ${DEFAULT_LINES})`,
    '--since TIME    only later lines: 10m, 2h, or 2030-01-02T15:04:05Z',
  ],
  options: { follow: { type: 'boolean', short: 'f' }, tail: { type: 'string' }, since: { type: 'string' } },
  positionals: { required: ['SERVICE'] },
  async run({ positionals: [wanted], options }) {
    const tail = String(options.tail ?? DEFAULT_LINES);
    if (!/^(all|\d+)$/.test(tail)) {
      throw new UsageError(`--tail is a number of lines or all, not ${JSON.stringify(tail)}`);
    }
    const program = Program.read(options);
    const service = program.find(wanted);
    const engine = Engine.of(program, service.provider, options.host as string | undefined);
    try {
      const containers = (await containersOf(engine, [service])).get(service)!;
      if (containers.length === 0) {
        throw new PlainError(`${service.name} does not exist on ${engine.shown}`, 'deploy it: npx cdktf deploy');
      }
      const args = ['logs', '--tail', tail, ...options.follow ? ['--follow'] : [], ...options.since === undefined ? [] : ['--since', String(options.since)]];
      const codes = await Promise.all(containers.map(async (container) => show(engine, args, container, containers.length, options.json === true)));
      return codes.every((code) => code === 0) ? EXIT.well : EXIT.failed;
    } finally {
      engine.close();
    }
  },
};

async function show(engine: Engine, args: readonly string[], container: Inspection, count: number, asJson: boolean): Promise<number> {
  const name = nameOf(container);
  if (asJson) {
    return engine.lines([...args, '--timestamps', name], (line, stream) => {
      const [, time, text] = /^(\S+) ?([^]*)$/.exec(line) ?? [undefined, '', line];
      process.stdout.write(`${JSON.stringify({ container: name, time, stream, text })}\n`);
    });
  }
  if (count === 1) {
    return engine.attach([...args, name], false);
  }
  return engine.lines([...args, name], (line, stream) => process[stream].write(`${name} | ${line}\n`));
}
