import type { IConstruct } from 'constructs';
import { shownCall } from './call';
import { propsProblem, structProblem } from './check';
import { withDefaults } from './inherited';
import { InputError, InputProblem, reject, rejectIf } from './input-error';
import { callNamed, structNamed } from './table';
import { userLine } from './user-line';

/**
 * The props of a construct, checked and completed with the defaults from above.
 *
 * Refuses props that are missing, unknown, of another type or out of range. TypeScript checks some of that; JavaScript and `any` do not,
 * and an `undefined` that came from `process.env` gets past both.
 *
 * @param name the struct, for example `GoServiceProps`
 */
export function complete<T extends object>(scope: IConstruct, name: string, given: T): T {
  const struct = structNamed(name);
  const props = struct.defaults === undefined ? given : withDefaults(scope, struct, given);
  if (props !== given) {
    rejectIf(scope, propsProblem(struct, given, true));
  }
  rejectIf(scope, propsProblem(struct, props));
  return props;
}

/** Refuses what a method of the user's own class returned, when it is no such struct. */
export function checkStruct(scope: IConstruct, name: string, given: object): void {
  rejectIf(scope, propsProblem(structNamed(name), given));
}

/**
 * Refuses arguments of a factory, which knows no construct yet: the error names the call and the line of the user's program.
 *
 * @param name the factory, for example `HealthCheck.http`
 * @param given the arguments by the names of their parameters
 * @param further what only this factory knows: returns or throws what is wrong with arguments that have the right types
 */
export function checkArguments(name: string, given: Readonly<Record<string, unknown>>, further?: () => InputProblem | undefined): void {
  const problem = structProblem(callNamed(name), given, { noun: 'argument' }) ?? (further && problemOf(further));
  if (problem) {
    throw new InputError(problem, undefined, { text: shownCall(name, given), line: userLine(new Error().stack ?? '') });
  }
}

/**
 * Makes a value from the arguments of a factory, once they are checked. What goes wrong on the way is an error of this call, also in
 * another factory that it uses.
 */
export function made<T>(name: string, given: Readonly<Record<string, unknown>>, make: () => T): T {
  let value: T | undefined;
  checkArguments(name, given, () => {
    value = make();
    return undefined;
  });
  return value!;
}

/** Refuses arguments of a construct's method, for example `PostgresDatabase.addRole`. */
export function checkMethod(scope: IConstruct, name: string, given: Readonly<Record<string, unknown>>): void {
  const problem = structProblem(callNamed(name), given, { noun: 'argument', suffix: ` of ${name.slice(name.indexOf('.') + 1)}()` });
  if (problem) {
    reject(scope, problem);
  }
}

function problemOf(further: () => InputProblem | undefined): InputProblem | undefined {
  try {
    return further();
  } catch (error) {
    if (error instanceof InputError && error.constructPath === undefined) {
      return error.problem;
    }
    throw error;
  }
}
