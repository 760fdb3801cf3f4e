import { App, TerraformStack, Testing } from 'cdktf';
import { ReferenceGraph } from './reference-graph';
import {
  ContainerImage, ContainerNetwork, ContainerService, GoService, GoTask, HealthCheck, Liveness, PostgresDatabase, Rollout, ServiceProps,
} from '../../lib';
import { messageOf } from '../message';

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' });
const REDIS = ContainerImage.fromRegistry('redis:8');

function newStack(): TerraformStack {
  return new TerraformStack(new App(), 'dev');
}

/** The check that stands for a service, and the graph. */
function asked(props: Partial<ServiceProps> = {}, define: (stack: TerraformStack, service: ContainerService) => void = () => undefined) {
  const stack = newStack();
  const service = new GoService(stack, 'api', { image: IMAGE, ...props });
  const task = new GoTask(stack, 'smoke', { image: IMAGE, after: [service] });
  define(stack, service);
  const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
  const address = ({ resource }: GoService | GoTask) => `docker_container.${resource.friendlyUniqueId}`;
  const [ready] = graph.attributes(address(task)).depends_on;
  return { stack, service, task, graph, ready, check: graph.attributes(ready), target: graph.attributes(address(service)), address };
}

const VERSIONED = /^\$\{join\("-", \["dev-api", substr\(terraform_data\.api_Version_\w+\.id, 0, 8\)\]\)\}$/;

test('a task after a recreated service asks for the host name of its version, on one of its networks', () => {
  const { check, target, graph, ready, service, address } = asked();
  const [name] = target.networks_advanced[0].aliases;
  expect(name).toMatch(VERSIONED);
  expect(check.networks_advanced).toEqual([{ name: target.networks_advanced[0].name }]);
  expect(check.entrypoint).toEqual(['/probe', 'wait', '--timeout', expect.stringMatching(/^\d+$/), 'http', '8080', '/healthz', '--timeout', '2700', '--host', name]);
  expect(check).toMatchObject({ attach: true, must_run: false, image: target.image, lifecycle: { create_before_destroy: true } });
  expect(Number(check.entrypoint[3])).toBeGreaterThan(target.wait_timeout * 1000);
  expect(graph.closure(ready)).not.toContain(address(service));
  expect(graph.forcedSideBySide()).toEqual([]);
  expect(graph.cycles()).toEqual([]);
});

test('a setting that replaces the container makes another version; references to other containers are left out', () => {
  const { graph } = asked({ environment: { LOG_LEVEL: 'info' }, secretEnvironment: { KEY: '${docker_container.x.name}' } },
    (stack, service) => service.addEnvironment('PEER', new GoService(stack, 'peer', { image: IMAGE }).resource.getStringAttribute('name')));
  const [version] = graph.addresses('terraform_data').filter((address) => graph.attributes(address).provisioner === undefined);
  const { triggers_replace: settings } = graph.attributes(version);
  expect(settings).toMatchObject({ 'variable LOG_LEVEL': 'info', 'image': expect.stringContaining('docker_image.') });
  expect(settings).not.toHaveProperty('variable PEER');
  expect(graph.forcedSideBySide()).toEqual([]);
});

test('a blue/green service waits for a private recreated one, which stays private', () => {
  const stack = newStack();
  const api = new GoService(stack, 'api', { image: IMAGE });
  const shop = new GoService(stack, 'shop', { image: IMAGE, rollout: Rollout.blueGreen(), after: [api] });
  shop.after(api);
  const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
  expect(graph.attributes(`docker_container.${shop.resource.friendlyUniqueId}`).depends_on).toHaveLength(1);
  expect(graph.attributes(`docker_container.${api.resource.friendlyUniqueId}`).ports).toBeUndefined();
  expect(graph.forcedSideBySide()).toEqual([]);
});

test('the check waits for what its service waits for, also when that is added later', () => {
  const { check, graph } = asked({}, (stack, service) => service.after(new GoTask(stack, 'migrate', { image: IMAGE })));
  expect(check.depends_on).toHaveLength(1);
  expect(graph.attributes(check.depends_on[0])).toMatchObject({ attach: true });
});

test('a task that a service waits for cannot wait for that service', () => {
  const stack = newStack();
  const service = new GoService(stack, 'api', { image: IMAGE });
  const task = new GoTask(stack, 'smoke', { image: IMAGE, after: [service] });
  service.after(task);
  expect(messageOf(() => Testing.synth(stack))).toBe([
    'dev/api: constructs wait for each other in a circle, so that none of them could start',
    '  given:   "dev/api -> dev/smoke -> dev/api"',
    '  allowed: each arrow reads "waits for"; no construct waits for itself over any number of steps',
    '  to do:   remove one of the arrows: an `after`, a `connectTo()`, or a reference to an attribute',
  ].join('\n'));
});

