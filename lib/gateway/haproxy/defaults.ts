import { HaproxySettings } from './settings';
import { answer, section } from './text';

const LOG_FORMAT = [
  '%(time)[accept_date(ms),ms_utime(%Y-%m-%dT%H:%M:%S.%6NZ)]', '%(client)ci', '%(method)HM', '%(host)[var(txn.host)]',
  '%(path)[var(txn.path)]', '%(status)ST', '%(bytes)B', '%(milliseconds)Ta', '%(backend)b', '%(server)s', '%(retries)rc', '%(termination)ts',
].join(' ');

/** Answers to what HAProxy finds out before or after the rules of a frontend. */
export const ERRORS: readonly (readonly [number, string])[] = [
  [400, 'not a valid request'],
  [401, 'a user name and a password are needed'],
  [408, 'the request did not arrive in time'],
  [500, 'the gateway failed'],
  [502, 'the server ended the connection'],
  [503, 'no healthy server'],
  [504, 'the server did not answer in time'],
];

/** Source: https://docs.haproxy.org/3.0/configuration.html#4 */
export function defaultsSection(settings: HaproxySettings): string[] {
  return section('defaults base', [
    'mode http',
    'log global',
    'option dontlognull',
    // A worker that stops after a reload answers one more request on an idle connection instead of resetting it.
    'option idle-close-on-response',
    `log-format "%{+json}o ${LOG_FORMAT}"`,
    ...timeouts(settings),
    // One retry, on another server: a request that ends its server ends two of them at most.
    'retries 1',
    'option redispatch 1',
    'retry-on conn-failure empty-response',
    ...errorAnswers(),
  ]);
}

/** @param header a header of all of them, as HAProxy writes it */
export function errorAnswers(header = ''): string[] {
  return ERRORS.map(([status, text]) => answer('http-error', status, text, [...status === 503 ? ['hdr Retry-After 1'] : [], ...header === '' ? [] : [header]].join(' ')));
}

function timeouts({ headerMilliseconds, idleMilliseconds, tunnelMilliseconds }: HaproxySettings): string[] {
  return [
    'timeout connect 2s',
    `timeout client ${idleMilliseconds}ms`,
    `timeout server ${idleMilliseconds}ms`,
    `timeout http-request ${headerMilliseconds}ms`,
    `timeout http-keep-alive ${idleMilliseconds}ms`,
    `timeout tunnel ${tunnelMilliseconds}ms`,
    'timeout client-fin 10s',
    'timeout server-fin 10s',
    'timeout queue 5s',
  ];
}
