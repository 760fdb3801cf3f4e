import { inSmallestUnit, quantityProblem } from './quantity';
import type { InputProblem } from '../input/input-error';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const GIBIBYTE = 1024 * MEBIBYTE;

/**
 * What a construct accepts of a size.
 *
 * @internal
 */
export interface SizeLimits {
  /** Names the prop, for example `the memory limit`. */
  readonly subject: string;
  readonly minimum: Size;
  readonly maximum: Size;
  /** @default - whole bytes */
  readonly multipleOf?: Size;
  /** @default - asks for a size within the limits */
  readonly remedy?: string;
}

/**
 * An amount of memory or storage, in binary units (1 KiB = 1024 bytes, IEC 80000-13).
 *
 * The factories take any number: whether it fits is checked by the construct that it is given to, which can say
 * where in the tree it came from.
 */
export class Size {
  /**
   * A size in bytes.
   *
   * @param amount number of bytes, whole
   */
  public static bytes(amount: number): Size {
    return new Size('bytes', amount, 1);
  }

  /**
   * A size in KiB, 1024 bytes.
   *
   * @param amount number of units of 1024 bytes; a fraction must come out at whole bytes
   */
  public static kibibytes(amount: number): Size {
    return new Size('kibibytes', amount, KIBIBYTE);
  }

  /**
   * A size in MiB, 1024 KiB.
   *
   * @param amount number of units of 1024 KiB; a fraction must come out at whole bytes
   */
  public static mebibytes(amount: number): Size {
    return new Size('mebibytes', amount, MEBIBYTE);
  }

  /**
   * A size in GiB, 1024 MiB.
   *
   * @param amount number of units of 1024 MiB; a fraction must come out at whole bytes
   */
  public static gibibytes(amount: number): Size {
    return new Size('gibibytes', amount, GIBIBYTE);
  }

  private readonly total: number;
  private readonly written: string;

  private constructor(unit: string, amount: number, factor: number) {
    this.total = inSmallestUnit(amount, factor);
    this.written = `Size.${unit}(${amount})`;
  }

  /** The size in bytes. */
  public toBytes(): number {
    return this.total;
  }

  /** The size in units of 1024 bytes, with a fraction where it is not a whole number of them. */
  public toKibibytes(): number {
    return this.total / KIBIBYTE;
  }

  /** The size in units of 1024 KiB, with a fraction where it is not a whole number of them. */
  public toMebibytes(): number {
    return this.total / MEBIBYTE;
  }

  /**
   * Returns what is wrong with the size, or `undefined`.
   *
   * @internal
   */
  public _problem(limits: SizeLimits): InputProblem | undefined {
    return quantityProblem({ written: this.written, amount: this.total }, {
      minimum: limits.minimum.toBytes(),
      maximum: limits.maximum.toBytes(),
      step: limits.multipleOf?.toBytes() ?? 1,
    }, {
      subject: limits.subject,
      show,
      remedy: limits.remedy ?? 'give a size within these limits, for example Size.mebibytes(256)',
    });
  }
}

function show(bytes: number): string {
  const units: [string, number][] = [['GiB', GIBIBYTE], ['MiB', MEBIBYTE], ['KiB', KIBIBYTE]];
  const [name, factor] = units.find(([, unit]) => bytes !== 0 && bytes % unit === 0) ?? ['bytes', 1];
  return bytes === 1 ? '1 byte' : `${bytes / factor} ${name}`;
}
