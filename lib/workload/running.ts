import type { ITerraformDependable, TerraformResource } from 'cdktf';
import type { GatewayServer } from './route';

/** A file of a program, with its content as Terraform reads it. */
export interface PlacedFile {
  readonly path: string;
  /** `uid:gid` or `uid`. */
  readonly owner: string;
  /** Four octal digits. */
  readonly mode: string;
  /** In base64. */
  readonly base64: string;
  /** A hash of the content. */
  readonly fingerprint: string;
  readonly isSecret: boolean;
  /** In bytes, as far as it is known at synth. */
  readonly size: number;
}

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
  /** Gives the program its files, and replaces it when they change. Without this method, a container fills volumes with the files. */
  place?(files: readonly PlacedFile[]): void;
  /** Updates the resources after an addition to the workload. */
  refresh(): void;
}
