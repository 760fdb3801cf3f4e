import { IConstruct } from 'constructs';
import { InputError, InputProblem, reject, rejectIf } from './input-error';

/**
 * What a prop must be. TypeScript checks that where it is used; JavaScript does not, and an `undefined` that came from
 * `process.env` gets past both.
 */
export interface PropType {
  /** With its article, for example `a Size`. */
  readonly name: string;
  /** How a user writes one. */
  readonly example: string;
  readonly matches: (value: unknown) => boolean;
  /** What was given may be a password: errors do not show it. */
  readonly secret?: boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

export const TEXT: PropType = { name: 'a string', example: '"text"', matches: isText };
export const NUMBER: PropType = { name: 'a number', example: '8080', matches: (value) => typeof value === 'number' };
export const BOOLEAN: PropType = { name: 'true or false', example: 'true', matches: (value) => typeof value === 'boolean' };
export const OPTIONS: PropType = { name: 'an object', example: '{ … }', matches: isObject };
export const TEXTS = listOf('strings', '["one", "two"]', isText);
export const NUMBERS = listOf('numbers', '[8080, 9090]', NUMBER.matches);
export const NETWORK: PropType = {
  name: 'a network',
  example: 'ContainerNetwork.fromName("proxy")',
  matches: (value) => isText((value as { networkName?: unknown } | null)?.networkName),
};
export const NETWORKS = listOf('networks', `[${NETWORK.example}]`, NETWORK.matches);
export const DEPENDENCIES = listOf('Terraform resources or constructs of this library that run a container', '[database, service]',
  (value) => typeof (value as { fqn?: unknown } | null)?.fqn === 'string');
export const TEXT_MAP: PropType = {
  name: 'an object with strings as its values',
  example: '{ name: "value" }',
  matches: (value) => isObject(value) && Object.values(value as object).every(isText),
};
/** For maps whose values the construct checks itself, with errors that say more. */
export const MAP: PropType = { ...TEXT_MAP, matches: isObject };

/**
 * A value of one of the library's classes. They are told by a method: `instanceof` fails where two copies of the library meet.
 */
export function objectWith(method: string, className: string, example: string): PropType {
  return { name: `a ${className}`, example, matches: (value) => hasMethod(value, method) };
}

export function listOfObjectsWith(method: string, classNames: string, example: string): PropType {
  return listOf(classNames, example, (value) => hasMethod(value, method));
}

export function mapOfObjectsWith(method: string, className: string, example: string): PropType {
  return {
    name: `an object with values of ${className}`,
    example,
    matches: (value) => isObject(value) && Object.values(value as object).every((entry) => hasMethod(entry, method)),
  };
}

/** Told by a property, because it has no method of its own. */
export const PLATFORM: PropType = {
  name: 'a Platform',
  example: 'Platform.LINUX_ARM64',
  matches: (value) => typeof (value as { architecture?: unknown } | null)?.architecture === 'string',
};
export const PLATFORMS = listOf('Platforms', '[Platform.LINUX_AMD64, Platform.LINUX_ARM64]', PLATFORM.matches);
export const DURATION: PropType = objectWith('toSeconds', 'Duration', 'Duration.seconds(30)');
export const SIZE: PropType = objectWith('toMebibytes', 'Size', 'Size.mebibytes(256)');

/** Refuses props of another type than they must have. Props that are left out are fine, unless they are required. */
export function requirePropTypes(
  scope: IConstruct, props: object | undefined, types: Readonly<Record<string, PropType>>, required: readonly string[] = [],
): void {
  if (!isObject(props)) {
    reject(scope, {
      what: 'the props are missing',
      given: props,
      allowed: 'an object',
      remedy: `give ${required.length > 0 ? 'at least ' : ''}{ ${required.map((name) => `${name}: ${types[name].example}`).join(', ')} }`,
    });
  }
  for (const [name, type] of Object.entries(types)) {
    rejectIf(scope, problemOf(`the prop \`${name}\``, name, (props as Record<string, unknown>)[name], type, !required.includes(name)));
  }
}

/** Refuses an argument of a construct's method. */
export function requireArgumentAt(scope: IConstruct, name: string, value: unknown, type: PropType): void {
  rejectIf(scope, problemOf(`the argument \`${name}\``, name, value, type, false));
}

/** Refuses an argument of a factory, which knows no construct yet. */
export function requireArgument(factory: string, name: string, value: unknown, type: PropType): void {
  const problem = problemOf(`the argument \`${name}\` of ${factory}()`, name, value, type, false);
  if (problem !== undefined) {
    throw new InputError(problem);
  }
}

/** Refuses options of a factory. */
export function requireOptions(factory: string, options: object, types: Readonly<Record<string, PropType>>): void {
  requireArgument(factory, 'options', options, OPTIONS);
  for (const [name, type] of Object.entries(types)) {
    const problem = problemOf(`the option \`${name}\` of ${factory}()`, name, (options as Record<string, unknown>)[name], type, true);
    if (problem !== undefined) {
      throw new InputError(problem);
    }
  }
}

function problemOf(subject: string, name: string, value: unknown, type: PropType, optional: boolean): InputProblem | undefined {
  if (value === undefined) {
    return optional ? undefined : {
      what: `${subject} is missing`,
      allowed: type.name,
      remedy: `give it as ${name}: ${type.example}; a variable that you pass may be undefined`,
    };
  }
  return type.matches(value) ? undefined : {
    what: `${subject} is not ${type.name}`,
    given: type.secret ? undefined : value,
    allowed: type.name,
    remedy: optional ? `write it as ${name}: ${type.example}, or leave it out` : `write it as ${name}: ${type.example}`,
  };
}

export function listOfOptions(what: string, example: string): PropType {
  return listOf(what, example, isObject);
}

function listOf(what: string, example: string, matches: (value: unknown) => boolean): PropType {
  return { name: `a list of ${what}`, example, matches: (value) => Array.isArray(value) && value.every(matches) };
}

function hasMethod(value: unknown, method: string): boolean {
  return value !== null && value !== undefined && typeof (value as Record<string, unknown>)[method] === 'function';
}