test('two services that wait for each other are named', () => {
  const stack = newStack();
  const [a, b] = ['a', 'b'].map((id) => new GoService(stack, id, { image: IMAGE }));
  a.after(b);
  b.after(a);
  expect(messageOf(() => Testing.synth(stack))).toContain('given:   "dev/a -> dev/b -> dev/a"');
});

test('a task that asks one service and comes before another one: these do not share a gate', () => {
  const stack = newStack();
  const services = Array.from({ length: 20 }, (_, index) => new GoService(stack, `s${index}`, { image: IMAGE }));
  services[0].after(new GoTask(stack, 'first', { image: IMAGE }));
  services.slice(1).forEach((service, index) =>
    service.after(new GoTask(stack, `t${index}`, { image: IMAGE, after: index % 3 === 0 ? [services[0]] : [] })));
  const { resource } = JSON.parse(Testing.synth(stack));
  const gateOf = (index: number) => resource.docker_container[services[index].resource.friendlyUniqueId].provider;
  services.slice(1).forEach((_, index) => index % 3 === 0 ? expect(gateOf(index + 1)).not.toBe(gateOf(0)) : undefined);
});

describe('how a service is asked', () => {
  const commandOf = (props: Partial<ServiceProps>) => asked(props).check.entrypoint.slice(4, -2);

  test.each<[string, Partial<ServiceProps>, string[]]>([
    ['TCP', { healthCheck: HealthCheck.tcp({ port: 9000 }) }, ['tcp', '9000', '--timeout', '2700']],
    ['gRPC', { healthCheck: HealthCheck.grpc('acme.Shop') }, ['grpc', '8080', '--timeout', '2700', '--service', 'acme.Shop']],
    ['liveness: the check only asks', { liveness: Liveness.restart(), image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe', probeHasLiveness: true }) },
      ['http', '8080', '/healthz', '--timeout', '2700']],
    ['a command: whether its port accepts connections', { healthCheck: HealthCheck.command(['/app', 'check']) }, ['tcp', '8080', '--timeout', '2700']],
    ['no check: the same', { healthCheck: HealthCheck.none() }, ['tcp', '8080', '--timeout', '2700']],
  ])('%s', (_, props, command) => {
    expect(commandOf(props)).toEqual(command);
  });

  test('an image without a probe is asked by that of the client', () => {
    const stack = newStack();
    const redis = new ContainerService(stack, 'redis', { image: REDIS, port: 6379 });
    const task = new GoTask(stack, 'smoke', { image: IMAGE, after: [redis] });
    const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
    const { image, depends_on: [ready] } = graph.attributes(`docker_container.${task.resource.friendlyUniqueId}`);
    expect(graph.attributes(ready)).toMatchObject({ image, entrypoint: expect.arrayContaining(['/probe', 'tcp', '6379']) });
  });

  test('a database is asked as its superuser', () => {
    const stack = newStack();
    const task = new GoTask(stack, 'seed', { image: IMAGE, after: [new PostgresDatabase(stack, 'database')] });
    const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
    const [ready] = graph.attributes(`docker_container.${task.resource.friendlyUniqueId}`).depends_on;
    expect(graph.attributes(ready).env.join()).toContain('DATABASE=${sensitive(');
    expect(graph.forcedSideBySide()).toEqual([]);
  });
});

describe('what nobody can ask is refused', () => {
  test.each<[string, (stack: TerraformStack) => void, string]>([
    ['a worker without a port', (stack) => new GoTask(stack, 'smoke', { image: IMAGE, after: [new ContainerService(stack, 'redis', { image: REDIS })] }),
      'dev/smoke: nothing outside of its container can ask whether dev/redis is ready: it has no port'],
    ['two images without a probe', (stack) => new ContainerService(stack, 'web', {
      image: REDIS, rollout: Rollout.blueGreen(), after: [new ContainerService(stack, 'redis', { image: REDIS, port: 6379 })],
    }), 'dev/web: nothing can ask whether dev/redis is ready: neither image holds a probe'],
    ['a service without a network that has names', (stack) => new GoTask(stack, 'smoke', {
      image: IMAGE, after: [new GoService(stack, 'api', { image: IMAGE, networks: [ContainerNetwork.fromName('bridge')] })],
    }), 'dev/api: others wait for this service, and it is on no network where they could ask for it by name'],
  ])('%s', (_, define, text) => {
    expect(messageOf(() => define(newStack()))).toContain(text);
  });
});
