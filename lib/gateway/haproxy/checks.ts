import { HaproxyBackend } from './settings';
import { quoted } from './text';

/** The health check of a service: the same question as the engine's, or whether connections are accepted. */
export function readinessCheck({ target }: HaproxyBackend): string[] {
  return target.healthPath === undefined ? [] : [
    'option httpchk',
    `http-check send meth GET uri ${quoted(target.healthPath)} ver HTTP/1.1 hdr Host ${target.healthHost ?? 'localhost'} hdr User-Agent gateway`,
    `http-check expect status ${target.healthyStatusCodes ?? '200-399'}`,
  ];
}

/** How often a server is asked, and how often it must fail or answer. */
export function readinessOptions(backend: HaproxyBackend): string {
  const { target } = backend;
  const otherPort = target.healthPort !== undefined && target.healthPort !== target.port;
  return [
    'check', ...otherPort ? [`port ${target.healthPort}`] : [], 'inter 1s fastinter 250ms downinter 500ms fall 2', `rise ${rise(backend)}`,
    'observe layer4 error-limit 1 on-error mark-down',
  ].join(' ');
}

/** Whether a server accepts connections. */
export const CONNECTION_CHECK = 'check inter 2s fastinter 500ms downinter 500ms fall 2 rise 1';

/**
 * The engine may give the address of a container that ended to another one at once, such as one of an unfinished version. A server that
 * was down needs two answers, half a second apart; by then its old address is forgotten.
 */
function rise({ target }: HaproxyBackend): number {
  return target.servers === undefined ? 1 : 3;
}
