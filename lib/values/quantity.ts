import type { InputProblem } from '../input/input-error';

/** A duration or a size, seen as a number of its smallest unit. */
export interface Quantity {
  /** As the user wrote it, for example `Size.mebibytes(-5)`. */
  readonly written: string;
  /** In the smallest unit; not a whole number where the user's is not. */
  readonly amount: number;
}

/** What a construct accepts, in the smallest unit. */
export interface QuantityLimits {
  readonly minimum: number;
  readonly maximum: number;
  /** The quantity must be a whole number of these. */
  readonly step: number;
}

/** What may be told of a quantity that does not fit. */
export interface QuantityContext {
  /** Names the prop, for example `the memory limit`. */
  readonly subject: string;
  /** Shows an amount of the smallest unit to a person. */
  readonly show: (amount: number) => string;
  readonly remedy: string;
}

/** cdktf encodes a number that Terraform will know as a double near -1.9e289. */
const LARGEST_NUMBER_TOKEN = -1e280;

/** Returns what is wrong with the quantity, or `undefined`. */
export function quantityProblem(quantity: Quantity, limits: QuantityLimits, context: QuantityContext): InputProblem | undefined {
  const what = violation(quantity.amount, limits, context);
  if (what === undefined) {
    return undefined;
  }
  const multiple = limits.step === 1 ? '' : `, in whole multiples of ${context.show(limits.step)}`;
  return {
    what: `${context.subject} ${what}`,
    given: quantity.written,
    allowed: `${context.show(limits.minimum)} to ${context.show(limits.maximum)}${multiple}`,
    remedy: context.remedy,
  };
}

function violation(amount: number, limits: QuantityLimits, context: QuantityContext): string | undefined {
  if (amount < LARGEST_NUMBER_TOKEN) {
    return 'is a value that only Terraform knows, but it is needed at synth';
  }
  if (!Number.isFinite(amount)) {
    return 'is not a finite number';
  }
  if (amount < limits.minimum) {
    return 'is too small';
  }
  if (amount > limits.maximum) {
    return 'is too large';
  }
  return Number.isInteger(amount / limits.step) ? undefined : `is not a whole multiple of ${context.show(limits.step)}`;
}

/**
 * Converts to the smallest unit. Products such as 4.35 × 100 miss a whole number by the last bits of
 * a double; nobody means those, so they are rounded off.
 */
export function inSmallestUnit(amount: number, factor: number): number {
  const product = amount * factor;
  const whole = Math.round(product);
  return Math.abs(product - whole) <= Math.abs(whole) * Number.EPSILON * 4 ? whole : product;
}
