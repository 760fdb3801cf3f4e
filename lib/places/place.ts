import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { ContainerImageBinding, IContainerImage } from '../image/container-image';
import type { Running } from '../workload/running';
import type { Workload } from '../workload/workload';

/** A network that a place makes. */
export interface NetworkSettings {
  readonly name: string;
  /** Whether the network has no way out. */
  readonly isolated: boolean;
}

/** A volume that a place makes. */
export interface VolumeSettings {
  readonly name: string;
  /** Whether Terraform refuses to delete it. */
  readonly isProtected: boolean;
  /** The major version of the PostgreSQL whose data it holds. */
  readonly postgresMajor?: number;
}

/**
 * Where containers run. A place makes resources of what services, tasks, databases and gateways describe, and refuses at synth
 * what it cannot do.
 */
export abstract class Place {
  /** Tells places of a stack apart: names and ports are unique within one. @internal */
  public abstract get _key(): string;

  /** The Docker provider of the engine, unless it is the stack's default one. @internal */
  public abstract get _provider(): TerraformProvider | undefined;

  /** Makes an image available here. Resources that this needs become children of `scope`. @internal */
  public abstract _image(scope: Construct, image: IContainerImage): ContainerImageBinding;

  /** Makes a network, and returns a reference to its name. @internal */
  public abstract _network(scope: Construct, id: string, settings: NetworkSettings): string;

  /** Makes a volume, and returns a reference to its name. @internal */
  public abstract _volume(scope: Construct, id: string, settings: VolumeSettings): string;

  /** Runs a workload. @internal */
  public abstract _run(scope: Construct, workload: Workload, id?: string): Running;
}
