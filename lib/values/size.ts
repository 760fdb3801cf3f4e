import { checkAmount, inSmallestUnit } from './quantity';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const GIBIBYTE = 1024 * MEBIBYTE;

/**
 * An amount of memory or storage, in binary units (1 KiB = 1024 bytes, IEC 80000-13).
 * @example
 * new PostgresDatabase(this, 'Database', { memory: Size.gibibytes(2), sharedMemory: Size.mebibytes(256) });
 */
export class Size {
  /** A size in bytes. @param amount number of bytes, whole, 0 or more */
  public static bytes(amount: number): Size {
    return Size.of('bytes', amount, 1);
  }

  /** A size in KiB, 1024 bytes. @param amount number of units of 1024 bytes, 0 or more; a fraction must come out at whole bytes */
  public static kibibytes(amount: number): Size {
    return Size.of('kibibytes', amount, KIBIBYTE);
  }

  /** A size in MiB, 1024 KiB. @param amount number of units of 1024 KiB, 0 or more; a fraction must come out at whole bytes */
  public static mebibytes(amount: number): Size {
    return Size.of('mebibytes', amount, MEBIBYTE);
  }

  /** A size in GiB, 1024 MiB. @param amount number of units of 1024 MiB, 0 or more; a fraction must come out at whole bytes */
  public static gibibytes(amount: number): Size {
    return Size.of('gibibytes', amount, GIBIBYTE);
  }

  private static of(unit: string, amount: number, factor: number): Size {
    checkAmount(`Size.${unit}`, amount, factor);
    return new Size(unit, amount, factor);
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

  /** The size in KiB, with a fraction if needed. */
  public toKibibytes(): number {
    return this.total / KIBIBYTE;
  }

  /** The size in MiB, with a fraction if needed. */
  public toMebibytes(): number {
    return this.total / MEBIBYTE;
  }

  /** The size in GiB, with a fraction if needed. */
  public toGibibytes(): number {
    return this.total / GIBIBYTE;
  }

  /** The size as it was written, for example `Size.mebibytes(256)`. */
  public toString(): string {
    return this.written;
  }
}
