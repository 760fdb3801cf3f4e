import { createHash } from 'crypto';

/** A construct id derived from a name with any characters. */
export function idOf(kind: string, name: string): string {
  return `${kind}-${/^[A-Za-z0-9_]+$/.test(name) ? name : createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
