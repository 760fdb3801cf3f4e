import { App, TerraformStack, Testing } from 'cdktf';
import {
  ContainerImage, Duration, Gateway, GatewayCertificates, GatewayProps, GoService, HealthCheck, PublishedPort, Rollout, Size,
} from '../../lib';
import { messageOf } from '../message';

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' });

function gateway(props: Partial<GatewayProps> = {}): Gateway {
  return new Gateway(new TerraformStack(new App(), 'dev'), 'gateway', { publish: PublishedPort.onAllInterfaces(80), ...props });
}

function service(behind: Gateway, id = 'shop', options: { healthCheck?: HealthCheck; port?: number } = {}): GoService {
  return new GoService(TerraformStack.of(behind), id, { image: IMAGE, ...options });
}

function synthesized(of: Gateway): any {
  return JSON.parse(Testing.synth(TerraformStack.of(of)));
}

function containerOf(of: Gateway): any {
  return synthesized(of).resource.docker_container[of.resource.friendlyUniqueId];
}

function configurationOf(of: Gateway): string {
  const [variable] = synthesized(of).resource.docker_container[of.configurationResource.friendlyUniqueId].env;
  expect(variable).toMatch(/^CONFIGURATION=/);
  return variable.slice('CONFIGURATION='.length);
}

function section(text: string, title: string): string[] {
  return text.split('\n\n').find((part) => part.split('\n').includes(title))!.split('\n').slice(1).map((line) => line.trim());
}

describe('the container', () => {
  test('is hardened and publishes what was asked for', () => {
    const container = containerOf(gateway({
      metricsPort: 9101, tls: { publish: PublishedPort.on('10.0.0.5', 443), certificates: GatewayCertificates.fromDirectory('/etc/certificates') },
    }));
    expect(container).toMatchObject({
      read_only: true,
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges:true'],
      stop_signal: 'SIGUSR1',
      destroy_grace_seconds: 5,
      restart: 'unless-stopped',
      ports: [
        { ip: '0.0.0.0', external: 80, internal: 8080, protocol: 'tcp' },
        { ip: '10.0.0.5', external: 443, internal: 8443, protocol: 'tcp' },
        { ip: '127.0.0.1', external: 9101, internal: 8404, protocol: 'tcp' },
      ],
      volumes: [
        { volume_name: '${docker_volume.gateway_State_FD161D6D.name}', container_path: '/var/lib/haproxy', read_only: false },
        { host_path: '/etc/certificates', container_path: '/certificates', read_only: true },
      ],
    });
    expect(container.capabilities.add).toBeUndefined();
    expect(container.wait).toBeUndefined();
  });

  test('does not change with the routes: only the one-shot container with the configuration does', () => {
    const one = gateway();
    const other = gateway();
    service(one).addRoute(one.route());
    service(other).addRoute(other.route({ pathPrefix: '/api' }));
    expect(containerOf(one)).toEqual(containerOf(other));
    expect(configurationOf(one)).not.toBe(configurationOf(other));
  });

  test('the configuration comes from a container that shares its processes, has no network, and fails the apply when it fails', () => {
    const made = gateway();
    const { configurationResource, resource } = made;
    expect(synthesized(made).resource.docker_container[configurationResource.friendlyUniqueId]).toMatchObject({
      name: 'dev-gateway-configuration',
      pid_mode: `container:\${docker_container.${resource.friendlyUniqueId}.id}`,
      network_mode: 'none',
      attach: true,
      must_run: false,
      restart: 'no',
      read_only: true,
    });
  });
});

