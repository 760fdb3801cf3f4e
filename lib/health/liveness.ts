import type { HealthCheck } from './health-check';
import type { HealthTest } from './health-test';
import type { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { Duration } from '../values/duration';

const FEWEST_CHECKS = 6;
const MOST_CHECKS = 1_000;
/** Checks that follow each other quickly must not end a program for a moment of silence. */
const SHORTEST_SILENCE = Duration.seconds(30);

/** When {@link Liveness.restart} restarts a program. */
export interface LivenessOptions {
  /**
   * After how many unanswered health checks in a row the program is restarted. By the default, a program that hangs is restarted after about
   * 50 seconds.
   *
   * @default - 6; with a health check `interval` below 5 seconds, as many as fit into 30 seconds
   * @range 1..1000
   */
  readonly unansweredChecks?: number;

  /**
   * A question of its own, for example `HealthCheck.http("/livez")`. Only its silences count: a readiness check that waits for a database
   * then restarts nothing. It is asked as often as the health check, and has half of its `timeout`.
   *
   * @default - the service's health check
   */
  readonly check?: HealthCheck;
}

/**
 * What happens to a program that hangs.
 *
 * No engine restarts a container that is unhealthy. So the probe, which runs the health check in the container, counts the checks that get
 * no answer at all. The last one sends SIGQUIT, on which a Go program logs the stacks of its goroutines and ends. The next one sends SIGKILL.
 * The engine then restarts the container by its restart policy.
 *
 * The health check is the question of readiness, and `check` that of liveness. These do not count: any answer, such as status 503; a program that has not been healthy yet; a program in its shutdown; checks that were
 * late themselves because processors are scarce; a container that was paused; a program that a debugger has stopped.
 *
 * @example
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   healthCheck: HealthCheck.http('/readyz', { interval: Duration.seconds(10) }),
 *   liveness: Liveness.restart({ check: HealthCheck.http('/livez'), unansweredChecks: 12 }),
 * });
 */
export class Liveness {
  /**
   * Restarts the program when it has left several health checks in a row without an answer. The container gets the engine's init as
   * process 1, because process 1 cannot be killed from inside.
   *
   * @param options after how many checks
   */
  public static restart(options: LivenessOptions = {}): Liveness {
    checkArguments('Liveness.restart', { options }, () => checkProblem(options.check));
    return new Liveness(true, options);
  }

  /** Leaves the program alone: one that hangs is unhealthy and keeps running. */
  public static off(): Liveness {
    return new Liveness(false, {});
  }

  private constructor(private readonly restarts: boolean, private readonly options: LivenessOptions) {}

  /** @internal */
  public get _restarts(): boolean {
    return this.restarts;
  }

  /** The question whose silences count; undefined for that of the health check. @internal */
  public get _aliveTest(): HealthTest | undefined {
    return this.options.check?._test;
  }

  /** The number of unanswered checks after which the program is ended. @param interval of the health check @internal */
  public _unansweredChecks(interval: Duration): number {
    const fitting = Math.ceil(SHORTEST_SILENCE.toMilliseconds() / interval.toMilliseconds());
    return this.options.unansweredChecks ?? Math.min(MOST_CHECKS, Math.max(FEWEST_CHECKS, fitting));
  }
}

function checkProblem(check: HealthCheck | undefined): InputProblem | undefined {
  if (check === undefined) {
    return undefined;
  }
  if (!check._asksProbe) {
    return {
      what: 'the question of liveness cannot tell a program that hangs from one that is not healthy',
      allowed: 'HealthCheck.http, .https, .grpc and .tcp',
      remedy: 'give one of these as `check`, or leave `check` out',
    };
  }
  return check._hasTiming ? {
    what: 'the question of liveness has a timing of its own',
    allowed: 'a check without interval, timeout, retries, startPeriod and startInterval',
    remedy: 'give the timing to `healthCheck` of the service: both are asked together',
  } : undefined;
}
