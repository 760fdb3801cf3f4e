import { BUFFER_BYTES, allConnections } from './limits';
import { HaproxySettings } from './settings';
import { section } from './text';

/** Forward secrecy and authenticated encryption only. TLS 1.3 has nothing else. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Source: https://docs.haproxy.org/3.0/configuration.html#3 */
export function globalSection(settings: HaproxySettings): string[] {
  return section('global', [
    // Without a length HAProxy cuts lines at 1023 bytes, which makes their JSON invalid.
    'log stdout len 65535 format raw daemon info',
    `maxconn ${allConnections(settings)}`,
    `hard-stop-after ${settings.reloadSeconds}s`,
    // More threads cost memory for each, and one saturates a network of 1 Gbit/s.
    'thread-hard-limit 8',
    // The directives that normalise paths are experimental in HAProxy 3.0.
    'expose-experimental-directives',
    `tune.bufsize ${BUFFER_BYTES}`,
    // No `tune.buffers.limit`: HAProxy 3.0 answers nobody once it is reached. The limits of requests bound the buffers.
    'tune.http.maxhdr 256',
    'tune.h2.fe.max-concurrent-streams 30',
    'tune.stick-counters 5',
    'ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets',
    `ssl-default-bind-ciphers ${CIPHERS}`,
    ...settings.additions.global,
  ]);
}
