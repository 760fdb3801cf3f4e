import type { ITerraformDependable } from 'cdktf';
import type { IContainerNetwork } from './network';
import type { Running } from './running';
import type { ContainerMount } from './storage';
import type { Variables } from './variables';
import type { HealthCheck } from '../health/health-check';
import type { ContainerImageBinding } from '../image/container-image';
import type { Duration } from '../values/duration';
import type { ContainerLogging } from '../values/logging';
import type { PublishedPort } from '../values/published-port';
import type { RestartPolicy } from '../values/restart-policy';
import type { Size } from '../values/size';

/** What a workload waits for: a container that is healthy, a task that has ended with 0, or any other resource. */
export type Prerequisite = ITerraformDependable;

/** A network that a workload is on. */
export interface NetworkAttachment {
  readonly network: IContainerNetwork;
  /** Further names that the workload has there. */
  readonly aliases: readonly string[];
}

/** A port of the host that leads to the workload. */
export interface WorkloadPort {
  readonly published: PublishedPort;
  readonly containerPort: number;
}

/**
 * What runs, as data: no Terraform resource and no provider. A place makes resources of it.
 *
 * Variables, networks, mounts, ports, labels and prerequisites may grow until the stack is synthesized. Whoever adds one tells the
 * place with `Running.refresh()`.
 */
export interface Workload {
  /** The name that other containers reach it by. */
  readonly name: string;
  readonly image: ContainerImageBinding;
  /** A service runs until it is stopped. A task ends by itself, and what waits for it waits for exit code 0. */
  readonly lifetime: 'service' | 'task';
  readonly replicas: number;
  /** A new version starts beside the old one, which is removed when the new one is healthy. */
  readonly beside: boolean;
  /** Each replica is replaced when the one before is healthy. */
  readonly oneAfterAnother?: boolean;
  /** How long a new version must have run before its first health check. */
  readonly settleTime?: Duration;

  /** The user that the program runs as: the image's own, unless it is given. */
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  /** Arguments; asked for when the stack is synthesized. */
  readonly command?: () => readonly string[];
  readonly variables: Variables;

  readonly networks: NetworkAttachment[];
  /** Shares the network of another workload instead of being on networks of its own. */
  readonly networkOf?: Running;
  /** Sees the processes of another workload, and is on no network. */
  readonly processesOf?: Running;
  readonly mounts: ContainerMount[];
  readonly ports: WorkloadPort[];

  /** The port that a health check asks unless it names one. */
  readonly port?: number;
  readonly healthCheck?: HealthCheck;
  /** Whether an apply waits until the workload is healthy. */
  readonly awaitsHealth: boolean;

  /** An init is process 1: it ends child processes that the program leaves behind, and lets a health check end the program. */
  readonly init?: boolean;
  /** Options of the resolver, as in `/etc/resolv.conf`. */
  readonly dnsOptions?: readonly string[];
  readonly capabilities: readonly string[];
  readonly memory: Size;
  readonly sharedMemory?: Size;
  readonly cpuShares?: number;
  readonly logging: ContainerLogging;
  readonly labels: Map<string, string>;
  readonly restart: RestartPolicy;
  readonly stopSignal?: string;
  readonly stopTimeout: Duration;
  readonly after: Prerequisite[];
}
