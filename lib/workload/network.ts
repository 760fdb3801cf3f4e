import { Network } from '@cdktf/provider-docker/lib/network';
import { TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { checkArguments, complete } from '../input/props';
import { claimNetworkName } from '../terraform/claims';
import { dockerName, validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';

/** A network that containers are connected to. */
export interface IContainerNetwork {
  /** The network's name in the engine. */
  readonly networkName: string;
}

/** Properties of a {@link ContainerNetwork}. */
export interface ContainerNetworkProps {
  /**
   * The network's name in the engine.
   *
   * @default - derived from the stack's id and the construct's path
   */
  readonly name?: string;

  /**
   * Whether the network has no way out: its containers reach each other and nothing else, and nothing else reaches them.
   *
   * @default false
   */
  readonly isolated?: boolean;

  /**
   * The Docker provider.
   *
   * @default - the stack's default Docker provider
   */
  readonly provider?: TerraformProvider;
}

/**
 * A bridge network of the engine. Its containers reach each other by name.
 *
 * An engine has room for about thirty of them with its default address pools.
 * Source: https://docs.docker.com/engine/network/#subnet-allocation
 *
 * @example
 * const network = new ContainerNetwork(this, 'Backend', { isolated: true });
 * new GoService(this, 'Worker', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/worker' }),
 *   networks: [network],
 * });
 */
export class ContainerNetwork extends Construct implements IContainerNetwork {
  /**
   * A network that exists already.
   *
   * @param name the network's name in the engine
   */
  public static fromName(name: string): IContainerNetwork {
    checkArguments('ContainerNetwork.fromName', { name });
    return { networkName: name };
  }

  /**
   * The network that the services of a stack share unless they are given others, as the services of a Compose file do.
   *
   * @internal
   */
  public static _ofStack(scope: Construct, provider?: TerraformProvider): ContainerNetwork {
    const stack = TerraformStack.of(scope);
    const id = `ServiceNetwork${provider?.alias === undefined ? '' : `-${provider.alias}`}`;
    return (stack.node.tryFindChild(id) as ContainerNetwork | undefined) ??
      new ContainerNetwork(stack, id, { name: `${dockerName(stack)}-services`, provider });
  }

  /** A reference to the resource's name, so that containers wait for the network. */
  public readonly networkName: string;

  /** The underlying resource. */
  public readonly resource: Network;

  public constructor(scope: Construct, id: string, given: ContainerNetworkProps = {}) {
    super(scope, id);
    const props = complete(this, 'ContainerNetworkProps', given);
    if (props.name !== undefined && !isUnresolved(props.name)) {
      validateDockerName(this, 'network', props.name);
    }
    const name = props.name ?? dockerName(this);
    claimNetworkName(this, props.provider, name);
    this.resource = new Network(this, 'Resource', {
      name,
      driver: 'bridge',
      internal: props.isolated ?? false,
      provider: props.provider,
    });
    // Once: each access makes another token, and equal networks are told by equal names.
    this.networkName = this.resource.name;
  }
}
