import type { IConstruct } from 'constructs';
import { shownCall } from './call';
import { propsProblem, structProblem } from './check';
import { withDefaults } from './inherited';
import { InputError, InputProblem, reject, rejectIf } from './input-error';
import { callNamed, structNamed } from './table';
import { userLine } from './user-line';

/**
 * Checks a construct's props and completes them with the defaults of its ancestors.
 *
 * Refuses missing and unknown props, wrong types and values out of range. TypeScript checks only part of that, and nothing in JavaScript.
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

/** Checks a struct that a method of the user's own class has returned. */
export function checkStruct(scope: IConstruct, name: string, given: object): void {
  rejectIf(scope, propsProblem(structNamed(name), given));
}

/**
 * Checks the arguments of a factory. The error names the call and the line of the user's program.
 *
 * @param name the factory, for example `HealthCheck.http`
 * @param given the arguments, keyed by parameter name
 * @param further the factory's own check, called when all types are right
 */
export function checkArguments(name: string, given: Readonly<Record<string, unknown>>, further?: () => InputProblem | undefined): void {
  const problem = structProblem(callNamed(name), given, { noun: 'argument' }) ?? (further && problemOf(further));
  if (problem) {
    throw new InputError(problem, undefined, { text: shownCall(name, given), line: userLine(new Error().stack ?? '') });
  }
}

/** Checks the arguments of a factory and makes the value. An error in a nested factory also names the outer call. */
export function made<T>(name: string, given: Readonly<Record<string, unknown>>, make: () => T): T {
  let value: T | undefined;
  checkArguments(name, given, () => {
    value = make();
    return undefined;
  });
  return value!;
}

/** Checks the arguments of a construct's method, for example `PostgresDatabase.addRole`. */
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
