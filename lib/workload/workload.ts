import type { ITerraformDependable } from 'cdktf';
import type { IContainerNetwork } from './network';
import type { Running } from './running';
import type { ContainerMount } from './storage';
import type { Variables } from './variables';
import type { HealthCheck } from '../health/health-check';
import type { Liveness } from '../health/liveness';
import type { ContainerImageBinding } from '../image/container-image';
import type { Duration } from '../values/duration';
import type { ContainerLogging } from '../values/logging';
import type { PublishedPort } from '../values/published-port';
import type { RestartPolicy } from '../values/restart-policy';
import type { Size } from '../values/size';

/** What a workload waits for: a container that is healthy, a task that has ended with 0, or any other resource. */
export type Prerequisite = ITerraformDependable;

export interface NetworkAttachment {
  readonly network: IContainerNetwork;
  /** Further host names of the workload on this network. */
  readonly aliases: readonly string[];
}

/** What an uploaded file holds: text that is escaped for Terraform, or bytes in base64. */
export interface UploadedContent {
  readonly content?: string;
  readonly contentBase64?: string;
}

/** A file that is in a container when it starts. Its permissions are four octal digits. */
export interface UploadedFile extends UploadedContent {
  readonly file: string;
  readonly permissions: string;
}

export interface WorkloadPort {
  readonly published: PublishedPort;
  readonly containerPort: number;
  /** `tcp` or `udp`. @default "tcp" */
  readonly protocol?: string;
}

/**
 * A description of what runs, independent of Terraform. A place turns it into resources.
 *
 * Variables, networks, mounts, ports, labels and prerequisites may grow until synth. Call `Running.refresh()` after each addition.
 */
export interface Workload {
  /** The name that other containers reach it by. */
  readonly name: string;
  readonly image: ContainerImageBinding;
  /** A service runs until it is stopped. A task is done when it exits with 0. */
  readonly lifetime: 'service' | 'task';
  /** A task that the other containers of the place wait for. It waits for images only, and has no network. */
  readonly first?: boolean;
  readonly replicas: number;
  /**
   * Whether each replica may run on any machine of the place, and move to another one. Others run where the place keeps its data.
   * @default false
   */
  readonly spreads?: boolean;
  /** A new version starts beside the old one, which is removed when the new one is healthy. */
  readonly beside: boolean;
  /** Each replica is replaced after the previous one is healthy. */
  readonly oneAfterAnother?: boolean;
  /** How long a new version must run without a restart: before its first health check if it is `beside`, else in all. */
  readonly settleTime?: Duration;

  /** The program's user. Without one, the image's own. */
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  /** Arguments, evaluated at synth. */
  readonly command?: () => readonly string[];
  readonly variables: Variables;
  /**
   * A file with the secrets among the variables, in place of the environment, which `docker inspect` shows for as long as the container
   * exists. The command must remove it, so the directory belongs to the program's user. The root file system is writable then.
   */
  readonly secretsFile?: string;

  /** Files to upload before the start. The root file system is writable then. */
  readonly uploads?: readonly UploadedFile[];

  readonly networks: NetworkAttachment[];
  /** The workload whose network namespace this one shares, in place of networks of its own. */
  readonly networkOf?: Running;
  /** The workload whose process namespace this one shares. It has no network. */
  readonly processesOf?: Running;
  /** Whether it uses the network of the host. It has no networks of its own then, and publishes nothing. */
  readonly hostNetwork?: boolean;
  /** A port on which the program certainly listens. With the network of the host, it is a port of the host. */
  readonly listensOn?: number;
  /** Whether it sees the processes of the host. */
  readonly hostProcesses?: boolean;
  /** Host names and addresses for `/etc/hosts`. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Options of the resolver, as in `/etc/resolv.conf`. */
  readonly dnsOptions?: readonly string[];
  /** Whether process 1 is an init that passes signals on, and reaps processes whose parent has ended. */
  readonly init?: boolean;
  readonly mounts: ContainerMount[];
  readonly ports: WorkloadPort[];

  /** The default port of the health check. */
  readonly port?: number;
  readonly healthCheck?: HealthCheck;
  /** When the health check ends a program that no longer answers. Without it, never. Process 1 is then an init. */
  readonly liveness?: Liveness;
  /** Whether an apply waits until the workload is healthy. */
  readonly awaitsHealth: boolean;
  readonly capabilities: readonly string[];
  readonly memory: Size;
  readonly sharedMemory?: Size;
  readonly cpuShares?: number;
  /** The most processor time, in percent of one processor. */
  readonly cpuPercent?: number;
  /** The most files that a process may have open. Without it, the engine's own limit. */
  readonly openFiles?: number;
  /** The most processes and threads of each container of a service. */
  readonly processes?: number;
  readonly logging: ContainerLogging;
  readonly labels: Map<string, string>;
  readonly restart: RestartPolicy;
  readonly stopSignal?: string;
  readonly stopTimeout: Duration;
  readonly after: Prerequisite[];
  /** The service whose new version this task tries out. The task keeps the service untouched until it has ended. */
  readonly trialOf?: Workload;
  /** What it means when the task fails, as a sentence. */
  readonly failure?: string;
  /** Whether each new version is tried out beside the old one. */
  isTriedOut?: boolean;
  /** What a readiness check asks for. */
  readonly standsFor?: Asked;
}

/** A container that cannot exist twice. Others wait for it by a readiness check, without a dependency in Terraform's graph. */
export interface Asked {
  readonly ready: Prerequisite;
  /** What the container waits for. */
  after(): readonly Prerequisite[];
}
