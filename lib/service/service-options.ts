import { Rollout } from './rollout';
import { HealthCheck } from '../health/health-check';
import { Liveness } from '../health/liveness';
import { IContainerImage } from '../image/container-image';
import { Place } from '../places/place';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { RestartPolicy } from '../values/restart-policy';
import { FileChange } from '../workload/file-change';
import { ContainerOptions } from '../workload/options';
import { IGatewayRoute } from '../workload/route';
import { ServicePort } from '../workload/service-port';

/** How a program runs at a place, whether it is a service or a task. */
export interface ProgramOptions extends ContainerOptions {
  /** Where the program runs. @default DockerHost.local() */
  readonly place?: Place;
}

/** How a service of any image runs. */
export interface ServiceOptions extends ProgramOptions {
  /**
   * The TCP port that the program listens on, for example `8080`. A Go service gets it as `PORT`.
   * @default - for a Go service `PORT` of its `environment`; else the image's first port; else 8080 for a Go service @range 1..65535
   */
  readonly port?: number;

  /**
   * The port of the Docker host for the service. Not together with `Rollout.blueGreen()`: there a gateway publishes the port.
   * @default - none: only containers on the same networks reach the service
   */
  readonly publish?: PublishedPort;

  /**
   * Further ports that the program listens on, for example for metrics. The health check and `routes` use `port`.
   * @default - none
   */
  readonly ports?: ServicePort[];

  /** The gateways' routes to the service. @default - none */
  readonly routes?: IGatewayRoute[];

  /**
   * The health check: whether the program is ready for requests. An apply waits until it passes. While it fails, a gateway sends requests to
   * other replicas, and nothing is restarted.
   * @default - `HealthCheck.http("/healthz")` for a Go service; none for another image
   */
  readonly healthCheck?: HealthCheck;

  /**
   * What happens to a program that hangs: it runs, and health checks get no answer.
   * @default - `Liveness.restart()` where the image holds this library's probe, the health check is `http`, `https`, `grpc` or `tcp`, and
   * `restart` is not `never`; else `Liveness.off()`
   */
  readonly liveness?: Liveness;

  /** What the engine does when the program exits by itself. @default RestartPolicy.unlessStopped() */
  readonly restart?: RestartPolicy;

  /**
   * The most processes and threads that each container may have at a time. The limit is set with `docker update` once a new container is
   * healthy; a change replaces no container. It needs the `docker` command where Terraform runs.
   * @default 2048 @range 16..4194304
   */
  readonly processes?: number;

  /**
   * The signal that asks the program to end, for example `SIGINT`.
   * @default - the image's; SIGTERM in those of this library
   */
  readonly stopSignal?: string;

  /** How long the program may take to end after the stop signal, in whole seconds. @default Duration.seconds(30) @range 1s..24h/1s */
  readonly shutdownTimeout?: Duration;

  /** How a new version replaces the old one. @default Rollout.recreate() */
  readonly rollout?: Rollout;

  /** What happens when one of the `files` changes. @default FileChange.replace() */
  readonly onFileChange?: FileChange;

  /** How many containers run the program. More than one needs `Rollout.blueGreen()`. @default 1 @range 1..50 */
  readonly replicas?: number;
}

/** Properties of a {@link GoService} or {@link ContainerService}. @defaults services */
export interface ServiceProps extends ServiceOptions {
  /** The image to run: one that this library builds, or one from a registry with {@link ContainerImage.fromRegistry}. */
  readonly image: IContainerImage;
}
