import type { Fate } from './plan';

/** What a resource of the plan is to the user. */
export type Kind = 'service' | 'database' | 'gateway' | 'task' | 'volume' | 'network' | 'other';

/** How bad a change is, the worst first. */
export const GRAVITIES = ['loses', 'interrupts', 'changes', 'creates', 'runs'] as const;

export type Gravity = typeof GRAVITIES[number];

/** What the plan does with an image. */
export interface ImageChange {
  readonly fate: Fate;
  /** Which files of it changed, in words; empty when it cannot be told. */
  readonly files: string;
}

/** What the plan does with one construct of the program. */
export interface Part {
  /** Its path in the stack. */
  readonly path: string;
  readonly kind: Kind;
  readonly fate: Fate;
  readonly gravity: Gravity;
  /** What is different, for example: new image. */
  readonly reasons: readonly string[];
  /** What that means, for example: replaced without a gap. */
  readonly effect: string;
}
