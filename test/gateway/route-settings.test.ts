import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { ContainerImage, Duration, Gateway, GatewayProps, GatewayRouteProps, GoService, PublishedPort, RouteProtocol, Size } from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { warnings } from '../stack';

const HASH = `$6$salt$${'a'.repeat(86)}`;
const AUTHORITY = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

function gateway(props: Partial<GatewayProps> = {}): Gateway {
  return new Gateway(new TerraformStack(new App(), 'dev'), 'gateway', { publish: PublishedPort.onAllInterfaces(80), ...props });
}

/** What the configuring container gets, for a gateway with one route. */
function environmentOf(made: Gateway, ...routes: GatewayRouteProps[]): Map<string, string> {
  const stack = TerraformStack.of(made);
  if (routes.length > 0) {
    new GoService(stack, 'shop', {
      image: ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' }), routes: routes.map((route) => made.route(route)),
    });
  }
  const { env } = JSON.parse(Testing.synth(stack)).resource.docker_container[made.configurationResource.friendlyUniqueId];
  return new Map(env.map((entry: string) => /^([A-Z]+)=([^]*)$/.exec(entry)!.slice(1) as [string, string]));
}

function configurationOf(made: Gateway, ...routes: GatewayRouteProps[]): string {
  return environmentOf(made, ...routes).get('CONFIGURATION')!;
}

