import { HaproxyLimits, HaproxySettings } from './settings';

/** Room for the largest header that the gateway answers with its own 431 instead of HAProxy's 400. */
export const BUFFER_BYTES = 65536;
const BUFFERS_PER_MEBIBYTE = 1024 * 1024 / BUFFER_BYTES;

/** Reserved for metrics, health checks and requests that an old worker process passes on. */
export const RESERVED_CONNECTIONS = 60;

/**
 * The share of the memory that requests may fill: streams whose client reads nothing keep their buffers, 3.2 each, measured with HAProxy 3.0.
 * The rest is for connections, and for the worker process of an earlier configuration.
 */
const REQUEST_SHARE = 0.475;
const BUFFERS_PER_REQUEST = 4;

/** How many connections fit into a MiB, each with a TLS session of about 45 KiB. */
const DEFAULT_CONNECTIONS_PER_MEBIBYTE = 4;
export const MOST_CONNECTIONS_PER_MEBIBYTE = 8;
const MOST_DEFAULT_CONNECTIONS = 2000;
const FEWEST_CONNECTIONS_PER_SOURCE = 10;

/** Derives the limits from the memory of the container, unless the user gave them. */
export function haproxyLimits(memoryMebibytes: number, connections?: number, connectionsPerSource?: number): HaproxyLimits {
  const all = connections ?? Math.min(MOST_DEFAULT_CONNECTIONS, memoryMebibytes * DEFAULT_CONNECTIONS_PER_MEBIBYTE);
  return {
    connections: all,
    connectionsPerSource: connectionsPerSource ?? Math.max(FEWEST_CONNECTIONS_PER_SOURCE, Math.floor(all / 4)),
    requests: Math.floor(memoryMebibytes * BUFFERS_PER_MEBIBYTE * REQUEST_SHARE / BUFFERS_PER_REQUEST),
  };
}

/** The connections of both ports together, and the reserve. A port that only redirects needs few. */
export function allConnections({ limits, tls }: HaproxySettings): number {
  const { connections } = limits;
  return connections + (tls === undefined ? 0 : plainConnections(limits, tls.redirectHttp)) + RESERVED_CONNECTIONS;
}

/** The most connections of the port for plain HTTP. */
export function plainConnections({ connections }: HaproxyLimits, redirectsOnly: boolean): number {
  return redirectsOnly ? Math.max(FEWEST_CONNECTIONS_PER_SOURCE, Math.floor(connections / 4)) : connections;
}
