import type { ITerraformDependable, TerraformResource } from 'cdktf';
import type { GatewayServer } from './route';

/** A workload that a place runs. */
export interface Running {
  /** Ready once all replicas are healthy, or the task has exited with 0. */
  readonly ready: ITerraformDependable;
  /** The host name that reaches all replicas. */
  readonly hostName: string;
  /** The replicas one by one, when the place knows them. Otherwise a gateway asks DNS for `hostName`. */
  readonly servers?: GatewayServer[];
  readonly resources: readonly TerraformResource[];
  /** The memory limit of one replica in bytes, including an override of the user's. */
  memoryBytes(): number;
  /** Updates the resources after an addition to the workload. */
  refresh(): void;
}
