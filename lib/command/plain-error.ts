export const EXIT = {
  /** All is well. */
  well: 0,
  /** Something is sick, or could not be asked. */
  failed: 1,
  /** The command line, or the place where it runs, is wrong. */
  usage: 2,
  /** Nothing is wrong, but the plan does what `--fail-on` of `explain` names. */
  refused: 3,
} as const;

/** What a user of the command line reads in place of a stack trace: what is wrong, and what to do. */
export class PlainError extends Error {
  public constructor(message: string, public readonly remedy?: string, public readonly exitCode: number = EXIT.failed) {
    super(message);
  }
}

export class UsageError extends PlainError {
  public constructor(message: string, remedy?: string) {
    super(message, remedy, EXIT.usage);
  }
}
