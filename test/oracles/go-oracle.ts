import { execFileSync, spawnSync } from 'child_process';
import * as path from 'path';

/** A Go program beside this file that answers questions with the very code that Docker is made of. */
export class GoOracle {
  public constructor(private readonly program: 'reference' | 'cron') {}

  /** One answer for each question. The first call downloads and compiles the program's modules. */
  public ask<Q, A>(questions: Q[]): A[] {
    const answers = execFileSync('go', ['run', '.'], {
      cwd: path.join(__dirname, this.program),
      input: JSON.stringify(questions),
      maxBuffer: 2 ** 30,
      // Kept for the message of a failure.
      stdio: 'pipe',
    });
    return JSON.parse(answers.toString()) as A[];
  }
}

/** A compilation of Go modules on a busy machine takes this long at most, in milliseconds. */
export const ORACLE_TIMEOUT = 600_000;

/**
 * `describe` for tests that ask a Go program. Without Go on the PATH they are skipped and one line says so; in CI, which has
 * Go, that is an error.
 */
export function describeWithGo(name: string, tests: () => void): void {
  if (spawnSync('go', ['version']).status === 0) {
    describe(name, tests);
  } else if (process.env.CI === 'true') {
    throw new Error(`${name}: there is no go on the PATH, and in CI this must not be skipped`);
  } else {
    process.stderr.write(`skipped: ${name} (there is no go on the PATH)\n`);
    describe.skip(name, tests);
  }
}