describe('routing', () => {
  test('the most specific route first, whatever the order in which they are added', () => {
    const made = gateway();
    const [a, b, c, d, e, f] = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => service(made, id));
    a.addRoute(made.route());
    b.addRoute(made.route({ pathPrefix: '/api' }));
    c.addRoute(made.route({ pathPrefix: '/api/v1' }));
    d.addRoute(made.route({ host: '*.shop.example' }));
    e.addRoute(made.route({ host: 'www.shop.example', pathPrefix: '/api' }));
    f.addRoute(made.route({ host: 'www.shop.example' }));
    const rules = section(configurationOf(made), 'defaults requests from base');
    expect(rules.filter((line) => line.startsWith('http-request set-var(txn.route)'))).toEqual([
      'http-request set-var(txn.route) int(0)',
      'http-request set-var(txn.route) int(6)',
      'http-request set-var(txn.route) int(5) if { path /api } or { path_beg /api/ }',
      'http-request set-var(txn.route) int(4) if { path /api/v1 } or { path_beg /api/v1/ }',
      'http-request set-var(txn.route) int(3) if { req.hdr(host),host_only,lower -m end .shop.example }',
      'http-request set-var(txn.route) int(2) if { req.hdr(host),host_only,lower -m str www.shop.example }',
      'http-request set-var(txn.route) int(1) if { req.hdr(host),host_only,lower -m str www.shop.example } { path /api }'
        + ' or { req.hdr(host),host_only,lower -m str www.shop.example } { path_beg /api/ }',
    ]);
    expect(rules.filter((line) => /set-var\(txn.backend\) str\([^:]*\) /.test(line))).toEqual(
      ['e', 'f', 'd', 'c', 'b', 'a'].map((name, index) => `http-request set-var(txn.backend) str(dev-${name}) if { var(txn.route) -m int ${index + 1} }`));
  });

  test('a service with several routes is one backend', () => {
    const made = gateway();
    const shop = service(made);
    shop.addRoute(made.route({ pathPrefix: '/a' }));
    shop.addRoute(made.route({ pathPrefix: '/b' }));
    expect(configurationOf(made).match(/^backend dev-shop from base$/gm)).toHaveLength(1);
  });

  test.each([
    [{}, 'http://localhost:80'],
    [{ pathPrefix: '/api' }, 'http://localhost:80/api'],
    [{ host: 'shop.example' }, 'http://shop.example'],
    [{ host: '*.shop.example', pathPrefix: '/x' }, 'http://localhost:80/x'],
  ])('the URL of %j is %s', (route, url) => {
    const made = gateway();
    expect(service(made).addRoute(made.route(route))).toBe(url);
  });
});

describe('health checks', () => {
  test('ask what the engine asks', () => {
    const made = gateway();
    service(made, 'shop', {
      healthCheck: HealthCheck.http('/ready?a=$HOME&b=\'', { port: 9000, hostHeader: 'shop.example', healthyStatusCodes: '200,401' }),
    }).addRoute(made.route());
    expect(section(configurationOf(made), 'backend dev-shop from base')).toEqual([
      'balance leastconn',
      'option httpchk',
      'http-check send meth GET uri "/ready?a=\\$HOME&b=\'" ver HTTP/1.1 hdr Host shop.example hdr User-Agent gateway',
      'http-check expect status 200,401',
      'default-server check port 9000 inter 1s fastinter 250ms downinter 500ms fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down'
        + ' maxconn 500 resolvers engine resolve-prefer ipv4',
      'server-template any 8 dev-shop:8080 init-addr libc,none',
    ]);
  });

  test('connect only, where the service has no HTTP check', () => {
    const made = gateway();
    service(made, 'shop', { healthCheck: HealthCheck.tcp() }).addRoute(made.route());
    expect(section(configurationOf(made), 'backend dev-shop from base').join('\n')).not.toContain('httpchk');
  });
});

