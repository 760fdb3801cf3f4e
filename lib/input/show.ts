/** The limit of nesting, because objects may refer to themselves. */
const DEEPEST = 4;

/** A value as JSON. An object of a class shows no members, because they may be secrets. */
export function shownValue(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'function' ? `the function ${value.name}` : String(value);
  }
  if (depth > DEEPEST) {
    return '…';
  }
  if (Array.isArray(value)) {
    return `[${value.map((entry) => shownValue(entry, depth + 1)).join(',')}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    return `{${Object.entries(value).map(([name, entry]) => `${JSON.stringify(name)}:${shownValue(entry, depth + 1)}`).join(',')}}`;
  }
  return isConstruct(value) || !hasText(prototype) ? `an object of the class ${value.constructor.name}` : String(value);
}

function isConstruct(value: object): boolean {
  return 'node' in value;
}

/** Whether a class of the library or the user defines its own `toString`. */
function hasText(prototype: { toString?: unknown }): boolean {
  return prototype.toString !== Object.prototype.toString;
}
