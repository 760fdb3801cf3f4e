import { checkAmount, inSmallestUnit } from './quantity';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A length of time.
 * @example
 * HealthCheck.http('/readyz', { startPeriod: Duration.minutes(1), interval: Duration.milliseconds(500) });
 */
export class Duration {
  /** A duration in milliseconds. @param amount number of milliseconds, whole, 0 or more */
  public static milliseconds(amount: number): Duration {
    return Duration.of('milliseconds', amount, 1);
  }

  /** A duration in seconds. @param amount number of seconds, 0 or more; a fraction must come out at whole milliseconds */
  public static seconds(amount: number): Duration {
    return Duration.of('seconds', amount, SECOND);
  }

  /** A duration in minutes. @param amount number of minutes, 0 or more; a fraction must come out at whole milliseconds */
  public static minutes(amount: number): Duration {
    return Duration.of('minutes', amount, MINUTE);
  }

  /** A duration in hours. @param amount number of hours, 0 or more; a fraction must come out at whole milliseconds */
  public static hours(amount: number): Duration {
    return Duration.of('hours', amount, HOUR);
  }

  /** A duration in days. @param amount number of days of 24 hours, 0 or more; a fraction must come out at whole milliseconds */
  public static days(amount: number): Duration {
    return Duration.of('days', amount, DAY);
  }

  private static of(unit: string, amount: number, factor: number): Duration {
    checkAmount(`Duration.${unit}`, amount, factor);
    return new Duration(unit, amount, factor);
  }

  private readonly total: number;
  private readonly written: string;

  private constructor(unit: string, amount: number, factor: number) {
    this.total = inSmallestUnit(amount, factor);
    this.written = `Duration.${unit}(${amount})`;
  }

  /** The duration in milliseconds. */
  public toMilliseconds(): number {
    return this.total;
  }

  /** The duration in seconds, with a fraction if needed. */
  public toSeconds(): number {
    return this.total / SECOND;
  }

  /**
   * The duration as Go prints a `time.Duration`, to the millisecond: `500ms`, `1m30s`, `24h0m0s`.
   *
   * Docker reports durations in this form. Another form in the configuration would show up as a change in every plan.
   *
   * @see https://pkg.go.dev/time#Duration.String
   */
  public toGoDuration(): string {
    const { total } = this;
    if (total === 0) {
      return '0s';
    }
    if (total < SECOND) {
      return `${total}ms`;
    }
    const hours = Math.floor(total / HOUR);
    const minutes = Math.floor(total % HOUR / MINUTE);
    const seconds = `${total % MINUTE / SECOND}s`;
    if (total < MINUTE) {
      return seconds;
    }
    return total < HOUR ? `${minutes}m${seconds}` : `${hours}h${minutes}m${seconds}`;
  }

  /** The duration as it was written, for example `Duration.seconds(30)`. */
  public toString(): string {
    return this.written;
  }
}