describe('HTTPS', () => {
  const tls = { publish: PublishedPort.onAllInterfaces(8443), certificates: GatewayCertificates.fromVolume('certificates') };

  test('redirects plain HTTP to the published port, and tells services the protocol', () => {
    const made = gateway({ tls: { ...tls, strictTransportSecurity: Duration.hours(1) } });
    service(made).addRoute(made.route());
    const text = configurationOf(made);
    expect(section(text, 'defaults requests from base')).toContain(
      'http-request redirect location https://%[req.hdr(host),host_only]:8443%[pathq] code 308 if { fe_name http }');
    expect(section(text, 'frontend https from requests')).toEqual(expect.arrayContaining([
      'bind :8443 ssl crt /certificates alpn h2,http/1.1',
      'http-after-response set-header Strict-Transport-Security max-age=3600',
    ]));
    expect(made.secureUrl).toBe('https://localhost:8443');
  });

  test('the default port is left out of the redirect', () => {
    const made = gateway({ tls: { ...tls, publish: PublishedPort.onAllInterfaces(443) } });
    expect(section(configurationOf(made), 'defaults requests from base')).toContain(
      'http-request redirect location https://%[req.hdr(host),host_only]%[pathq] code 308 if { fe_name http }');
  });

  test('without the redirect, both serve', () => {
    const made = gateway({ tls: { ...tls, redirectHttp: false } });
    service(made).addRoute(made.route());
    expect(configurationOf(made)).not.toContain('http-request redirect');
    expect(configurationOf(made).match(/^frontend https? from requests$/gm)).toHaveLength(2);
  });

  test('no header that binds browsers unless it is asked for', () => {
    expect(configurationOf(gateway({ tls }))).not.toContain('Strict-Transport-Security');
  });
});

test('what a client says about itself is taken away before the gateway says it', () => {
  const made = gateway();
  const lines = section(configurationOf(made), 'defaults requests from base');
  const [removal, ...others] = lines.filter((line) => line.includes(' -m reg') && line.startsWith('http-request del-header'));
  expect(others).toEqual([]);
  const removed = new RegExp(/'(.*)'/.exec(removal)![1]);
  for (const name of ['forwarded', 'x-forwarded-for', 'x_forwarded_for', 'x-forwarded-prefix', 'x-real-ip', 'true-client-ip', 'x-original-url', 'x-rewrite-url']) {
    expect(name).toMatch(removed);
  }
  for (const name of ['x-forward', 'host', 'x-proxy', 'authorization']) {
    expect(name).not.toMatch(removed);
  }
  expect(lines.indexOf('http-request set-header X-Forwarded-For %[src]')).toBeGreaterThan(lines.indexOf('http-request del-header X-Forwarded- -m beg'));
});

test('every limit can be set', () => {
  const text = configurationOf(gateway({
    maxBodySize: Size.mebibytes(1),
    maxHeaderSize: Size.kibibytes(8),
    headerTimeout: Duration.seconds(3),
    idleTimeout: Duration.seconds(90),
    tunnelTimeout: Duration.minutes(2),
    reloadTimeout: Duration.minutes(1),
    maxConnections: 50,
  }));
  for (const line of ['req.hdrs,length gt 8192', 'req.body_size gt 1048576', 'timeout http-request 3000ms', 'timeout server 90000ms',
    'timeout client 90000ms', 'timeout tunnel 120000ms', 'hard-stop-after 60s', '  maxconn 50\n']) {
    expect(text).toContain(line);
  }
});

