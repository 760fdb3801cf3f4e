import { routeRules, redirectRule, responseRules } from './route-rules';
import { HaproxyMatch, HaproxyRedirect, HaproxyRoute, HaproxySettings } from './settings';

/** A route or redirect with the number by which the rules know it. */
export interface NumberedEntry {
  readonly number: number;
  readonly condition: string;
  readonly route?: HaproxyRoute;
  readonly redirect?: HaproxyRedirect;
}

/** The most specific first: an exact host, then the longest wildcard, then none; among these the longest path. */
export function numberedEntries({ routes, redirects }: HaproxySettings): NumberedEntry[] {
  const all = [...routes.map((route) => ({ match: route, route })), ...redirects.map((redirect) => ({ match: redirect, redirect }))];
  return all
    .sort(({ match: one }, { match: other }) => hostRank(other) - hostRank(one) || other.pathPrefix.length - one.pathPrefix.length
      || compare(`${one.host} ${one.pathPrefix}`, `${other.host} ${other.pathPrefix}`))
    .map(({ match: _, ...entry }, index) => ({ ...entry, number: index + 1, condition: `{ var(txn.route) -m int ${index + 1} }` }));
}

/** Finds the route of a request, and does what the route says. */
export function routing(settings: HaproxySettings): string[] {
  const entries = numberedEntries(settings);
  return [
    'http-request set-var(txn.route) int(0)',
    // The last one that matches wins, so that the most specific comes last.
    ...[...entries].reverse().map((entry) => `http-request set-var(txn.route) int(${entry.number})${matching((entry.route ?? entry.redirect)!, settings)}`),
    ...settings.additions.frontend,
    ...entries.flatMap((entry) => [
      ...entry.redirect ? [redirectRule(entry.redirect, entry.condition)] : [],
      ...entry.route ? [...routeRules(entry.route, entry.number, entry.condition), ...choice(entry.route, entry.condition)] : [],
    ]),
    'http-request set-var-fmt(txn.backend) next-%[fe_name] if { stopping }',
    'http-request set-log-level silent if { stopping }',
    ...entries.flatMap(({ route, condition }) => route ? responseRules(route, condition) : []),
  ];
}

/** When no container is ready, those that accept connections get the requests: the reason for all of them is mostly behind them. */
function choice({ backend, failOpen }: HaproxyRoute, condition: string): string[] {
  return [
    `http-request set-var(txn.backend) str(${backend}) if ${condition}`,
    ...failOpen ? [`http-request set-var(txn.backend) str(${openName(backend)}) if ${condition} { nbsrv(${backend}) eq 0 } { nbsrv(${openName(backend)}) gt 0 }`] : [],
  ];
}

/** The name of the backend that is chosen while no container is ready. Names of containers have no colon. */
export function openName(backend: string): string {
  return `${backend}:open`;
}

function hostRank({ host }: HaproxyMatch): number {
  return host === undefined ? 0 : host.startsWith('*.') ? host.length : 1000;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function matching({ host, pathPrefix }: HaproxyMatch, { encodedSlashes }: HaproxySettings): string {
  const hostCondition = host === undefined ? []
    : [`{ req.hdr(host),host_only,lower ${host.startsWith('*.') ? `-m end ${host.slice(1)}` : `-m str ${host}`} }`];
  // A program reads an encoded slash as a slash: the route must, too.
  const [exactly, below] = encodedSlashes ? ['path,url_dec -m str', 'path,url_dec -m beg'] : ['path', 'path_beg'];
  const paths = pathPrefix === '/' ? [[]] : [[`{ ${exactly} ${pathPrefix} }`], [`{ ${below} ${pathPrefix}/ }`]];
  const alternatives = paths.map((path) => [...hostCondition, ...path].join(' ')).filter((condition) => condition !== '');
  return alternatives.length > 0 ? ` if ${alternatives.join(' or ')}` : '';
}
