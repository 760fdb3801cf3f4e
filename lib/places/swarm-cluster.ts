import { DataDockerNetwork } from '@cdktf/provider-docker/lib/data-docker-network';
import { TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { DockerHost } from './docker-host';
import { NetworkSettings, Place, VolumeSettings } from './place';
import { RunningService } from './running-service';
import { SwarmOptions } from './swarm-options';
import { overlayNetwork } from '../docker/overlay-network';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { sharedMap } from '../input/shared';
import { claimContainerName, claimNetworkName } from '../terraform/claims';
import { literal } from '../terraform/text';
import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/** The ids of a stack's overlay networks, by reference to their name. */
const networkIds = sharedMap<TerraformStack, Map<string, string>>('overlay-networks');

/**
 * Several Docker Engines as one Swarm. A service is a `docker_service`, whose replicas run on any node. All else runs in containers on the
 * manager that Terraform talks to: databases with their helpers, tasks, scheduled tasks and gateways. All of them reach each other by name on
 * overlay networks.
 *
 * The manager builds and pushes images, so images need a `registry` that all nodes reach. Secrets and connection URLs are secrets of the
 * Swarm, in no environment of a service. A rollout starts the new tasks beside the old ones, waits until they are healthy, and goes back when one fails.
 * @example
 * Defaults.apply(this, {
 *   place: SwarmCluster.managedBy(DockerHost.local()),
 *   images: { registry: ImageRegistry.of('registry.example.com/team') },
 * });
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   replicas: 3,
 *   rollout: Rollout.blueGreen(),
 *   routes: [gateway.route()],
 * });
 */
export class SwarmCluster extends Place {
  /**
   * The Swarm of a manager.
   * @param manager a host that is a manager of the Swarm
   * @param options which nodes run the tasks of services, and how updates are watched
   */
  public static managedBy(manager: DockerHost, options: SwarmOptions = {}): SwarmCluster {
    checkArguments('SwarmCluster.managedBy', { manager, options }, () => optionsProblem(options));
    return new SwarmCluster(manager, options);
  }

  private constructor(private readonly manager: DockerHost, private readonly options: SwarmOptions) {
    super();
  }

  /**
   * The same Swarm with other options, for the `place` of one service.
   * @param options those that differ from the Swarm's own
   */
  public where(options: SwarmOptions): SwarmCluster {
    checkArguments('SwarmCluster.where', { options }, () => optionsProblem(options));
    return new SwarmCluster(this.manager, { ...this.options, ...options });
  }

  /**
   * One node of the Swarm as a place of its own: what runs there stays there, in containers, with volumes and ports of the node. It is on the
   * overlay networks of the Swarm. While the node is down, no plan of the stack works.
   * @param host the engine of the node
   */
  public node(host: DockerHost): Place {
    checkArguments('SwarmCluster.node', { host });
    return new SwarmNode(this, host);
  }

  /** @internal */
  public get _key(): string {
    return this.manager._key === '' ? 'swarm' : `${this.manager._key}-swarm`;
  }

  /** @internal */
  public _builder(scope: Construct): TerraformProvider | undefined {
    return this.manager._builder(scope);
  }

  /** @internal */
  public _providerIn(scope: Construct): TerraformProvider | undefined {
    return this.manager._providerIn(scope);
  }

  /** @internal */
  public _image(scope: Construct, image: IContainerImage): ContainerImageBinding {
    return this.manager._image(scope, image);
  }

  /** @internal */
  public _network(scope: Construct, id: string, { name, isolated }: NetworkSettings): string {
    claimNetworkName(scope, this.manager._key, name);
    const network = overlayNetwork(scope, id, { name, isolated, provider: this._providerIn(scope) });
    // Read once: networks are found by this reference.
    const { name: reference, id: networkId } = network;
    this.knownIds(scope).set(reference, networkId);
    return reference;
  }

  /** @internal */
  public _volume(scope: Construct, id: string, settings: VolumeSettings): string {
    return this.manager._volume(scope, id, settings);
  }

  /** @internal */
  public _run(scope: Construct, workload: Workload, id = 'Resource'): Running {
    if (!workload.spreads || workload.lifetime === 'task') {
      return this.manager._run(scope, workload, id);
    }
    claimContainerName(scope, this.manager._key, workload.name);
    return new RunningService(scope, id, workload, {
      provider: this._providerIn(scope), options: this.options, networkId: (construct, name) => this.networkId(construct, name),
    });
  }

  private networkId(scope: Construct, name: string): string {
    const known = this.knownIds(scope);
    const id = known.get(name) ?? new DataDockerNetwork(scope, `Network-${known.size}`, { name: literal(name), provider: this._providerIn(scope) }).id;
    known.set(name, id);
    return id;
  }

  private knownIds(scope: Construct): Map<string, string> {
    const stack = TerraformStack.of(scope);
    const known = networkIds.get(stack) ?? new Map<string, string>();
    networkIds.set(stack, known);
    return known;
  }
}

/** A node of a Swarm: containers on its engine, on the networks of the Swarm. */
class SwarmNode extends Place {
  public constructor(private readonly cluster: SwarmCluster, private readonly host: DockerHost) {
    super();
  }

  /** The cluster's, because both have the same networks. Names and ports are claimed by the host. */
  public get _key(): string {
    return this.cluster._key;
  }

  public _builder(scope: Construct): TerraformProvider | undefined {
    return this.host._builder(scope);
  }

  public _image(scope: Construct, image: IContainerImage): ContainerImageBinding {
    return this.host._image(scope, image);
  }

  public _network(scope: Construct, id: string, settings: NetworkSettings): string {
    return this.cluster._network(scope, id, settings);
  }

  public _volume(scope: Construct, id: string, settings: VolumeSettings): string {
    return this.host._volume(scope, id, settings);
  }

  public _run(scope: Construct, workload: Workload, id?: string): Running {
    return this.host._run(scope, workload, id);
  }
}

function optionsProblem({ constraints = [], spreadOver = [] }: SwarmOptions): InputProblem | undefined {
  const wrong = constraints.find((constraint) => !/^\s*[A-Za-z][\w.-]*\s*(==|!=)\s*\S.*$/.test(constraint));
  if (wrong !== undefined) {
    return {
      what: 'not a condition for nodes of a Swarm',
      given: wrong,
      allowed: 'a property of the node, "==" or "!=", and a value',
      remedy: 'write for example "node.labels.disk == ssd" or "node.role == worker"',
    };
  }
  const label = spreadOver.find((one) => !/^(node|engine)\.labels\.[\w.-]+$/.test(one));
  return label === undefined ? undefined : {
    what: 'not a label of nodes to spread tasks over',
    given: label,
    allowed: 'node.labels.NAME or engine.labels.NAME',
    remedy: 'write for example "node.labels.rack"',
  };
}
