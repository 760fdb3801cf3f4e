import { ITerraformDependable } from 'cdktf';
import { ContainerFile } from './files';
import { IContainerNetwork } from './network';
import { ContainerMount } from './storage';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';

/** How a container runs, whether it is a service or a task. */
export interface ContainerOptions {
  /**
   * The container's name. For containers that are replaced side by side, the library appends a hyphen and eight random characters.
   * @default - derived from the stack's id and the construct's path
   */
  readonly containerName?: string;

  /**
   * Environment variables. They are visible in plans and in `docker inspect`; for secrets use `secretEnvironment`. Attributes of other
   * resources are resolved by Terraform; text such as `${HOME}` stays literal.
   * @default - the library's own only: `GOMEMLIMIT`, and `PORT` for a service
   */
  readonly environment?: { [name: string]: string };

  /**
   * Environment variables whose values Terraform keeps out of its output. Pass Terraform variables or other resources' attributes; plain
   * text is in the synthesized files and gets a warning.
   * @default - none @sensitive
   */
  readonly secretEnvironment?: { [name: string]: string };

  /** Arguments for the program. @default - none @tokens accepted */
  readonly arguments?: string[];

  /**
   * The most memory that the container may use, without swap, in whole MiB. Docker's own lower limit is 6 MiB (`linuxMinMemory` in moby's
   * `daemon/daemon_unix.go`). The library sets `GOMEMLIMIT` to 90 % of it: Go's garbage collector works harder before the kernel kills the
   * program. Source: https://go.dev/doc/gc-guide#Memory_limit
   * @default Size.mebibytes(512) @range 6MiB..64TiB/1MiB
   */
  readonly memory?: Size;

  /** The container's weight when processors are short; the others have 1024. @default - the engine's, 1024 @range 2..262144 */
  readonly cpuShares?: number;

  /**
   * The most processor time that each container may use, in percent of one processor: 50 is half of one, 200 is two. A change replaces the
   * container. From version 1.25 on, Go starts no more threads than that; for earlier ones, set `GOMAXPROCS`.
   * @default - no limit @range 1..102400
   */
  readonly cpuPercent?: number;

  /**
   * The most files and connections that a process may have open. The engine refuses numbers above the limit of its own process. A change
   * replaces the container.
   * @default - the engine's limit, 524288 or more @range 64..1048576
   */
  readonly openFiles?: number;

  /** Where the program's output goes. @default ContainerLogging.jsonFile(), three files of 10 MiB */
  readonly logging?: ContainerLogging;

  /**
   * The program's networks. Those of its databases and gateways are added.
   * @default - the network that the services of a stack share; they reach each other by container name
   */
  readonly networks?: IContainerNetwork[];

  /** Storage beside the image's own files, which are read-only. @default - memory at `/tmp` only */
  readonly mounts?: ContainerMount[];

  /**
   * The size of `/tmp`, in whole KiB. It is in memory, counts towards `memory`, and is empty at each start. A mount at `/tmp` takes its place.
   * @default Size.mebibytes(64) @range 4KiB..1TiB/1KiB
   */
  readonly tmpSize?: Size;

  /**
   * Files for configuration and secrets. They are in place before the program starts.
   * @default - none
   */
  readonly files?: ContainerFile[];

  /** Capabilities of the Linux kernel to keep, without `CAP_`. Source: `man 7 capabilities` @default - none */
  readonly capabilities?: string[];

  /** The directory that the program starts in, for example `/data`. @default - the image's; `/` in those of this library */
  readonly workingDirectory?: string;

  /**
   * Further entries of `/etc/hosts`: host name → IP address. `host-gateway` stands for the address of the Docker host, for example
   * `{ 'host.docker.internal': 'host-gateway' }`.
   * @default - none
   */
  readonly extraHosts?: { [hostName: string]: string };

  /**
   * Whether the program uses the network of the Docker host, in place of networks of its own. Its ports are then ports of the host, so it
   * publishes none. Nothing reaches it by container name, and it reaches no container by name. A stopped container is not started by the
   * next apply. @default false
   */
  readonly hostNetwork?: boolean;

  /**
   * Whether the program sees the processes of the Docker host, for example for metrics of the host. On a host with SELinux it runs without
   * its confinement. @default false
   */
  readonly hostProcesses?: boolean;

  /** Labels of the container. @default - none but the library's own */
  readonly labels?: { [name: string]: string };

  /**
   * What must be ready first: services, tasks, databases or any Terraform resource. A service is ready when it is healthy, a task when it
   * has exited with 0. If one fails, the old version keeps running.
   * @default - nothing
   */
  readonly after?: ITerraformDependable[];
}
