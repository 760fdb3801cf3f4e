import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import {
  BackupFile, BackupSchedule, BackupStorage, ConnectionPool, ContainerImage, DatabaseCredentials, Duration, Gateway, GoService, GoTask,
  PostgresDatabase, PostgresDatabaseProps, PostgresTls, PostgresTuning, PostgresVersion, PublishedPort, RoleAccess, Rollout, Size, SslMode, Weekday,
} from '../../lib';
import { messageOf } from '../message';
import { newStack } from '../stack';

const daily = BackupSchedule.dailyAt('03:30');
const volume = BackupStorage.volume();

function database(props: PostgresDatabaseProps | (() => PostgresDatabaseProps)): string {
  return messageOf(() => new PostgresDatabase(newStack('test'), 'db', typeof props === 'function' ? props() : props));
}

function method(use: (db: PostgresDatabase, stack: TerraformStack) => unknown, props: PostgresDatabaseProps = {}): string {
  const stack = newStack('test');
  return messageOf(() => use(new PostgresDatabase(stack, 'db', props), stack));
}

function service(stack: TerraformStack, id = 'shop'): GoService {
  return new GoService(stack, id, { image: ContainerImage.fromRegistry('shop:1', { probePath: '/probe' }) });
}

describe('what is wrong is said with the construct, what was given, what is allowed and what to do:', () => {
  test('a downgrade', () => {
    expect(database({ version: PostgresVersion.V15, upgradeFrom: PostgresVersion.V17 })).toBe([
      'test/db: a downgrade: the version to upgrade from is newer than the version',
      '  given:   "17 to 15"',
      '  allowed: an older major version',
      '  to do:   PostgreSQL cannot go back to an older version; restore a backup that was made with it into a new database',
    ].join('\n'));
  });

  test('an upgrade within one major version', () => {
    expect(database({ version: PostgresVersion.of('17.4'), upgradeFrom: PostgresVersion.of('17.2') }))
      .toContain('the version to upgrade from has the same major version\n  given:   "17.2 to 17.4"');
  });

  test('an upgrade from a version that is too old', () => {
    expect(database({ upgradeFrom: PostgresVersion.of('13') })).toContain('the version to upgrade from is too old\n  given:   "13"\n  allowed: 14 or later');
  });

  test('shared memory that is too small, and no whole number of MiB', () => {
    expect(database({ sharedMemory: Size.kibibytes(512) })).toContain('test/db: the prop `sharedMemory` is too small\n  given:   Size.kibibytes(512)');
    expect(database({ sharedMemory: Size.kibibytes(1536) })).toContain('the prop `sharedMemory` is not a whole multiple of 1 MiB');
  });

  test('a superuser whose name is none', () => {
    expect(database(() => ({ credentials: DatabaseCredentials.generated('a=b') }))).toContain('not a name for a PostgreSQL user\n  given:   "a=b"');
  });

  test('an image to upgrade from without a version, and one that is none', () => {
    expect(database({ upgradeFromImage: 'postgres:15' })).toContain('an image to upgrade from, but no version\n  given:   "postgres:15"');
    expect(database({ upgradeFrom: PostgresVersion.V15, upgradeFromImage: 'Postgres' })).toContain('test/db: ');
  });

  test('a limit of connections that only Terraform knows', () => {
    const stack = new TerraformStack(Testing.app(), 'test');
    const connections = new TerraformVariable(stack, 'connections', {}).stringValue;
    expect(messageOf(() => new PostgresDatabase(stack, 'db', { parameters: { max_connections: connections } })))
      .toContain('test/db: the PostgreSQL setting max_connections is needed at synth, to compare it with the connection pools of the services\n');
  });

  test('a database that is named twice', () => {
    expect(method((db) => [db.addDatabase('orders'), db.addDatabase('orders')])).toBe([
      'test/db: the server has a database with this name already',
      '  given:   "orders"',
      '  allowed: each name once; "postgres", "template0" and "template1" are the server\'s own',
      '  to do:   keep the object that the first addDatabase() returned, or choose another name',
    ].join('\n'));
    expect(method((db) => db.addDatabase('app'))).toContain('a database with this name already');
    expect(method((db) => db.addDatabase('template1'))).toContain('a database with this name already');
  });

  test.each(['', 'a=b', 'x'.repeat(64), 'a\nb', 'postgres://x'])('the database name %j', (name) => {
    expect(method((db) => db.addDatabase(name))).toContain('not a name for a PostgreSQL database');
    expect(method((db) => db.addRole(name))).toContain('not a name for a PostgreSQL role');
  });

  test.each(['', 'pg_trgm--1.6', '-x', 'x-', '../x', 'x/y', 'a\\b', 'a=b'])('the extension %j', (name) => {
    expect(method((db) => db.addExtension(name))).toBe([
      'test/db/Default: not the name of a PostgreSQL extension',
      `  given:   ${JSON.stringify(name)}`,
      '  allowed: the name alone, without version, file ending or directory; no "--", and no "-" at either end',
      '  to do:   give the name as in CREATE EXTENSION, for example "pg_trgm" or "uuid-ossp"',
    ].join('\n'));
  });

  test('an extension that is there twice', () => {
    expect(method((db) => [db.addExtension('pg_trgm'), db.addExtension('pg_trgm')])).toContain('the database "app" has an extension twice\n  given:   "pg_trgm"');
  });

  test('a role that is named twice, whatever the database', () => {
    expect(method((db) => [db.addRole('shop'), db.addDatabase('orders').addRole('shop')]))
      .toContain('test/db/Database-orders: the server has two roles with one name\n  given:   "shop"');
  });

  test.each(['postgres', 'public', 'none', 'pg_monitor'])('the role name %s', (name) => {
    expect(method((db) => db.addRole(name))).toContain(name === 'postgres' ? 'this is the superuser\'s name' : 'PostgreSQL keeps this role name for itself');
  });

  test('a second owner', () => {
    const access = RoleAccess.owner();
    expect(method((db) => [db.addRole('one', { access }), db.addRole('two', { access })]))
      .toContain('a second owner for the database "app"\n  given:   "two"\n  allowed: one owner; it is "one"');
  });

  test.each([0, -1, 1.5, NaN, 300_000])('the connection limit %p', (connectionLimit) => {
    expect(method((db) => db.addRole('shop', { connectionLimit }))).toMatch(/^test\/db: the argument `props\.connectionLimit` of addRole\(\) is (too small|too large|not a whole number|not a finite number)\n/);
  });

  test.each(['', 'é', 'x'.repeat(65), 'a\nb'])('the rotation label %j', (rotation) => {
    expect(method((db) => db.addRole('shop', { rotation }))).toContain('not a rotation label');
    expect(database(() => ({ credentials: DatabaseCredentials.generated().withRotation(rotation) }))).toMatch(/^DatabaseCredentials\.withRotation\(".*\): not a rotation label/);
  });

  test.each(['a"b', 'a$b', 'a\'b', 'a\\b'])('the superuser %s', (name) => {
    expect(database(() => ({ credentials: DatabaseCredentials.generated(name) })))
      .toContain(`DatabaseCredentials.generated(${JSON.stringify(name)}): PostgreSQL cannot make a superuser with this name\n  given:   ${JSON.stringify(name)}\n  allowed: names without the characters " $ ' and \\`);
  });

  test('a rotation label for a password from outside', () => {
    expect(method((db, stack) => db.addRole('shop', { rotation: '1', password: new TerraformVariable(stack, 'p', {}) })))
      .toContain('a rotation label for a password that is not generated');
  });

  test('administration of a server that is too old', () => {
    expect(method((db) => db.addRole('shop'), { version: PostgresVersion.of('13') })).toContain('need a newer PostgreSQL\n  given:   "13"\n  allowed: 14 or later');
  });

  test.each<[string, number, string]>([
    ['blue/green with two replicas', 12, '48 = 12 × 4 containers (test/api)'],
    ['three replicas one by one, of which both versions run', 8, '48 = 8 × 6 containers (test/api)'],
  ])('connection pools of all containers that run at a time: %s', (_, size, text) => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', { parameters: { max_connections: '50' } });
    const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
    const api = new GoService(stack, 'api', {
      image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), replicas: 48 / size / 2, rollout: Rollout.blueGreen(), routes: [gateway.route({ pathPrefix: '/' })],
    });
    api.connectTo(db.addRole('api'), { pool: ConnectionPool.ofSize(size) });
    expect(messageOf(() => Testing.synth(stack, true))).toContain(text);
  });

  test('the pool of a task counts once', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', { parameters: { max_connections: '50' } });
    const task = new GoTask(stack, 'task', { image: ContainerImage.fromRegistry('acme/task:1') });
    task.connectTo(db, { pool: ConnectionPool.ofSize(47) });
    expect(() => Testing.synth(stack, true)).not.toThrow();
  });

  test.each([
    ['max_conections', 'did you mean "max_connections"?'], ['Shared_Bufers', 'did you mean "shared_buffers"?'], ['qqqq', 'correct the name, or remove the entry'],
  ])('the setting %s, which the server does not have', (name, remedy) => {
    const error = database({ parameters: { [name]: '1' } });
    expect(error).toContain(`test/db: PostgreSQL 17 has no such setting\n  given:   "${name}"`);
    expect(error).toContain(remedy);
  });

  test('settings of extensions, of another image and of a later version are not looked up', () => {
    const parameters = { 'auto_explain.log_min_duration': '1', 'other': '1' };
    expect(() => new PostgresDatabase(newStack('test'), 'db', { parameters, image: 'acme/postgres:17' })).not.toThrow();
    expect(() => new PostgresDatabase(newStack('test'), 'db', { parameters, version: PostgresVersion.of('19') })).not.toThrow();
    expect(() => new PostgresDatabase(newStack('test'), 'db', { parameters: { 'auto_explain.log_min_duration': '1', 'WORK_MEM': '1MB' } })).not.toThrow();
  });

  test('a role that is retired and added', () => {
    const retired = 'a role that is added and retired\n  given:   "shop"';
    expect(method((db) => { db.retireRole('shop'); db.addRole('shop'); })).toContain(retired);
    expect(method((db) => { db.addRole('shop'); db.retireRole('shop'); })).toContain(retired);
    expect(method((db) => db.retireRole('postgres'))).toContain('a role that is added and retired');
  });

  test('connection pools that do not fit, at synth and not under load', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', { parameters: { max_connections: '50' } });
    service(stack, 'one').connectTo(db, { pool: ConnectionPool.pgx(40) });
    service(stack, 'two').connectTo(db.addRole('two'), { pool: ConnectionPool.ofSize(7) });
    expect(() => Testing.synth(stack, true)).not.toThrow();
    db.backup({ schedule: daily, keep: 7, to: volume });
    expect(messageOf(() => Testing.synth(stack, true))).toContain([
      'test/db: the connection pools of the services are larger than what the server accepts',
      '  given:   "48 = 40 (test/one) + 7 (test/two) + 1 (test/db/Backup)"',
      '  allowed: 47: max_connections 50 without the 3 that are kept for administrators',
      '  to do:   make pools smaller or run fewer replicas, or raise max_connections with `tuning` or `parameters`; each connection takes memory',
    ].join('\n'));
  });

  test.each([0, -1, 2.5, NaN, 10_001])('the pool size %p', (size) => {
    expect(method((db, stack) => service(stack).connectTo(db, { pool: ConnectionPool.pgx(size) }))).toMatch(/^ConnectionPool\.pgx\(.*\): the argument `size` is (too small|too large|not a whole number|not a finite number)\n/);
  });

  test.each([9, 10_001, 12.5, NaN])('%p connections', (maxConnections) => {
    expect(database(() => ({ tuning: PostgresTuning.byMemory({ maxConnections }) }))).toMatch(/^PostgresTuning\.byMemory\(.*\): the argument `options\.maxConnections` is (too small|too large|not a whole number|not a finite number)\n/);
  });

  test('tuning for too little memory, and settings that do not fit into it', () => {
    expect(database({ memory: Size.mebibytes(127), tuning: PostgresTuning.byMemory() })).toContain('the memory is too small to derive settings from\n  given:   "127 MiB"');
    expect(database({ memory: Size.mebibytes(256), tuning: PostgresTuning.byMemory({ maxConnections: 200 }) })).toBe([
      'test/db: the settings add up to more than the container\'s memory',
      '  given:   "280 MiB = shared buffers 64 MiB + maintenance 16 MiB + 200 connections × work memory 1024 KiB"',
      '  allowed: 256 MiB',
      '  to do:   give the database more `memory`, allow fewer connections, or make the other settings smaller',
    ].join('\n'));
  });

  test.each([
    ['sharedBuffers', Size.mebibytes(513), 'test/db: the option `sharedBuffers` of the tuning is too large'],
    ['effectiveCacheSize', Size.mebibytes(1025), 'test/db: the option `effectiveCacheSize` of the tuning is too large'],
    ['workMemory', Size.mebibytes(1025), 'test/db: the option `workMemory` of the tuning is too large'],
    ['maintenanceWorkMemory', Size.mebibytes(1025), 'test/db: the option `maintenanceWorkMemory` of the tuning is too large'],
    ['workMemory', Size.kibibytes(63), 'the argument `options.workMemory` is too small'],
    ['maintenanceWorkMemory', Size.kibibytes(1023), 'the argument `options.maintenanceWorkMemory` is too small'],
  ] as const)('the %s out of its limits', (prop, size, subject) => {
    expect(database(() => ({ tuning: PostgresTuning.byMemory({ [prop]: size }) }))).toContain(subject);
  });

  test.each(['3:30', '24:00', '12:60', 'noon', ''])('the time of the day %j', (time) => {
    const text = 'not a time of the day';
    expect(method((db) => db.backup({ schedule: BackupSchedule.dailyAt(time), keep: 1, to: volume }))).toContain(text);
    expect(method((db) => db.backup({ schedule: BackupSchedule.weeklyOn(Weekday.MONDAY, time), keep: 1, to: volume }))).toContain(text);
  });

  test.each([Duration.seconds(59), Duration.days(8)])('an interval between backups out of its limits', (interval) => {
    expect(method((db) => db.backup({ schedule: BackupSchedule.every(interval), keep: 1, to: volume }))).toMatch(/^BackupSchedule\.every\(.*\): the argument `interval` is too (small|large)\n/);
  });

  test.each([0, -1, 1.5, NaN, 10_001])('%p backups to keep', (keep) => {
    expect(method((db) => db.backup({ schedule: daily, keep, to: volume }))).toMatch(/^test\/db: the argument `props\.keep` of backup\(\) is (too small|too large|not a whole number|not a finite number)\n/);
  });

  test('an age of backups below the interval, a first backup without time, too little memory', () => {
    const backup = (props: object) => method((db) => db.backup({ schedule: daily, keep: 1, to: volume, ...props }));
    expect(backup({ maximumAge: Duration.hours(23) })).toContain('test/db/Backup: the prop `maximumAge` is less than the interval between two backups\n  given:   Duration.hours(23)\n  allowed: 86400 seconds or more');
    expect(backup({ firstBackupTimeout: Duration.minutes(16) })).toContain('test/db: the argument `props.firstBackupTimeout` of backup() is too large');
    expect(backup({ memory: Size.mebibytes(63) })).toContain('test/db: the argument `props.memory` of backup() is too small');
  });

  test('storage of backups that is no place', () => {
    const backup = (to: () => BackupStorage) => method((db) => db.backup({ schedule: daily, keep: 1, to: to() }));
    expect(backup(() => BackupStorage.directory('backups'))).toContain('BackupStorage.directory("backups"): not a path of the Docker host to mount');
    expect(backup(() => BackupStorage.volume('a b'))).toContain('BackupStorage.volume("a b"): not the name of a volume');
    expect(backup(() => BackupStorage.directory('/srv', { user: 'root' }))).toContain('not a user for the directory of backups\n  given:   "root"');
  });

  test.each(['', 'a/b', '..', 'a\nb'])('the backup file %j', (file) => {
    expect(method((db) => db.restoreFrom(BackupFile.inVolume('backups', file)))).toMatch(/^BackupFile\.inVolume\("backups", .*\): not the name of a backup file\n/);
  });

  test('two backups to restore from', () => {
    const file = BackupFile.inDirectory('/srv/backups', 'app.dump');
    expect(method((db) => [db.restoreFrom(file), db.restoreFrom(file)])).toContain('two backups to restore from');
  });

  test('a port that is published twice or taken', () => {
    expect(method((db) => [db.publish(PublishedPort.onLoopback(5432)), db.publish(PublishedPort.onLoopback(5433))])).toContain('the database is published twice');
    expect(method((db, stack) => {
      new GoService(stack, 'shop', { image: ContainerImage.fromRegistry('shop:1', { probePath: '/probe' }), publish: PublishedPort.onLoopback(5432) });
      db.publish(PublishedPort.onLoopback(5432));
    })).toContain('publishes the same host port');
  });

  test('a certificate or key that is a path', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\n…';
    expect(database(() => ({ tls: PostgresTls.withCertificate({ certificate: 'server.crt', privateKey: '' }) }))).toContain('not a certificate as PEM text');
    const error = database(() => ({ tls: PostgresTls.withCertificate({ certificate, privateKey: 'a key' }) }));
    expect(error).toContain('not a private key as PEM text');
    expect(error).not.toContain('a key\n');
  });

  test('a duration of statements of more than a day', () => {
    expect(database({ logStatementsSlowerThan: Duration.hours(25) })).toContain('test/db: the prop `logStatementsSlowerThan` is too large');
  });

  test.each([
    [{ host: 'db.example.com:5432' }, 'not a host that a database is reached at'],
    [{ host: 'user@db' }, 'not a host that a database is reached at'],
    [{ port: 0 }, 'the argument `props.port` is too small'],
    [{ port: 65_536 }, 'the argument `props.port` is too large'],
    [{ databaseName: '' }, 'not a name for a PostgreSQL database'],
    [{ username: 'a=b' }, 'not a name for a PostgreSQL role'],
    [{ password: '' }, 'not the password of an external database'],
    [{ password: `${undefined}` }, 'not the password of an external database'],
    [{ password: 'hunter2\n' }, 'not the password of an external database'],
  ])('an external database with %j', (props, text) => {
    const error = messageOf(() => PostgresDatabase.fromConnection({
      host: 'db.example.com', databaseName: 'shop', username: 'shop', password: 'hunter2', sslMode: SslMode.REQUIRE, ...props,
    }));
    expect(error).toMatch(/^PostgresDatabase\.fromConnection\(\{ host: .*, password: …, .*\}\): /);
    expect(error).toContain(`}): ${text}`);
    expect(error).not.toContain('hunter2');
  });
});
