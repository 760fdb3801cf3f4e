import type { InputProblem } from './input-error';

const UNITS: Readonly<Record<string, number>> = {
  '': 1, 'B': 1, 'KiB': 1024, 'MiB': 1024 ** 2, 'GiB': 1024 ** 3, 'TiB': 1024 ** 4, 'ms': 1, 's': 1000, 'm': 60_000, 'h': 3_600_000,
};

const QUANTITY = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/;

/** A number, `Size` or `Duration`. The two classes import this file, so their methods identify them. */
export type Quantity = number | { readonly toBytes: () => number } | { readonly toMilliseconds: () => number };

/**
 * The problem of a quantity outside its range.
 *
 * @param range `lowest..highest/step`: `1..50`, `6MiB..64TiB/1MiB`, `1s..24h/1s`. The default step is the smallest unit.
 */
export function rangeProblem(subject: string, range: string, quantity: Quantity, remedy?: string): InputProblem | undefined {
  const [minimum, maximum, step = ''] = range.split(/\.\.|\//);
  const amount = amountOf(quantity);
  const what = violation(amount, minimum, maximum, step);
  if (what === undefined) {
    return undefined;
  }
  const isNumber = typeof quantity === 'number';
  return {
    what: `${subject} ${what}`,
    given: quantity,
    allowed: `${isNumber ? 'a whole number from ' : ''}${shown(minimum)} to ${shown(maximum)}${step === '' ? '' : `, in whole multiples of ${shown(step)}`}`,
    remedy: remedy ?? 'give a value within these limits',
  };
}

export function exampleOf(range: string): string {
  const [, amount, unit] = QUANTITY.exec(range.split('..')[0])!;
  const factories: Readonly<Record<string, string>> = {
    B: 'Size.bytes',
    KiB: 'Size.kibibytes',
    MiB: 'Size.mebibytes',
    GiB: 'Size.gibibytes',
    TiB: 'Size.gibibytes',
    ms: 'Duration.milliseconds',
    s: 'Duration.seconds',
    m: 'Duration.minutes',
    h: 'Duration.hours',
  };
  return unit === '' ? amount : `${factories[unit]}(${amount})`;
}

function violation(amount: number, minimum: string, maximum: string, step: string): string | undefined {
  if (!Number.isFinite(amount)) {
    return 'is not a finite number';
  }
  if (amount < inSmallestUnit(minimum)) {
    return 'is too small';
  }
  if (amount > inSmallestUnit(maximum)) {
    return 'is too large';
  }
  if (Number.isInteger(amount / inSmallestUnit(step || '1'))) {
    return undefined;
  }
  return step === '' ? 'is not a whole number' : `is not a whole multiple of ${shown(step)}`;
}

function amountOf(quantity: Quantity): number {
  return typeof quantity === 'number' ? quantity : 'toBytes' in quantity ? quantity.toBytes() : quantity.toMilliseconds();
}

function inSmallestUnit(text: string): number {
  const [, amount, unit] = QUANTITY.exec(text)!;
  return Number(amount) * UNITS[unit];
}

function shown(text: string): string {
  return text.replace(QUANTITY, (_, amount: string, unit: string) => unit === '' ? amount : `${amount} ${unit}`);
}
