import { InputProblem } from './input-error';
import { nearest } from './nearest';
import { exampleOf as exampleOfRange, Quantity, rangeProblem } from './range';
import { Field, Struct, structNamed, Type } from './table';
import { isToken, TOKEN_REMEDY } from './tokens';

/** How an error names the wrong value. */
export interface Subject {
  readonly noun: 'prop' | 'argument';
  /** Text after the name, for example: of addRole() */
  readonly suffix?: string;
}

/** The problem of a struct's props or a method's arguments. A partial check accepts missing props. */
export function structProblem(struct: Struct, given: object, subject: Subject, prefix = '', isPartial = false): InputProblem | undefined {
  const values = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    if (!struct.fields.has(name) && values[name] !== undefined) {
      return unknownProblem(struct, name, subject, prefix);
    }
  }
  for (const name of isPartial ? [] : struct.required) {
    if (values[name] === undefined) {
      return missingProblem(struct.fields.get(name)!, `${prefix}${name}`, subject);
    }
  }
  for (const [name, field] of struct.fields) {
    const value = values[name];
    const problem = value === undefined ? undefined : valueProblem(field, field.type, value, `${prefix}${name}`, subject);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

export function propsProblem(struct: Struct, given: unknown, isPartial = false): InputProblem | undefined {
  if (isObject(given)) {
    return structProblem(struct, given, { noun: 'prop' }, '', isPartial);
  }
  return {
    what: given === undefined || given === null ? 'the props are missing' : 'the props are not an object',
    given: given === undefined || given === null || isSensitive(struct) ? undefined : given,
    allowed: 'an object',
    remedy: `give ${struct.required.length > 0 ? 'at least ' : ''}${exampleOfStruct(struct)}`,
  };
}

export function holdsSecret({ sensitive, type }: Field): boolean {
  return sensitive || type.kind === 'struct' && isSensitive(structNamed(type.name));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSensitive(struct: Struct): boolean {
  return [...struct.fields.values()].some(holdsSecret);
}

function unknownProblem(struct: Struct, name: string, subject: Subject, prefix: string): InputProblem {
  const near = nearest(name, [...struct.fields.keys()]);
  return {
    what: `unknown ${subject.noun} ${named(`${prefix}${name}`, subject)}`,
    allowed: [...struct.fields.keys()].join(', '),
    remedy: near === undefined ? 'remove it, or correct its name' : `did you mean \`${prefix}${near}\`? Otherwise remove it`,
  };
}

function missingProblem(field: Field, name: string, subject: Subject): InputProblem {
  return {
    what: `the ${subject.noun} ${named(name, subject)} is missing`,
    allowed: described(field.type),
    remedy: `give it as ${last(name)}: ${exampleOf(field)}; a variable that you pass may be undefined`,
  };
}

function valueProblem(field: Field, type: Type, value: unknown, name: string, subject: Subject): InputProblem | undefined {
  const refusesTokens = type.kind === 'primitive' && type.name === 'string' ? field.tokens === 'refused' : field.tokens !== 'accepted';
  if (isToken(value)) {
    if (refusesTokens && type.kind !== 'interface' && type.kind !== 'class') {
      return tokenProblem(`the ${subject.noun} ${named(name, subject)}`, type);
    }
    if (!refusesTokens) {
      return undefined;
    }
  }
  if (type.kind === 'struct' && isObject(value) && matches(type, value)) {
    return structProblem(structNamed(type.name), value, subject, `${name}.`);
  }
  if (!matches(type, value)) {
    return {
      what: value === undefined ? `the ${subject.noun} ${named(name, subject)} is undefined` : `the ${subject.noun} ${named(name, subject)} is not ${described(type)}`,
      given: holdsSecret(field) ? undefined : value,
      allowed: type.kind === 'enum' ? [...type.values.values()].join(', ') : described(type),
      remedy: value === undefined ? 'give a value, or leave it out; what it is taken from may not be set'
        : `write it as ${field.isEntry ? '' : `${last(name)}: `}${correctedText(field, type, value) ?? exampleOf({ ...field, type })}${field.optional ? ', or leave it out' : ''}`,
    };
  }
  if (type.kind === 'list' || type.kind === 'map') {
    return entriesProblem(field, type, value, name, subject);
  }
  return field.range === undefined ? undefined : rangeProblem(
    `the ${subject.noun} ${named(name, subject)}`, field.range, value as Quantity, field.optional ? 'give a value within these limits, or leave it out' : undefined);
}

function tokenProblem(what: string, type: Type): InputProblem {
  return { what: `${what} is a value that only Terraform knows, but it is needed at synth`, allowed: described(type), remedy: TOKEN_REMEDY };
}

/** Checks each entry of a list or map against the range of the prop. */
function entriesProblem(
  field: Field, type: Type & { readonly kind: 'list' | 'map' }, value: unknown, name: string, subject: Subject,
): InputProblem | undefined {
  const entry = { ...field, example: undefined, optional: false, isEntry: true };
  for (const [key, element] of Object.entries(value as object)) {
    if (field.tokens === 'refused' && isToken(key)) {
      return tokenProblem(`a name in the ${subject.noun} ${named(name, subject)}`, type);
    }
    const problem = valueProblem(entry, type.element, element, type.kind === 'list' ? `${name}[${key}]` : `${name}.${key}`, subject);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

function matches(type: Type, value: unknown): boolean {
  switch (type.kind) {
    case 'primitive': return type.name === 'any' || typeof value === type.name;
    case 'list': return Array.isArray(value);
    case 'map': return isObject(value) && isPlain(value);
    case 'struct': return isObject(value) && (isPlain(value) || Object.keys(value).every((key) => structNamed(type.name).fields.has(key)));
    case 'union': return type.types.some((each) => matches(each, value));
    case 'enum': return type.values.has(value);
    case 'class': return isInstance(type, value);
    case 'interface': return isReference(value) && type.members.every(([name, member]) => {
      const present = value[name];
      return member === 'any' ? present !== undefined : typeof present === member;
    });
  }
}

const JSII_TYPE = Symbol.for('jsii.rtti');

/** Compares names: `instanceof` fails when two copies of the library are loaded. A minifier keeps jsii's name (`fqn`). */
function isInstance({ name, fqn }: { readonly name: string; readonly fqn: string }, value: unknown): boolean {
  for (let prototype = value; isReference(prototype); prototype = Object.getPrototypeOf(prototype)) {
    const constructor = prototype.constructor as { readonly name?: string; readonly [JSII_TYPE]?: { readonly fqn?: string } } | undefined;
    if (constructor?.name === name || constructor?.[JSII_TYPE]?.fqn === fqn) {
      return true;
    }
  }
  return false;
}

function isReference(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // Objects of another realm, such as a test's, have another `Object`.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function described(type: Type): string {
  switch (type.kind) {
    case 'primitive': return type.name === 'boolean' ? 'true or false' : `a ${type.name}`;
    case 'list': return `a list of ${plural(type.element)}`;
    case 'map': return `an object with ${plural(type.element)} as its values`;
    case 'union': return type.types.map(described).join(' or ');
    default: return `${/^[AEIOU]/.test(type.name) ? 'an' : 'a'} ${type.name}`;
  }
}

function plural(type: Type): string {
  switch (type.kind) {
    case 'primitive': return type.name === 'boolean' ? 'true or false' : `${type.name}s`;
    case 'list': case 'map': case 'union': return described(type).replace(/^an? /, '');
    default: return type.name.replace(/y$/, 'ie').replace(/s$/, '') + 's';
  }
}

function exampleOf({ type, range, example }: Field): string {
  if (example !== undefined || range !== undefined) {
    return example ?? exampleOfRange(range!);
  }
  switch (type.kind) {
    case 'primitive': return { string: '"…"', number: '1', boolean: 'true', any: '…' }[type.name];
    case 'list': return `[${exampleOf({ type: type.element, optional: false, sensitive: false })}]`;
    case 'map': return `{ name: ${exampleOf({ type: type.element, optional: false, sensitive: false })} }`;
    case 'union': return exampleOf({ type: type.types[0], optional: false, sensitive: false });
    case 'struct': return exampleOfStruct(structNamed(type.name));
    case 'enum': return [...type.values.values()][0];
    default: return type.example ?? `new ${type.name}(…)`;
  }
}

function correctedText(field: Field, type: Type, value: unknown): string | undefined {
  const isText = type.kind === 'primitive' && type.name === 'string' && (typeof value === 'number' || typeof value === 'boolean');
  return isText && field.example === undefined && !holdsSecret(field) ? JSON.stringify(String(value)) : undefined;
}

function exampleOfStruct({ fields, required }: Struct): string {
  const names = required.length > 0 ? required : [...fields.keys()].slice(0, 1);
  return `{ ${names.map((name) => `${name}: ${exampleOf(fields.get(name)!)}`).join(', ')} }`;
}

function named(name: string, { suffix = '' }: Subject): string {
  return `\`${name}\`${suffix}`;
}

function last(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
