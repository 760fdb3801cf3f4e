import type { HealthCheckOptions } from './health-check-options';
import type { InputProblem } from '../input/input-error';
import { Duration } from '../values/duration';

const DEFAULT_INTERVAL = Duration.seconds(5);
const DEFAULT_TIMEOUT = Duration.seconds(3);
const DEFAULT_RETRIES = 5;
const DEFAULT_START_PERIOD = Duration.seconds(30);
const DEFAULT_START_INTERVAL = Duration.milliseconds(500);

/** The longest start of a process on a busy machine. The check's timeout does not include it. */
const LAUNCH = 1_000;
/** The engine starts its clock with a delay, and the provider polls once a second. */
const SLACK = 5_000;

/** The timing options with their defaults. */
export class HealthCheckTiming {
  public readonly interval: Duration;
  public readonly timeout: Duration;
  public readonly retries: number;
  public readonly startPeriod: Duration;
  public readonly startInterval: Duration;

  public constructor(options: HealthCheckOptions) {
    this.interval = options.interval ?? DEFAULT_INTERVAL;
    this.timeout = options.timeout ?? DEFAULT_TIMEOUT;
    this.retries = options.retries ?? DEFAULT_RETRIES;
    this.startPeriod = options.startPeriod ?? DEFAULT_START_PERIOD;
    this.startInterval = options.startInterval ?? shorter(DEFAULT_START_INTERVAL, this.interval);
  }

  /** The same with half of the time for an answer. */
  public half(): HealthCheckTiming {
    return new HealthCheckTiming({ ...this, timeout: Duration.milliseconds(Math.max(1, Math.floor(this.timeout.toMilliseconds() / 2))) });
  }

  /**
   * The longest time from a container's start until the engine reports it healthy or unhealthy.
   *
   * In the worst case, a check starts just before the start period ends: its failure does not count, and all retries follow.
   *
   * @see https://github.com/moby/moby/blob/v26.1.5/daemon/health.go (`monitor` and `handleProbeResult`)
   */
  public maxWait(): Duration {
    const interval = this.interval.toMilliseconds();
    const timeout = this.timeout.toMilliseconds() + LAUNCH;
    return Duration.milliseconds(this.startPeriod.toMilliseconds() + timeout + this.retries * (interval + timeout) + SLACK);
  }

  /**
   * The time from a container's start until the engine reports it unhealthy, when each check is answered at once: by a refused connection, or by
   * a wrong status.
   */
  public answeredWait(): Duration {
    const timeout = this.timeout.toMilliseconds() + LAUNCH;
    return Duration.milliseconds(this.startPeriod.toMilliseconds() + timeout + this.retries * this.interval.toMilliseconds() + SLACK);
  }
}

/** The problem of options that contradict each other. */
export function timingProblem(options: HealthCheckOptions): InputProblem | undefined {
  const { startInterval, interval } = new HealthCheckTiming(options);
  return startInterval.toMilliseconds() <= interval.toMilliseconds() ? undefined : {
    what: 'the start interval of the health check is longer than its interval',
    given: startInterval.toGoDuration(),
    allowed: `1ms to ${interval.toGoDuration()}`,
    remedy: 'give a start interval that is at most the interval',
  };
}

function shorter(one: Duration, other: Duration): Duration {
  return one.toMilliseconds() <= other.toMilliseconds() ? one : other;
}
