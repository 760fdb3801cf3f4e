import { TerraformResource, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import {
  BackupSchedule, BackupStorage, ContainerImage, ContainerLogging, Defaults, DefaultsProps, Gateway, GoService, GoTask,
  PostgresDatabase, PostgresVersion, PublishedPort, Rollout, ServiceProps, Size,
} from '../../lib';
import { messageOf } from '../message';

const image = () => ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe' });
const JOURNALD = ContainerLogging.of('journald');
const SYSLOG = ContainerLogging.of('syslog');

function newStack(): TerraformStack {
  return new TerraformStack(Testing.app(), 'dev');
}

function service(scope: Construct, props: Partial<ServiceProps> = {}): GoService {
  return new GoService(scope, 'service', { image: image(), ...props });
}

function containers(stack: TerraformStack): Record<string, any> {
  const { resource } = JSON.parse(Testing.synth(stack));
  const made = stack.node.findAll().filter(TerraformResource.isTerraformResource);
  const paths = new Map(made.map(({ friendlyUniqueId, node }) => [friendlyUniqueId, node.path]));
  return Object.fromEntries(Object.entries<any>(resource.docker_container).map(([id, container]) => [paths.get(id), container]));
}

function labelsOf(container: any): Record<string, string> {
  return Object.fromEntries(container.labels.map(({ label, value }: any) => [label, value]));
}

describe('defaults', () => {
  test('fill the props of each kind', () => {
    const stack = newStack();
    Defaults.apply(stack, {
      services: { memory: Size.mebibytes(100) },
      tasks: { memory: Size.mebibytes(200) },
      databases: { memory: Size.mebibytes(300), version: PostgresVersion.V16 },
      gateways: { memory: Size.mebibytes(400), image: 'haproxy:3.1' },
    });
    service(stack);
    new GoTask(stack, 'task', { image: image() });
    new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
    const { version } = new PostgresDatabase(stack, 'database');
    expect(version).toBe(PostgresVersion.V16);
    const memory = Object.entries(containers(stack)).map(([name, container]) => [name, container.memory]);
    expect(Object.fromEntries(memory)).toMatchObject({
      'dev/service/Resource': 100, 'dev/task/Resource': 200, 'dev/gateway/Resource': 400, 'dev/database/Resource': 300,
    });
  });

  test('give way to the nearest construct and to the props themselves; maps are joined', () => {
    const stack = newStack();
    const team = new Construct(stack, 'team');
    Defaults.apply(stack.node.root, { services: { memory: Size.mebibytes(1000), labels: { org: 'acme', level: 'app' }, cpuShares: 100 } });
    Defaults.apply(stack, { services: { memory: Size.mebibytes(500), labels: { level: 'stack' } } });
    Defaults.apply(team, { services: { labels: { level: 'team', team: 'shop' }, environment: { A: 'team', B: 'team' } } });
    service(team, { memory: undefined, labels: { level: 'service' }, environment: { B: 'service' } });
    const { memory, cpu_shares, env, ...container } = containers(stack)['dev/team/service/Resource'];
    expect({ memory, cpu_shares }).toEqual({ memory: 500, cpu_shares: 100 });
    expect(labelsOf(container)).toMatchObject({ org: 'acme', level: 'service', team: 'shop' });
    expect(env).toEqual(expect.arrayContaining(['A=team', 'B=service']));
  });

  test('of several calls add up', () => {
    const stack = newStack();
    Defaults.apply(stack, { services: { memory: Size.mebibytes(100) } });
    Defaults.apply(stack, { services: { cpuShares: 100 } });
    service(stack);
    expect(containers(stack)['dev/service/Resource']).toMatchObject({ memory: 100, cpu_shares: 100 });
  });

  test('reach what a construct makes of its own accord', () => {
    const stack = newStack();
    Defaults.apply(stack, { databases: { memory: Size.mebibytes(300) } });
    new PostgresDatabase(new Construct(stack, 'within'), 'database');
    expect(containers(stack)['dev/within/database/Resource'].memory).toBe(300);
  });

  test('change nothing elsewhere', () => {
    const [one, other] = [newStack(), newStack()];
    Defaults.apply(new Construct(one, 'beside'), { services: { memory: Size.mebibytes(100) }, logging: JOURNALD });
    service(one);
    service(other);
    expect(Testing.synth(one)).toBe(Testing.synth(other));
  });
});

describe('the logging of all containers', () => {
  function stackWith(defaults: DefaultsProps): TerraformStack {
    const stack = newStack();
    Defaults.apply(stack, defaults);
    const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
    const database = new PostgresDatabase(stack, 'database');
    database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 1, to: BackupStorage.volume() });
    database.metrics();
    database.addRole('shop');
    service(stack, { rollout: Rollout.blueGreen(), routes: [gateway.route()] }).connectTo(database);
    new GoTask(stack, 'task', { image: image() });
    return stack;
  }

  test('reaches helpers too', () => {
    const made = Object.entries(containers(stackWith({ logging: JOURNALD })));
    expect(made.length).toBeGreaterThan(7);
    expect(made.filter(([, { log_driver }]) => log_driver !== 'journald')).toEqual([]);
  });

  test('gives way to that of a kind, which holds for the helpers of a database', () => {
    const made = containers(stackWith({ logging: JOURNALD, databases: { logging: SYSLOG }, tasks: { logging: ContainerLogging.local() } }));
    const drivers = Object.fromEntries(Object.entries(made).map(([name, { log_driver }]) => [name, log_driver]));
    expect(drivers).toMatchObject({
      'dev/service/Resource': 'journald',
      'dev/gateway/Resource': 'journald',
      'dev/task/Resource': 'local',
      'dev/database/Resource': 'syslog',
      'dev/database/Backup/Resource': 'syslog',
      'dev/database/Metrics/Resource': 'syslog',
      'dev/database/Provisioning/Resource': 'syslog',
    });
  });
});

