import { HaproxyBackend, STATE_DIRECTORY } from './settings';
import { quoted } from './text';

/** How the gateway connects to the containers of a service, for requests and for checks on the same port. */
export function transport({ protocol, target }: HaproxyBackend): string[] {
  const { tls, http2 } = protocol;
  // A check on a port of its own is plain HTTP/1.1.
  const checksToo = target.healthPort === undefined || target.healthPort === target.port;
  if (http2) {
    return ['proto h2', ...checksToo ? ['check-proto h2'] : []];
  }
  if (!tls) {
    return [];
  }
  const { serverName, authority } = tls;
  return [
    'ssl alpn h2,http/1.1',
    authority ? `verify required ca-file ${quoted(`${STATE_DIRECTORY}/${authority.file}`)}` : 'verify none',
    ...serverName === undefined ? [] : [`sni str(${serverName}) verifyhost ${serverName}`],
    ...checksToo ? ['check-ssl check-alpn http/1.1', ...serverName === undefined ? [] : [`check-sni ${serverName}`]] : [],
  ];
}
