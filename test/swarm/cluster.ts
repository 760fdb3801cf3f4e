import { SpawnSyncReturns, spawnSync } from 'child_process';

/** A Swarm to test with. Variables of the environment name it, because nobody can guess how to reach one. */
export interface Cluster {
  /** The manager's engine, for `DOCKER_HOST`. */
  readonly manager: string;
  /** Host and path of a registry that all nodes and the manager reach, without a login. */
  readonly registry: string;
  /** The manager's address, where a gateway answers. */
  readonly address: string;
  /** Words before a command that is to reach this address, such as `nsenter --net=…`. */
  readonly way: readonly string[];
  /** A command that is called with `kill NUMBER` and `start NUMBER`, and cuts off the power of a node. */
  readonly power?: string;
}

/** The cluster of the environment; else what is missing. */
export function clusterOf(environment: NodeJS.ProcessEnv): Cluster | string {
  const { SWARM_MANAGER: manager, SWARM_REGISTRY: registry, SWARM_ADDRESS: address, SWARM_WAY: way = '', SWARM_POWER: command } = environment;
  if (manager === undefined || registry === undefined || address === undefined) {
    return 'a Swarm to test with: set SWARM_MANAGER to the DOCKER_HOST of a manager, SWARM_REGISTRY to a registry that all nodes reach, '
      + 'and SWARM_ADDRESS to the address of the manager';
  }
  return { manager, registry, address, way: way.split(' ').filter((word) => word !== ''), power: command };
}

/** Runs a `docker` command on the manager, and returns its output. */
export function docker({ manager }: Cluster, ...args: string[]): string {
  return succeed(spawnSync('docker', ['-H', manager, ...args], { encoding: 'utf8' }), `docker ${args.join(' ')}`);
}

/** Cuts off the power of a node, or gives it back. */
export function power({ power: command }: Cluster, what: 'kill' | 'start', node: number): void {
  succeed(spawnSync(command!, [what, String(node)], { encoding: 'utf8' }), `${command} ${what} ${node}`);
}

function succeed({ status, stdout, stderr }: SpawnSyncReturns<string>, what: string): string {
  if (status !== 0) {
    throw new Error(`${what}: ${stderr}`);
  }
  return stdout.trim();
}
