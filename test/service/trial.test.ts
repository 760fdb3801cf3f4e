import { TerraformStack } from 'cdktf';
import { ReferenceGraph } from './reference-graph';
import {
  ContainerImage, ContainerMount, Duration, GoService, GoTask, HealthCheck, Liveness, PostgresDatabase, PublishedPort, RestartPolicy, Rollout,
  ServiceOptions, Size,
} from '../../lib';
import { newStack, resourcesByPath, synthesized } from '../stack';

const IMAGE = ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe', entrypoint: ['/shop', 'serve'] });

type Options = Partial<ServiceOptions> & { image?: ContainerImage };

function containersWith(options: Options = {}, more?: (service: GoService, stack: TerraformStack) => void) {
  const stack = newStack();
  const service = new GoService(stack, 'shop', { image: IMAGE, ...options });
  more?.(service, stack);
  const { docker_container: containers } = resourcesByPath(stack);
  return { stack, containers, trial: containers['shop/Trial/Resource'] };
}

describe('the trial of a service', () => {
  test('is a container of the same settings in which the probe starts the program', () => {
    const { containers: { 'shop/Resource': service }, trial } = containersWith({
      publish: PublishedPort.onLoopback(8080),
      environment: { A: 'b' },
      secretEnvironment: { KEY: 'secret' },
      arguments: ['--verbose', '${x}'],
      capabilities: ['NET_BIND_SERVICE'],
      memory: Size.mebibytes(64),
      mounts: [ContainerMount.tmpfs('/tmp'), ContainerMount.directory('/etc/shop', '/etc/shop', { readOnly: true })],
    });
    expect(trial.entrypoint).toEqual([
      '/probe', 'trial', '--timeout', '64000', '--grace', '30000', 'http', '8080', '/healthz', '--timeout', '2700', '--', '/shop', 'serve',
    ]);
    expect(trial).toMatchObject({ name: 'dev-shop-trial', attach: true, must_run: false, logs: false, restart: 'no' });
    for (const same of [
      'image', 'command', 'env', 'user', 'read_only', 'tmpfs', 'volumes', 'memory', 'memory_swap', 'capabilities', 'security_opts', 'log_driver', 'log_opts',
      'networks_advanced',
    ]) {
      expect([same, trial[same]]).toEqual([same, service[same]]);
    }
    expect(trial.lifecycle).toEqual({ ignore_changes: ['ulimit', 'log_opts'] });
    for (const other of ['ports', 'healthcheck', 'wait']) {
      expect([other, trial[other]]).toEqual([other, undefined]);
    }
  });

  test('is over before the service is touched', () => {
    const { stack } = containersWith();
    const graph = new ReferenceGraph(synthesized(stack));
    const [service, trial] = ['dev-shop', 'dev-shop-trial'].map((name) =>
      graph.addresses('docker_container').find((address) => graph.attributes(address).name === name)!);
    expect(graph.closure(`provider.${graph.attributes(service).provider}`)).toContain(trial);
    expect(graph.closure(trial)).not.toContain(service);
    expect(graph.cycles()).toEqual([]);
  });

  test('follows what is added later, and joins networks without aliases', () => {
    const { trial, containers } = containersWith({}, (service) => {
      service.addEnvironment('LATE', '1');
      service.joinNetwork({ networkName: 'more' });
      service.addMount(ContainerMount.tmpfs('/cache'));
    });
    expect(trial.env).toEqual(containers['shop/Resource'].env);
    expect(trial.networks_advanced.map(({ aliases }: any) => aliases)).toEqual([undefined, undefined]);
    expect(Object.keys(trial.tmpfs)).toEqual(['/cache', '/tmp']);
  });

  test('waits for the tasks of the service, databases and roles included', () => {
    const { stack, trial } = containersWith({}, (service, scope) => {
      const database = new PostgresDatabase(scope, 'database');
      const migrate = new GoTask(scope, 'migrate', { image: IMAGE });
      service.connectTo(database);
      service.connectTo(database.addRole('reader'), { variable: 'READER' });
      service.after(migrate);
    });
    expect(trial.depends_on).toHaveLength(3);
    const graph = new ReferenceGraph(synthesized(stack));
    expect(graph.cycles()).toEqual([]);
    expect(graph.forcedSideBySide()).toEqual([]);
  });

  test('waits for another recreated service, whose own trial comes first', () => {
    const stack = newStack();
    const first = new GoService(stack, 'first', { image: IMAGE });
    new GoService(stack, 'second', { image: IMAGE, after: [first] });
    const graph = new ReferenceGraph(synthesized(stack));
    const address = (name: string) => graph.addresses('docker_container').find((one) => graph.attributes(one).name === name)!;
    expect(graph.closure(address('dev-second-trial'))).toContain(address('dev-first'));
    expect(graph.closure(address('dev-second-trial'))).toContain(address('dev-first-trial'));
    expect(graph.cycles()).toEqual([]);
  });

  test('leaves out what ends a program that no longer answers, and keeps the init that this needs', () => {
    const { trial } = containersWith({ healthCheck: HealthCheck.tcp(), liveness: Liveness.restart(), image: ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe', probeHasLiveness: true, entrypoint: ['/shop', 'serve'] }) });
    expect(trial.entrypoint.slice(6)).toEqual(['tcp', '8080', '--timeout', '2700', '--', '/shop', 'serve']);
    expect(trial.init).toBe(true);
  });

  test('escapes what Terraform would evaluate once', () => {
    const image = ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe', probeHasTls: true, entrypoint: ['/shop', '${x}'] });
    const { trial } = containersWith({ image, healthCheck: HealthCheck.https('/healthz', { ca: '/etc/${ca}.pem' }) });
    expect(trial.entrypoint.filter((argument: string) => argument.includes('{'))).toEqual(['/etc/$${ca}.pem', '$${x}']);
  });

  test('lasts for the settle time, and the service then waits for its health only', () => {
    const settles = { rollout: Rollout.recreate({ settleTime: Duration.seconds(20) }) };
    expect(containersWith().trial.entrypoint).not.toContain('--settle');
    const { trial, containers: { 'shop/Resource': service } } = containersWith(settles);
    expect(trial.entrypoint.slice(4, 6)).toEqual(['--settle', '20000']);
    expect(service.provisioner[0]['local-exec'].environment.SETTLE_SECONDS).toBe('0');
    expect(service.healthcheck.start_interval).toBe('500ms');
    const { 'shop/Resource': untried } = containersWith({ rollout: Rollout.recreate({ settleTime: Duration.seconds(20), trial: false }) }).containers;
    expect(untried.provisioner[0]['local-exec'].environment.SETTLE_SECONDS).toBe('20');
  });

  test('says what its failure means', () => {
    const { trial } = containersWith();
    expect(trial.provisioner).toHaveLength(1);
    expect(trial.provisioner[0]['local-exec'].environment.EXPLANATION).toBe('dev/shop/Trial ended with exit code ${self.exit_code}. '
      + 'The new version was tried out and did not become healthy; what runs has not been touched. A program that must not run twice at a time needs '
      + 'Rollout.recreate({ trial: false }).');
  });
});

describe('host ports', () => {
  test('are tried on the engine after the trial, and a change of them runs it again', () => {
    const { trial } = containersWith({ publish: PublishedPort.onLoopback(8080) }, (service, stack) => {
      service.addPort(PublishedPort.on('::1', 9090, 9090));
      new GoService(stack, 'other', { image: ContainerImage.fromRegistry('acme/other:1', { probePath: '/probe' }), publish: PublishedPort.onLoopback(7070) });
    });
    expect(trial.provisioner[1]['local-exec'].environment).toMatchObject({
      CONTAINER: '${self.id}', IMAGE: '${self.image}', PORTS: '127.0.0.1:8080 [::1]:9090', HOLDERS: 'dev-other dev-shop',
    });
    expect(trial.labels).toEqual([{ label: 'cdktf-go-docker.wanted-ports', value: '127.0.0.1:8080 ::1:9090' }]);
  });
});

describe('no trial', () => {
  test.each<[string, Options]>([
    ['when it is turned off', { rollout: Rollout.recreate({ trial: false }) }],
    ['beside a blue/green rollout', { rollout: Rollout.blueGreen() }],
    ['of an image whose program is not known', { image: ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe' }) }],
    ['without a health check', { healthCheck: HealthCheck.none() }],
    ['when another program checks the health', { healthCheck: HealthCheck.command(['/shop', 'check']), restart: RestartPolicy.always() }],
    ['with a writable volume', { mounts: [ContainerMount.volume('data', '/data')] }],
    ['with a writable directory', { mounts: [ContainerMount.directory('/srv', '/srv')] }],
    ['when the start may take longer than the provider waits', { healthCheck: HealthCheck.http('/', { startPeriod: Duration.minutes(17) }) }],
  ])('%s', (_, options) => {
    const { containers } = containersWith(options);
    expect(Object.keys(containers).filter((path) => path.includes('Trial'))).toEqual([]);
  });

  test('one of before blue/green moves to an address that nothing depends on, and is destroyed there', () => {
    const [address] = Object.keys(synthesized(containersWith().stack).resource.docker_container).filter((name) => name.includes('Trial'));
    const { moved } = synthesized(containersWith({ rollout: Rollout.blueGreen() }).stack);
    expect(moved).toContainEqual({ from: `docker_container.${address}`, to: `docker_container.${address}_left` });
  });

  test('when a writable mount is added later', () => {
    expect(containersWith({}, (service) => service.addMount(ContainerMount.volume('data', '/data'))).trial).toBeUndefined();
  });

  test('with a start of a quarter of an hour, there is one', () => {
    expect(containersWith({ healthCheck: HealthCheck.http('/', { startPeriod: Duration.minutes(15) }) }).trial).toBeDefined();
  });
});
