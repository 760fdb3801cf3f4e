import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack, TerraformVariable } from 'cdktf';
import {
  ContainerFile, ContainerImage, ContainerMount, ContainerNetwork, ContainerService, Defaults, DockerHost, Duration, FileChange, Gateway, GoService,
  GoTask, HealthCheck, ImageRegistry, PostgresDatabase, PublishedPort, ReplicaOrder, Rollout, ScheduledTask, Schedule, Size, SwarmCluster,
} from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { goImage, newStack, resources, resourcesByPath, synthesized, warnings } from '../stack';

type Props = Record<string, any>;

const REGISTRY = ImageRegistry.of('localhost:5000');
const SWARM = SwarmCluster.managedBy(DockerHost.local());

function swarm(place: SwarmCluster = SWARM): TerraformStack {
  const stack = newStack();
  Defaults.apply(stack, { place, images: { registry: REGISTRY } });
  return stack;
}

function api(stack: TerraformStack, props: Props = {}): GoService {
  return new GoService(stack, 'Api', { image: goImage(stack), rollout: Rollout.blueGreen(), ...props });
}

function service(stack: TerraformStack): any {
  const found = resources(stack, 'docker_service');
  expect(found).toHaveLength(1);
  return found[0];
}

test('a service is one docker_service, by digest, hardened, and watched', () => {
  const stack = swarm();
  api(stack, { replicas: 3, cpuPercent: 50, memory: Size.mebibytes(64) });
  expect(service(stack)).toMatchObject({
    name: 'dev-api',
    mode: { replicated: { replicas: 3 } },
    endpoint_spec: { mode: 'dnsrr' },
    update_config: { order: 'start-first', parallelism: 0, failure_action: 'rollback', monitor: '15s', max_failure_ratio: '0.0' },
    rollback_config: { order: 'start-first', parallelism: 0, failure_action: 'pause', monitor: '15s' },
    lifecycle: { ignore_changes: ['task_spec[0].placement[0].platforms'] },
    task_spec: {
      container_spec: {
        image: expect.stringMatching(/^localhost:5000\/dev-image@\$\{docker_registry_image\.\w+\.sha256_digest\}$/),
        user: '65534:65534',
        read_only: true,
        cap_drop: ['ALL'],
        env: { PORT: '8080', GOMEMLIMIT: expect.anything() },
        healthcheck: { interval: '10s', start_period: '0s', retries: 6, timeout: '3s' },
        mounts: [{ type: 'tmpfs', target: '/tmp' }],
        stop_grace_period: '30s',
      },
      resources: { limits: { memory_bytes: 67108864, nano_cpus: 500_000_000 } },
      restart_policy: { condition: 'any' },
      log_driver: { name: 'json-file' },
      force_update: expect.stringMatching(/^\$\{parseint\(/),
    },
  });
  expect(service(stack).task_spec.container_spec.command).toBeUndefined();
  expect(service(stack).converge_config).toBeUndefined();
});

test.each<[string, Rollout, Props, Props]>([
  ['one after another', Rollout.blueGreen({ replicaOrder: ReplicaOrder.ONE_AFTER_ANOTHER }), { order: 'start-first', parallelism: 1 }, { interval: '10s', retries: 6 }],
  ['a longer settle time', Rollout.blueGreen({ settleTime: Duration.seconds(90) }), { order: 'start-first', parallelism: 0 }, { interval: '1m30s', retries: 2 }],
  ['stopped before the new version starts', Rollout.recreate({ trial: false }), { order: 'stop-first', parallelism: 0 }, { interval: '5s', retries: 11 }],
])('a rollout: %s', (_, rollout, update, healthcheck) => {
  const stack = swarm();
  api(stack, { rollout });
  expect(service(stack)).toMatchObject({ update_config: update, task_spec: { container_spec: { healthcheck } } });
});

test('a service without a health check runs as soon as it starts', () => {
  const stack = swarm();
  new ContainerService(stack, 'Api', { image: ContainerImage.fromRegistry('acme/api:1') });
  expect(service(stack).task_spec.container_spec).toMatchObject({ image: expect.stringMatching(/^\$\{docker_image\.\w+\.repo_digest\}$/) });
  expect(service(stack).task_spec.container_spec.healthcheck).toBeUndefined();
});

test('an image that the manager has from no registry is refused before anything is touched', () => {
  const stack = swarm();
  new ContainerService(stack, 'Api', { image: ContainerImage.fromRegistry('acme/api:1') });
  const { precondition, ignore_changes: ignored } = service(stack).lifecycle;
  expect(ignored).toHaveLength(1);
  expect(precondition).toEqual([{
    condition: expect.stringMatching(/^\$\{\(length\(regexall\("@sha256:", docker_image\.\w+\.repo_digest\)\) >= 1\)\}$/),
    error_message: 'dev/Api: the manager has the image of this service from no registry, so the other nodes of the Swarm cannot pull it. '
      + 'Push it to a registry that all nodes reach.',
  }]);
});

test('the barrier says what it needs, and what it found', () => {
  const stack = swarm();
  api(stack);
  const ready = resourcesByPath(stack).terraform_data['Api/Ready'];
  expect(ready.lifecycle.precondition[0].error_message)
    .toBe('dev/Api: a Swarm reports to the docker command whether an update worked. Install the docker command where Terraform runs.');
  expect(ready.triggers_replace).toMatchObject({ replicas: 1, version: expect.stringContaining('parseint') });
  const script: string = synthesized(stack).locals.swarm_converged;
  [
    ': cannot ask the Swarm about the service $NAME. Terraform needs a docker command that reaches its manager:',
    ': the new version of the service $NAME failed, and so did the way back to the former one.',
    ': the new version of the service $NAME failed, and the Swarm has gone back to the former one.',
    ': the Swarm has paused the update of the service $NAME.',
    'It has no former version to go back to.',
    ': no node of the Swarm can take a task of the service $NAME. The former version goes on where it runs. The Swarm keeps trying: apply again when there is room.',
    ' seconds: the state of its update is $state, and $1 of $REPLICAS tasks are healthy.',
    'The Swarm says:',
    'The end of the log of a failed task (docker service logs $task):',
    'To see more: docker service ps --no-trunc $NAME',
  ].forEach((words) => expect(script).toContain(words));
});

test('the durations are those that the engine writes back', () => {
  const stack = swarm();
  api(stack, { shutdownTimeout: Duration.seconds(3720) });
  expect(service(stack).task_spec.container_spec.stop_grace_period).toBe('1h2m');
});

describe('secrets', () => {
  test('are secrets of the Swarm with a random name, which the probe gives to the unchanged program', () => {
    const stack = swarm();
    const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true });
    api(stack, { secretEnvironment: { TOKEN: token.stringValue } }).connectTo(new PostgresDatabase(stack, 'Database'));
    const { container_spec: spec } = service(stack).task_spec;
    expect(spec.command).toEqual(['/probe', 'exec', 'TOKEN=/run/secrets/TOKEN', 'DATABASE_URL=/run/secrets/DATABASE_URL', '--', '/app']);
    expect(Object.keys(spec.env).sort()).toEqual(['GOMEMLIMIT', 'PORT']);
    expect(spec.secrets).toMatchObject([
      { file_name: 'TOKEN', file_uid: '65534', file_gid: '65534', file_mode: 0o400 }, { file_name: 'DATABASE_URL', file_mode: 0o400 },
    ]);
    const all = resourcesByPath(stack);
    expect(all.docker_secret['Api/Secret-TOKEN']).toMatchObject({
      name: expect.stringMatching(/^\$\{join\("-", \["dev-api-TOKEN", substr\(terraform_data\.\w+-?\w*\.id, 0, 8\)\]\)\}$/),
      data: '${base64encode(sensitive(var.token))}',
      lifecycle: { create_before_destroy: true },
    });
    expect(JSON.stringify(service(stack))).not.toContain('var.token');
  });

  test('stay until the service has left them for good, because a rollback needs the former ones', () => {
    const stack = swarm();
    api(stack, { secretEnvironment: { TOKEN: new TerraformVariable(stack, 'token', { sensitive: true }).stringValue } });
    expect(resourcesByPath(stack).terraform_data['Api/Ready'].depends_on).toEqual([expect.stringMatching(/^docker_secret\./)]);
  });

  test('an image without the probe is refused, because it would not know its secrets', () => {
    const stack = swarm();
    expect(messageOf(() => new ContainerService(stack, 'Api', {
      image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), secretEnvironment: { TOKEN: '${var.x}' },
    }))).toBe([
      'dev/Api: a Swarm has secrets only as files, and nothing in the image can give them to the program as variables',
      '  given:   "TOKEN"',
      '  allowed: secret variables for images of this library, or from a registry with `probePath`, `probeHasExec: true` and `entrypoint`',
      '  to do:   let the program read a file: connectTo(…, { file: "/run/secrets/database-url" }), or ContainerFile.secret() with `environmentVariable` in place of the secret variable; many images know variables that end in _FILE',
    ].join('\n'));
  });
});

