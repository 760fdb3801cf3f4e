import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { NetworkResourceSettings } from './network';
import { literal } from '../terraform/text';

/**
 * An overlay network of a Swarm, which containers can join as well.
 *
 * It has no address of the hosts: the bridge `docker_gwbridge` of each node is the way out, and an internal network does not use it.
 * A worker knows the network once a container or task on it has joined. The engine asks the manager by itself (measured with Engine 26.1).
 */
export function overlayNetwork(scope: Construct, id: string, { name, isolated, provider }: NetworkResourceSettings): Network {
  return new Network(scope, id, { name: literal(name), driver: 'overlay', attachable: true, internal: isolated, provider });
}
