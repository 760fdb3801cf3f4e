import { parseArgs } from 'util';
import type { Command, Invocation } from './command';
import { UsageError } from './plain-error';

/** What all commands understand. */
const COMMON = {
  stack: { type: 'string' },
  output: { type: 'string' },
  host: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const COMMON_HELP: readonly string[] = [
  '--stack NAME    the stack, where the program has several',
  '--output DIR    the synthesized program; by default that of cdktf.json, or cdktf.out',
  '--host ADDRESS  the engine, where the program takes its address from Terraform: unix://, tcp:// or ssh://',
  '--json          writes JSON',
];

/** Reads the arguments after the command's name. */
export function invocationOf(name: string, command: Command, args: readonly string[]): Invocation {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const rest = end === -1 ? [] : args.slice(end + 1);
  const remedy = `npx cdktf-go-docker ${name} --help`;
  let parsed;
  try {
    parsed = parseArgs({ args: [...own], options: { ...COMMON, ...command.options }, allowPositionals: true });
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
