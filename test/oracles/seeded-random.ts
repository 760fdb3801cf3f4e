const MODULUS = 2_147_483_647;
const MULTIPLIER = 48_271;

/** Random numbers that are the same in each run (Lehmer's generator, `minstd_rand`), so that a failed test can be repeated. */
export class SeededRandom {
  private state: number;

  public constructor(seed: number) {
    this.state = (seed % (MODULUS - 1)) + 1;
  }

  /** A whole number from 0 to below `limit`. */
  public below(limit: number): number {
    this.state = (this.state * MULTIPLIER) % MODULUS;
    return Math.floor((this.state / MODULUS) * limit);
  }

  public pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** As many results as a number between two bounds says, both included. */
  public several<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}