describe('defaults are refused', () => {
  test.each<[string, () => unknown, string]>([
    ['misspelt', () => Defaults.apply(newStack(), { services: { memroy: Size.mebibytes(100) } } as any), [
      'dev: unknown prop `services.memroy`',
      '  allowed: after, arguments, capabilities, ',
    ].join('\n')],
    ['of a kind that is none', () => Defaults.apply(newStack(), { service: {} } as any), [
      'dev: unknown prop `service`',
      '  allowed: databases, gateways, images, logging, place, services, tasks',
    ].join('\n')],
    ['out of range', () => Defaults.apply(newStack(), { services: { replicas: 51 } }), 'dev: the prop `services.replicas` is too large\n  given:   51\n'],
    ['without a construct', () => Defaults.apply(undefined as any, {}), 'Defaults.apply(): the argument `scope` is missing\n'],
    ['that are none', () => Defaults.apply(newStack(), undefined as any), 'dev: the props are missing\n'],
  ])('%s', (_, action, message) => {
    expect(messageOf(action).startsWith(message)).toBe(true);
  });

  test('after a construct that they are for', () => {
    const stack = newStack();
    service(stack);
    const late = (kind: string) => [
      `dev: the defaults for \`${kind}\` come too late: a construct below has been made without them`,
      '  allowed: defaults before the first construct that they are for',
      '  to do:   call Defaults.apply() before you create the constructs that use it',
    ].join('\n');
    expect(messageOf(() => Defaults.apply(stack, { services: { cpuShares: 100 } }))).toBe(late('services'));
    expect(messageOf(() => Defaults.apply(stack, { images: { tags: ['netgo'] } }))).toBe(late('images'));
    expect(messageOf(() => Defaults.apply(stack, { logging: JOURNALD }))).toBe(late('logging'));
    expect(() => Defaults.apply(stack, { tasks: { cpuShares: 100 } })).not.toThrow();
    expect(() => Defaults.apply(new Construct(stack, 'below'), { services: { cpuShares: 100 } })).not.toThrow();
  });

  test('twice, but for different settings not', () => {
    const stack = newStack();
    Defaults.apply(stack, { databases: { version: PostgresVersion.V16 } });
    expect(messageOf(() => Defaults.apply(stack, { databases: { version: PostgresVersion.V16 } }))).toBe([
      'dev: a default is set twice for the same construct',
      '  given:   "databases.version"',
      '  allowed: each default once for each construct',
      '  to do:   remove one of the two, or apply it to a construct further down, where it takes precedence',
    ].join('\n'));
  });
});
