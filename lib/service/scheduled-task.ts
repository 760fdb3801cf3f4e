import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerProgram } from './container-program';
import { limitGoMemory } from './go-memory-limit';
import { RemoteReadiness } from './remote-readiness';
import { ProgramOptions } from './service-options';
import { validateMounts, validateProgramOptions } from './validation';
import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { complete } from '../input/props';
import { placeOf } from '../places/default-place';
import { MissedRuns } from '../schedule/missed-runs';
import { Schedule } from '../schedule/schedule';
import { HISTORY_DIRECTORY, serveCommand, statusCommand } from '../schedule/scheduler-program';
import { dockerName } from '../terraform/names';
import { Duration } from '../values/duration';
import { RestartPolicy } from '../values/restart-policy';
import { Exclusive } from '../workload/exclusive';
import { DEFAULT_PROCESSES } from '../workload/helper';
import { ContainerMount } from '../workload/storage';

/** The scheduler kills the program a little before the engine kills both, so that the history gets the end of the run. */
const SHORTEST_END = Duration.seconds(2);

/** Properties of a {@link ScheduledTask}. @defaults tasks */
export interface ScheduledTaskProps extends ProgramOptions {
  /**
   * The image with the program: one that this library builds with `scheduler: true`, or one from a registry with `schedulerPath` and
   * `entrypoint`.
   */
  readonly image: IContainerImage;

  /** When the program runs, for example `Schedule.cron('30 3 * * *', 'Europe/Berlin')`. */
  readonly schedule: Schedule;

  /** How long an attempt may take, in whole seconds. It then gets SIGTERM, with all processes of its group. @default Duration.hours(1) @range 1s..720h/1s */
  readonly timeLimit?: Duration;

  /** How long the program may take to end after SIGTERM, in whole seconds, before SIGKILL ends it. @default Duration.seconds(10) @range 1s..10m/1s */
  readonly killAfter?: Duration;

  /** How many further attempts a run has when the program fails or exceeds its time limit. @default 0 @range 0..100 */
  readonly retries?: number;

  /** The time before the first further attempt, in whole seconds. It doubles with each, up to ten minutes. @default Duration.seconds(10) @range 1s..10m/1s */
  readonly retryDelay?: Duration;

  /** What happens to runs that were due while the container was stopped. @default MissedRuns.SKIP */
  readonly missedRuns?: MissedRuns;

  /**
   * How long the container may take to stop, in whole seconds, for example for a new version. A run may go on until `killAfter` before the
   * end, and then gets SIGTERM.
   * @default Duration.seconds(30)
   * @range 3s..15m/1s
   */
  readonly shutdownTimeout?: Duration;

  /**
   * The port of the metrics, on the task's networks: Prometheus finds them at `http://<containerName>:9464/metrics`. The page has no
   * password. The program must not listen on this port.
   * @default 9464
   * @range 1..65535
   */
  readonly metricsPort?: number;
}

/**
 * A program that runs on a schedule. A small scheduler starts it in its own container, so that neither the machine's cron nor the Docker
 * socket is needed.
 *
 * Runs never overlap: one that is due while the one before is still going is skipped and counted. The container is unhealthy from a failed
 * run to the next one that succeeds. Its health check, the log and the metrics tell of the last run. `docker exec <containerName> /scheduler
 * run` starts the program at once.
 *
 * The program has `SCHEDULED_TIME` (the time that the run is for, as in RFC 3339) and `SCHEDULED_ATTEMPT` (from 1) in its environment. It is
 * hardened like a service. A volume keeps the times and results of runs.
 * @example
 * const cleanup = new ScheduledTask(this, 'Cleanup', {
 *   image: new GoScratchImage(this, 'CleanupImage', { source: 'services/shop', mainPackage: './cmd/cleanup', scheduler: true }),
 *   schedule: Schedule.cron('30 3 * * *', 'Europe/Berlin'),
 *   retries: 2,
 * });
 * cleanup.connectTo(new PostgresDatabase(this, 'Database'));
 */
export class ScheduledTask extends ContainerProgram implements ITerraformDependable {
  /** The port of the metrics, on the task's networks. */
  public readonly metricsPort: number;

