import { inSmallestUnit, quantityProblem } from './quantity';
import type { InputProblem } from '../input/input-error';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * What a construct accepts of a duration.
 *
 * @internal
 */
export interface DurationLimits {
  /** Names the prop, for example `the interval of the health check`. */
  readonly subject: string;
  readonly minimum: Duration;
  readonly maximum: Duration;
  /** @default - whole milliseconds */
  readonly multipleOf?: Duration;
  /** @default - asks for a duration within the limits */
  readonly remedy?: string;
}

/**
 * A length of time.
 *
 * The factories take any number: whether it fits is checked by the construct that it is given to, which can say
 * where in the tree it came from.
 */
export class Duration {
  /**
   * A duration in milliseconds.
   *
   * @param amount number of milliseconds, whole
   */
  public static milliseconds(amount: number): Duration {
    return new Duration('milliseconds', amount, 1);
  }

  /**
   * A duration in seconds.
   *
   * @param amount number of seconds; a fraction must come out at whole milliseconds
   */
  public static seconds(amount: number): Duration {
    return new Duration('seconds', amount, SECOND);
  }

  /**
   * A duration in minutes.
   *
   * @param amount number of minutes; a fraction must come out at whole milliseconds
   */
  public static minutes(amount: number): Duration {
    return new Duration('minutes', amount, MINUTE);
  }

  /**
   * A duration in hours.
   *
   * @param amount number of hours; a fraction must come out at whole milliseconds
   */
  public static hours(amount: number): Duration {
    return new Duration('hours', amount, HOUR);
  }

  /**
   * A duration in days.
   *
   * @param amount number of days of 24 hours; a fraction must come out at whole milliseconds
   */
  public static days(amount: number): Duration {
    return new Duration('days', amount, DAY);
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

  /** The duration in seconds, with a fraction where it is not a whole number of them. */
  public toSeconds(): number {
    return this.total / SECOND;
  }

  /**
   * The duration as Go prints a `time.Duration`, to the millisecond: `500ms`, `1m30s`, `24h0m0s`.
   *
   * Docker reports durations in this form, so a plan stays empty only where the configuration has the same.
   *
   * @see https://pkg.go.dev/time#Duration.String
   */
  public toGoDuration(): string {
    const sign = this.total < 0 ? '-' : '';
    const total = Math.abs(Math.round(this.total));
    if (total === 0) {
      return '0s';
    }
    if (total < SECOND) {
      return `${sign}${total}ms`;
    }
    const hours = Math.floor(total / HOUR);
    const minutes = Math.floor(total % HOUR / MINUTE);
    const seconds = `${total % MINUTE / SECOND}s`;
    if (total < MINUTE) {
      return `${sign}${seconds}`;
    }
    return total < HOUR ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes}m${seconds}`;
  }

  /**
   * Returns what is wrong with the duration, or `undefined`.
   *
   * @internal
   */
  public _problem(limits: DurationLimits): InputProblem | undefined {
    return quantityProblem({ written: this.written, amount: this.total }, {
      minimum: limits.minimum.toMilliseconds(),
      maximum: limits.maximum.toMilliseconds(),
      step: limits.multipleOf?.toMilliseconds() ?? 1,
    }, {
      subject: limits.subject,
      show: (amount) => Duration.milliseconds(amount).toGoDuration(),
      remedy: limits.remedy ?? 'give a duration within these limits, for example Duration.seconds(30)',
    });
  }
}
