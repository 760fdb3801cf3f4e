import { execFileSync } from 'child_process';
import { TerraformVariable, Testing, Tokenization, DefaultTokenResolver, StringConcat } from 'cdktf';
import {
  BackupFile, BackupSchedule, BackupStorage, ConnectionPool, ContainerImage, DatabaseCredentials, Duration, GoService, PostgresDatabase,
  PostgresTls, PostgresTuning, PostgresVersion, PublishedPort, RoleAccess, Size, Weekday,
} from '../../../lib';
import { evaluate } from '../../engine/harness/terraform-expression';
import { newStack, resourcesByPath, warnings } from '../../stack';

const command = (resources: Record<string, Record<string, any>>, path = 'db/Resource') => resources.docker_container[path].command as string[];
const variables = (container: any) => Object.fromEntries((container.env as string[]).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));

function service(stack: ReturnType<typeof newStack>): GoService {
  return new GoService(stack, 'shop', { image: ContainerImage.fromRegistry('shop:1', { probePath: '/probe' }) });
}

describe('PostgresDatabase with what it looks after', () => {
  test('has no task, no further network and no socket for tasks as long as nothing asks for them', () => {
    const stack = newStack('test');
    service(stack).connectTo(new PostgresDatabase(stack, 'db'));
    const resources = resourcesByPath(stack);
    expect(Object.keys(resources.docker_container).sort()).toEqual(['db/Claim/Resource', 'db/Resource', 'shop/Resource']);
    expect(Object.keys(resources.docker_network).filter((path) => path.startsWith('db/'))).toEqual(['db/Network/Resource']);
    expect(command(resources)).toEqual(['postgres']);
    expect(resources.docker_volume).toBeUndefined();
  });

  test('lets services wait for the task that makes their role', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db');
    const shop = service(stack);
    shop.connectTo(db.addRole('shop'), { pool: ConnectionPool.pgx(5) });
    const resources = resourcesByPath(stack);
    const task = resources.docker_container['db/Provisioning/Resource'];
    expect(resources.docker_container['shop/Resource'].depends_on).toContain('docker_container.db_Provisioning_EB068BC6');
    expect(variables(resources.docker_container['shop/Resource']).DATABASE_URL).toContain('"pool_max_conns", "=", "5", "&", "sslmode", "=", "disable"');
    expect(task).toMatchObject({ attach: true, must_run: false, network_mode: 'container:${docker_container.db_ECC37780.id}' });
    expect(command(resources)).toEqual(['postgres', '-c', 'unix_socket_directories=/var/run/postgresql,@cdktf-go-docker']);
  });

  test('has no password in the statements of the task', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', { credentials: DatabaseCredentials.plainText('the secret') });
    db.addRole('a\'b"c${d}', { access: RoleAccess.owner() });
    const { PROVISIONING, ...others } = variables(resourcesByPath(stack).docker_container['db/Provisioning/Resource']);
    expect(PROVISIONING).not.toContain('the secret');
    expect(Object.keys(others)).toEqual(['PGAPPNAME', 'PGDATABASE', 'PGHOST', 'PGUSER']);
    expect(PROVISIONING).toContain('ALTER ROLE "a\'b""c$${d}" PASSWORD :\'password\';');
  });

  test('gives the passwords to the task in a file, which a shell reads and removes first', async () => {
    const stack = newStack('test');
    const odd = 'it\'s "$HOME" `id` \\ ${x} %{y} \'';
    const db = new PostgresDatabase(stack, 'db', { credentials: DatabaseCredentials.plainText(odd) });
    db.addRole('shop');
    const { upload: [{ file, content, permissions }], command: [line], ...task } = resourcesByPath(stack).docker_container['db/Provisioning/Resource'];
    expect({ file, permissions, isReadOnly: task.read_only }).toEqual({ file: '/var/run/postgresql/secrets', permissions: '0444', isReadOnly: false });
    expect(line.startsWith(`. ${file}; rm ${file}; `)).toBe(true);
    expect(content).toMatch(/^\$\{sensitive\(/);
    const script = await evaluate(content, async (path) => path.includes('triggers_replace') ? `${odd} generated` : undefined) as string;
    const show = 'printf %s "$SUPERUSER_PASSWORD|$ROLE_PASSWORD_1"';
    expect(execFileSync('sh', ['-ec', `${script}sh -c '${show}'`], { encoding: 'utf8' })).toBe(`${odd}|${odd} generated`);
  });

  test('withdraws the login of roles that left the program, and of those that it retires', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db');
    db.addRole('shop');
    db.retireRole('made by "hand"');
    const { PROVISIONING } = variables(resourcesByPath(stack).docker_container['db/Provisioning/Resource']);
    expect(PROVISIONING).toContain('COMMENT ON ROLE "shop" IS \'A role of cdktf-go-docker.');
    expect(PROVISIONING).toContain('rolname NOT IN (\'postgres\', \'shop\')');
    expect(PROVISIONING).toContain('OR rolname IN (\'made by "hand"\')');
  });

  test('runs the task for a role that is retired, also when the program adds none', () => {
    const stack = newStack('test');
    new PostgresDatabase(stack, 'db').retireRole('shop');
    expect(Object.keys(resourcesByPath(stack).docker_container)).toContain('db/Provisioning/Resource');
  });

  test('makes another password for another label, and initialises the volume with the first one', () => {
    const passwords = (label?: string) => {
      const stack = newStack('test');
      const generated = DatabaseCredentials.generated();
      const db = new PostgresDatabase(stack, 'db', { credentials: label === undefined ? generated : generated.withRotation(label) });
      const resources = resourcesByPath(stack);
      return { initial: variables(resources.docker_container['db/Resource']).POSTGRES_PASSWORD, now: Tokenization.resolve(db.password, { scope: stack, preparing: false, resolver: new DefaultTokenResolver(new StringConcat()) }) };
    };
    const [none, one, two] = [passwords(), passwords('2026-11'), passwords('2026-12')];
    expect(none.now).toBe(none.initial);
    expect([one.initial, two.initial]).toEqual([none.initial, none.initial]);
    expect(new Set([none.now, one.now, two.now]).size).toBe(3);
    expect(passwords('2026-11')).toEqual(one);
  });

  test('derives settings from the memory; entries of parameters win, whatever their case', () => {
    const stack = newStack('test');
    new PostgresDatabase(stack, 'db', {
      memory: Size.gibibytes(4),
      tuning: PostgresTuning.byMemory({ maxConnections: 200 }),
      logStatementsSlowerThan: Duration.milliseconds(500),
      parameters: { Work_Mem: '1MB' },
    });
    expect(command(resourcesByPath(stack)).filter((argument) => argument !== '-c')).toEqual([
      'postgres', 'max_connections=200', 'shared_buffers=1048576kB', 'effective_cache_size=3145728kB', 'maintenance_work_mem=262144kB',
      'log_min_duration_statement=500', 'Work_Mem=1MB',
    ]);
  });

  test.each([[128, 32, 96, 16, 1024], [1024, 256, 768, 64, 3604], [65_536, 16_384, 49_152, 1024, 65_536]])(
    'tunes %i MiB', (memory, shared, effective, maintenance, workKibibytes) => {
      expect(PostgresTuning.byMemory(memory < 256 ? { maxConnections: 20 } : {})._parameters(Size.mebibytes(memory))).toMatchObject({
        shared_buffers: `${shared * 1024}kB`,
        effective_cache_size: `${effective * 1024}kB`,
        maintenance_work_mem: `${maintenance * 1024}kB`,
        work_mem: memory < 256 ? '2048kB' : `${workKibibytes}kB`,
      });
    });

  test.each([
    [BackupSchedule.dailyAt('03:30'), 86_400, 12_600],
    [BackupSchedule.every(Duration.hours(6)), 21_600, 0],
    [BackupSchedule.weeklyOn(Weekday.SUNDAY, '23:59'), 604_800, 345_540],
  ])('backs up every database on a schedule', (schedule, interval, offset) => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db');
    const backup = db.backup({ schedule, keep: 7, to: BackupStorage.volume() });
    db.addDatabase('é-1');
    const container = resourcesByPath(stack).docker_container['db/Backup/Resource'];
    expect(variables(container)).toMatchObject({
      BACKUP_INTERVAL: String(interval),
      BACKUP_OFFSET: String(offset),
      BACKUP_KEEP: '7',
      BACKUP_DATABASES: 'app\tapp\n%C3%A9%2D1\té-1',
      BACKUP_MAXIMUM_AGE: String(interval * 5 / 4 + 600),
    });
    expect(container).toMatchObject({ user: 'postgres', wait: '${!local.docker_command}', read_only: true });
    expect(resourcesByPath(stack).docker_volume).toBeUndefined();
    expect(container.volumes[0]).toMatchObject({ volume_name: 'test-db-backups', container_path: '/backups' });
    expect(backup.containerName).toBe('test-db-backup');
  });

  test('Sunday is the day that the schedule has for it', () => {
    expect(new Date(BackupSchedule.weeklyOn(Weekday.SUNDAY, '00:00')._offset * 1000).getUTCDay()).toBe(0);
    expect(new Date(BackupSchedule.weeklyOn(Weekday.WEDNESDAY, '00:00')._offset * 1000).getUTCDay()).toBe(3);
  });

  test('restores before roles get their rights, and services after', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db');
    service(stack).connectTo(db.addRole('shop'));
    db.restoreFrom(BackupFile.inDirectory('/srv/${backups}', 'app.dump', { user: '1000:1000' }));
    const { docker_container: containers } = resourcesByPath(stack);
    expect(containers['db/Restore/Resource']).toMatchObject({
      user: '1000:1000', mounts: [{ type: 'bind', source: '/srv/$${backups}', target: '/backups', read_only: true }],
    });
    expect(containers['db/Provisioning/Resource'].depends_on).toContainEqual(expect.stringContaining('docker_container.db_Restore_'));
  });

  test('is published on a network of its own that is not isolated', () => {
    const stack = newStack('test');
    new PostgresDatabase(stack, 'db').publish(PublishedPort.onLoopback(15_432));
    const resources = resourcesByPath(stack);
    expect(resources.docker_container['db/Resource'].ports).toEqual([{ ip: '127.0.0.1', external: 15_432, internal: 5432, protocol: 'tcp' }]);
    expect(resources.docker_container['db/Resource'].networks_advanced).toHaveLength(2);
    expect(resources.docker_network['db/PublishedNetwork/Resource']).toMatchObject({ internal: false });
  });

  test('upgrades by making the old server the source, and settles afterwards', () => {
    const upgrading = newStack('test');
    new PostgresDatabase(upgrading, 'db', { upgradeFrom: PostgresVersion.V15 });
    const synthesized = JSON.parse(Testing.synth(upgrading));
    expect(synthesized.removed).toEqual(['docker_volume.db_UpgradedVolume_6AC8CDFD', 'docker_volume.db_Volume_C64B1D06']
      .map((from) => ({ from, lifecycle: { destroy: false } })));
    expect(synthesized.moved).toEqual([{ from: 'docker_container.db_ECC37780', to: expect.stringContaining('docker_container.db_UpgradeSource_') }]);
    const { docker_container: containers } = resourcesByPath(upgrading);
    expect(containers['db/UpgradeSource'].volumes[0].volume_name).toBe('test-db-data-15');
    expect(containers['db/UpgradedResource'].volumes[0].volume_name).toBe('test-db-data-17');
    expect(containers['db/UpgradedResource'].depends_on).toEqual(
      ['docker_container.db_Claim_7D5A9E58', expect.stringContaining('docker_container.db_Upgrade_Task_')]);

    const settled = newStack('test');
    new PostgresDatabase(settled, 'db');
    expect(JSON.parse(Testing.synth(settled)).moved.map(({ to }: { to: string }) => to).sort())
      .toEqual(['docker_container.db_ECC37780']);
  });

  test('encrypts with a key that is in no argument', () => {
    const stack = newStack('test');
    const db = new PostgresDatabase(stack, 'db', {
      tls: PostgresTls.withCertificate({ certificate: '-----BEGIN CERTIFICATE-----\nc', privateKey: '-----BEGIN PRIVATE KEY-----\n"k${x}' }),
    });
    service(stack).connectTo(db);
    const { docker_container: containers } = resourcesByPath(stack);
    expect(containers['db/Resource'].entrypoint.join(' ')).not.toContain('BEGIN');
    expect(variables(containers['db/Resource']).TLS_PRIVATE_KEY).toMatch(/^\$\{sensitive\(/);
    expect(command({ docker_container: containers })).toContain('ssl=on');
    expect(variables(containers['shop/Resource']).DATABASE_URL).toContain('"sslmode", "=", "require"');
  });

  test('encrypts with a certificate that is text, as it is, and leaves the image\'s access rules in force unless TLS is required', () => {
    const server = (required?: boolean) => {
      const stack = newStack('test');
      new PostgresDatabase(stack, 'db', {
        tls: PostgresTls.withCertificate({ certificate: '-----BEGIN CERTIFICATE-----\n"${c}', privateKey: '-----BEGIN PRIVATE KEY-----\nk', required }),
      });
      return resourcesByPath(stack);
    };
    expect(variables(server().docker_container['db/Resource']).TLS_CERTIFICATE).toBe('-----BEGIN CERTIFICATE-----\n"$${c}');
    expect(command(server(false))).toEqual(command(server()));
    expect(server(false).docker_container['db/Resource'].entrypoint.join(' ')).not.toContain('pg_hba.conf');
    expect(command(server(true))).toContain('hba_file=/run/postgresql-tls/pg_hba.conf');
    expect(server(true).docker_container['db/Resource'].entrypoint.join(' ')).toContain('"hostssl all all all scram-sha-256"');
  });

  test('is exchanged for a database from elsewhere by changing one construct', () => {
    const stack = newStack('test');
    service(stack).connectTo(PostgresDatabase.fromConnection({
      host: 'fd00::1', port: 6432, databaseName: 'sh/op', username: 'u@', password: 'p%', parameters: { connect_timeout: '5' },
    }), { pool: ConnectionPool.pgx(3) });
    const { docker_container: containers } = resourcesByPath(stack);
    const url = variables(containers['shop/Resource']).DATABASE_URL;
    for (const part of ['"u%40", ":", "p%25"', '"[fd00::1]", ":6432/", "sh%2Fop"', '"connect_timeout", "=", "5"', '"sslmode", "=", "verify-full"']) {
      expect(url).toContain(part);
    }
    expect(containers['shop/Resource'].depends_on).toBeUndefined();
    expect(warnings(stack)).toEqual([expect.stringContaining('The password of the external database is plain text')]);
  });

  test('gets no warning for a password of a variable', () => {
    const stack = newStack('test');
    service(stack).connectTo(PostgresDatabase.fromConnection({
      host: 'db.example.com', databaseName: 'shop', username: 'shop', password: new TerraformVariable(stack, 'p', { sensitive: true }).stringValue,
    }));
    expect(warnings(stack)).toEqual([]);
  });
});
