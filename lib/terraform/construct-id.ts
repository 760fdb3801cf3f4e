import { createHash } from 'crypto';

/** A construct's id for a name that may hold anything. */
export function idOf(kind: string, name: string): string {
  return `${kind}-${/^[A-Za-z0-9_]+$/.test(name) ? name : createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
