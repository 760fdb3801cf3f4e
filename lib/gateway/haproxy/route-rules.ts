import { HaproxyRedirect, HaproxyRoute, HaproxySettings } from './settings';
import { SOURCE, SOURCES } from './source-limits';
import { answer, quoted, quotedFormat, section } from './text';

/** How often a client may give a wrong password in a minute. Each attempt costs the gateway a few milliseconds. */
const WRONG_PASSWORDS = 20;

/** What a route asks of its requests: who may send them, how many, with which headers. */
export function routeRules(route: HaproxyRoute, number: number, condition: string): string[] {
  return [
    ...allowList(route, condition),
    ...rateLimit(route, number, condition),
    ...authentication(route, condition),
    ...headerRules('http-request', route.requestHeaders, condition),
  ];
}

/** The headers that a route changes of its answers. */
export function responseRules({ responseHeaders }: HaproxyRoute, condition: string): string[] {
  return headerRules('http-response', responseHeaders, condition);
}

/** The tables that the rules of routes count in. */
export function routeTables(entries: readonly { readonly number: number; readonly route?: HaproxyRoute }[]): string[] {
  const rates = entries.flatMap(({ number, route }) => route?.rateLimit === undefined ? []
    : section(`backend ${rateTable(number)} from base`, [
      `stick-table type ipv6 size ${SOURCES} expire ${route.rateLimit.seconds}s store http_req_rate(${route.rateLimit.seconds}s)`,
    ]));
  const passwords = entries.some(({ route }) => route?.users !== undefined)
    ? section('backend passwords from base', [`stick-table type ipv6 size ${SOURCES} expire 60s store gpc0_rate(60s)`]) : [];
  return [...rates, ...passwords];
}

/** Sends a client elsewhere, with what follows the prefix and the query. */
export function redirectRule({ location, status, keepPath, pathPrefix }: HaproxyRedirect, condition: string): string {
  const rest = !keepPath ? '' : pathPrefix === '/' ? '%[pathq]' : `%[pathq,bytes(${pathPrefix.length})]`;
  return `http-request redirect location ${quotedFormat(location).slice(0, -1)}${rest}" code ${status} if ${condition}`;
}

/** @returns the names of all sources that a list has, in the form that HAProxy compares */
function allowList({ allowedSources }: HaproxyRoute, condition: string): string[] {
  return allowedSources === undefined ? []
    : [answer('http-request return', 403, 'the address of the client is not allowed', `if ${condition} !{ src ${allowedSources.join(' ')} }`)];
}

function rateLimit({ rateLimit: limit }: HaproxyRoute, number: number, condition: string): string[] {
  return limit === undefined ? [] : [
    `http-request track-sc3 ${SOURCE} table ${rateTable(number)} if ${condition}`,
    answer('http-request return', 429, 'too many requests', `hdr Retry-After ${limit.seconds} if ${condition} { sc_http_req_rate(3) gt ${limit.requests} }`),
  ];
}

function rateTable(number: number): string {
  return `rate:${number}`;
}

function authentication({ users }: HaproxyRoute, condition: string): string[] {
  return users === undefined ? [] : [
    `http-request track-sc4 ${SOURCE} table passwords if ${condition}`,
    answer('http-request return', 429, 'too many wrong passwords', `hdr Retry-After 60 if ${condition} { sc_gpc0_rate(4) gt ${WRONG_PASSWORDS} }`),
    `http-request set-var(txn.user) bool(true) if ${condition} { http_auth(${users.list}) }`,
    `http-request sc-inc-gpc0(4) if ${condition} { req.hdr(authorization) -m found } !{ var(txn.user) -m bool }`,
    `http-request auth realm ${quoted(users.realm)} if ${condition} !{ var(txn.user) -m bool }`,
    // The program behind has no use for the password.
    `http-request del-header Authorization if ${condition}`,
  ];
}

function headerRules(phase: string, headers: HaproxyRoute['requestHeaders'], condition: string): string[] {
  return headers.map(([name, value]) => value === ''
    ? `${phase} del-header ${name} if ${condition}`
    : `${phase} set-header ${name} ${quotedFormat(value)} if ${condition}`);
}

/** The names of the lists of users that the configuration refers to. */
export function userLists({ routes }: HaproxySettings): string[] {
  return routes.flatMap(({ users }) => users === undefined ? [] : [users.list]);
}