describe('files', () => {
  test('are configurations, and secrets where only Terraform knows the text', () => {
    const stack = swarm();
    const password = new TerraformVariable(stack, 'password', { sensitive: true }).stringValue;
    api(stack, { files: [ContainerFile.text('/etc/api/level', 'info'), ContainerFile.secret('/run/smtp/password', password)] });
    const { container_spec: spec } = service(stack).task_spec;
    expect(spec.configs).toMatchObject([{ file_name: '/etc/api/level', file_mode: 0o444, file_uid: '65534' }]);
    expect(spec.secrets).toMatchObject([{ file_name: '/run/smtp/password', file_mode: 0o400 }]);
    expect(resources(stack, 'docker_config')).toMatchObject([{ data: Buffer.from('info').toString('base64') }]);
    expect(resources(stack, 'docker_volume')).toEqual([]);
  });

  test.each<[string, Props, string]>([
    ['an empty one', { files: [ContainerFile.text('/etc/api/level', '')] }, 'dev/Api: a Swarm has no empty files'],
    ['a signal', { files: [ContainerFile.text('/etc/api/level', 'info')], onFileChange: FileChange.signal('SIGHUP') },
      'dev/Api: the files of a running program cannot change at this place'],
  ])('%s is refused', (_, props, message) => {
    const stack = swarm();
    api(stack, props);
    expect(messageOf(() => synthesized(stack))).toContain(message);
  });
});

