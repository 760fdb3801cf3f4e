/** Where a message comes from. */
export type Kind = 'input' | 'warning' | 'part' | 'terraform' | 'shell' | 'go' | 'command' | 'status';

/** A message of the library, as its sources have it. */
export interface Message {
  readonly kind: Kind;
  /** With placeholders. */
  readonly text: string;
  readonly allowed: readonly string[];
  readonly remedies: readonly string[];
  readonly file: string;
  readonly line: number;
}
