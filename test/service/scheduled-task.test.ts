import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import {
  ContainerImage, ContainerMount, Defaults, Duration, GoScratchImage, GoService, MissedRuns, PostgresDatabase, Rollout, Schedule, ScheduledTask,
  ScheduledTaskProps, Size,
} from '../../lib';
import { writeFiles } from '../go/fixture';
import { messageOf } from '../message';

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe', schedulerPath: '/scheduler', entrypoint: ['/app', '-v'] });
const NIGHTLY = Schedule.cron('30 3 * * *', 'Europe/Berlin');

function task(props: Partial<ScheduledTaskProps> = {}, stack = new TerraformStack(new App(), 'dev')): ScheduledTask {
  return new ScheduledTask(stack, 'nightly', { image: IMAGE, schedule: NIGHTLY, ...props });
}

function resourcesOf(of: ScheduledTask): any {
  return JSON.parse(Testing.synth(TerraformStack.of(of))).resource;
}

function containerOf(of: ScheduledTask): any {
  return resourcesOf(of).docker_container[of.resource.friendlyUniqueId];
}

test('it may have as many processes as a service', () => {
  expect(Object.keys(resourcesOf(task()).terraform_data)).toEqual(expect.arrayContaining([expect.stringMatching(/^nightly_Processes_/)]));
});

test('the scheduler runs the program of the image, and an init runs the scheduler', () => {
  expect(containerOf(task())).toMatchObject({
    name: 'dev-nightly',
    init: true,
    entrypoint: [
      '/scheduler', 'serve', '--cron', '30 3 * * *', '--zone', 'Europe/Berlin', '--name', 'dev-nightly', '--time-limit', '1h0m0s', '--kill-after', '10s',
      '--shutdown', '30s', '--retries', '0', '--retry-delay', '10s', '--missed', 'skip', '--metrics', '9464', '--history', '/var/lib/scheduler',
      '--', '/app', '-v',
    ],
    healthcheck: { test: ['CMD', '/scheduler', 'status'], interval: '10s', timeout: '10s', retries: 3 },
    wait: '${!local.docker_command}',
    restart: 'unless-stopped',
    stop_timeout: 30,
    destroy_grace_seconds: 30,
    must_run: false,
  });
});

test('a volume keeps its history', () => {
  const { docker_volume: volumes, docker_container: containers } = resourcesOf(task());
  const [[id, volume]] = Object.entries<any>(volumes);
  expect(volume).toEqual({ name: 'dev-nightly-history', lifecycle: undefined });
  expect(Object.values<any>(containers)[0].volumes).toEqual([
    { volume_name: `\${docker_volume.${id}.name}`, container_path: '/var/lib/scheduler', read_only: false },
  ]);
});

test('all settings reach the scheduler and the container', () => {
  const made = task({
    schedule: Schedule.every(Duration.minutes(5)),
    timeLimit: Duration.minutes(90),
    killAfter: Duration.seconds(5),
    retries: 3,
    retryDelay: Duration.minutes(1),
    missedRuns: MissedRuns.RUN_ONCE,
    shutdownTimeout: Duration.minutes(10),
    metricsPort: 9100,
    containerName: 'cleanup',
    arguments: ['--all'],
    environment: { A: '1' },
    memory: Size.mebibytes(64),
    mounts: [ContainerMount.volume('data', '/data')],
    labels: { team: 'shop' },
    networks: [{ networkName: 'elsewhere' }],
  });
  expect(made.metricsPort).toBe(9100);
  expect(containerOf(made)).toMatchObject({
    name: 'cleanup',
    command: ['--all'],
    env: ['A=1', `GOMEMLIMIT=${Math.floor(0.9 * 64 * 1024 * 1024)}B`],
    memory: 64,
    stop_timeout: 600,
    destroy_grace_seconds: 600,
    labels: [{ label: 'cdktf-go-docker.health-check', value: expect.any(String) }, { label: 'team', value: 'shop' }],
    networks_advanced: [{ name: 'elsewhere' }],
    volumes: [{ volume_name: 'data', container_path: '/data', read_only: false }, { container_path: '/var/lib/scheduler' }],
  });
  expect(containerOf(made).entrypoint).toEqual([
    '/scheduler', 'serve', '--every', '5m0s', '--name', 'cleanup', '--time-limit', '1h30m0s', '--kill-after', '5s', '--shutdown', '10m0s',
    '--retries', '3', '--retry-delay', '1m0s', '--missed', 'run-once', '--metrics', '9100', '--history', '/var/lib/scheduler', '--', '/app', '-v',
  ]);
});

