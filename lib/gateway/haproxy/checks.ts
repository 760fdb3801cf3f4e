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

/** When the readiness of a server is checked. */
export function readinessOptions({ target }: HaproxyBackend): string {
  const otherPort = target.healthPort !== undefined && target.healthPort !== target.port;
  return ['check', ...otherPort ? [`port ${target.healthPort}`] : [], pace(target)].join(' ');
}

/** When it is checked whether a server accepts connections. */
export function connectionOptions({ target }: HaproxyBackend): string {
  return `check ${pace(target)}`;
}

/**
 * The engine may give the address of a container that ended to another one at once, such as one of an unfinished version. So the first
 * connection that fails takes a server out, and it needs three answers, half a second apart, to come back; by then its old address is
 * forgotten. A container that is found by its name needs one answer: whoever has the name is the right one.
 */
function pace({ servers }: HaproxyBackend['target']): string {
  return `inter 1s fastinter 250ms downinter 500ms fall 2 rise ${servers === undefined ? 1 : 3} observe layer4 error-limit 1 on-error mark-down`;
}
