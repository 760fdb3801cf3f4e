import { HaproxyLimits } from './settings';
import { answer, section } from './text';

/** A client is an address of IPv4, or a network of 64 bits of IPv6, which one customer of a provider has for itself. */
export const SOURCE = 'src,ipmask(32,64)';

/** How many clients each table remembers. When one is full, the oldest go. */
export const SOURCES = '20k';

/** While a port is half full, a client may have this share of what it may have otherwise. */
const CROWDED_SHARE = 5;

/** The tables that count for both ports together. */
export function sourceTables(): string[] {
  return [
    ...section('backend sources from base', [`stick-table type ipv6 size ${SOURCES} expire 60s store conn_cur`]),
    ...section('backend requests from base', [`stick-table type ipv6 size ${SOURCES} expire 60s store conn_cur`]),
  ];
}

/** @param connections the most connections of the port */
export function connectionLimits({ connectionsPerSource }: HaproxyLimits, connections: number): string[] {
  const whenCrowded = Math.max(1, Math.floor(connectionsPerSource / CROWDED_SHARE));
  return [
    `maxconn ${connections}`,
    `tcp-request connection track-sc0 ${SOURCE} table sources`,
    `tcp-request connection reject if { sc_conn_cur(0) gt ${connectionsPerSource} }`,
    `tcp-request connection reject if { sc_conn_cur(0) gt ${whenCrowded} } { fe_conn gt ${Math.floor(connections / 2)} }`,
  ];
}

/** An HTTP/2 connection carries many requests, each with buffers of its own. */
export function concurrencyLimit({ connectionsPerSource }: HaproxyLimits): string[] {
  return [
    `http-request track-sc1 ${SOURCE} table requests`,
    answer('http-request return', 429, 'too many requests at a time', `hdr Retry-After 1 if { sc_conn_cur(1) gt ${connectionsPerSource} }`),
  ];
}
