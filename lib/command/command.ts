import type { ParseArgsConfig } from 'util';

/** What a command is called with. */
export interface Invocation {
  /** Arguments without a name, in order. */
  readonly positionals: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** A command of the command line. A further one is a file and a line in `commands.ts`. */
export interface Command {
  /** For the list of commands, for example: shows what runs. */
  readonly summary: string;
  /** What follows the name, for example: `SERVICE [--follow]`. */
  readonly usage: string;
  /** A line for each option that is the command's own, and further help. */
  readonly help: readonly string[];
  /** Whether it reads the synthesized program, and whether it asks its engines as well, which is the default. */
  readonly reads?: 'nothing' | 'program' | 'engine';
  /** Options of its own, beside those in `arguments.ts`. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** The names of the arguments that must be there, and of those that may. */
  readonly positionals: { readonly required: readonly string[]; readonly optional?: readonly string[] };
  /** Whether arguments may follow `--`. */
  readonly takesRest?: boolean;
  /** Returns the exit code. Throws a `PlainError` for what the user can mend. */
  run(invocation: Invocation): Promise<number>;
}
