import { connectionOptions, readinessCheck, readinessOptions } from './checks';
import { openName } from './routing';
import { HaproxyBackend, HaproxySettings } from './settings';
import { section } from './text';
import { transport } from './transport';

/** How many containers are found under one name. */
const SERVERS_OF_A_NAME = 8;

/** Each service as the gateway reaches it, and once more for when none of its containers is ready. */
export function backends(settings: HaproxySettings): string[] {
  return settings.backends.flatMap((backend) => [
    ...section(`backend ${backend.name} from base`, [
      'balance leastconn',
      ...readinessCheck(backend),
      defaultServer(readinessOptions(backend), backend, settings),
      ...servers(backend),
    ]),
    ...failsOpen(backend, settings) ? section(`backend ${openName(backend.name)} from base`, [
      'balance leastconn',
      defaultServer(connectionOptions(backend), backend, settings),
      ...servers(backend),
    ]) : [],
  ]);
}

/** Without a question of its own a readiness check is the same as a connection check. */
export function failsOpen({ name, target }: HaproxyBackend, { routes }: Pick<HaproxySettings, 'routes'>): boolean {
  return target.healthPath !== undefined && routes.some((route) => route.backend === name && route.failOpen);
}

function defaultServer(check: string, backend: HaproxyBackend, settings: HaproxySettings): string {
  return [`default-server ${check}`, `maxconn ${perServer(backend, settings)}`, 'resolvers engine resolve-prefer ipv4', ...transport(backend)].join(' ');
}

/** One service that hangs keeps a quarter of all connections busy, and leaves the others to its neighbours. */
function perServer({ target, maxRequests }: HaproxyBackend, { limits }: HaproxySettings): number {
  const all = maxRequests ?? Math.floor(limits.connections / 4);
  return Math.max(1, Math.ceil(all / (target.servers?.length ?? 1)));
}

/**
 * A new worker process asks for the addresses before it takes requests. Containers of a blue/green rollout are known by their ids: the name of the service also leads to those of a version that is not finished.
 */
function servers({ target }: HaproxyBackend): string[] {
  return target.servers === undefined
    ? [`server-template any ${SERVERS_OF_A_NAME} ${target.hostName}:${target.port} init-addr libc,none`]
    : target.servers.map(({ name, hostName }) => `server ${name} ${hostName}:${target.port} init-addr libc,none`);
}
