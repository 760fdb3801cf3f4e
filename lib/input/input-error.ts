import type { IConstruct } from 'constructs';
import { shownValue } from './show';

/** The four parts that every error of this library tells a user. */
export interface InputProblem {
  /** What is wrong, as a clause without a full stop, for example: the port is out of range. */
  readonly what: string;
  /** What the user gave; shown as JSON, so that quotes and control characters are visible. */
  readonly given?: unknown;
  /** What would have been accepted. */
  readonly allowed?: string;
  /** What the user should do about it. */
  readonly remedy: string;
}

/** Where wrong input came from, when no construct exists yet. */
export interface Call {
  /** For example: PublishedPort.onLoopback(99999) */
  readonly text: string;
  /** The line of the user's program, for example: main.ts:12 */
  readonly line?: string;
}

/**
 * Wrong input from a user, found at synth.
 *
 * Code that knows no constructs (`lib/go`, `lib/files`) throws it without a path; the construct that called that code adds its own with
 * {@link atConstruct}. Factories of values add the call instead.
 */
export class InputError extends Error {
  declare public readonly problem: InputProblem;
  declare public readonly constructPath?: string;
  declare public readonly call?: Call;

  public constructor(problem: InputProblem, constructPath?: string, call?: Call) {
    super(render(problem, constructPath ?? call?.text, call?.line));
    // Not enumerable: Node.js prints such properties behind the text of an error that nobody catches.
    for (const [name, value] of Object.entries({ name: 'InputError', problem, constructPath, call })) {
      Object.defineProperty(this, name, { value });
    }
  }
}

/** Throws the problem with the construct's path. */
export function reject(scope: IConstruct, problem: InputProblem): never {
  throw new InputError(problem, scope.node.path);
}

/** Throws the problem with the construct's path, if there is one. */
export function rejectIf(scope: IConstruct, problem: InputProblem | undefined): void {
  if (problem !== undefined) {
    reject(scope, problem);
  }
}

/** Runs code that knows no constructs; an `InputError` that it throws gets the construct's path. */
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
