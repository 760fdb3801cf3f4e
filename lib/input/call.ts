import { holdsSecret, isObject } from './check';
import { shownValue } from './show';
import { callNamed, Field, Struct, structNamed } from './table';
import { isToken } from './tokens';

const LONGEST_TEXT = 60;

/** A call as the user wrote it, for example `PublishedPort.onLoopback(99999)`, without values that may be secrets. */
export function shownCall(name: string, given: Readonly<Record<string, unknown>>): string {
  const { fields } = callNamed(name);
  const all = Object.entries(given);
  while (all.length > 0 && isLeftOut(all[all.length - 1][1])) {
    all.pop();
  }
  const shown = all.map(([parameter, value]) => {
    return shownField(fields.get(parameter)!, value);
  });
  return `${name}(${shown.join(', ')})`;
}

/** Options that are left out arrive as an empty object. */
function isLeftOut(value: unknown): boolean {
  return value === undefined || isObject(value) && Object.keys(value).length === 0 && Object.getPrototypeOf(value) === Object.prototype;
}

function shownField(field: Field, value: unknown): string {
  if (field.type.kind === 'struct' && isObject(value)) {
    return shownStruct(structNamed(field.type.name), value);
  }
  return holdsSecret(field) ? '…' : shownArgument(value);
}

/** Unknown props are named only: what was meant may be a secret. */
function shownStruct({ fields }: Struct, given: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(given).filter(([, value]) => value !== undefined).map(([name, value]) => {
    const field = fields.get(name);
    return `${name}: ${field === undefined ? '…' : shownField(field, value)}`;
  });
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`;
}

function shownArgument(value: unknown): string {
  if (isToken(value)) {
    return '<token>';
  }
  const text = shownValue(value).replace(/\$\{TfToken\[[^\]]*\]\}/g, '<token>');
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
