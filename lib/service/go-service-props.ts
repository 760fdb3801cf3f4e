import { Rollout } from './rollout';
import { HealthCheck } from '../health/health-check';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { RestartPolicy } from '../values/restart-policy';
import { GoProgramOptions } from '../workload/options';

/** How a service runs, whatever its image. */
export interface GoServiceOptions extends GoProgramOptions {
  /**
   * The TCP port that the program listens on, for example `8080`. The program gets it as `PORT`.
   *
   * @default - the image's first port, or 8080
   * @range 1..65535
   */
  readonly port?: number;

  /**
   * The port of the Docker host that leads to the service. Not together with `Rollout.blueGreen()`, where the gateway has the port.
   *
   * @default - none: only containers on the same networks reach the service
   */
  readonly publish?: PublishedPort;

  /**
   * How the engine finds out whether the service works. An apply waits until it does.
   *
   * @default HealthCheck.http("/healthz")
   */
  readonly healthCheck?: HealthCheck;

  /**
   * What the engine does when the program ends by itself.
   *
   * @default RestartPolicy.unlessStopped()
   */
  readonly restart?: RestartPolicy;

  /**
   * How long the program may take to end after SIGTERM before it is killed, in whole seconds.
   *
   * @default Duration.seconds(30)
   * @range 1s..24h/1s
   */
  readonly shutdownTimeout?: Duration;

  /**
   * How a new version takes the place of the old one.
   *
   * @default Rollout.recreate()
   */
  readonly rollout?: Rollout;

  /**
   * How many containers run the program. More than one needs `Rollout.blueGreen()`.
   *
   * @default 1
   * @range 1..50
   */
  readonly replicas?: number;
}
