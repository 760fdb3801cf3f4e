import { ITerraformDependable, TerraformProvider } from 'cdktf';
import { ContainerLogging } from './container-logging';
import { ContainerMount } from './container-mount';
import { IContainerNetwork } from './container-network';
import { PublishedPort } from './published-port';
import { RestartPolicy } from './restart-policy';
import { HealthCheck } from '../health/health-check';
import { Duration } from '../values/duration';
import { Size } from '../values/size';

/** How a service runs, whatever its image. */
export interface GoServiceOptions {
  /**
   * The container's name.
   *
   * @default - derived from the stack's id and the construct's path
   */
  readonly containerName?: string;

  /**
   * The TCP port that the program listens on. The program gets it as `PORT`.
   *
   * @default - the image's first port, or 8080
   */
  readonly port?: number;

  /**
   * The port of the Docker host that leads to the service.
   *
   * @default - none: only containers on the same networks reach the service
   */
  readonly publish?: PublishedPort;

  /**
   * Environment variables. They are visible in plans and in `docker inspect`; for secrets use `secretEnvironment`.
   * Attributes of other resources are resolved by Terraform; text such as `${HOME}` stays what it is.
   *
   * @default - `PORT` and `GOMEMLIMIT` only
   */
  readonly environment?: { [name: string]: string };

  /**
   * Environment variables whose values Terraform keeps out of its output. Pass Terraform variables or other resources'
   * attributes; plain text works and gets a warning, because it is in the synthesized files.
   *
   * @default - none
   */
  readonly secretEnvironment?: { [name: string]: string };

  /**
   * Arguments for the program.
   *
   * @default - none
   */
  readonly arguments?: string[];

  /**
   * The most memory that the container may use, without swap, in whole MiB. `GOMEMLIMIT` is set to 90 % of it, so that Go's garbage
   * collector works harder before the kernel ends the program. Source: https://go.dev/doc/gc-guide#Memory_limit
   *
   * @default Size.mebibytes(512)
   */
  readonly memory?: Size;

  /**
   * The share of processor time when processors are short, relative to other containers' 1024.
   *
   * @default - the engine's, 1024
   */
  readonly cpuShares?: number;

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
   * Where the program's output goes.
   *
   * @default ContainerLogging.jsonFile(), three files of 10 MiB
   */
  readonly logging?: ContainerLogging;

  /**
   * How long the program may take to end after SIGTERM before it is killed, in whole seconds.
   *
   * @default Duration.seconds(30)
   */
  readonly shutdownTimeout?: Duration;

  /**
   * The networks that the service is on.
   *
   * @default - the network that the services of a stack share; they reach each other by container name
   */
  readonly networks?: IContainerNetwork[];

  /**
   * Storage beside the image's own files, which are read-only.
   *
   * @default - 64 MiB of memory at `/tmp`
   */
  readonly mounts?: ContainerMount[];

  /**
   * Capabilities of the Linux kernel to keep, without `CAP_`. Source: `man 7 capabilities`
   *
   * @default - none
   */
  readonly capabilities?: string[];

  /**
   * Labels of the container.
   *
   * @default - none but the library's own
   */
  readonly labels?: { [name: string]: string };

  /**
   * Constructs that must be ready first: other services, databases, or any Terraform resource. Ready means healthy, where there is
   * a health check.
   *
   * @default - none
   */
  readonly dependsOn?: ITerraformDependable[];

  /**
   * The Docker provider of the engine that runs the service.
   *
   * @default - the stack's default Docker provider
   */
  readonly provider?: TerraformProvider;
}
