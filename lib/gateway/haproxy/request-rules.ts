import { HaproxySettings } from './settings';
import { concurrencyLimits } from './source-limits';
import { answer } from './text';

/** Headers that tell a service about its client or its route. Clients must not be able to make them up. */
const CLIENT_HEADERS = [
  'Forwarded', 'X-Forwarded', 'X-Forwarded-.*', 'X-Forward-For', 'X-Real-IP', 'True-Client-IP', 'X-Client-IP', 'X-Cluster-Client-IP', 'Client-IP',
  'CF-Connecting-IP', 'CF-Connecting-IPv6', 'DO-Connecting-IP', 'Fastly-Client-IP', 'Fly-Client-IP', 'X-Appengine-.*', 'X-Azure-.*', 'X-Envoy-.*',
  'X-Originating-IP', 'X-ProxyUser-IP', 'X-Remote-Addr', 'X-Remote-IP', 'X-Vercel-.*',
  'X-Original-URL', 'X-Rewrite-URL', 'X-Original-Host', 'X-Host', 'X-HTTP-Host-Override', 'Proxy',
];

/** HAProxy knows names in lower case. Where programs read headers from variables, as in CGI, an underscore is a hyphen. */
const CLIENT_HEADER = `'^(${CLIENT_HEADERS.map((name) => name.toLowerCase().replace(/-/g, '[-_]')).join('|')})$'`;

/** RFC 3986, section 3.2.2, without what programs read in several ways. */
const HOST = "'^([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(:[0-9]{1,5})?$'";

/**
 * So many bytes of a path are in the log. JSON has two for a quote or a backslash, and a line has 65,535 at most: the status, which comes after
 * the path, is always on it.
 */
const LOGGED_PATH = 32_000;

/** What every request must pass before a route is chosen, and what is changed of it. */
export function requestRules(settings: HaproxySettings): string[] {
  return [
    'http-request set-var(txn.host) req.hdr(host),bytes(0,253)',
    `http-request set-var(txn.path) ${settings.logQueryStrings ? 'pathq' : 'path'},bytes(0,${LOGGED_PATH})`,
    ...concurrencyLimits(settings.limits),
    // A program that answers CONNECT with 2xx would get everything behind it unseen.
    answer('http-request return', 405, 'the method is not allowed', 'hdr Allow "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" if { method CONNECT TRACE }'),
    answer('http-request return', 400, 'the host is not allowed', `if { req.hdr(host) -m found } !{ req.hdr(host) -m reg -i ${HOST} }`),
    answer('http-request return', 400, 'the host is missing', 'if { req.ver 1.1 } !{ req.hdr(host) -m found }'),
    answer('http-request return', 414, 'the address is too long', `if { url,length gt ${settings.maxHeaderBytes} }`),
    ...hopByHopRules(),
    ...pathRules(settings),
    answer('http-request return', 431, 'the header of the request is too large', `if { req.hdrs,length gt ${settings.maxHeaderBytes} }`),
    answer('http-request return', 413, 'the body of the request is too large', `if { req.body_size gt ${settings.maxBodyBytes} }`),
    // A server may have begun to work on a request that got no answer: only what changes nothing is sent again.
    'http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
  ];
}

/**
 * A proxy behind removes the headers that `Connection` names, also those that the gateway sets. An upgrade to HTTP/2 would open a
 * tunnel past all rules. WebSockets are the only upgrade that passes.
 */
function hopByHopRules(): string[] {
  return [
    'http-request set-var(txn.websocket) bool(true) if { req.hdr(upgrade) -m str -i websocket } { req.hdr(connection) -m sub -i upgrade }',
    'http-request del-header Upgrade unless { var(txn.websocket) -m bool }',
    'http-request del-header Connection',
    'http-request set-header Connection Upgrade if { var(txn.websocket) -m bool }',
    ...['Keep-Alive', 'Proxy-Connection', 'Proxy-Authorization', 'HTTP2-Settings'].map((name) => `http-request del-header ${name}`),
  ];
}

/**
 * The gateway and the programs behind it must read the same path. Go decodes `%2f`: `/api/..%2fadmin` is `/admin` for a program that
 * cleans its paths. RFC 3986, section 6.2.2, says which changes keep the meaning.
 */
function pathRules({ encodedSlashes }: HaproxySettings): string[] {
  const refused = answer('http-request return', 400, 'the path is not allowed');
  return [
    // Some programs take the host from an absolute address, such as ftp://other/path.
    `${refused} if { url -m reg '^[^/*]' } !{ path -m beg / }`,
    "http-request set-uri %[pathq] if { url -m reg '^[^/*]' }",
    'http-request normalize-uri fragment-strip',
    'http-request normalize-uri percent-to-uppercase',
    'http-request normalize-uri percent-decode-unreserved',
    'http-request normalize-uri path-merge-slashes',
    'http-request normalize-uri path-strip-dot',
    'http-request normalize-uri path-strip-dotdot full',
    `${refused} if { path -m sub %00 }`,
    // Over HTTP/2, HAProxy accepts bytes that it refuses over HTTP/1.1.
    `${refused} if { path -m reg '[^!-~]' }`,
    // What is a dot segment only after decoding has escaped the lines above.
    `${refused} if { path,url_dec -m reg '(^|[/\\\\])[.][.]?([/\\\\]|$)' }`,
    ...encodedSlashes ? [] : [`${refused} if { path -m sub %2F }`],
  ];
}

/** Says who the client is, after what the client says has been removed. */
export function forwardedHeaders(): string[] {
  return [
    `http-request del-header ${CLIENT_HEADER} -m reg`,
    'http-request set-header X-Forwarded-For %[src]',
    'http-request set-header X-Forwarded-Host %[req.hdr(host)]',
    'http-request set-header X-Forwarded-Proto %[fe_name]',
  ];
}