test('it is hardened as a service is, and defaults of tasks apply', () => {
  const stack = new TerraformStack(new App(), 'dev');
  Defaults.apply(stack, { tasks: { labels: { team: 'shop' }, memory: Size.mebibytes(100) } });
  const made = task({}, stack);
  const service = new GoService(stack, 'shop', { image: IMAGE });
  const containers = JSON.parse(Testing.synth(stack)).resource.docker_container;
  const of = ({ resource }: ScheduledTask | GoService) => containers[resource.friendlyUniqueId];
  for (const setting of ['read_only', 'capabilities', 'security_opts', 'tmpfs', 'log_driver', 'log_opts', 'network_mode', 'networks_advanced']) {
    expect(of(made)[setting]).toBeDefined();
    expect(of(made)[setting]).toEqual(of(service)[setting]);
  }
  expect(of(made)).toMatchObject({ memory: 100, memory_swap: 100, labels: expect.arrayContaining([{ label: 'team', value: 'shop' }]) });
});

test('it gets a database\'s connection, and secrets stay out of the plan', () => {
  const stack = new TerraformStack(new App(), 'dev');
  const made = task({ secretEnvironment: { TOKEN: new TerraformVariable(stack, 'token', { type: 'string', sensitive: true }).stringValue } }, stack);
  made.connectTo(new PostgresDatabase(stack, 'database'));
  const { env } = containerOf(made);
  expect(env.find((variable: string) => variable.startsWith('DATABASE_URL='))).toMatch(/^DATABASE_URL=\$\{sensitive\(/);
  expect(env.find((variable: string) => variable.startsWith('TOKEN='))).toBe('TOKEN=${sensitive(var.token)}');
});

test('text that looks like a template of Terraform stays text', () => {
  expect(containerOf(task({ arguments: ['${x}'] })).command).toEqual(['$${x}']);
});

test('a blue/green service that waits for it asks for its metrics port, without a dependency on its container', () => {
  const stack = new TerraformStack(new App(), 'dev');
  const made = task({}, stack);
  const service = new GoService(stack, 'shop', { image: IMAGE, rollout: Rollout.blueGreen(), after: [made] });
  const { docker_container: containers } = JSON.parse(Testing.synth(stack)).resource;
  const [ready] = containers[service.resource.friendlyUniqueId].depends_on;
  expect(containers[ready.split('.')[1]].entrypoint).toEqual(expect.arrayContaining(['/probe', 'wait', 'tcp', '9464']));
});

describe('an image with the scheduler', () => {
  const source = () => writeFiles({ 'go.mod': 'module m\n\ngo 1.22\n', 'main.go': 'package main\n\nfunc main() {}\n' });
  const image = (props: { scheduler?: boolean; extraFiles?: Record<string, string> }) => {
    const stack = new TerraformStack(new App(), 'dev');
    return new GoScratchImage(stack, 'image', { source: source(), ...props });
  };

  test('compiles it in a stage of its own, and has a directory for its history', () => {
    const { dockerfile, contextFiles } = image({ scheduler: true });
    expect(dockerfile).toMatch(/FROM toolchain AS scheduler\nWORKDIR \/scheduler\nCOPY scheduler\/ \.\/\n/);
    expect(dockerfile).toContain(' && mkdir -p /root-fs/var/lib/scheduler \\\n && chmod 0777 /root-fs/var/lib/scheduler\n');
    expect(dockerfile).toContain('COPY --from=scheduler /out/scheduler /root-fs/scheduler\n');
    expect(contextFiles).toEqual(expect.arrayContaining(['scheduler/go.mod', 'scheduler/main.go']));
  });

  test('is a scheduled task without further settings', () => {
    const made = image({ scheduler: true });
    expect(containerOf(task({ image: made }, TerraformStack.of(made))).entrypoint.slice(-2)).toEqual(['--', '/app']);
  });

  test('other images have nothing of it', () => {
    const { dockerfile, contextFiles } = image({});
    expect(dockerfile).not.toContain('scheduler');
    expect(contextFiles.join()).not.toContain('scheduler');
  });

  test('its paths are taken', () => {
    const file = `${writeFiles({ x: '' })}/x`;
    expect(messageOf(() => image({ scheduler: true, extraFiles: { '/scheduler': file } }))).toContain('a path in `extraFiles` belongs to the image itself');
    expect(messageOf(() => image({ scheduler: true, extraFiles: { '/var/lib/scheduler/x': file } }))).toContain('a path in `extraFiles` belongs to the image itself');
    expect(image({ extraFiles: { '/scheduler': file } }).dockerfile).toContain('COPY files/');
  });
});

describe('what is refused', () => {
  test.each<[Partial<ScheduledTaskProps>, string, string]>([
    [{ image: ContainerImage.fromRegistry('shop:1', { entrypoint: ['/app'] }) }, 'dev/nightly: the image holds no scheduler', 'add `scheduler: true` to the image'],
    [{ image: ContainerImage.fromRegistry('shop:1', { schedulerPath: '/scheduler' }) },
      'dev/nightly: the scheduler does not know which program of the image to start', 'add `entrypoint`'],
    [{ shutdownTimeout: Duration.seconds(11) }, 'dev/nightly: the container would be killed before', 'set `shutdownTimeout` to Duration.seconds(12) or more'],
    [{ killAfter: Duration.minutes(1) }, 'shutdownTimeout 30s, killAfter 1m0s', 'Duration.seconds(62)'],
    [{ retries: -1 }, 'dev/nightly: the prop `retries` is too small', '0 to 100'],
    [{ timeLimit: Duration.milliseconds(1500) }, 'dev/nightly: the prop `timeLimit`', 'seconds'],
    [{ metricsPort: 0 }, 'dev/nightly: the prop `metricsPort` is too small', '1 to 65535'],
    [{ mounts: [ContainerMount.tmpfs('/var/lib/scheduler')] }, 'dev/nightly: two mounts at one path of the container', 'remove one of them'],
    [{ missedRuns: 'never' as any }, 'dev/nightly: the prop `missedRuns`', 'MissedRuns'],
  ])('%j', (props, what, remedy) => {
    const message = messageOf(() => task(props));
    expect(message).toContain(what);
    expect(message).toContain(remedy);
  });

  test('one metrics port of the host for two tasks', () => {
    const stack = new TerraformStack(new App(), 'dev');
    task({ hostNetwork: true }, stack);
    const other = (metricsPort?: number) => new ScheduledTask(stack, `other${metricsPort}`, { image: IMAGE, schedule: NIGHTLY, hostNetwork: true, metricsPort });
    expect(messageOf(() => other())).toContain('another container of the stack publishes the same host port: dev/nightly');
    expect(() => other(9465)).not.toThrow();
  });

  test.each([
    [() => Schedule.cron('61 * * * *'), 'Schedule.cron("61 * * * *"', 'the minute "61" is not understood'],
    [() => Schedule.cron('0 3 * * *', 'Europe/Berln'), 'not the name of a time zone', 'write "Europe/Berlin"'],
    [() => Schedule.every(Duration.milliseconds(500)), 'Schedule.every', '1 s to 8760 h'],
  ])('%s', (make, what, remedy) => {
    const message = messageOf(make);
    expect(message).toContain(what);
    expect(message).toContain(remedy);
  });
});
