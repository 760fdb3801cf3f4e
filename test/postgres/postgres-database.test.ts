import * as fs from 'fs';
import { TerraformVariable } from 'cdktf';
import { Client } from 'pg';
import { ContainerNetwork, DatabaseCredentials, Duration, PostgresDatabase, PostgresVersion, Size } from '../../lib';
import { dockerfilePath } from '../../lib/command/tree/dockerfile-path';
import { connectionUrl } from '../../lib/postgres/connection-url';
import { writeFiles } from '../go/fixture';
import { SeededRandom } from '../oracles/seeded-random';
import { container, filesBelow, goService, newStack, resolved, resources, synthesized, warnings, writeStack } from '../stack';

type Props = Record<string, any>;

function containerWith(props: Props): any {
  const stack = newStack();
  new PostgresDatabase(stack, 'database', props);
  return container(stack, 'dev-database');
}

function healthTest(username: string, databaseName: string): unknown[] {
  return ['CMD', '/bin/sh', '-ec', expect.stringContaining('pg_isready -q "$@"'), 'healthy.sh',
    '-h', '127.0.0.1', '-p', '5432', '-U', username, '-d', databaseName];
}

test('ready, private, hardened and protected without being asked', () => {
  const stack = newStack();
  new PostgresDatabase(stack, 'database');
  expect(container(stack, 'dev-database')).toMatchObject({
    capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_SETGID', 'CAP_SETUID'] },
    command: ['postgres'],
    entrypoint: ['/bin/sh', '-ec', expect.stringContaining('flock -n 9'), 'start.sh', 'docker-entrypoint.sh'],
    healthcheck: { test: healthTest('postgres', 'app'), start_period: '2m0s' },
    memory: 1024,
    read_only: true,
    shm_size: 256,
    stop_signal: 'SIGINT',
    stop_timeout: 120,
    destroy_grace_seconds: 120,
    wait: '${!local.docker_command}',
  });
  expect(container(stack, 'dev-database').ports).toBeUndefined();
  expect(resources(stack, 'docker_network')).toMatchObject([{ name: 'dev-database-network', driver: 'bridge', internal: true }]);
  expect(resources(stack, 'docker_volume')).toEqual([]);
  expect(container(stack, 'dev-database').volumes[0]).toMatchObject({ volume_name: 'dev-database-data-17' });
  expect(resources(stack, 'docker_image')).toEqual([expect.objectContaining({ name: 'postgres:17', keep_locally: true })]);
});

describe('a generated password', () => {
  test('is kept where no plan shows it', () => {
    const stack = newStack();
    new PostgresDatabase(stack, 'database');
    expect(resources(stack, 'terraform_data').filter(({ provisioner }) => provisioner === undefined)).toEqual([
      { triggers_replace: { secret: '${sensitive(uuid())}' }, lifecycle: { ignore_changes: ['triggers_replace'] } },
    ]);
    expect(container(stack, 'dev-database').env).toContain(
      'POSTGRES_PASSWORD=${terraform_data.database_Password_B8563140.triggers_replace.secret}');
    expect(warnings(stack)).toEqual([]);
  });

  test('starts no Terraform at synth: unit tests run where there is none', () => {
    const stack = newStack();
    ['one', 'two', 'three'].forEach((id) => new PostgresDatabase(stack, id));
    const validations = stack.node.root.node.findAll().flatMap((node) => (node.node as any)._validations ?? [])
      .filter((validation: object) => validation.constructor.name === 'ValidateTerraformVersion');
    expect(validations).toEqual([]);
  });
});