describe('what a route asks of its requests', () => {
  test.each<[GatewayRouteProps, string]>([
    [{ allowedSources: ['10.0.0.0/8', '2001:db8::/32'] }, '!{ src 10.0.0.0/8 2001:db8::/32 }'],
    [{ rateLimit: { requests: 3, period: Duration.minutes(1) } }, 'store http_req_rate(60s)'],
    [{ rateLimit: { requests: 3 } }, 'store http_req_rate(10s)'],
    [{ rateLimit: { requests: 3 } }, '{ sc_http_req_rate(3) gt 3 }'],
    [{ requestHeaders: { 'X-Env': 'a "b" %[src] $HOME' } }, 'http-request set-header X-Env "a \\"b\\" %%[src] \\$HOME"'],
    [{ requestHeaders: { Cookie: '' } }, 'http-request del-header Cookie'],
    [{ responseHeaders: { 'X-Frame-Options': 'DENY' } }, 'http-response set-header X-Frame-Options "DENY"'],
    [{ maxRequests: 7 }, ' maxconn 7 '],
    [{ protocol: RouteProtocol.h2c() }, 'backend dev-shop:h2c from base'],
    [{ protocol: RouteProtocol.httpsUnverified() }, 'backend dev-shop:https from base'],
  ])('%j', (route, expected) => {
    expect(configurationOf(gateway(), route)).toContain(expected);
    expect(configurationOf(gateway(), {})).not.toContain(expected);
  });

  test('goes on to containers that are not ready, unless it is told not to', () => {
    expect(configurationOf(gateway(), {})).toContain('backend dev-shop:open from base');
    expect(configurationOf(gateway(), { failOpen: false })).not.toContain(':open');
  });

  test('users reach the gateway as a value that plans do not show', () => {
    const made = gateway();
    const hash = new TerraformVariable(TerraformStack.of(made), 'hash', { sensitive: true });
    const environment = environmentOf(made, { basicAuthentication: { passwordHashes: { ann: hash.stringValue }, realm: 'shop' } });
    expect(environment.get('USERS')).toMatch(/^\$\{sensitive\(join\("\\n", \[join\(" ", \["users:1", "ann", var\.hash\]\)\]\)\)\}$/);
    expect(environment.get('CONFIGURATION')).toContain('http-request auth realm "shop"');
    expect(environmentOf(gateway(), {}).get('USERS')).toBe('');
  });

  test('a hash in plain text gets a warning', () => {
    const made = gateway();
    environmentOf(made, { basicAuthentication: { passwordHashes: { ann: HASH } } });
    expect(warnings(TerraformStack.of(made)).join()).toContain('The password hash of ann for any host / is plain text');
  });

  test('an authority travels beside the configuration', () => {
    const environment = environmentOf(gateway(), { protocol: RouteProtocol.https(AUTHORITY, 'shop.internal') });
    expect(environment.get('TRUSTED')).toMatch(/^# authority-[0-9a-f]{12}\.pem\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n$/);
  });
});

test('redirects keep the rest of the path, unless they are told not to', () => {
  const text = configurationOf(gateway({
    redirects: [
      { host: 'www.shop.example', location: 'https://shop.example/' },
      { pathPrefix: '/old', location: '/new', permanent: false },
      { pathPrefix: '/gone', location: 'https://archive.example/', keepPath: false },
    ],
  }));
  expect(text).toContain('redirect location "https://shop.example%[pathq]" code 308');
  expect(text).toContain('redirect location "/new%[pathq,bytes(4)]" code 307');
  expect(text).toContain('redirect location "https://archive.example/" code 308');
});

test('additional lines are where they were asked for', () => {
  const text = configurationOf(gateway({ additionalConfiguration: { global: ['tune.a 1'], frontend: ['http-request b'], sections: ['backend c', '  d'] } }));
  const part = (line: string) => text.split(/\n(?=\S)/).find((each) => each.split('\n').some((other) => other.trim() === line))!.split('\n')[0];
  expect(part('tune.a 1')).toBe('global');
  expect(part('http-request b')).toBe('defaults requests from base');
  expect(part('d')).toBe('backend c');
});

describe('what is refused', () => {
  test.each<[GatewayRouteProps, string]>([
    [{ allowedSources: [] }, 'a route that no client may use'],
    [{ allowedSources: ['shop.example'] }, 'not an address or network of clients'],
    [{ allowedSources: ['10.0.0.0/33'] }, 'not an address or network of clients'],
    [{ allowedSources: ['fe80::1%eth0'] }, 'not an address or network of clients'],
    [{ rateLimit: { requests: 0 } }, 'the argument `props.rateLimit.requests` of route() is too small'],
    [{ rateLimit: { requests: 1, period: Duration.hours(2) } }, 'the argument `props.rateLimit.period` of route() is too large'],
    [{ maxRequests: 0 }, 'the argument `props.maxRequests` of route() is too small'],
    [{ requestHeaders: { Host: 'x' } }, 'not a header that a route may change, in `requestHeaders`'],
    [{ responseHeaders: { 'a b': 'x' } }, 'not a header that a route may change, in `responseHeaders`'],
    [{ requestHeaders: { 'X-A': 'a\nb' } }, 'not a value of the header X-A in `requestHeaders`'],
    [{ responseHeaders: { 'X-A': 'ä' } }, 'not a value of the header X-A in `responseHeaders`'],
    [{ basicAuthentication: { passwordHashes: {} } }, 'a route that no user may use'],
    [{ basicAuthentication: { passwordHashes: { 'a b': HASH } } }, 'not a user name for a route'],
    [{ basicAuthentication: { passwordHashes: { ann: HASH }, realm: '"' } }, 'not a realm for a route'],
  ])('%j', (route, what) => {
    const text = messageOf(() => gateway().route(route));
    expect(text.startsWith(`dev/gateway: ${what}\n`)).toBe(true);
    expect(text).toMatch(/\n {2}allowed: .*\n {2}to do: {3}\S/);
  });

  test('a password instead of its hash, which the error does not show', () => {
    const text = messageOf(() => gateway().route({ basicAuthentication: { passwordHashes: { ann: 'hunter2' } } }));
    expect(text).toContain('dev/gateway: the password of the user ann is not a hash\n');
    expect(text).not.toContain('hunter2');
  });

  test.each<[Partial<GatewayProps>, string]>([
    [{ maxConnections: 5000, memory: Size.mebibytes(512) }, 'the gateway has too little memory for its connections'],
    [{ connectionsPerSource: 0 }, 'the prop `connectionsPerSource` is too small'],
    [{ additionalConfiguration: { global: ['a\nb'] } }, 'a line of the additional configuration (`global`) holds a line break or another control character'],
    [{ redirects: [{ location: 'shop.example' }] }, 'not a location to redirect to'],
    [{ redirects: [{ location: '//shop.example' }] }, 'not a location to redirect to'],
    [{ redirects: [{ location: '/a' }, { location: '/b' }] }, 'the gateway has two redirects for the same requests'],
    [{ redirects: [{ location: '/a', host: 'A' }] }, 'not a host name for a route'],
  ])('%j', (props, what) => {
    expect(messageOf(() => gateway(props))).toMatch(/\n {2}given: .*\n {2}allowed: .*\n {2}to do: {3}\S/);
    expect(messageOf(() => gateway(props)).startsWith(`dev/gateway: ${what}\n`)).toBe(true);
  });

  test('a route that a redirect has', () => {
    expect(messageOf(() => configurationOf(gateway({ redirects: [{ location: '/a' }] }), {}))).toContain('a redirect of the gateway has the same route');
  });

  test.each([
    ['ca.pem', 'shop', 'the certificate authority of a route is not in PEM'],
    [AUTHORITY, 'shop:443', 'not the server name of a route with TLS'],
  ])('a protocol with %j and %j', (authority, serverName, what) => {
    expect(callMessageOf(() => RouteProtocol.https(authority, serverName))).toMatch(
      new RegExp(`^RouteProtocol\\.https\\(…, "[^"]*"\\): ${what}\n[^]*\n {2}at: {6}<line>$`));
  });

  test('a private key instead of a certificate, which the error does not show', () => {
    expect(messageOf(() => RouteProtocol.https('-----BEGIN PRIVATE KEY-----\nMIIBhunter2\n-----END PRIVATE KEY-----\n', 'shop'))).not.toContain('hunter2');
  });
});
