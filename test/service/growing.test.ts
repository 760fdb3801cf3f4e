import { Container } from '@cdktf/provider-docker/lib/container';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import {
  ContainerImage, ContainerMount, ContainerService, DockerHost, Gateway, GoService, GoTask, HealthCheck, PublishedPort, Rollout, ServiceOptions,
} from '../../lib';
import { messageOf } from '../message';
import { container, goService, newStack, resources, warnings } from '../stack';

const IMAGE = ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' });

/** A construct of a team that knows only what another construct has made. */
class Traced extends Construct {
  public constructor(scope: Construct, id: string, service: ContainerService) {
    super(scope, id);
    service.addEnvironment('TRACE', 'on');
    service.addSecret('TRACE_KEY', new TerraformVariable(this, 'key', { type: 'string', sensitive: true }).stringValue);
    service.addMount(ContainerMount.tmpfs('/traces'));
    service.addLabel('com.example.traced', 'yes');
    service.addPort(PublishedPort.onLoopback(9090, 9091));
  }
}

describe('a service that another construct extends', () => {
  test('has what was added, beside its own', () => {
    const stack = newStack();
    const service = goService(stack, { environment: { A: 'b' }, publish: PublishedPort.onLoopback(8080), labels: { 'com.example.own': '1' } });
    new Traced(stack, 'Traced', service);
    const made = container(stack, 'dev-service');
    expect(made.env).toEqual(expect.arrayContaining(['A=b', 'TRACE=on', expect.stringMatching(/^TRACE_KEY=\$\{sensitive\(var\./)]));
    expect(Object.keys(made.tmpfs)).toEqual(['/tmp', '/traces']);
    expect(made.labels).toEqual(expect.arrayContaining([
      { label: 'com.example.own', value: '1' }, { label: 'com.example.traced', value: 'yes' },
    ]));
    expect(made.ports).toEqual([
      { external: 8080, internal: 8080, ip: '127.0.0.1', protocol: 'tcp' }, { external: 9090, internal: 9091, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  test('equals one that had everything as props', () => {
    const stack = newStack();
    const props = { environment: { TRACE: 'on' }, mounts: [ContainerMount.tmpfs('/tmp'), ContainerMount.volume('data', '/data')], labels: { a: 'b' } };
    goService(stack, { ...props, containerName: 'whole' }, 'whole');
    const grown = goService(stack, { containerName: 'grown' }, 'grown');
    grown.addEnvironment('TRACE', 'on');
    grown.addMount(ContainerMount.volume('data', '/data'));
    grown.addLabel('a', 'b');
    const comparable = (name: string) => {
      const { provisioner: [{ 'local-exec': { environment, ...provisioner } }], ...attributes } = container(stack, name);
      return { ...attributes, provisioner, 'environment': { ...environment, CONSTRUCT: '' }, 'name': '', '//': '', 'image': '' };
    };
    expect(comparable('grown')).toEqual(comparable('whole'));
  });

  test('every replica', () => {
    const stack = newStack();
    const service = goService(stack, { replicas: 3, rollout: Rollout.blueGreen() });
    service.addEnvironment('A', 'b');
    expect(resources(stack, 'docker_container').map(({ env }) => env.includes('A=b'))).toEqual([true, true, true]);
  });

  test('and a task', () => {
    const stack = newStack();
    const task = new GoTask(stack, 'task', { image: IMAGE });
    task.addEnvironment('A', 'b');
    task.addMount(ContainerMount.volume('data', '/data'));
    expect(resources(stack, 'docker_container')[0]).toMatchObject({
      env: expect.arrayContaining(['A=b']), volumes: [{ container_path: '/data', read_only: false, volume_name: 'data' }],
    });
  });

  test('a plain secret gets a warning', () => {
    const stack = newStack();
    goService(stack).addSecret('KEY', 'plain');
    expect(warnings(stack)).toEqual([expect.stringContaining('The secret KEY is plain text')]);
  });

  test.each<[string, (service: GoService) => void, string]>([
    ['a variable twice', (service) => service.addEnvironment('PORT', '1'), 'dev/service: an environment variable is set twice\n  given:   "PORT"'],
    ['a secret of the same name', (service) => service.addSecret('A', 'b'), 'dev/service: an environment variable is set twice\n  given:   "A"'],
    ['a path twice', (service) => service.addMount(ContainerMount.tmpfs('/data')), 'dev/service: two mounts at one path of the container\n  given:   "/data"'],
    ['a label of the library', (service) => service.addLabel('cdktf-go-docker.x', ''), 'dev/service: not the name of a label'],
    ['a port twice', (service) => service.addPort(PublishedPort.onLoopback(8080)), 'dev/service: another container of the stack publishes the same host port: dev/service'],
  ])('refuses %s', (_, action, message) => {
    const service = goService(newStack(), { environment: { A: 'b' }, publish: PublishedPort.onLoopback(8080), mounts: [ContainerMount.tmpfs('/data')] });
    expect(messageOf(() => action(service))).toContain(message);
  });

  test('refuses a host port when it is replaced side by side', () => {
    const service = goService(newStack(), { rollout: Rollout.blueGreen() });
    expect(messageOf(() => service.addPort(PublishedPort.onLoopback(8080)))).toContain('a blue/green service cannot publish a port of its own');
  });
});

describe('overrides of the resource', () => {
  const override = (path: string, value: unknown, props: ServiceOptions = {}): any => {
    const stack = newStack();
    goService(stack, { environment: { A: 'b' }, ...props }).resource.addOverride(path, value);
    return container(stack, 'dev-service');
  };

  test('of lists do what they do on the plain class of the provider', () => {
    const stack = newStack();
    new DockerProvider(stack, 'docker');
    const plain = new Container(stack, 'plain', { name: 'plain', image: 'acme/api:1', env: ['GOMEMLIMIT=483183820B', 'PORT=8080'] });
    plain.addOverride('env', ['A=c']);
    expect(override('env', ['A=c'], { environment: {} }).env).toEqual(container(stack, 'plain').env);
  });

  test('of the memory limit reach swap and Go\'s collector', () => {
    expect(override('memory', 100)).toMatchObject({
      memory: 100, memory_swap: 100, env: expect.arrayContaining([`GOMEMLIMIT=${Math.floor(100 * 1024 * 1024 * 0.9)}B`]),
    });
  });

  test('of the memory limit leave a GOMEMLIMIT and a swap of the user alone', () => {
    const stack = newStack();
    const { resource } = goService(stack, { environment: { GOMEMLIMIT: '1GiB' } });
    resource.addOverride('memory', 100);
    resource.addOverride('memory_swap', 200);
    expect(container(stack, 'dev-service')).toMatchObject({ memory: 100, memory_swap: 200, env: expect.arrayContaining(['GOMEMLIMIT=1GiB']) });
  });

  test.each(['hostname', 'domainname'])('of %s add it', (attribute) => {
    expect(override(attribute, 'shop')).toMatchObject({ [attribute]: 'shop' });
  });

  test('survive what is added afterwards', () => {
    const stack = newStack();
    const service = goService(stack);
    service.resource.addOverride('hostname', 'shop');
    service.addEnvironment('A', 'b');
    expect(container(stack, 'dev-service')).toMatchObject({ hostname: 'shop', env: expect.arrayContaining(['A=b']) });
  });
});

describe('a container of any image', () => {
  const redis = (stack: TerraformStack, props: ServiceOptions = {}): ContainerService =>
    new ContainerService(stack, 'Redis', { image: ContainerImage.fromRegistry('redis:7'), ...props });

  test('has nothing that is special to Go', () => {
    const stack = newStack();
    redis(stack);
    const made = container(stack, 'dev-redis');
    expect(made).not.toHaveProperty('env');
    expect(made).not.toHaveProperty('healthcheck');
    expect(made).not.toHaveProperty('wait');
    expect(made).toMatchObject({ read_only: true, capabilities: { drop: ['ALL'] }, memory: 512, memory_swap: 512 });
  });

  test('is waited for with its health check', () => {
    const stack = newStack();
    redis(stack, { healthCheck: HealthCheck.command(['redis-cli', 'ping']) });
    expect(container(stack, 'dev-redis')).toMatchObject({ wait: '${!local.docker_command}', healthcheck: { test: ['CMD', 'redis-cli', 'ping'] } });
  });

  test('needs a port only for what leads to it', () => {
    const stack = newStack();
    const service = redis(stack);
    const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onLoopback(80) });
    const problem = 'dev/Redis: the port that the program listens on is not known\n  allowed: a whole number from 1 to 65535\n  to do:   give `port`';
    expect(messageOf(() => service.addRoute(gateway.route()))).toBe(problem);
    expect(messageOf(() => service.addPort(PublishedPort.onLoopback(6379)))).toBe(problem);
    service.addPort(PublishedPort.onLoopback(6379, 6379));
    expect(container(stack, 'dev-redis').ports).toHaveLength(1);
  });
});

test('a place is the engine of the default provider unless another one is given', () => {
  const stack = newStack();
  goService(stack, { place: DockerHost.local() });
  expect(container(stack, 'dev-service').provider).toBe('docker.gate_00');
});
