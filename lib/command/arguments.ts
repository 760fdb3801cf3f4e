import { type ParseArgsConfig, parseArgs } from 'util';
import type { Command, Invocation } from './command';
import { UsageError } from './plain-error';

/** What all commands understand. */
const COMMON = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What commands understand that read the synthesized program. */
const OF_PROGRAM = {
  stack: { type: 'string' },
  output: { type: 'string' },
} as const;

/** What commands understand that ask its engines. */
const OF_ENGINE = {
  host: { type: 'string' },
} as const;

/** The options beside the command's own. */
function commonOptions({ reads = 'engine' }: Command): NonNullable<ParseArgsConfig['options']> {
  return { ...COMMON, ...reads === 'nothing' ? {} : OF_PROGRAM, ...reads === 'engine' ? OF_ENGINE : {} };
}

const HELP: Readonly<Record<string, string>> = {
  stack: '--stack NAME    the stack, where the program has several',
  output: '--output DIR    the synthesized program; by default that of cdktf.json, or cdktf.out',
  host: '--host ADDRESS  the engine, where the program takes its address from Terraform: unix://, tcp:// or ssh://',
  json: '--json          writes JSON',
};

/** A line for each of these options. */
export function commonHelp(command: Command): string[] {
  const options = commonOptions(command);
  return Object.keys(HELP).filter((name) => Object.hasOwn(options, name)).map((name) => HELP[name]);
}

/** Reads the arguments after the command's name. */
export function invocationOf(name: string, command: Command, args: readonly string[]): Invocation {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end + 1);
  const remedy = `npx cdktf-go-docker ${name} --help`;
  let parsed;
  try {
    parsed = parseArgs({ args: [...own], options: { ...commonOptions(command), ...command.options }, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0], remedy);
  }
  const { values, positionals } = parsed as { values: Invocation['options']; positionals: string[] };
  if (values.help) {
    return { positionals, rest, options: values };
  }
  const { required, optional = [] } = command.positionals;
  if (positionals.length < required.length) {
    throw new UsageError(`${name} needs ${required[positionals.length]}: npx cdktf-go-docker ${name} ${command.usage}`, remedy);
  }
  const surplus = positionals.slice(required.length + optional.length);
  if (surplus.length > 0) {
    throw new UsageError(`${name} does not understand ${surplus.map((one) => JSON.stringify(one)).join(', ')}`, remedy);
  }
  if (rest.length > 0 && !command.takesRest) {
    throw new UsageError(`${name} takes nothing after --`, remedy);
  }
  return { positionals, rest, options: values };
}
