import type { IConstruct } from 'constructs';

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

/**
 * Wrong input from a user, found at synth.
 *
 * Code that knows no constructs (`lib/go`, `lib/files`) throws it without a path;
 * the construct that called that code adds its own with {@link atConstruct}.
 */
export class InputError extends Error {
  public constructor(public readonly problem: InputProblem, public readonly constructPath?: string) {
    super(render(problem, constructPath));
    this.name = 'InputError';
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

function render(problem: InputProblem, constructPath: string | undefined): string {
  const lines = [constructPath ? `${constructPath}: ${problem.what}` : problem.what];
  if (problem.given !== undefined) {
    lines.push(`  given:   ${show(problem.given)}`);
  }
  if (problem.allowed !== undefined) {
    lines.push(`  allowed: ${problem.allowed}`);
  }
  lines.push(`  to do:   ${problem.remedy}`);
  return lines.join('\n');
}

const LONGEST_SHOWN = 200;

function show(given: unknown): string {
  const text = typeof given === 'number' || given === undefined ? String(given) : asJson(given) ?? String(given);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
}

function asJson(given: unknown): string | undefined {
  if (Array.isArray(given)) {
    return `[${given.map((entry) => asJson(entry) ?? String(entry)).join(',')}]`;
  }
  try {
    // JSON leaves out what is undefined, which is what such an error is about.
    return JSON.stringify(given, (_, value: unknown) => value === undefined ? 'undefined' : value);
  } catch {
    // Constructs refer to their parents, so that they have no JSON.
    return `an object of the class ${(given as object).constructor.name}`;
  }
}