  private readiness?: RemoteReadiness;

  /** @throws an error with the construct's path when a prop is invalid, or the image holds no scheduler */
  public constructor(scope: Construct, id: string, given: ScheduledTaskProps) {
    super(scope, id);
    const props = complete(this, 'ScheduledTaskProps', given);
    validateProgramOptions(this, props, given);
    const killAfter = props.killAfter ?? Duration.seconds(10);
    const shutdownTimeout = props.shutdownTimeout ?? Duration.seconds(30);
    this.validateEnd(killAfter, shutdownTimeout);
    const place = placeOf(this, props.place);
    const image = place._image(this, props.image);
    const { schedulerPath, entrypoint } = this.scheduled(image);
    const name = props.containerName ?? dockerName(this);
    this.metricsPort = props.metricsPort ?? 9464;
    this._describe(place, props, image, {
      lifetime: 'service',
      replicas: 1,
      processes: DEFAULT_PROCESSES,
      beside: false,
      awaitsHealth: true,
      init: true,
      entrypoint: serveCommand(schedulerPath, {
        name,
        schedule: props.schedule,
        timeLimit: props.timeLimit ?? Duration.hours(1),
        killAfter,
        shutdownTimeout,
        retries: props.retries ?? 0,
        retryDelay: props.retryDelay ?? Duration.seconds(10),
        missedRuns: props.missedRuns ?? MissedRuns.SKIP,
        metricsPort: this.metricsPort,
      }, entrypoint),
      port: this.metricsPort,
      listensOn: this.metricsPort,
      // What fails is decided by the scheduler. Three times, because the check itself may be late on a busy machine.
      healthCheck: HealthCheck.command(statusCommand(schedulerPath), { interval: Duration.seconds(10), timeout: Duration.seconds(10), retries: 3 }),
      restart: RestartPolicy.unlessStopped(),
      stopTimeout: shutdownTimeout,
    });
    limitGoMemory(this._workload, () => this._running);
    const volumeName = place._volume(this, 'History', { name: `${name}-history`, isProtected: false });
    validateMounts(this, [...this._workload.mounts, ContainerMount.volume(volumeName, HISTORY_DIRECTORY)]);
    this._workload.mounts.push(ContainerMount.volume(volumeName, HISTORY_DIRECTORY));
    this._start();
  }

  /** @internal */
  public _exclusive(): Exclusive {
    this.readiness ??= new RemoteReadiness(this, this._workload, () => this._running);
    return this.readiness;
  }

  private validateEnd(killAfter: Duration, shutdownTimeout: Duration): void {
    const shortest = killAfter.toSeconds() + SHORTEST_END.toSeconds();
    if (shutdownTimeout.toSeconds() < shortest) {
      reject(this, {
        what: 'the container would be killed before the program has had the time of `killAfter` to end',
        given: `shutdownTimeout ${shutdownTimeout.toGoDuration()}, killAfter ${killAfter.toGoDuration()}`,
        allowed: `a \`shutdownTimeout\` that is ${SHORTEST_END.toGoDuration()} longer than \`killAfter\`, or more`,
        remedy: `set \`shutdownTimeout\` to Duration.seconds(${shortest}) or more`,
      });
    }
  }

  private scheduled({ schedulerPath, entrypoint }: ContainerImageBinding): { schedulerPath: string; entrypoint: string[] } {
    if (schedulerPath === undefined) {
      reject(this, {
        what: 'the image holds no scheduler',
        allowed: 'an image that this library builds with `scheduler: true`, or one from a registry with `schedulerPath`',
        remedy: 'add `scheduler: true` to the image: new GoScratchImage(…, { source: …, scheduler: true })',
      });
    }
    if (entrypoint === undefined || entrypoint.length === 0) {
      reject(this, {
        what: 'the scheduler does not know which program of the image to start',
        allowed: 'an image from a registry with `entrypoint`',
        remedy: 'add `entrypoint`, for example { schedulerPath: "/scheduler", entrypoint: ["/app"] }',
      });
    }
    return { schedulerPath, entrypoint };
  }
}
