import { Network } from '@cdktf/provider-docker/lib/network';
import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { literal } from '../terraform/text';

export interface NetworkResourceSettings {
  readonly name: string;
  /** Whether containers on the network reach only each other. */
  readonly isolated: boolean;
  readonly provider?: TerraformProvider;
}

/**
 * The engine gives its host an address on each bridge, also on an internal one: whatever listens on 0.0.0.0 of the host answers there. Without
 * the address, the host and the containers do not reach each other (measured with Engine 26.1). The engine's DNS still answers.
 */
const WITHOUT_THE_HOST = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };

/**
 * A bridge network.
 *
 * Quirk (3.6.2): other `options` replace the network, which fails while containers are on it. So a network that exists keeps its options.
 */
export function bridgeNetwork(scope: Construct, id: string, { name, isolated, provider }: NetworkResourceSettings): Network {
  return new Network(scope, id, {
    name: literal(name),
    driver: 'bridge',
    internal: isolated,
    ...isolated ? { options: WITHOUT_THE_HOST, lifecycle: { ignoreChanges: ['options'] } } : {},
    provider,
  });
}
