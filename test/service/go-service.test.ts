import { Container } from '@cdktf/provider-docker/lib/container';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformVariable } from 'cdktf';
import {
  ContainerImage, ContainerLogging, ContainerMount, ContainerNetwork, ContainerService, Defaults, DockerHost, Duration, HealthCheck, Liveness,
  PostgresDatabase, PostgresVersion, PublishedPort, RestartPolicy, Size,
} from '../../lib';
import { messageOf } from '../message';
import { container, goImage, goService, newStack, resolved, resources, synthesized, warnings } from '../stack';

type Props = Record<string, any>;

function containerWith(props: Props): any {
  const stack = newStack();
  goService(stack, props);
  return container(stack, 'dev-service');
}

test('hardened without being asked', () => {
  const stack = newStack();
  goService(stack, { image: goImage(stack) });
  expect(container(stack, 'dev-service')).toMatchObject({
    capabilities: { drop: ['ALL'] },
    log_driver: 'json-file',
    log_opts: { 'max-file': '3', 'max-size': '10240k' },
    memory: 512,
    memory_swap: 512,
    network_mode: 'bridge',
    read_only: true,
    restart: 'unless-stopped',
    security_opts: ['no-new-privileges:true'],
    stop_timeout: 30,
    destroy_grace_seconds: 30,
    tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,mode=1777,size=65536k' },
    user: '65534:65534',
    wait: '${!local.docker_command}',
    healthcheck: { test: expect.arrayContaining(['CMD', '/probe', 'http', '8080', '/healthz', '--timeout', '2700']), interval: '5s', timeout: '3s', retries: 5 },
  });
  expect(container(stack, 'dev-service').ports).toBeUndefined();
});

describe('environment', () => {
  test.each<[string, Props, string[]]>([
    ['the port and the memory limit', {}, ['GOMEMLIMIT=483183820B', 'PORT=8080']],
    ['the port of the service', { port: 9090 }, ['GOMEMLIMIT=483183820B', 'PORT=9090']],
    ['90 % of the memory', { memory: Size.mebibytes(6) }, ['GOMEMLIMIT=5662310B', 'PORT=8080']],
    ['own values win', { environment: { PORT: ':80', GOMEMLIMIT: 'off' } }, ['GOMEMLIMIT=off', 'PORT=:80']],
    ['text stays what it is', { environment: { 'A': '${HOME} %{x}', '${B}': 'a=b', 'C': '' } },
      ['$${B}=a=b', 'A=$${HOME} %%{x}', 'C=', 'GOMEMLIMIT=483183820B', 'PORT=8080']],
  ])('%s', (_, props, expected) => {
    expect(containerWith(props).env).toEqual(expected);
  });

  test('a secret in plain text is escaped, marked and warned of', () => {
    const stack = newStack();
    goService(stack, { secretEnvironment: { TOKEN: 'a"b\\${c}' } });
    expect(container(stack, 'dev-service').env).toContain('TOKEN=${sensitive("a\\"b\\\\\\u0024{c}")}');
    expect(warnings(stack)).toEqual([
      'The secret TOKEN is plain text, which is in the synthesized files. Pass a TerraformVariable with sensitive: true instead.',
    ]);
  });

  test('a secret of Terraform is marked and not warned of', () => {
    const stack = newStack();
    const token = new TerraformVariable(stack, 'token', { sensitive: true });
    goService(stack, { secretEnvironment: { TOKEN: token.stringValue, MIXED: `Bearer ${token.stringValue}` } });
    expect(container(stack, 'dev-service').env).toEqual(expect.arrayContaining([
      'TOKEN=${sensitive(var.token)}', 'MIXED=${sensitive(join("", ["Bearer ", var.token]))}',
    ]));
    expect(warnings(stack)).toEqual([]);
  });
});

test.each<[string, Props, Props]>([
  ['loopback', { publish: PublishedPort.onLoopback(80) }, { ip: '127.0.0.1', external: 80, internal: 8080, protocol: 'tcp' }],
  ['all interfaces', { publish: PublishedPort.onAllInterfaces(1) }, { ip: '0.0.0.0', external: 1, internal: 8080, protocol: 'tcp' }],
  ['another port of the container', { publish: PublishedPort.on('::1', 65_535, 9) }, { ip: '::1', external: 65_535, internal: 9, protocol: 'tcp' }],
  ['the port of the service', { port: 65_535, publish: PublishedPort.onLoopback(80) }, { ip: '127.0.0.1', external: 80, internal: 65_535, protocol: 'tcp' }],
])('a port published on %s', (_, props, expected) => {
  expect(containerWith(props).ports).toEqual([expected]);
});

