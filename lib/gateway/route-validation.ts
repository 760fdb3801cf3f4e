import * as net from 'net';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { HaproxyMatch, HaproxyRedirect, HaproxyRoute } from './haproxy/settings';
import { GatewayRedirect } from './redirect';
import { reject } from '../input/input-error';
import { isUnresolved } from '../terraform/text';
import { Duration } from '../values/duration';
import { GatewayRouteProps } from '../workload/route';
import { RenderedProtocol, RouteProtocol } from '../workload/route-protocol';
import { RouteUsers } from '../workload/route-settings';

// RFC 1123, section 2.1, in the lower case in which requests are compared.
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);
const LONGEST_HOST = 253;

// The unreserved characters of RFC 3986, which mean themselves in URLs, in HAProxy's configuration and in its patterns.
const PATH_PREFIX = /^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/;
const LONGEST_PATH = 512;

// RFC 9110, section 5.6.2, as far as programs use it; and section 5.5 without control characters, in ASCII.
const HEADER_NAME = /^[A-Za-z0-9_-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{0,4096}$/;

/** Headers that say how a message is framed or where it goes. */
const FRAMING = new Set(['connection', 'content-length', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

const USER_NAME = /^[A-Za-z0-9._@-]{1,100}$/;
const PASSWORD_HASH = /^\$[56]\$(?:rounds=[0-9]{4,6}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}$/;

const LOCATION = /^(?:https?:\/\/[A-Za-z0-9.:[\]-]+|(?=\/(?!\/)))[\x21-\x7e]*$/;

/** A route in the form in which it is compared and written into the configuration. */
export interface ValidRoute extends HaproxyMatch {
  readonly settings: Omit<HaproxyRoute, 'host' | 'pathPrefix' | 'backend' | 'users'>;
  readonly protocol: RenderedProtocol;
  readonly maxRequests?: number;
  readonly users?: RouteUsers;
}

export function validatedRoute(scope: Construct, route: GatewayRouteProps): ValidRoute {
  const match = validatedMatch(scope, route);
  return {
    ...match,
    protocol: (route.protocol ?? RouteProtocol.http())._rendered,
    maxRequests: route.maxRequests,
    users: validatedUsers(scope, route.basicAuthentication, match),
    settings: {
      failOpen: route.failOpen ?? true,
      allowedSources: validatedSources(scope, route.allowedSources),
      rateLimit: route.rateLimit && { requests: route.rateLimit.requests, seconds: (route.rateLimit.period ?? Duration.seconds(10)).toSeconds() },
      requestHeaders: validatedHeaders(scope, 'requestHeaders', route.requestHeaders),
      responseHeaders: validatedHeaders(scope, 'responseHeaders', route.responseHeaders),
    },
  };
}

function validatedMatch(scope: Construct, { host, pathPrefix = '/' }: Pick<GatewayRouteProps, 'host' | 'pathPrefix'>): HaproxyMatch {
  if (host !== undefined && (host.length > LONGEST_HOST || !HOST.test(host))) {
    reject(scope, {
      what: 'not a host name for a route',
      given: host,
      allowed: 'a host name in lower case without a port, for example "shop.example", or all names below one: "*.shop.example"',
      remedy: host.toLowerCase() !== host && HOST.test(host.toLowerCase())
        ? `write ${JSON.stringify(host.toLowerCase())}`
        : 'give the name that clients put into the address, in its ASCII form',
    });
  }
  const segments = pathPrefix.split('/');
  if (pathPrefix.length > LONGEST_PATH || !PATH_PREFIX.test(pathPrefix) || segments.includes('.') || segments.includes('..')) {
    reject(scope, {
      what: 'not a path prefix for a route',
      given: pathPrefix,
      allowed: '"/", or segments of letters, digits, ".", "_", "~" and "-", each after a slash and none "." or "..", for example "/api/v1"',
      remedy: /^\/.*\/$/.test(pathPrefix) ? 'leave the slash at the end out: "/api" stands for all below it as well' : 'correct the prefix',
    });
  }
  return { host, pathPrefix };
}

/** Checks the redirects of a gateway. */
export function validatedRedirects(scope: Construct, redirects: readonly GatewayRedirect[]): HaproxyRedirect[] {
  const valid = redirects.map((redirect) => {
    const { location, keepPath = true, permanent = true } = redirect;
    if (!LOCATION.test(location) || location.length > 2048) {
      reject(scope, {
        what: 'not a location to redirect to',
        given: location,
        allowed: 'an absolute URL with http or https, or a path, in ASCII and without spaces',
        remedy: 'write it as "https://shop.example" or "/new"; percent-encode what a URL cannot hold',
      });
    }
    // The rest of the path begins with a slash.
    return { ...validatedMatch(scope, redirect), location: keepPath ? location.replace(/\/$/, '') : location, keepPath, status: permanent ? 308 : 307 };
  });
  valid.forEach(({ host, pathPrefix }, index) => {
    if (valid.slice(0, index).some((other) => other.host === host && other.pathPrefix === pathPrefix)) {
      reject(scope, {
        what: 'the gateway has two redirects for the same requests',
        given: `${host ?? 'any host'} ${pathPrefix}`,
        allowed: 'each pair of host and path prefix once',
        remedy: 'remove one of the two',
      });
    }
  });
  return valid;
}

function validatedSources(scope: Construct, sources: readonly string[] | undefined): readonly string[] | undefined {
  if (sources?.length === 0) {
    reject(scope, {
      what: 'a route that no client may use', given: sources, allowed: 'at least one address or network', remedy: 'leave `allowedSources` out for all clients',
    });
  }
  for (const source of sources ?? []) {
    const [address, bits, ...rest] = source.split('/');
    const version = net.isIP(address);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || rest.length > 0 || address.includes('%') || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most))) {
      reject(scope, {
        what: 'not an address or network of clients',
        given: source,
        allowed: 'an address of IPv4 or IPv6, or a network in CIDR notation, for example "10.0.0.0/8" or "2001:db8::/32"',
        remedy: 'correct the entry of `allowedSources`; host names are not possible',
      });
    }
  }
  return sources;
}