describe('what is refused', () => {
  const HOSTS = [
    'shop.example:80', 'http://shop.example', 'shop example', 'shop.example/', '-shop.example', 'shop..example', '', '*', '*.', 'a.*.example',
    'shop.example }\n  use_backend other', 'shop.example" or TRUE', '$HOME', '%[src]', 'münchen.example', `${'a'.repeat(64)}.example`,
    Array.from({ length: 64 }, () => 'abc').join('.'), '[::1]',
  ];

  test.each(HOSTS)('the host %j', (host) => {
    const made = gateway();
    expect(messageOf(() => service(made).addRoute(made.route({ host })))).toMatch(
      /^dev\/gateway: not a host name for a route\n {2}given: .*\n {2}allowed: a host name in lower case without a port, for example "shop.example", or all names below one: "\*.shop.example"\n {2}to do: {3}give the name that clients put into the address, in its ASCII form$/);
  });

  test('a host in capitals, with the name in lower case as the remedy', () => {
    const made = gateway();
    expect(messageOf(() => service(made).addRoute(made.route({ host: 'Shop.Example' })))).toContain('to do:   write "shop.example"');
  });

  test.each(['shop', 'shop.example', '*.shop.example', 'xn--mnchen-3ya.example', '10.0.0.5', 'a'.repeat(63)])('not the host %s', (host) => {
    const made = gateway();
    expect(() => service(made).addRoute(made.route({ host }))).not.toThrow();
  });

  const PATHS = ['', 'api', '//', '/a//b', '/a b', '/a?b', '/a#b', '/a%20b', '/..', '/a/../b', '/a/.', '/a }', '/a"', '/a\'', '/a\\', '/a\n', '/ü', '/$x', `/${'a'.repeat(512)}`];

  test.each(PATHS)('the path prefix %j', (pathPrefix) => {
    const made = gateway();
    expect(messageOf(() => service(made).addRoute(made.route({ pathPrefix })))).toMatch(
      /^dev\/gateway: not a path prefix for a route\n {2}given: .*\n {2}allowed: "\/", or segments of letters.*\n {2}to do: {3}(correct the prefix|leave the slash at the end out.*)$/);
  });

  test('a path prefix with a slash at its end, and what to do', () => {
    const made = gateway();
    expect(messageOf(() => service(made).addRoute(made.route({ pathPrefix: '/api/' })))).toContain('to do:   leave the slash at the end out: "/api" stands for all below it as well');
  });

  test.each(['/', '/a', '/a/b', '/a.b', '/~me', '/v1_x-y'])('not the path prefix %s', (pathPrefix) => {
    const made = gateway();
    expect(() => service(made).addRoute(made.route({ pathPrefix }))).not.toThrow();
  });

  test('the same route twice', () => {
    const made = gateway();
    const stack = TerraformStack.of(made);
    new GoService(stack, 'one', { image: IMAGE, rollout: Rollout.blueGreen(), routes: [made.route({ host: 'shop.example' })] });
    expect(messageOf(() => new GoService(stack, 'two', { image: IMAGE, rollout: Rollout.blueGreen(), routes: [made.route({ host: 'shop.example' })] })))
      .toBe([
        'dev/gateway: two services have the same route: dev-one has it already',
        '  given:   "shop.example /"',
        '  allowed: each pair of host and path prefix once',
        '  to do:   give one of the two another host or path prefix: gateway.route({ pathPrefix: "/api" })',
      ].join('\n'));
  });

  test.each<[string, Partial<GatewayProps>, string]>([
    ['a container port', { publish: PublishedPort.onLoopback(80, 81) }, 'the gateway chooses its ports in the container itself'],
    ['one port for two', { publish: PublishedPort.onLoopback(80), metricsPort: 80 }, 'the gateway publishes a port of the host twice'],
    ['a metrics port', { metricsPort: 0 }, 'the prop `metricsPort` is too small'],
    ['connections', { maxConnections: 9 }, 'the prop `maxConnections` is too small'],
    ['connections', { maxConnections: 100_001 }, 'the prop `maxConnections` is too large'],
    ['a name', { containerName: 'a b' }, 'not a name for a container'],
    ['an image', { image: 'haproxy:3:0' }, ''],
    ['memory', { memory: Size.mebibytes(63) }, 'the prop `memory` is too small'],
    ['a body size', { maxBodySize: Size.bytes(0) }, 'the prop `maxBodySize` is too small'],
    ['a header size', { maxHeaderSize: Size.kibibytes(49) }, 'the prop `maxHeaderSize` is too large'],
    ['a header timeout', { headerTimeout: Duration.minutes(11) }, 'the prop `headerTimeout` is too large'],
    ['an idle timeout', { idleTimeout: Duration.milliseconds(1) }, 'the prop `idleTimeout` is too small'],
    ['a tunnel timeout', { tunnelTimeout: Duration.hours(25) }, 'the prop `tunnelTimeout` is too large'],
    ['a reload timeout', { reloadTimeout: Duration.milliseconds(1500) }, 'the prop `reloadTimeout` is not a whole multiple of 1 s'],
    ['a shutdown timeout', { shutdownTimeout: Duration.milliseconds(1) }, 'the prop `shutdownTimeout` is too small'],
  ])('%s: %j', (_, props, what) => {
    const text = messageOf(() => gateway(props));
    expect(text.startsWith(`dev/gateway: ${what}`)).toBe(true);
    expect(text).toMatch(/\n {2}to do: {3}\S/);
  });

  test.each([
    [() => GatewayCertificates.fromDirectory('certificates'), 'GatewayCertificates.fromDirectory("certificates"): not a path of the Docker host to mount'],
    [() => GatewayCertificates.fromVolume('a b'), 'GatewayCertificates.fromVolume("a b"): not the name of a volume'],
  ])('certificates %#', (action, what) => {
    expect(messageOf(action)).toMatch(/\n {2}to do: {3}\S.*\n {2}at: {6}test\/gateway\/gateway\.test\.ts:\d+$/);
    expect(messageOf(action).startsWith(what)).toBe(true);
  });

  test('more routes than fit into one configuration', () => {
    const made = gateway();
    const shop = service(made);
    const addMany = () => {
      for (let index = 0; index < 2000; index++) {
        shop.addRoute(made.route({ pathPrefix: `/${'a'.repeat(200)}${index}` }));
      }
    };
    expect(messageOf(addMany)).toMatch(new RegExp('^dev/gateway: the gateway has too many routes and services\\n {2}given: {3}"\\d+ routes, 1 services"\\n'
      + ' {2}allowed: a configuration of at most 130816 characters; this one has \\d+\\n {2}to do: {3}divide them among several gateways$'));
  });

  test.each<[Record<string, unknown>, string]>([
    [{ name: 'a\n  use_backend b' }, 'not a name for a service behind a gateway'],
    [{ hostName: 'a:80 weight 0 #' }, 'not a name for a service behind a gateway'],
    [{ servers: [{ name: 'a\nbackend b', hostName: 'a' }] }, 'not a name for a service behind a gateway'],
    [{ servers: [{ name: 'a', hostName: 'a b' }] }, 'not a name for a service behind a gateway'],
    [{ port: 80.5 }, 'not a port of a service behind a gateway'],
    [{ healthPort: 65536 }, 'not a port of the health check of a service behind a gateway'],
    [{ healthPath: '/a\nbackend b' }, 'the path of the health check holds a character that a URL must not hold'],
    [{ healthPath: '/', healthHost: 'a\nbackend b' }, 'the host header of the health check is not a host name'],
    [{ healthPath: '/', healthyStatusCodes: '200\nbackend b' }, 'the healthy status codes of the health check are not status codes'],
    [{ name: 'nowhere' }, 'the service has the name of a backend that every gateway has'],
    [{ name: 'requests' }, 'the service has the name of a backend that every gateway has'],
  ])('a target with %j, which could be read as configuration', (part, what) => {
    const made = gateway();
    const target = { bindToGateway: () => ({ name: 'a', hostName: 'a', port: 80, ...part }) };
    expect(messageOf(() => made.route().leadTo(target))).toMatch(new RegExp(`^dev/gateway: ${what}\n`));
  });

  test('the name of each backend of the gateway itself', () => {
    const made = gateway({
      connectionsPerSource: 5,
      tls: { publish: PublishedPort.onAllInterfaces(8443), certificates: GatewayCertificates.fromVolume('certificates'), redirectHttp: false },
    });
    service(made).addRoute(made.route({ pathPrefix: '/a' }));
    const names = [...configurationOf(made).matchAll(/^backend (\S+)/gm)].map(([, name]) => name).filter((name) => !name.includes(':') && name !== 'dev-shop');
    expect(names).toContain('nowhere');
    for (const name of names) {
      expect(messageOf(() => made.route({ pathPrefix: `/${name}` }).leadTo({ bindToGateway: () => ({ name, hostName: 'a', port: 80 }) })))
        .toContain('the service has the name of a backend that every gateway has');
    }
  });
});

test('a gateway without a route gets a warning', () => {
  const warningsWith = (hasRoute: boolean) => {
    const made = gateway();
    if (hasRoute) {
      service(made).addRoute(made.route());
    }
    Testing.synth(TerraformStack.of(made), true);
    return made.node.metadata.map(({ data }) => data);
  };
  expect(warningsWith(true)).toEqual([]);
  expect(warningsWith(false)).toEqual([expect.stringContaining('The gateway has no route: it answers each request with 404.')]);
});