describe('networks', () => {
  test('are overlay networks, which containers can join', () => {
    const stack = swarm();
    api(stack, { networks: [new ContainerNetwork(stack, 'Back', { isolated: true })] });
    expect(resources(stack, 'docker_network')).toMatchObject([{ driver: 'overlay', attachable: true, internal: true }]);
    expect(service(stack).task_spec.networks_advanced).toEqual([{ name: expect.stringMatching(/^\$\{docker_network\.\w+\.id\}$/) }]);
  });

  test('have an id of their own with a newer provider', () => {
    const stack = swarm();
    stack.addOverride('terraform.required_providers.docker.version', '4.5.0');
    api(stack);
    expect(service(stack).task_spec.networks_advanced).toEqual([{ id: expect.stringMatching(/^\$\{docker_network\.[\w-]+\.id\}$/) }]);
  });

  test('others are looked up', () => {
    const stack = swarm();
    api(stack, { networks: [ContainerNetwork.fromName('company')] });
    expect(service(stack).task_spec.networks_advanced).toEqual([{ name: expect.stringMatching(/^\$\{data\.docker_network\.[\w-]+\.id\}$/) }]);
    expect(Object.values(synthesized(stack).data.docker_network)).toMatchObject([{ name: 'company' }]);
  });
});

test('all else runs in containers of the manager, and the service waits for it', () => {
  const stack = swarm();
  const database = new PostgresDatabase(stack, 'Database');
  const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onLoopback(8080) });
  const image = goImage(stack, { scheduler: true });
  const migration = new GoTask(stack, 'Migration', { image });
  migration.connectTo(database);
  new ScheduledTask(stack, 'Nightly', { image, schedule: Schedule.cron('30 3 * * *') });
  new GoService(stack, 'Api', { image, rollout: Rollout.blueGreen(), after: [migration], routes: [gateway.route()] });
  const all = resourcesByPath(stack);
  expect(Object.keys(all.docker_service)).toEqual(['Api/Resource']);
  expect(Object.keys(all.docker_container)).toEqual(expect.arrayContaining(['Database/Resource', 'Gateway/Resource', 'Migration/Resource', 'Nightly/Resource']));
  expect(all.docker_service['Api/Resource'].depends_on).toEqual([expect.stringMatching(/^docker_container\.Migration/)]);
  expect(JSON.stringify(all.docker_container['Gateway/Configuration'].env)).toMatch(/server-template any \d+ dev-api:8080/);
});

describe('placement', () => {
  test('by conditions, labels and reservations, for all services or for one', () => {
    const stack = swarm(SwarmCluster.managedBy(DockerHost.local(), { constraints: ['node.role == worker'], monitor: Duration.seconds(120) }));
    api(stack, {
      place: SwarmCluster.managedBy(DockerHost.local(), { monitor: Duration.seconds(120) }).where({
        constraints: ['node.labels.disk == ssd'], spreadOver: ['node.labels.rack'], maxReplicasPerNode: 2, reservedMemory: Size.mebibytes(64), reservedCpuPercent: 25,
      }),
    });
    expect(service(stack)).toMatchObject({
      update_config: { monitor: '2m' },
      task_spec: {
        placement: { constraints: ['node.labels.disk == ssd'], prefs: ['spread=node.labels.rack'], max_replicas: 2 },
        resources: { reservation: { memory_bytes: 67108864, nano_cpus: 250_000_000 } },
      },
    });
  });

  test.each<[Props, string]>([
    [{ constraints: ['disk=ssd'] }, 'not a condition for nodes of a Swarm'],
    [{ spreadOver: ['rack'] }, 'not a label of nodes to spread tasks over'],
  ])('%j is refused', (options, message) => {
    expect(callMessageOf(() => SwarmCluster.managedBy(DockerHost.local(), options))).toContain(message);
    expect(callMessageOf(() => SWARM.where(options))).toContain(message);
  });

  test('a node is a place of its own, on the networks of the Swarm', () => {
    const stack = swarm();
    const provider = new DockerProvider(stack, 'node2', { alias: 'node2', host: 'ssh://deploy@node2' });
    const database = new PostgresDatabase(stack, 'Database', { place: SWARM.node(DockerHost.fromProvider(provider)) });
    api(stack).connectTo(database);
    const all = resourcesByPath(stack);
    expect(all.docker_container['Database/Resource'].provider).toMatch(/^docker\.node2_gate/);
    expect(all.docker_network['Database/Network/Resource']).toMatchObject({ driver: 'overlay' });
    expect(all.docker_network['Database/Network/Resource'].provider).toBeUndefined();
  });
});

