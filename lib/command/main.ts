import { commonHelp, invocationOf } from './arguments';
import type { Command } from './command';
import { COMMANDS } from './commands';
import { EXIT, PlainError, UsageError } from './plain-error';

/** Runs a command line and returns its exit code. Never throws: what is wrong is written in plain words. */
export async function main(args: readonly string[]): Promise<number> {
  const asJson = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes('--json');
  try {
    return await run(args);
  } catch (error) {
    const plain = error instanceof PlainError ? error : new PlainError(
      `this is a mistake of the command itself: ${error instanceof Error ? error.message : String(error)}`,
      'please report it, with DEBUG=cdktf-go-docker for the details');
    if (process.env.DEBUG === 'cdktf-go-docker') {
      process.stderr.write(`${(error as Error).stack}\n`);
    }
    if (asJson) {
      process.stdout.write(`${JSON.stringify({ error: plain.message, remedy: plain.remedy })}\n`);
    } else {
      process.stderr.write(`${plain.message}\n${plain.remedy === undefined ? '' : `  to do: ${plain.remedy}\n`}`);
    }
    return plain.exitCode;
  }
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    (name === undefined ? process.stderr : process.stdout).write(`${overview()}\n`);
    return name === undefined ? EXIT.usage : EXIT.well;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`there is no command ${JSON.stringify(name)}; there are ${Object.keys(COMMANDS).join(', ')}`, 'npx cdktf-go-docker --help');
  }
  const invocation = invocationOf(name, command, args);
  if (invocation.options.help) {
    process.stdout.write(`${helpOf(name, command)}\n`);
    return EXIT.well;
  }
  return command.run(invocation);
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  return [
    'usage: npx cdktf-go-docker COMMAND [OPTION …]',
    '',
    ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'All but init read the synthesized program (cdktf.out). status, logs, psql and shell ask the engine of its Docker provider.',
    'npx cdktf-go-docker COMMAND --help says more.',
  ].join('\n');
}

function helpOf(name: string, command: Command): string {
  const { summary, usage, help } = command;
  return [
    `usage: npx cdktf-go-docker ${name} ${usage}`.trimEnd(),
    '',
    `${name}: ${summary}.`,
    '',
    ...inColumns([...help, ...commonHelp(command)]).map((line) => `  ${line}`.trimEnd()),
  ].join('\n');
}

/** Moves what follows the names of options and arguments into one column. */
function inColumns(lines: readonly string[]): string[] {
  const parts = lines.map((line) => /^(\S+(?: \S+)*|)  +(\S.*)$/.exec(line));
  const width = Math.max(0, ...parts.map((part) => part?.[1].length ?? 0));
  return lines.map((line, index) => parts[index] === null ? line : `${parts[index]![1].padEnd(width)}  ${parts[index]![2]}`);
}
