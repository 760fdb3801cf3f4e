import { HaproxyLimits } from './settings';
import { section } from './text';

/** A client is an address of IPv4, or a network of 64 bits of IPv6, which one customer of a provider has for itself. */
export const SOURCE = 'src,ipmask(32,64)';

/** How many clients each table remembers. When one is full, the oldest go. */
export const SOURCES = '20k';

/** The answer to a request for a WebSocket which is none. */
const NO_WEBSOCKET = '{ var(txn.websocket) -m bool } !{ status 101 }';

/** While the gateway is half full, a client may have this share of what it may have otherwise; while it is full, the share of the share. */
const CROWDED_SHARE = 5;

/** The tables that count for both ports together. */
export function sourceTables(): string[] {
  return [
    ...section('backend sources from base', [`stick-table type ipv6 size ${SOURCES} expire 60s store conn_cur`]),
    ...section('backend requests from base', [`stick-table type ipv6 size ${SOURCES} expire 60s store conn_cur`]),
    ...section('backend all from base', ['stick-table type integer size 10 expire 60s store conn_cur']),
  ];
}

/** @param connections the most connections of the port */
export function connectionLimits(limits: HaproxyLimits, connections: number): string[] {
  const { connectionsPerSource } = limits;
  return [
    `maxconn ${connections}`,
    `tcp-request connection track-sc0 ${SOURCE} table sources`,
    `tcp-request connection reject if { sc_conn_cur(0) gt ${connectionsPerSource} }`,
    ...sharesWhenCrowded(limits, connections, 'fe_conn')
      .map(({ most, condition }) => `tcp-request connection reject if { sc_conn_cur(0) gt ${most} } ${condition}`),
  ];
}

/**
 * An HTTP/2 connection carries many requests, each with buffers of its own. So a client may not have too many at a time,
 * and all of them together must fit into the memory. WebSockets are mostly silent and hold none.
 *
 * These answers have no body, which would wait in a buffer for a client that reads nothing.
 */
export function concurrencyLimits(limits: HaproxyLimits): string[] {
  const tooMany = 'http-request return status 429 hdr Retry-After 1';
  const { connectionsPerSource, requests } = limits;
  return [
    `http-request track-sc1 ${SOURCE} table requests`,
    'http-request track-sc2 int(0) table all unless { var(txn.websocket) -m bool }',
    `${tooMany} if { sc_conn_cur(1) gt ${connectionsPerSource} }`,
    ...sharesWhenCrowded(limits, requests, 'sc_conn_cur(2)')
      .map(({ most, condition }) => `${tooMany} if { sc_conn_cur(1) gt ${most} } ${condition}`),
    `http-request return status 503 hdr Retry-After 1 if { sc_conn_cur(2) gt ${requests} }`,
    // Only an answer that upgrades the connection makes a WebSocket; a client can claim anything.
    `http-response track-sc2 int(0) table all if ${NO_WEBSOCKET}`,
    `http-response return status 503 hdr Retry-After 1 if ${NO_WEBSOCKET} { sc_conn_cur(2) gt ${requests} }`,
  ];
}

/** Where one client may have all connections, there is no one else whom it could crowd out. */
function sharesWhenCrowded(
  { connections, connectionsPerSource }: HaproxyLimits, capacity: number, inUse: string,
): { most: number; condition: string }[] {
  return connectionsPerSource >= connections ? [] : [
    { share: CROWDED_SHARE, from: Math.floor(capacity / 2) },
    { share: CROWDED_SHARE * CROWDED_SHARE, from: Math.floor(capacity * 0.9) },
  ].map(({ share, from }) => ({ most: Math.max(1, Math.floor(connectionsPerSource / share)), condition: `{ ${inUse} gt ${from} }` }));
}