describe('what a Swarm cannot do', () => {
  test.each<[string, Props, string]>([
    ['a port', { rollout: Rollout.recreate(), publish: PublishedPort.onLoopback(8080) }, 'a service of a Swarm publishes no port: its tasks move from node to node'],
    ['a volume', { mounts: [ContainerMount.volume('data', '/data')] }, 'a volume or directory is on one machine, and the tasks of a Swarm move from node to node'],
    ['a directory', { mounts: [ContainerMount.directory('/srv', '/srv', { readOnly: true })] }, 'a volume or directory is on one machine'],
    ['executable files in memory', { mounts: [ContainerMount.tmpfs('/run/x', { executable: true })] }, 'so that no file in them can be executed'],
    ['the network of the host', { rollout: Rollout.recreate(), hostNetwork: true }, 'a service of a Swarm has no `hostNetwork`'],
    ['open files', { openFiles: 1024 }, 'a service of a Swarm has no `openFiles`'],
    ['no health check', { healthCheck: HealthCheck.none() }, 'a Swarm takes a version without a health check for good as soon as it runs'],
    ['no registry', { image: 'local' }, 'the nodes of a Swarm pull the image from a registry, and it is in none'],
  ])('%s is refused', (_, props, message) => {
    const stack = newStack();
    Defaults.apply(stack, { place: SWARM });
    const registry = props.image === undefined ? REGISTRY : undefined;
    expect(messageOf(() => new GoService(stack, 'Api', { rollout: Rollout.blueGreen(), ...props, image: goImage(stack, { registry }) }))).toContain('dev/Api: ');
    expect(messageOf(() => new GoService(stack, 'Api2', { rollout: Rollout.blueGreen(), ...props, image: goImage(stack, { registry }, 'image2') }))).toContain(message);
  });

  test('an added port is refused as well', () => {
    const stack = swarm();
    const one = api(stack, { rollout: Rollout.recreate() });
    expect(messageOf(() => one.addPort(PublishedPort.onLoopback(9090, 9090)))).toContain('a service of a Swarm publishes no port');
  });

  test('is said once for all services, and for what one of them asks for', () => {
    const stack = swarm();
    api(stack, { processes: 100, tmpSize: Size.mebibytes(8), cpuShares: 512, labels: { team: 'shop' } });
    expect(warnings(stack)).toEqual([
      expect.stringContaining('Services on a Swarm run without no-new-privileges, without a limit of processes, and with as much swap as memory'),
      'A Swarm does not limit what this service asks for: `processes`, the size of file systems in memory (they count as memory of the service), `cpuShares`. Set `memory` and `cpuPercent`.',
      'A change of `labels` replaces this service with a gap, because the Docker provider cannot change them. Leave them as they are, or out.',
    ]);
  });

  test('certificates in memory are refused, because the docker command needs them', () => {
    const stack = newStack('dev', { host: 'tcp://10.0.0.1:2376', caMaterial: 'CA', certMaterial: 'CERT', keyMaterial: 'KEY' });
    Defaults.apply(stack, { place: SWARM, images: { registry: REGISTRY } });
    api(stack);
    expect(messageOf(() => synthesized(stack))).toContain('dev/Api: the docker command, which asks the Swarm whether an update worked, cannot use the certificates of the provider');
  });
});

test('over ssh, the condition for the docker command refers to something, as Terraform demands', () => {
  const stack = swarm(SwarmCluster.managedBy(DockerHost.ssh('manager')));
  api(stack);
  const [ready] = resources(stack, 'terraform_data').filter(({ lifecycle }) => lifecycle?.precondition);
  expect(ready.lifecycle.precondition[0].condition).toMatch(/^\$\{abspath\("\/"\) == "\/" \|\| local\./);
});
