import type { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import type { ContainerImageBinding, IContainerImage } from '../image/container-image';
import type { Running } from '../workload/running';
import type { Workload } from '../workload/workload';

export interface NetworkSettings {
  readonly name: string;
  /** Whether its containers reach only each other. */
  readonly isolated: boolean;
}

export interface VolumeSettings {
  readonly name: string;
  /** Whether the volume outlives its construct: Terraform does not know it then, and the engine creates it. */
  readonly isProtected: boolean;
  /** Whether a new volume is made before the old one is removed. The name must change then. */
  readonly beside?: boolean;
  /** PostgreSQL's major version, for a volume with its data. */
  readonly postgresMajor?: number;
}

/**
 * Where containers run. A place creates the resources of services, tasks, databases and gateways. At synth it refuses what it does not
 * support.
 * @example
 * const provider = new DockerProvider(this, 'production', { alias: 'production', host: 'tcp://docker.example.com:2376' });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api', registry: ImageRegistry.of('registry.example.com/team') }),
 *   place: DockerHost.fromProvider(provider),
 * });
 */
export abstract class Place {
  /** The place's key in a stack. Names and ports are unique within a place. @internal */
  public abstract get _key(): string;

  /** The Docker provider that builds images for the place, unless it is the stack's default one. @internal */
  public abstract _builder(scope: Construct): TerraformProvider | undefined;

  /** Makes an image available here. Its resources become children of `scope`. @internal */
  public abstract _image(scope: Construct, image: IContainerImage): ContainerImageBinding;

  /** Creates a network and returns a reference to its name. @internal */
  public abstract _network(scope: Construct, id: string, settings: NetworkSettings): string;

  /** Creates a volume and returns a reference to its name. @internal */
  public abstract _volume(scope: Construct, id: string, settings: VolumeSettings): string;

  /** @internal */
  public abstract _run(scope: Construct, workload: Workload, id?: string): Running;
}
