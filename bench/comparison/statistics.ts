/** Median, smallest and largest of some numbers, each rounded. */
export class Sample {
  private readonly sorted: number[];

  public constructor(values: readonly number[], private readonly digits = 1) {
    this.sorted = [...values].sort((a, b) => a - b);
  }

  public get median(): number {
    const middle = this.sorted.length / 2;
    return (this.sorted[Math.ceil(middle) - 1] + this.sorted[Math.floor(middle)]) / 2;
  }

  /** For example `2.0 (1.7–3.9)`. */
  public toString(): string {
    const [lowest, highest] = [this.sorted[0], this.sorted[this.sorted.length - 1]].map((value) => value.toFixed(this.digits));
    return `${this.median.toFixed(this.digits)} (${lowest}–${highest})`;
  }
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map((_, column) => column === 0 ? '---|' : '---:|').join('')}`, ...rows.map(line)].join('\n');
}

/** Another order in each round, so that none always runs after the same one. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
