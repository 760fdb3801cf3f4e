import { Testing } from 'cdktf';
import {
  ConnectionPool, ContainerImage, ContainerNetwork, DatabaseCredentials, Defaults, GoService, HealthCheck, ImageRegistry, PostgresDatabase,
  PostgresDatabaseProps, PostgresMetricsProps, PostgresTls, PostgresVersion, PublishedPort, RoleAccess, Size,
} from '../../lib';
import { messageOf } from '../message';
import { newStack, resourcesByPath } from '../stack';

const variables = (container: any): Record<string, string> =>
  Object.fromEntries((container.env as string[]).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));

function metrics(props?: PostgresMetricsProps, databaseProps: PostgresDatabaseProps = {}): Record<string, Record<string, any>> {
  const stack = newStack('test');
  new PostgresDatabase(stack, 'db', databaseProps).metrics(props);
  return resourcesByPath(stack);
}

const exporter = (resources: Record<string, Record<string, any>>) => resources.docker_container['db/Metrics/Resource'];

describe('metrics of a PostgreSQL server', () => {
  test('are made in a hardened container on the database\'s network alone', () => {
    const resources = metrics();
    expect(exporter(resources)).toMatchObject({
      name: 'test-db-metrics',
      user: '65534:65534',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges:true'],
      memory: 128,
      wait: '${!local.docker_command}',
      healthcheck: { test: ['CMD', '/bin/wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:9187/'] },
      networks_advanced: [{ name: expect.stringContaining('docker_network.db_Network_') }],
      depends_on: [expect.stringContaining('docker_container.db_Provisioning_')],
    });
    expect(exporter(resources).ports).toBeUndefined();
    expect(Object.keys(resources.docker_network)).toEqual(['db/Network/Resource']);
    expect(resources.docker_image['db/Metrics/Image'].name).toBe('quay.io/prometheuscommunity/postgres-exporter:v0.20.1');
  });

  test('come from a role of their own, whose password only its variable has', () => {
    const resources = metrics({ roleName: 'm${x}' }, { databaseName: 'a/b?', credentials: DatabaseCredentials.plainText('of the superuser') });
    const { DATA_SOURCE_URI, DATA_SOURCE_USER, DATA_SOURCE_PASS, ...others } = variables(exporter(resources));
    expect(others).toEqual({});
    expect(DATA_SOURCE_URI).toBe('test-db:5432/a%2Fb%3F?sslmode=disable');
    expect(DATA_SOURCE_USER).toBe('m$${x}');
    expect(DATA_SOURCE_PASS).toMatch(/^\$\{terraform_data\..*\.triggers_replace\.secret\}$/);
    const provisioning = resources.docker_container['db/Provisioning/Resource'];
    const task = variables(provisioning);
    expect(provisioning.upload[0].content).toContain(`"export ROLE_PASSWORD_1='", replace(${DATA_SOURCE_PASS.slice(2, -1)}, `);
    expect(task.PROVISIONING).toContain('CONNECTION LIMIT 3 VALID UNTIL \'infinity\';\nGRANT pg_monitor TO "m$${x}";');
    expect(task.PROVISIONING).toContain('GRANT CONNECT ON DATABASE "a/b?" TO "m$${x}";');
    expect(task.PROVISIONING).not.toMatch(/GRANT (USAGE|SELECT)[^;]*TO "m/);
  });

  test('change nothing for other roles', () => {
    const stack = newStack('test');
    new PostgresDatabase(stack, 'db').addRole('shop', { access: RoleAccess.readOnly() });
    expect(variables(resourcesByPath(stack).docker_container['db/Provisioning/Resource']).PROVISIONING).not.toContain('pg_monitor');
  });

  test('are published on a network of their own that is not isolated', () => {
    const resources = metrics({ port: PublishedPort.onLoopback(9187) });
    expect(exporter(resources).ports).toEqual([{ ip: '127.0.0.1', external: 9187, internal: 9187, protocol: 'tcp' }]);
    expect(exporter(resources).networks_advanced).toHaveLength(2);
    expect(resources.docker_network['db/Metrics/Network/Resource']).toMatchObject({ internal: false });
    expect(resources.docker_container['db/Resource'].networks_advanced).toHaveLength(1);
  });

  test('are reached from given networks, each once', () => {
    const network = ContainerNetwork.fromName('monitoring');
    expect(exporter(metrics({ networks: [network, network] })).networks_advanced.map(({ name }: { name: string }) => name))
      .toEqual([expect.stringContaining('docker_network.db_Network_'), 'monitoring']);
  });

  test('take the image, the arguments, the memory and the health check that are given', () => {
    const resources = metrics({
      image: 'mirror.example.com/exporter:1', arguments: ['--collector.wal', '${x}'], memory: Size.mebibytes(64), healthCheck: HealthCheck.none(),
    });
    expect(exporter(resources)).toMatchObject({ command: ['--collector.wal', '$${x}'], memory: 64, healthcheck: { test: ['NONE'] } });
    expect(exporter(resources).wait).toBeUndefined();
    expect(resources.docker_image['db/Metrics/Image'].name).toBe('mirror.example.com/exporter:1');
  });

  test('use the mirror of the stack', () => {
    const stack = newStack('test');
    Defaults.apply(stack, { images: { mirrors: { 'quay.io': ImageRegistry.of('registry.example.com/quay') } } });
    new PostgresDatabase(stack, 'db').metrics();
    expect(resourcesByPath(stack).docker_image['db/Metrics/Image'].name)
      .toBe('registry.example.com/quay/prometheuscommunity/postgres-exporter:v0.20.1');
  });

  test('are asked for over TLS where the server has it', () => {
    const tls = PostgresTls.withCertificate({ certificate: '-----BEGIN CERTIFICATE-----\nc', privateKey: '-----BEGIN PRIVATE KEY-----\nk' });
    expect(variables(exporter(metrics({}, { tls }))).DATA_SOURCE_URI).toBe('test-db:5432/app?sslmode=require');
  });

  test('get another password for another label', () => {
    const [one, two] = ['2026-11', '2026-12'].map((rotation) => variables(exporter(metrics({ rotation }))).DATA_SOURCE_PASS);
    expect(one).not.toBe(two);
  });

  test('tell where they are', () => {
    const stack = newStack('test');
    const { containerName, containerPort, role, fqn, resource } = new PostgresDatabase(stack, 'db').metrics();
    expect([containerName, containerPort, role.roleName]).toEqual(['test-db-metrics', 9187, 'metrics']);
    expect(fqn).toBe(resource.fqn);
  });

  test('count in the budget of connections', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', { parameters: { max_connections: '20' } });
    new GoService(stack, 'shop', { image: ContainerImage.fromRegistry('shop:1', { probePath: '/probe' }) })
      .connectTo(db, { pool: ConnectionPool.pgx(15) });
    expect(() => Testing.synth(stack, true)).not.toThrow();
    db.metrics();
    expect(messageOf(() => Testing.synth(stack, true))).toContain('given:   "18 = 15 (test/shop) + 3 (test/db/Metrics)"\n  allowed: 17');
  });
});

