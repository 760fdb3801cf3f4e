import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { ContainerImage, Duration, Gateway, GatewayProps, GatewayRedirect, GatewayRouteProps, GoService, HealthCheck, PublishedPort, RouteProtocol, Size } from '../../lib';
import { haproxyLimits } from '../../lib/gateway/haproxy/limits';
import { quoted, quotedFormat } from '../../lib/gateway/haproxy/text';
import { messageOf } from '../message';
import { newStack } from '../stack';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

function gateway(props: Partial<GatewayProps> = {}): Gateway {
  return new Gateway(newStack(), 'gateway', { publish: PublishedPort.onAllInterfaces(80), ...props });
}

function service(behind: Gateway): GoService {
  return new GoService(TerraformStack.of(behind), 'shop', { image: ContainerImage.fromRegistry('x:1'), healthCheck: HealthCheck.none() });
}

function withRoute(route: GatewayRouteProps, props: Partial<GatewayProps> = {}): Gateway {
  const made = gateway(props);
  service(made).addRoute(made.route(route));
  return made;
}

function environmentOf(made: Gateway): Record<string, string> {
  const { env } = JSON.parse(Testing.synth(TerraformStack.of(made))).resource.docker_container[made.configurationResource.friendlyUniqueId];
  return Object.fromEntries(env.map((line: string) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

describe('a text in HAProxy\'s configuration', () => {
  test.each([
    ['plain', '"plain"'], ['a "b" $c \\', '"a \\"b\\" \\$c \\\\"'], ['%[src] \'#\'', '"%[src] \'#\'"'],
  ])('%s is one word', (text, word) => {
    expect(quoted(text)).toBe(word);
  });

  test('where a log format is expected, a percent sign is itself', () => {
    expect(quotedFormat('%[src] 100%')).toBe('"%%[src] 100%%"');
  });

  test.each(['a\nb', 'a\rb', 'a\0b', 'a\tb'])('%j is refused', (text) => {
    expect(() => quoted(text)).toThrow('cannot hold');
  });
});

describe('limits', () => {
  test.each([
    [512, undefined, undefined, { connections: 2000, connectionsPerSource: 500, requests: 972 }],
    [64, undefined, undefined, { connections: 256, connectionsPerSource: 64, requests: 121 }],
    [512, 20, undefined, { connections: 20, connectionsPerSource: 10, requests: 972 }],
    [1024, 4000, 100, { connections: 4000, connectionsPerSource: 100, requests: 1945 }],
  ])('of %d MiB, %p connections and %p of a client', (memory, connections, perSource, limits) => {
    expect(haproxyLimits(memory, connections, perSource)).toEqual(limits);
  });

  test('a client that may have all connections has no smaller share when it is crowded', () => {
    expect(environmentOf(gateway({ connectionsPerSource: 2000 })).CONFIGURATION).not.toContain('fe_conn');
    expect(environmentOf(gateway()).CONFIGURATION).toContain('tcp-request connection reject if { sc_conn_cur(0) gt 100 } { fe_conn gt 1000 }');
  });
});

describe('passwords', () => {
  test('a hash from a variable is a sensitive value, and in no other place', () => {
    const made = gateway();
    const stack = TerraformStack.of(made);
    const hash = new TerraformVariable(stack, 'hash', { sensitive: true });
    service(made).addRoute(made.route({ basicAuthentication: { passwordHashes: { ann: hash.stringValue } } }));
    const { USERS, CONFIGURATION } = environmentOf(made);
    expect(USERS).toBe('${sensitive(join("\\n", [join(" ", ["users:1", "ann", var.hash])]))}');
    expect(CONFIGURATION).toContain('{ http_auth(users:1) }');
    expect(CONFIGURATION).not.toContain('var.hash');
  });

  test('without users there are none', () => {
    expect(environmentOf(withRoute({})).USERS).toBe('');
  });
});

describe('protocols', () => {
  test('a service that is reached in two ways is two backends', () => {
    const made = withRoute({ pathPrefix: '/a' });
    const shop = TerraformStack.of(made).node.findChild('shop') as GoService;
    shop.addRoute(made.route({ pathPrefix: '/b', protocol: RouteProtocol.h2c() }));
    shop.addRoute(made.route({ pathPrefix: '/c', protocol: RouteProtocol.https(CERTIFICATE, 'shop.internal') }));
    const { CONFIGURATION, TRUSTED } = environmentOf(made);
    expect(CONFIGURATION.match(/^backend dev-shop\S*/gm)).toEqual(
      ['backend dev-shop', 'backend dev-shop:h2c', expect.stringMatching(/^backend dev-shop:https-[0-9a-f]{12}$/)]);
    expect(CONFIGURATION).toContain('proto h2 check-proto h2');
    expect(CONFIGURATION).toMatch(/verify required ca-file "\/var\/lib\/haproxy\/authority-[0-9a-f]{12}\.pem" sni str\(shop\.internal\) verifyhost shop\.internal/);
    expect(TRUSTED).toMatch(/^# authority-[0-9a-f]{12}\.pem\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n$/);
  });

  test.each<[string, () => unknown, string]>([
    ['a path instead of a certificate', () => RouteProtocol.https('ca.pem', 'a'), 'the certificate authority of a route is not in PEM'],
    ['a private key', () => RouteProtocol.https('-----BEGIN PRIVATE KEY-----\nx', 'a'), 'the certificate authority of a route is not in PEM'],
    ['a line behind the certificate', () => RouteProtocol.https(`${CERTIFICATE}# other.pem\nx`, 'a'), 'the certificate authority of a route is not in PEM'],
    ['a server name that is configuration', () => RouteProtocol.https(CERTIFICATE, 'a) verify none'), 'not the server name of a route with TLS'],
  ])('%s is refused', (_, action, what) => {
    expect(messageOf(action)).toMatch(new RegExp(`^RouteProtocol\\.https\\(.*\\): ${what}\\n`));
    expect(messageOf(action)).not.toContain('PRIVATE KEY');
  });
});

describe('what a route refuses', () => {
  test.each<[string, GatewayRouteProps, string]>([
    ['no source', { allowedSources: [] }, 'a route that no client may use'],
    ['a host name as a source', { allowedSources: ['shop.example'] }, 'not an address or network of clients'],
    ['a mask that is too long', { allowedSources: ['10.0.0.0/33'] }, 'not an address or network of clients'],
    ['a source that is configuration', { allowedSources: ['10.0.0.1 } or TRUE {'] }, 'not an address or network of clients'],
    ['a rate of nothing', { rateLimit: { requests: 0 } }, 'the argument `props.rateLimit.requests` of route() is too small'],
    ['a long period', { rateLimit: { requests: 1, period: Duration.hours(2) } }, 'the argument `props.rateLimit.period` of route() is too large'],
    ['no user', { basicAuthentication: { passwordHashes: {} } }, 'a route that no user may use'],
    ['a name with a space', { basicAuthentication: { passwordHashes: { 'a b': '$6$x' } } }, 'not a user name for a route'],
    ['a password in plain text', { basicAuthentication: { passwordHashes: { ann: 'secret' } } }, 'the password of the user ann is not a hash'],
    ['a realm with a quote', { basicAuthentication: { passwordHashes: { ann: `$5$abc$${'0'.repeat(43)}` }, realm: 'a"b' } }, 'not a realm for a route'],
    ['a header name', { requestHeaders: { 'a b': 'c' } }, 'not a header that a route may change, in `requestHeaders`'],
    ['a header that frames the message', { responseHeaders: { 'Content-Length': '1' } }, 'not a header that a route may change, in `responseHeaders`'],
    ['a header with a line break', { requestHeaders: { a: 'b\r\nc: d' } }, 'not a value of the header a in `requestHeaders`'],
    ['no request at a time', { maxRequests: 0 }, 'the argument `props.maxRequests` of route() is too small'],
  ])('%s', (_, route, what) => {
    const text = messageOf(() => withRoute(route));
    expect(text.startsWith(`dev/gateway: ${what}`)).toBe(true);
    expect(text).toMatch(/\n {2}to do: {3}\S/);
    expect(text).not.toContain('secret');
  });

  test.each(['javascript:alert(1)', '//evil.example', 'shop.example', 'https://a b', '/a\nb', ''])('the location %j', (location) => {
    expect(messageOf(() => gateway({ redirects: [{ location }] }))).toMatch(/^dev\/gateway: not a location to redirect to\n/);
  });

  test('two redirects for the same requests, and a route where a redirect is', () => {
    const redirect: GatewayRedirect = { pathPrefix: '/a', location: '/b' };
    expect(messageOf(() => gateway({ redirects: [redirect, redirect] }))).toMatch(/^dev\/gateway: the gateway has two redirects for the same requests\n/);
    expect(messageOf(() => withRoute({ pathPrefix: '/a' }, { redirects: [redirect] }))).toMatch(/^dev\/gateway: a redirect of the gateway has the same route\n/);
  });

  test.each<[string, Partial<GatewayProps>, string]>([
    ['no connection of a client', { connectionsPerSource: 0 }, 'the prop `connectionsPerSource` is too small'],
    ['more connections than the memory holds', { maxConnections: 4097 }, 'the gateway has too little memory for its connections'],
    ['more connections than a small memory holds', { maxConnections: 513, memory: Size.mebibytes(64) }, 'the gateway has too little memory for its connections'],
    ['a line break in an additional line', { additionalConfiguration: { frontend: ['a\nb'] } }, 'a line of the additional configuration (`frontend`) holds a line break'],
  ])('%s', (_, props, what) => {
    expect(messageOf(() => gateway(props)).startsWith(`dev/gateway: ${what}`)).toBe(true);
  });
});