function validatedUsers(scope: Construct, users: RouteUsers | undefined, { host, pathPrefix }: HaproxyMatch): RouteUsers | undefined {
  if (users === undefined) {
    return undefined;
  }
  const entries = Object.entries(users.passwordHashes);
  if (entries.length === 0) {
    reject(scope, {
      what: 'a route that no user may use', allowed: 'at least one user', remedy: 'leave `basicAuthentication` out for all clients',
    });
  }
  for (const [name, hash] of entries) {
    if (!USER_NAME.test(name)) {
      reject(scope, {
        what: 'not a user name for a route',
        given: name,
        allowed: 'letters, digits, ".", "_", "@" and "-"',
        remedy: 'give the user another name',
      });
    }
    if (isUnresolved(hash)) {
      continue;
    }
    if (!PASSWORD_HASH.test(hash)) {
      reject(scope, {
        what: `the password of the user ${name} is not a hash`,
        allowed: 'a hash of SHA-512 or SHA-256 as in /etc/shadow, which starts with $6$ or $5$',
        remedy: 'make it with: openssl passwd -6',
      });
    }
    Annotations.of(scope).addWarning(`The password hash of ${name} for ${host ?? 'any host'} ${pathPrefix} is plain text, which is in the `
      + 'synthesized files. Pass a TerraformVariable with sensitive: true instead.');
  }
  const { realm } = users;
  if (realm !== undefined && !/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(realm)) {
    reject(scope, {
      what: 'not a realm for a route', given: realm, allowed: '1 to 100 characters of ASCII without quotes and backslashes', remedy: 'give a short description of the site',
    });
  }
  return users;
}

function validatedHeaders(scope: Construct, prop: string, headers: { readonly [name: string]: string } = {}): [string, string][] {
  return Object.entries(headers).map(([name, value]) => {
    if (!HEADER_NAME.test(name) || FRAMING.has(name.toLowerCase())) {
      reject(scope, {
        what: `not a header that a route may change, in \`${prop}\``,
        given: name,
        allowed: `letters, digits, "_" and "-", and none of ${[...FRAMING].join(', ')}`,
        remedy: 'correct the name of the header',
      });
    }
    if (isUnresolved(value) || !HEADER_VALUE.test(value)) {
      reject(scope, {
        what: `not a value of the header ${name} in \`${prop}\``,
        given: value,
        allowed: 'up to 4096 printable characters of ASCII, known at synth; an empty value removes the header',
        remedy: 'remove line breaks and other control characters, and encode other characters',
      });
    }
    return [name, value];
  });
}