test('a password in plain text is warned of and nothing else of the synthesized files tells it but where it was put', () => {
  const stack = newStack();
  const database = new PostgresDatabase(stack, 'database', { credentials: DatabaseCredentials.plainText('s3cr"e\\t${x}', 'shop') });
  goService(stack).connectTo(database);
  expect(warnings(stack)).toEqual([
    'The password is plain text, which is in the synthesized files. Use DatabaseCredentials.generated() or .fromVariable() instead.',
  ]);
  expect(container(stack, 'dev-database').env).toContain('POSTGRES_PASSWORD=${sensitive("s3cr\\"e\\\\t\\u0024{x}")}');
  expect(container(stack, 'dev-service').env[0]).toMatch(/^DATABASE_URL=\$\{sensitive\(join\("", \["postgres:\/\/", "shop", ":", /);
});

test('a password of a variable is in no synthesized file', () => {
  const stack = newStack();
  const password = new TerraformVariable(stack, 'password', { sensitive: true });
  const database = new PostgresDatabase(stack, 'database', { credentials: DatabaseCredentials.fromVariable(password) });
  goService(stack).connectTo(database);
  expect(container(stack, 'dev-database').env).toContain('POSTGRES_PASSWORD=${sensitive(var.password)}');
  expect(container(stack, 'dev-service').env[0]).toContain('replace(urlencode(sensitive(var.password)), "+", "%20")');
  expect(warnings(stack)).toEqual([]);
});

test.each<[string, Props, Props]>([
  ['parameters', { parameters: { 'work_mem': '64MB', 'auto_explain.log_min_duration': '${x}' } },
    { command: ['postgres', '-c', 'work_mem=64MB', '-c', 'auto_explain.log_min_duration=$${x}'] }],
  ['small memory', { memory: Size.mebibytes(6) }, { memory: 6, shm_size: 3 }],
  ['shared memory up to the memory', { memory: Size.mebibytes(64), sharedMemory: Size.mebibytes(64) }, { shm_size: 64 }],
  ['least shared memory', { sharedMemory: Size.mebibytes(1) }, { shm_size: 1 }],
  ['startup timeout', { startupTimeout: Duration.seconds(1) }, { healthcheck: { start_period: '1s' } }],
  ['shutdown timeout', { shutdownTimeout: Duration.seconds(1) }, { stop_timeout: 1, destroy_grace_seconds: 1 }],
  ['names', { databaseName: 'a${b} "c"', credentials: DatabaseCredentials.plainText('p', 'u') },
    { healthcheck: { test: healthTest('u', 'a$${b} "c"') } }],
  ['longest database name', { databaseName: 'é'.repeat(31) + 'x' }, { name: 'dev-database' }],
])('%s', (_, props, expected) => {
  expect(containerWith(props)).toMatchObject(expected);
});

test.each([
  [PostgresVersion.V14, 'postgres:14', 'data-14', '/var/lib/postgresql/data'],
  [PostgresVersion.V17, 'postgres:17', 'data-17', '/var/lib/postgresql/data'],
  [PostgresVersion.V18, 'postgres:18', 'data-18', '/var/lib/postgresql'],
  [PostgresVersion.of('10'), 'postgres:10', 'data-10', '/var/lib/postgresql/data'],
  [PostgresVersion.of('17.2-alpine3.20'), 'postgres:17.2-alpine3.20', 'data-17', '/var/lib/postgresql/data'],
])('version %j', (version, image, volume, path) => {
  const stack = newStack();
  new PostgresDatabase(stack, 'database', { version, volumeName: 'data', dataProtection: false });
  expect(resources(stack, 'docker_image')[0].name).toBe(image);
  expect(resources(stack, 'docker_volume')).toMatchObject([{ name: volume }]);
  expect(resources(stack, 'docker_volume')[0].lifecycle.prevent_destroy).toBeUndefined();
  expect(container(stack, 'dev-database').volumes[0].container_path).toBe(path);
});

test('init scripts become an image of their own, whose tag follows from their content', () => {
  const tagOf = (content: string) => {
    const stack = newStack();
    const source = writeFiles({ '01-schema.sql': content, '02-data.sh': '#!/bin/sh\n' });
    fs.chmodSync(`${source}/02-data.sh`, 0o755);
    new PostgresDatabase(stack, 'database', { initScripts: ['01-schema.sql', '02-data.sh'].map((name) => `${source}/${name}`) });
    const [image] = resources(stack, 'docker_image');
    const staged = `${writeStack(stack)}/${image.build.context}`;
    expect(filesBelow(staged).map((file) => file.slice(staged.length + 1)).sort()).toEqual([
      'init/01-schema.sql', 'init/02-data.sh',
      'initialise/docker-entrypoint.sh', 'initialise/initdb', 'initialise/name-failed-command.sh', 'initialise/postgres',
    ]);
    expect(fs.readFileSync(`${staged}/../../../${dockerfilePath(image.build)}`, 'utf8')).toContain('FROM postgres:17\nCOPY init/ /docker-entrypoint-initdb.d/\n');
    expect(fs.statSync(`${staged}/init/02-data.sh`).mode % 0o1000).toBe(0o755);
    return image.name;
  };
  expect(tagOf('a')).toMatch(/^dev-database:[0-9a-f]{32}$/);
  expect(tagOf('a')).toBe(tagOf('a'));
  expect(tagOf('b')).not.toBe(tagOf('a'));
});

test('names that only Terraform knows are accepted', () => {
  const stack = newStack();
  const name = new TerraformVariable(stack, 'name', { type: 'string' });
  const database = new PostgresDatabase(stack, 'database', { containerName: name.stringValue, volumeName: name.stringValue, image: name.stringValue });
  goService(stack).connectTo(database);
  const { docker_container, docker_volume, docker_image } = synthesized(stack).resource;
  expect(JSON.stringify([docker_container, docker_volume, docker_image])).toContain('"volume_name":"${var.name}-17"');
  expect(container(stack, 'dev-service').env[0]).toContain('"@", var.name, ":5432/"');
});

describe('connection URL', () => {
  /** The URL of known parts, which is text in Terraform's `join`. */
  function text(parts: { username: string; password: string; databaseName: string; parameters: Record<string, string> }): string {
    const stack = newStack();
    const rendered: string = resolved(stack, connectionUrl({ host: 'db', port: 5432, ...parts }));
    const list = /^\$\{sensitive\(join\("", (\[.*\])\)\)\}$/.exec(rendered);
    return (JSON.parse(list![1]) as string[]).join('');
  }

  test('any parts come back from the parsers of clients', () => {
    const random = new SeededRandom(7);
    const characters = [...'aZ09 -_.~!*\'()@:/?#[]&=+%$"\\{}`^|<>,;é日😀\t'];
    for (let round = 0; round < 500; round += 1) {
      // Clients resolve `.` and `..` as paths, so that no database can have such a name.
      const [username, password, databaseName, value] = [0, 1, 2, 3].map(() => `x${random.several(0, 12, () => random.pick(characters)).join('')}`);
      const url = text({ username, password, databaseName, parameters: { sslmode: 'disable', application_name: value } });
      expect(url).toMatch(/^[\x21-\x7e]+$/);
      const standard = new URL(url);
      expect([standard.username, standard.password, standard.pathname.slice(1)].map(decodeURIComponent)).toEqual([username, password, databaseName]);
      expect(standard.searchParams.get('application_name')).toBe(value);
      expect(new Client(url)).toMatchObject({ user: username, password, host: 'db', port: 5432, connectionParameters: { application_name: value } });
      // node-postgres leaves characters that are reserved in URLs encoded in the database's name alone.
      const ordinary = databaseName.replace(/[;/?:@&=+$,#%]/g, 'x');
      expect(new Client(text({ username, password, databaseName: ordinary, parameters: {} })).database).toBe(ordinary);
    }
  });

  test('other variables and parameters', () => {
    const stack = newStack();
    const database = new PostgresDatabase(stack, 'database');
    goService(stack).connectTo(database, { variable: 'DB', parameters: { sslmode: 'require', application_name: 'shop' } });
    expect(container(stack, 'dev-service').env[0]).toContain('"?", "application_name", "=", "shop", "&", "sslmode", "=", "require"');
  });
});

test('only connected services are on the private network', () => {
  const stack = newStack();
  const database = new PostgresDatabase(stack, 'database');
  goService(stack, {}, 'one').connectTo(database);
  goService(stack, {}, 'two');
  const name = resolved(stack, database.network.networkName);
  const on = resources(stack, 'docker_container').filter((one) => one.networks_advanced?.some((network: Props) => network.name === name));
  expect(on.map((one) => one.name).sort()).toEqual(['dev-database', 'dev-one']);
  expect(ContainerNetwork.fromName('x')).toEqual({ networkName: 'x' });
});