describe('metrics of a PostgreSQL server are refused:', () => {
  const error = (props: Record<string, unknown>, databaseProps?: PostgresDatabaseProps) =>
    messageOf(() => metrics(props as PostgresMetricsProps, databaseProps));

  test('twice', () => {
    const db = new PostgresDatabase(newStack('test'), 'db');
    db.metrics();
    expect(messageOf(() => db.metrics())).toBe([
      'test/db: the database has metrics already',
      '  allowed: one call of metrics() for each database server',
      '  to do:   keep the object that the first metrics() returned',
    ].join('\n'));
  });

  test('names with spaces, for which the exporter would write the password into its log', () => {
    expect(error({ roleName: 'a b' })).toBe([
      'test/db/Metrics: postgres_exporter cannot connect when the name of the role has a space in it',
      '  given:   "a b"',
      '  allowed: a name without spaces',
      '  to do:   give the role another name, or make metrics with another program that connects as a role of addRole()',
    ].join('\n'));
    expect(error({}, { databaseName: 'my shop' })).toContain('when the name of the database has a space in it\n  given:   "my shop"');
  });

  test('a port of the container that nothing listens on, and one that is taken', () => {
    expect(error({ port: PublishedPort.onLoopback(9000, 80) })).toBe([
      'test/db/Metrics: not the port that the exporter listens on',
      '  given:   80',
      '  allowed: 9187',
      '  to do:   give the port of the host alone',
    ].join('\n'));
    const db = new PostgresDatabase(newStack('test'), 'db');
    db.publish(PublishedPort.onLoopback(9187));
    expect(messageOf(() => db.metrics({ port: PublishedPort.onLoopback(9187) }))).toContain('publishes the same host port: test/db');
  });

  test.each([
    [{ roleName: 'postgres' }, 'this is the superuser\'s name'],
    [{ roleName: 'pg_monitor' }, 'PostgreSQL keeps this role name for itself'],
    [{ rotation: '' }, 'not a rotation label'],
    [{ image: 'No Image' }, 'ContainerImage.fromRegistry("No Image"): '],
    [{ memory: Size.mebibytes(8) }, 'test/db: the argument `props.memory` of metrics() is too small'],
    [{ healthCheck: HealthCheck.http('/') }, 'test/db/Metrics: '],
    [{ port: 9187 }, 'test/db: the argument `props.port` of metrics() is not a PublishedPort'],
    [{ arguments: '--x' }, 'test/db: the argument `props.arguments` of metrics() is not a list of strings'],
    [{ networks: ['x'] }, 'test/db: the argument `props.networks[0]` of metrics() is not an IContainerNetwork'],
  ])('%j', (props, text) => {
    expect(error(props)).toContain(text);
  });

  test('a role name that is taken, and a server that is too old', () => {
    const db = new PostgresDatabase(newStack('test'), 'db');
    db.addRole('metrics');
    expect(messageOf(() => db.metrics())).toContain('the server has two roles with one name\n  given:   "metrics"');
    expect(error({}, { version: PostgresVersion.of('13') })).toContain('need a newer PostgreSQL');
  });
});
