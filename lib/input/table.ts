import * as fs from 'fs';
import * as path from 'path';

export type Type =
  | { readonly kind: 'primitive'; readonly name: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly element: Type }
  | { readonly kind: 'union'; readonly types: readonly Type[] }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'enum'; readonly name: string; readonly values: ReadonlyMap<unknown, string> }
  | { readonly kind: 'class'; readonly name: string; readonly fqn: string; readonly example?: string }
  | { readonly kind: 'interface'; readonly name: string; readonly members: readonly (readonly [name: string, type: string])[]; readonly example?: string };

export interface Field {
  readonly type: Type;
  readonly optional: boolean;
  /** For example `1..50`, `6MiB..64TiB/1MiB` or `1s..24h/1s`. */
  readonly range?: string;
  readonly example?: string;
  /** Whether the value may be a secret. Errors do not show it. */
  readonly sensitive: boolean;
  /** Whether it is a nameless entry of a list or map. */
  readonly isEntry?: boolean;
  /** Whether the value may be a token. */
  readonly tokens?: 'accepted' | 'refused';
}

export interface Struct {
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
  /** The props that are merged with their defaults entry by entry. */
  readonly maps: readonly string[];
  /** The prop of `Defaults` that fills this struct. */
  readonly defaults?: string;
}

interface WrittenField extends Partial<Omit<Field, 'type' | 'optional' | 'isEntry'>> {
  readonly type: string;
}

interface WrittenStruct {
  readonly extends?: readonly string[];
  readonly defaults?: string;
  readonly fields: Readonly<Record<string, WrittenField>>;
}

interface WrittenType {
  readonly class?: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly enum?: Readonly<Record<string, unknown>>;
  readonly example?: string;
}

/** The file `props.json`, which `scripts/props-table.ts` writes. */
interface WrittenTable {
  readonly structs: Readonly<Record<string, WrittenStruct>>;
  readonly calls: Readonly<Record<string, WrittenStruct>>;
  readonly types: Readonly<Record<string, WrittenType>>;
}

let table: WrittenTable | undefined;
const structs = new Map<string, Struct>();
const calls = new Map<string, Struct>();
const types = new Map<string, Type>();

/** A struct of the public API, for example `GoServiceProps`. */
export function structNamed(name: string): Struct {
  return remembered(structs, name, () => struct(written().structs, name));
}

/** The parameters of a method of the public API, for example `HealthCheck.http`. */
export function callNamed(name: string): Struct {
  return remembered(calls, name, () => struct(written().calls, name));
}

function struct(from: Readonly<Record<string, WrittenStruct>>, name: string): Struct {
  if (!Object.hasOwn(from, name)) {
    throw new Error(`lib/input/props.json does not know ${name}: run npm run compile and npm run props`);
  }
  const { extends: bases = [], defaults, fields: own } = from[name];
  const fields = new Map(bases.flatMap((base) => [...structNamed(base).fields]));
  for (const [field, { type, ...rest }] of Object.entries(own)) {
    const optional = type.endsWith('?');
    fields.set(field, { ...rest, sensitive: rest.sensitive ?? false, optional, type: typeNamed(optional ? type.slice(0, -1) : type) });
  }
  return {
    fields,
    required: [...fields].flatMap(([field, { optional }]) => optional ? [] : [field]),
    maps: [...fields].flatMap(([field, { type }]) => type.kind === 'map' ? [field] : []),
    defaults,
  };
}

function typeNamed(name: string): Type {
  return remembered(types, name, () => {
    if (name.includes('|')) {
      return { kind: 'union', types: name.split('|').map(typeNamed) };
    }
    if (name.endsWith('[]')) {
      return { kind: 'list', element: typeNamed(name.slice(0, -2)) };
    }
    if (name.startsWith('{')) {
      return { kind: 'map', element: typeNamed(name.slice(1, -1)) };
    }
    if (name === 'string' || name === 'number' || name === 'boolean' || name === 'any') {
      return { kind: 'primitive', name };
    }
    const { class: fqn, members, enum: values, example }: WrittenType = written().types[name] ?? {};
    if (fqn !== undefined) {
      return { kind: 'class', name, fqn, example };
    }
    if (values !== undefined) {
      return { kind: 'enum', name, values: new Map(Object.entries(values).map(([member, value]) => [value, `${name}.${member}`])) };
    }
    return members === undefined ? { kind: 'struct', name } : { kind: 'interface', name, members: Object.entries(members), example };
  });
}

function written(): WrittenTable {
  table ??= JSON.parse(fs.readFileSync(path.join(__dirname, 'props.json'), 'utf8')) as WrittenTable;
  return table;
}

function remembered<T>(known: Map<string, T>, name: string, make: () => T): T {
  let value = known.get(name);
  if (value === undefined) {
    value = make();
    known.set(name, value);
  }
  return value;
}
