/* eslint-disable no-bitwise -- the algorithm mixes bits */

/** Random numbers that a seed decides, so that a walk can be repeated: mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export class Random {
  public constructor(private state: number) {}

  /** A number from 0 up to, but not including, 1. */
  public fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, but not including, `end`. */
  public below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  public chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  public pick<T>(from: readonly T[]): T {
    if (from.length === 0) {
      throw new Error('there is nothing to pick from');
    }
    return from[this.below(from.length)];
  }

  /** Picks one of the entries, each as often as its weight says. */
  public weighted<T>(from: readonly (readonly [number, T])[]): T {
    let at = this.fraction() * from.reduce((sum, [weight]) => sum + weight, 0);
    return (from.find(([weight]) => (at -= weight) < 0) ?? from[from.length - 1])[1];
  }
}
