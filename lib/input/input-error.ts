import type { IConstruct } from 'constructs';
import { shownValue } from './show';
import { holdsToken, TOKEN_REMEDY } from './tokens';

/** The four parts of every error message. */
export interface InputProblem {
  /** The problem, as a clause without a full stop, for example: the port is out of range. */
  readonly what: string;
  /** The user's value, shown as JSON: quotes and control characters stay visible. */
  readonly given?: unknown;
  readonly allowed?: string;
  readonly remedy: string;
}

/** The call with the wrong argument, when no construct exists yet. */
export interface Call {
  readonly text: string;
  /** The line of the user's program, for example: main.ts:12 */
  readonly line?: string;
}

/**
 * Wrong input from a user, found at synth.
 *
 * `lib/go` and `lib/files` know no constructs and throw it without a path. The calling construct adds its path with {@link atConstruct}.
 * Factories of values add the call instead.
 */
export class InputError extends Error {
  declare public readonly problem: InputProblem;
  declare public readonly constructPath?: string;
  declare public readonly call?: Call;

  public constructor(given: InputProblem, constructPath?: string, call?: Call) {
    const problem = atSynth(given);
    super(render(problem, constructPath ?? call?.text, call?.line));
    // Not enumerable: Node.js prints enumerable properties after the text of an uncaught error.
    for (const [name, value] of Object.entries({ name: 'InputError', problem, constructPath, call })) {
      Object.defineProperty(this, name, { value });
    }
  }
}

export function reject(scope: IConstruct, problem: InputProblem): never {
  throw new InputError(problem, scope.node.path);
}

export function rejectIf(scope: IConstruct, problem: InputProblem | undefined): void {
  if (problem !== undefined) {
    reject(scope, problem);
  }
}

/** Runs code that knows no constructs and adds the construct's path to any `InputError`. */
export function atConstruct<T>(scope: IConstruct, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError && error.constructPath === undefined) {
      throw new InputError(error.problem, scope.node.path);
    }
    throw error;
  }
}

/** A rule refuses every token, because the text of a token is not the value. The user must read that instead of the rule's remedy. */
function atSynth(problem: InputProblem): InputProblem {
  return !holdsToken(problem.given) ? problem : {
    what: `${problem.what}: it is a value that only Terraform knows, but it is needed at synth`,
    allowed: problem.allowed,
    remedy: TOKEN_REMEDY,
  };
}

function render(problem: InputProblem, place: string | undefined, line: string | undefined): string {
  const lines = [place ? `${place}: ${problem.what}` : problem.what];
  if (problem.given !== undefined) {
    lines.push(`  given:   ${shortened(shownValue(problem.given))}`);
  }
  if (problem.allowed !== undefined) {
    lines.push(`  allowed: ${problem.allowed}`);
  }
  lines.push(`  to do:   ${problem.remedy}`);
  if (line !== undefined) {
    lines.push(`  at:      ${line}`);
  }
  return lines.join('\n');
}

const LONGEST_SHOWN = 200;

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
}
