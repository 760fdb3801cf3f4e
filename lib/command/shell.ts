import type { Command } from './command';
import { nameOf, runningContainer } from './containers';
import { Engine } from './engine';
import { PlainError, UsageError } from './plain-error';
import { Program } from './program';

const DEFAULT_IMAGE = 'busybox:1.37';

/** A container of its own with the processes and the network of another one, which may be without a shell. It is removed at its end. */
export const SHELL: Command = {
  summary: 'opens a shell beside a service, also beside an image without one',
  usage: 'SERVICE [--image IMAGE] [-- COMMAND …]',
  help: [
    'SERVICE         its container name or construct path, with or without the stack\'s name',
    `--image IMAGE   the tools to bring along (default ${DEFAULT_IMAGE}, 4 MB)`,
    'COMMAND         runs it in place of sh',
    '',
    'The shell sees the processes and the network of the service; its files are in /proc/1/root.',
    'It is a container of its own, as root with SYS_PTRACE, with 256 MiB, and is removed at its end.',
  ],
  options: { image: { type: 'string' } },
  positionals: { required: ['SERVICE'] },
  takesRest: true,
  async run({ positionals: [wanted], rest, options }) {
    if (options.json) {
      throw new UsageError('shell writes no JSON');
    }
    const program = Program.read(options);
    const service = program.find(wanted);
    const engine = Engine.of(program, service.provider, options.host as string | undefined);
    try {
      const container = await runningContainer(engine, service);
      const image = String(options.image ?? DEFAULT_IMAGE);
      await provide(engine, image);
      const terminal = process.stdin.isTTY && process.stdout.isTTY;
      if (terminal) {
        process.stderr.write(`beside ${nameOf(container)}, whose files are in /proc/1/root\n`);
      }
      return await engine.attach([
        'run', '--rm', '--interactive', ...terminal ? ['--tty'] : [],
        '--pid', `container:${container.Id}`, '--network', `container:${container.Id}`,
        '--user', '0:0', '--cap-add', 'SYS_PTRACE', '--security-opt', 'no-new-privileges', '--memory', '256m', '--log-driver', 'none',
        '--entrypoint', rest[0] ?? 'sh', image, ...rest.slice(1),
      ], terminal);
    } finally {
      engine.close();
    }
  },
};

async function provide(engine: Engine, image: string): Promise<void> {
  if ((await engine.run('image', 'inspect', '--format', 'x', image)).status === 0) {
    return;
  }
  process.stderr.write(`pulling ${image}\n`);
  let last = '';
  if (await engine.lines(['pull', '--quiet', image], (line) => last = line) !== 0) {
    throw new PlainError(`the image ${image} is not on ${engine.shown}, and cannot be pulled: ${last}`,
      'name one with a shell that the engine has: --image IMAGE');
  }
}
