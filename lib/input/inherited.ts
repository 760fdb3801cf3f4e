import type { IConstruct } from 'constructs';
import { reject } from './input-error';
import { sharedMap } from './shared';
import type { Struct } from './table';

type Values = Readonly<Record<string, unknown>>;

/** The defaults that each construct sets for its children, keyed by kind: `services`, `databases`, … */
const given = sharedMap<IConstruct, Map<string, Values>>('defaults');

/** The kinds of defaults that a child of each construct has already read. */
const read = sharedMap<IConstruct, Set<string>>('read defaults');

/** Sets the defaults of one kind, for example `services`, for all constructs below `scope`. Later calls add to earlier ones. */
export function setDefaults(scope: IConstruct, kind: string, defaults: object): void {
  const values = defaults as Values;
  if (read.get(scope)?.has(kind)) {
    reject(scope, {
      what: `the defaults for \`${kind}\` come too late: a construct below has been made without them`,
      allowed: 'defaults before the first construct that they are for',
      remedy: 'call Defaults.apply() before you create the constructs that use it',
    });
  }
  const kinds = given.get(scope) ?? new Map<string, Values>();
  const before = kinds.get(kind) ?? {};
  const twice = Object.keys(values).find((name) => values[name] !== undefined && before[name] !== undefined);
  if (twice !== undefined) {
    reject(scope, {
      what: 'a default is set twice for the same construct',
      given: `${kind}.${twice}`,
      allowed: 'each default once for each construct',
      remedy: 'remove one of the two, or apply it to a construct further down, where it takes precedence',
    });
  }
  given.set(scope, kinds.set(kind, { ...before, ...values }));
}

/** A construct's props completed with the defaults of its ancestors. The nearest value wins; maps are merged entry by entry. */
export function withDefaults<T extends object>(scope: IConstruct, struct: Struct, own: T): T {
  const outer = inherited(scope, struct.defaults!, struct.maps);
  if (outer === undefined || typeof own !== 'object' || own === null) {
    return own;
  }
  const known = Object.fromEntries(Object.entries(outer).filter(([name]) => struct.fields.has(name)));
  // `Object.keys` misses a prop that is a getter of a class.
  const names = new Set([...Object.keys(own), ...struct.fields.keys()]);
  return joined(known, Object.fromEntries([...names].map((name) => [name, (own as Values)[name]])), struct.maps) as T;
}

/** The defaults of a kind that the ancestors set. After this read, those constructs refuse further defaults of the kind. */
export function inherited(scope: IConstruct, kind: string, maps: readonly string[] = []): Values | undefined {
  let values: Values | undefined;
  for (const construct of scope.node.scopes) {
    markRead(construct, kind);
    const own = given.get(construct)?.get(kind);
    if (own !== undefined) {
      values = values === undefined ? own : joined(values, own, maps);
    }
  }
  return values;
}

function markRead(construct: IConstruct, kind: string): void {
  const kinds = read.get(construct);
  if (kinds === undefined) {
    read.set(construct, new Set([kind]));
  } else {
    kinds.add(kind);
  }
}

/** Merges two sets of defaults. An undefined property counts as missing. */
function joined(outer: Values, inner: Values, maps: readonly string[]): Values {
  const result: Record<string, unknown> = { ...outer };
  for (const [name, value] of Object.entries(inner)) {
    if (value !== undefined) {
      result[name] = maps.includes(name) && outer[name] !== undefined ? { ...outer[name] as object, ...value as object } : value;
    }
  }
  return result;
}
