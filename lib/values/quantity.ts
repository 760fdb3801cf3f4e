import { checkArguments } from '../input/props';

/** Refuses a negative amount, and a fraction of the smallest unit. */
export function checkAmount(factory: string, amount: number, factor: number): void {
  checkArguments(factory, { amount }, () => {
    const isFinite = Number.isFinite(amount);
    return isFinite && amount >= 0 && Number.isInteger(inSmallestUnit(amount, factor)) ? undefined : {
      what: `the argument \`amount\` ${!isFinite ? 'is not a finite number' : amount < 0 ? 'is negative' : 'is not a whole number of the smallest unit'}`,
      given: amount,
      allowed: `0 or more, in whole ${factory.startsWith('Size') ? 'bytes' : 'milliseconds'}`,
      remedy: `write it like ${factory}(5)`,
    };
  });
}

/** Converts to the smallest unit. Rounds products such as 4.35 × 100, which miss a whole number by the last bits of a double. */
export function inSmallestUnit(amount: number, factor: number): number {
  const product = amount * factor;
  const whole = Math.round(product);
  return Math.abs(product - whole) <= Math.abs(whole) * Number.EPSILON * 4 ? whole : product;
}