test('one port on two addresses', () => {
  const stack = newStack();
  goService(stack, { publish: PublishedPort.on('10.0.0.1', 80) }, 'one');
  goService(stack, { publish: PublishedPort.on('10.0.0.2', 80) }, 'two');
  expect(resources(stack, 'docker_container')).toHaveLength(2);
});

test('one port, one name of a container and one of a network on two engines', () => {
  const stack = newStack();
  const common = { publish: PublishedPort.onLoopback(80), containerName: 'shop' };
  goService(stack, common, 'here');
  const place = DockerHost.fromProvider(new DockerProvider(stack, 'docker-elsewhere', { alias: 'elsewhere', host: 'ssh://deploy@elsewhere.example' }));
  goService(stack, { ...common, place }, 'elsewhere');
  expect(resources(stack, 'docker_container').map(({ name, provider: alias }) => [name, alias]))
    .toEqual([['shop', 'docker.elsewhere_gate_00'], ['shop', 'docker.gate_00']]);
  expect(messageOf(() => goService(stack, { place, publish: PublishedPort.onLoopback(80) }, 'second')))
    .toContain('another container of the stack publishes the same host port: dev/elsewhere');
});

test('a container and the volume of another one may have the same name', () => {
  const stack = newStack();
  new PostgresDatabase(stack, 'database', { version: PostgresVersion.V17, volumeName: 'shop' });
  const name = 'shop-17';
  expect(container(stack, 'dev-database').volumes[0].volume_name).toBe(name);
  goService(stack, { containerName: name });
  expect(container(stack, name).image).not.toBe(container(stack, 'dev-database').image);
});

test.each<[string, Props, Props]>([
  ['least memory', { memory: Size.mebibytes(6) }, { memory: 6, memory_swap: 6 }],
  ['most memory', { memory: Size.gibibytes(65_536) }, { memory: 67_108_864 }],
  ['least cpu shares', { cpuShares: 2 }, { cpu_shares: 2 }],
  ['most cpu shares', { cpuShares: 262_144 }, { cpu_shares: 262_144 }],
  ['no restart', { restart: RestartPolicy.never() }, { restart: 'no' }],
  ['restarts', { restart: RestartPolicy.onFailure(1) }, { restart: 'on-failure', max_retry_count: 1 }],
  ['always', { restart: RestartPolicy.always() }, { restart: 'always' }],
  ['shortest shutdown', { shutdownTimeout: Duration.seconds(1) }, { stop_timeout: 1, destroy_grace_seconds: 1 }],
  ['longest shutdown', { shutdownTimeout: Duration.hours(24) }, { stop_timeout: 86_400 }],
  ['smallest log', { logging: ContainerLogging.local({ maxSize: Size.kibibytes(16), maxFiles: 1 }) },
    { log_driver: 'local', log_opts: { 'max-size': '16k', 'max-file': '1' } }],
  ['most log files', { logging: ContainerLogging.jsonFile({ maxFiles: 1_000 }) }, { log_opts: { 'max-size': '10240k', 'max-file': '1000' } }],
  ['another log driver', { logging: ContainerLogging.of('journald', { tag: '${x}' }) }, { log_driver: 'journald', log_opts: { tag: '$${x}' } }],
  ['arguments', { arguments: ['--name', '${x}', '"a b"'] }, { command: ['--name', '$${x}', '"a b"'] }],
  ['capabilities', { capabilities: ['NET_BIND_SERVICE'] }, { capabilities: { drop: ['ALL'], add: ['CAP_NET_BIND_SERVICE'] } }],
  ['no health check', { healthCheck: HealthCheck.none() }, { healthcheck: { test: ['NONE'] } }],
  ['mounts', {
    mounts: [
      ContainerMount.volume('data', '/data', { readOnly: true }), ContainerMount.directory('/a${b}', '/c${d}'),
      ContainerMount.tmpfs('/e${f}', { size: Size.kibibytes(4), executable: true }),
    ],
  }, {
    volumes: [
      { volume_name: 'data', container_path: '/data', read_only: true }, { host_path: '/a$${b}', container_path: '/c$${d}', read_only: false },
    ],
    tmpfs: { '/e$${f}': 'rw,nosuid,nodev,exec,mode=1777,size=4k' },
  }],
])('%s', (_, props, expected) => {
  expect(containerWith(props)).toMatchObject(expected);
});

