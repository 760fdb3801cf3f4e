import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { placeOf } from './default-place';
import { Place } from './place';
import { checkArguments, complete } from '../input/props';
import { dockerName, validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { IContainerNetwork } from '../workload/network';

/** Properties of a {@link ContainerNetwork}. */
export interface ContainerNetworkProps {
  /** The network's name in the engine. @default - derived from the stack's id and the construct's path */
  readonly name?: string;

  /**
   * Whether the network is internal: its containers reach only each other, neither the host nor anything beyond it, and the host does not reach
   * them. A network of an earlier version of this library has an address of the host until it is made again. Through it, containers reach
   * what listens on all addresses of the host. A container that is also on another network has the ways out of that one.
   * @default false
   */
  readonly isolated?: boolean;

  /** Where the network is. @default DockerHost.local() */
  readonly place?: Place;
}

/**
 * A bridge network of the engine. Its containers reach each other by name.
 *
 * An engine has room for about thirty networks with its default address pools.
 * Source: https://docs.docker.com/engine/network/#subnet-allocation
 * @example
 * const network = new ContainerNetwork(this, 'Backend', { isolated: true });
 * new GoService(this, 'Worker', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/worker' }),
 *   networks: [network],
 * });
 */
export class ContainerNetwork extends Construct implements IContainerNetwork {
  /**
   * An existing network.
   * @param name the network's name in the engine
   */
  public static fromName(name: string): IContainerNetwork {
    checkArguments('ContainerNetwork.fromName', { name });
    return { networkName: name };
  }

  /** The default network of a stack's services, like the one of a Compose file. @internal */
  public static _ofStack(scope: Construct, place: Place): ContainerNetwork {
    const stack = TerraformStack.of(scope);
    const id = `ServiceNetwork${place._key === '' ? '' : `-${place._key}`}`;
    return (stack.node.tryFindChild(id) as ContainerNetwork | undefined) ??
      new ContainerNetwork(stack, id, { name: `${dockerName(stack)}-services`, place });
  }

  /** The network's name, as a reference: containers wait for the network. */
  public readonly networkName: string;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: ContainerNetworkProps = {}) {
    super(scope, id);
    const props = complete(this, 'ContainerNetworkProps', given);
    if (props.name !== undefined && !isUnresolved(props.name)) {
      validateDockerName(this, 'network', props.name);
    }
    const name = props.name ?? dockerName(this);
    // Read once: every read creates a new token, and networks are compared by name.
    this.networkName = placeOf(this, props.place)._network(this, 'Resource', { name, isolated: props.isolated ?? false });
  }

  /** The underlying resource, for settings that this library has no property for. */
  public get resource(): TerraformResource {
    return this.node.findChild('Resource') as TerraformResource;
  }
}