test('no health check: the apply does not wait', () => {
  expect(containerWith({ healthCheck: HealthCheck.none() }).wait).toBeUndefined();
});

test('labels, with one that changes with the health check', () => {
  const labels = (props: Props) => Object.fromEntries(containerWith({ labels: { team: '${x}' }, ...props }).labels
    .map(({ label, value }: Record<string, string>) => [label, value]));
  expect(labels({})).toEqual({ 'team': '$${x}', 'cdktf-go-docker.health-check': expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(labels({ healthCheck: HealthCheck.http('/ready') })).not.toEqual(labels({}));
});

describe('networks', () => {
  test('services of a stack share one', () => {
    const stack = newStack();
    goService(stack, {}, 'one');
    goService(stack, {}, 'two');
    expect(resources(stack, 'docker_network')).toEqual([{ name: 'dev-services', driver: 'bridge', internal: false }]);
    expect(container(stack, 'dev-one').networks_advanced).toEqual([{ name: '${docker_network.ServiceNetwork_EF29AF70.name}' }]);
  });

  test('each network once, however often it is joined', () => {
    const stack = newStack();
    const database = new PostgresDatabase(stack, 'database');
    const service = goService(stack, { networks: [database.network, database.network, ContainerNetwork.fromName('proxy')] });
    service.joinNetwork(database.network);
    service.joinNetwork(ContainerNetwork.fromName('proxy'));
    service.connectTo(database);
    service.connectTo(database, { variable: 'REPLICA_URL' });
    expect(container(stack, 'dev-service').networks_advanced).toEqual([
      { name: expect.stringMatching(/^\$\{docker_network\.database_Network_\w+\.name\}$/) }, { name: 'proxy' },
    ]);
  });
});

test('dependencies of props and databases, each once, and their start where they were stopped', () => {
  const stack = newStack();
  const database = new PostgresDatabase(stack, 'database');
  const other = goService(stack, {}, 'other');
  const service = goService(stack, { after: [other, database] });
  service.connectTo(database);
  const ids = container(stack, 'dev-service').depends_on;
  const containers = [other.fqn, database.fqn].map((fqn) => resolved(stack, fqn).replace(/[${}]/g, ''));
  expect(ids).toEqual([...containers, expect.stringMatching(/^terraform_data\.other_Start_/), expect.stringMatching(/^terraform_data\.database_Start_/)]);
});

test('a container that keeps running is waited for by its start, not by its end', () => {
  const stack = newStack();
  const cache = new Container(stack, 'cache', { name: 'cache', image: 'redis:8' });
  goService(stack).after(cache);
  expect(container(stack, 'dev-service')).toMatchObject({ provider: expect.stringMatching(/^docker\.gate_(?!00)/), depends_on: ['docker_container.cache'] });
});

test('an image from a registry is pulled and kept', () => {
  const stack = newStack();
  goService(stack, { image: ContainerImage.fromRegistry(`ghcr.io/acme/api@sha256:${'0'.repeat(64)}`), healthCheck: HealthCheck.shell('true') });
  expect(resources(stack, 'docker_image')).toEqual([
    { name: `ghcr.io/acme/api@sha256:${'0'.repeat(64)}`, keep_locally: true, lifecycle: { create_before_destroy: true } },
  ]);
  expect(container(stack, 'dev-service')).toMatchObject({ healthcheck: { test: ['CMD-SHELL', 'true'] } });
  expect(container(stack, 'dev-service').user).toBeUndefined();
});

test.each([
  [PublishedPort.onLoopback(80), 'http://127.0.0.1:80'],
  [PublishedPort.onAllInterfaces(80), 'http://localhost:80'],
  [PublishedPort.on('::', 80), 'http://localhost:80'],
  [PublishedPort.on('::1', 80), 'http://[::1]:80'],
])('the URL of %j', (port, url) => {
  expect(port.url).toBe(url);
  expect(new URL(port.url).protocol).toBe('http:');
});

test('names that only Terraform knows are accepted', () => {
  const stack = newStack();
  const name = new TerraformVariable(stack, 'name', { type: 'string' });
  goService(stack, { containerName: name.stringValue });
  expect(Object.values(synthesized(stack).resource.docker_container)).toEqual([expect.objectContaining({ name: '${var.name}' })]);
});

describe('a program that hangs', () => {
  const command = ['CMD', '/probe', 'http', '8080', '/healthz', '--timeout', '2700'];
  const fromRegistry = (probe: object) => ({ image: ContainerImage.fromRegistry('acme/api:1', probe), port: 8080 });
  const able = fromRegistry({ probePath: '/probe', probeHasLiveness: true });

  test('is restarted by default: the probe ends it, which needs an init', () => {
    expect(containerWith({ ...able, shutdownTimeout: Duration.seconds(20) })).toMatchObject({
      init: true, healthcheck: { test: [...command, '--liveness', '6', '--interval', '5000', '--stop-grace', '20000'] },
    });
  });

  test('is left alone with Liveness.off(), and the container has no init', () => {
    const service = containerWith({ ...able, liveness: Liveness.off() });
    expect(service).toMatchObject({ healthcheck: { test: command } });
    expect(service).not.toHaveProperty('init');
  });

  test.each([
    ['a command checks', { healthCheck: HealthCheck.command(['/app', 'check']) }],
    ['nothing checks', { healthCheck: HealthCheck.none() }],
    ['nothing restarts it', { restart: RestartPolicy.never() }],
    ['the image is from a registry', fromRegistry({ probePath: '/probe' })],
  ])('is left alone by default where %s', (_, props) => {
    const service = containerWith({ ...able, ...props });
    expect(service).not.toHaveProperty('init');
    expect(service.healthcheck.test).not.toContain('--liveness');
  });

  test('is restarted with an image that this library builds', () => {
    const stack = newStack();
    goService(stack, { image: goImage(stack) });
    expect(container(stack, 'dev-service')).toHaveProperty('init', true);
  });

  test('is restarted as the defaults of a team say, which do not fail where that is not possible', () => {
    const stack = newStack();
    Defaults.apply(stack, { services: { liveness: Liveness.restart({ unansweredChecks: 9 }) } });
    goService(stack, able);
    new ContainerService(stack, 'redis', {
      image: ContainerImage.fromRegistry('redis:7'), healthCheck: HealthCheck.command(['redis-cli', 'ping']),
    });
    const inits = Object.values(synthesized(stack).resource.docker_container).map(({ healthcheck, init }: any) => [healthcheck.test.includes('9'), init]);
    expect(inits).toEqual(expect.arrayContaining([[true, true], [false, undefined]]));
  });

  const allChecks = 'HealthCheck.http, .https, .grpc and .tcp together with Liveness.restart()';
  test.each([
    [{ healthCheck: HealthCheck.command(['/app']) }, 'the health check cannot tell a program that hangs from one that is not healthy',
      '"Liveness.restart(…)"', allChecks, 'give one of these health checks, or leave `liveness` out'],
    [fromRegistry({ probePath: '/probe' }), 'the image holds no probe that can end a program that hangs', '"Liveness.restart(…)"',
      'images that this library builds, or from a registry with `probePath` and `probeHasLiveness: true`',
      'build the image with this library, or leave `liveness` out'],
    [{ restart: RestartPolicy.never() }, 'a program that hangs is to be restarted, and the restart policy forbids it', '"RestartPolicy.never()"',
      'another restart policy together with Liveness.restart()', 'leave `restart` out, or `liveness`'],
  ])('cannot be restarted on demand: %j', (props, what, given, allowed, remedy) => {
    expect(messageOf(() => goService(newStack(), { ...able, ...props, liveness: Liveness.restart() }))).toBe([
      `dev/service: ${what}`, `  given:   ${given}`, `  allowed: ${allowed}`, `  to do:   ${remedy}`,
    ].join('\n'));
  });
});
