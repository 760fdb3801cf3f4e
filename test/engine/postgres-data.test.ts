import { setTimeout as sleep } from 'timers/promises';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Client, ClientConfig } from 'pg';
import { Deployment, SynthesizedStack, describeWithEngine, dockerApi, freePort } from './engine';
import {
  BackupFile, BackupSchedule, BackupStorage, DatabaseCredentials, Duration, IBinding, PostgresDatabase, PostgresDatabaseProps, PostgresVersion,
  PublishedPort, RoleAccess, Size,
} from '../../lib';

const SMALL: PostgresDatabaseProps = { dataProtection: false, memory: Size.mebibytes(256) };
const ODD = 'o\'dd "db" %41@:é${HOME}\\';
const ROWS = 'SELECT count(*)::int AS count, md5(string_agg(t::text, \',\' ORDER BY id)) AS checksum FROM t';

/** Makes the connection URL that a service would get readable for the test. */
function urlOf(stack: TerraformStack, name: string, database: IBinding): void {
  new TerraformOutput(stack, name, { value: database.bind(stack, {}).variables.DATABASE_URL, sensitive: true });
}

/** The parts of a URL by the URL standard; the driver itself leaves some characters of a database's name encoded. */
function settingsOf(url: string, port: number): ClientConfig {
  const { username, password, pathname } = new URL(url);
  const [user, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  return { host: '127.0.0.1', port, user, password: secret, database };
}

async function connected(deployment: Deployment, output: string, port: number): Promise<Client> {
  const url = await deployment.value(deployment.stack.json.output[output].value) as string;
  const client = new Client(settingsOf(url, port));
  // The server goes away on purpose in some tests.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ask(client: Client, sql: string): Promise<any> {
  return (await client.query(sql)).rows[0];
}

async function kill(deployment: Deployment, container: string): Promise<void> {
  await dockerApi.post(`/containers/${deployment.container(container).id}/kill`, { query: { signal: 'KILL' } });
}

describeWithEngine('the data of a PostgreSQL database', () => {
  let deployment: Deployment;
  let port: number;
  const clients: Client[] = [];

  async function as(output: string): Promise<Client> {
    const client = await connected(deployment, output, port);
    clients.push(client);
    return client;
  }

  const files = async (): Promise<string[]> => (await deployment.container('e2e-db-backup')
    .exec(['sh', '-c', 'cd /backups && sha256sum *.dump'])).stdout.trim().split('\n').sort();

  beforeAll(async () => {
    port = await freePort();
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const db = new PostgresDatabase(stack, 'db', {
        ...SMALL, credentials: DatabaseCredentials.plainText('p%41\'"@:/ ü\\', 'su per @:%é'), logStatementsSlowerThan: Duration.milliseconds(0),
      });
      db.publish(PublishedPort.onLoopback(port));
      urlOf(stack, 'superuser', db);
      urlOf(stack, 'owner', db.addRole('own"er \'@:%é', { access: RoleAccess.owner() }));
      urlOf(stack, 'writer', db.addRole('writer'));
      urlOf(stack, 'reader', db.addRole('reader', { access: RoleAccess.readOnly(), connectionLimit: 2 }));
      const other = db.addDatabase(ODD);
      other.addExtension('pg_trgm');
      urlOf(stack, 'otherOwner', other.addRole('other', { access: RoleAccess.owner() }));
      db.backup({ schedule: BackupSchedule.every(Duration.hours(24)), keep: 2, to: BackupStorage.volume() });
    })).apply();
    const owner = await as('owner');
    await owner.query('CREATE SCHEMA s; CREATE TABLE t (id bigint PRIMARY KEY, v text); CREATE TABLE s.later (id serial, v text)');
    await owner.query('INSERT INTO t SELECT g, md5(g::text) || \' é\' FROM generate_series(1, 5000) AS g');
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  });

  test('has an owner who is no superuser, and whom the driver reaches by the URL with odd characters', async () => {
    const owner = await as('owner');
    expect(await ask(owner, 'SELECT current_user AS name, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user'))
      .toEqual({ name: 'own"er \'@:%é', rolsuper: false, rolcreatedb: false, rolcreaterole: false });
    await expect(owner.query('COPY t TO PROGRAM \'cat\'')).rejects.toThrow(/permission denied|must be superuser/);
  });

  test('lets a role read and write rows of tables that were created after its grants, and nothing else', async () => {
    const writer = await as('writer');
    await writer.query('INSERT INTO s.later (v) VALUES (\'by the writer\')');
    expect(await ask(writer, 'SELECT count(*)::int AS count FROM s.later')).toEqual({ count: 1 });
    await expect(writer.query('CREATE TABLE mine (id int)')).rejects.toThrow('permission denied for schema public');
    await expect(writer.query('DROP TABLE t')).rejects.toThrow('must be owner of table t');
    await expect(writer.query('ALTER ROLE reader SUPERUSER')).rejects.toThrow('permission denied');
  });

  test('lets a reader read only', async () => {
    const reader = await as('reader');
    expect(await ask(reader, 'SELECT count(*)::int AS count FROM t')).toEqual({ count: 5000 });
    await expect(reader.query('DELETE FROM t')).rejects.toThrow('permission denied for table t');
    await expect(reader.query('CREATE TEMPORARY TABLE x (id int)')).rejects.toThrow('permission denied to create temporary tables');
  });

  test('lets no role into another database', async () => {
    const url = await deployment.value(deployment.stack.json.output.reader.value) as string;
    for (const name of [ODD, 'postgres', 'template1']) {
      const client = new Client({ ...settingsOf(url, port), database: name });
      await expect(client.connect()).rejects.toThrow('permission denied for database');
    }
  });

  test('has a further database under any name, with its extension', async () => {
    const other = await as('otherOwner');
    expect(await ask(other, 'SELECT current_database() AS name, similarity(\'abc\', \'abc\') AS same')).toEqual({ name: ODD, same: 1 });
  });

  test('writes no password into the log, though it logs every statement', async () => {
    await ask(await as('superuser'), 'SELECT \'this is logged\'');
    let log = '';
    // The engine copies the output into its log a little later.
    for (let i = 0; !log.includes('this is logged') && i < 300; i++) {
      await sleep(100);
      log = Object.values(await deployment.container('e2e-db').logs()).join('');
    }
    expect(log).toContain('this is logged');
    expect(log).not.toMatch(/PASSWORD '/i);
    const { upload: [{ content }] } = Object.values(deployment.stack.json.resource.docker_container).find(({ name }) => name === 'e2e-db-provisioning')!;
    const passwords = [...(await deployment.value(content) as string).matchAll(/PASSWORD[_\d]*='(.*)'$/gm)].map(([, password]) => password);
    expect(passwords).toHaveLength(5);
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  });

  test('sets passwords again without ending sessions that are connected', async () => {
    const [superuser, session] = [await as('superuser'), await as('writer')];
    await superuser.query('ALTER ROLE writer PASSWORD \'the one before\'');
    await expect(as('writer')).rejects.toThrow('password authentication failed');
    await deployment.recreate('e2e-db-provisioning');
    expect(await ask(await as('writer'), 'SELECT 1 AS one')).toEqual({ one: 1 });
    expect(await ask(session, 'SELECT count(*)::int AS count FROM t')).toEqual({ count: 5000 });
  });

  test('has every row that was committed before the server was killed in the middle of writes', async () => {
    await (await as('owner')).query('CREATE TABLE committed (writer int, n int)');
    const acknowledged: string[] = [];
    let stopped = false;
    const writers = [1, 2, 3, 4].map(async (id) => {
      const client = await as('writer');
      for (let n = 0; !stopped; n++) {
        try {
          await client.query('INSERT INTO committed VALUES ($1, $2)', [id, n]);
        } catch {
          return;
        }
        acknowledged.push(`${id}:${n}`);
      }
    });
    while (acknowledged.length < 500) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await kill(deployment, 'e2e-db');
    await Promise.all(writers);
    stopped = true;
    await deployment.container('e2e-db').start();
    await deployment.container('e2e-db').healthy();
    const { rows } = await (await as('superuser')).query('SELECT writer || \':\' || n AS row FROM committed');
    const found = new Set(rows.map(({ row }) => row));
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    expect(acknowledged.filter((row) => !found.has(row))).toEqual([]);
  });

  test('keeps the backup before when one is interrupted, and leaves nothing that looks like a backup', async () => {
    const backup = deployment.container('e2e-db-backup');
    expect(await backup.exec(['backup.sh', 'now'])).toMatchObject({ exitCode: 0 });
    const before = await files();
    // Two of each database: the stack's, and the one that every server has.
    expect(before).toHaveLength(6);
    const owner = await as('owner');
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const interrupted = backup.exec(['backup.sh', 'now']);
    const dumping = 'for p in /proc/[0-9]*; do [ "$(cat $p/comm)" = pg_dump ] && kill -s "$0" "${p#/proc/}" && exit 0; done 2>/dev/null; exit 1';
    while ((await backup.exec(['sh', '-c', dumping, '0'])).exitCode !== 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await backup.exec(['sh', '-c', dumping, 'KILL']);
    await owner.query('ROLLBACK');
    const { exitCode, stdout } = await interrupted;
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain('FAILED: no backup of database app');
    const after = await files();
    // The other database's backup is made all the same.
    expect(after.filter((line) => line.includes('app-'))).toEqual(before.filter((line) => line.includes('app-')));
  });

  test('is restored into a new database with the same rows, once', async () => {
    const backup = deployment.container('e2e-db-backup');
    expect(await backup.exec(['backup.sh', 'now'])).toMatchObject({ exitCode: 0 });
    const newest = (await files()).map((line) => line.replace(/^\S+\s+/, '')).filter((name) => name.startsWith('app-')).pop()!;
    const expected = await ask(await as('superuser'), ROWS);
    expect(expected.count).toBe(5000);
    await (await as('owner')).query('DROP TABLE t');

    const restoredPort = await freePort();
    const restored = await new Deployment(SynthesizedStack.of((stack) => {
      const db = new PostgresDatabase(stack, 'copy', SMALL);
      db.restoreFrom(BackupFile.inVolume(deployment.objectName('e2e-db-backups'), newest));
      db.publish(PublishedPort.onLoopback(restoredPort));
      urlOf(stack, 'reader', db.addRole('reader', { access: RoleAccess.readOnly() }));
      urlOf(stack, 'superuser', db);
    })).apply();
    const reader = await connected(restored, 'reader', restoredPort);
    expect(await ask(reader, ROWS)).toEqual(expected);
    await reader.end();
    const superuser = await connected(restored, 'superuser', restoredPort);
    await superuser.query('DELETE FROM t WHERE id > 4000');
    await superuser.end();
    await restored.recreate('e2e-copy-restore');
    expect(await restored.container('e2e-copy-restore').ended()).toBe(0);
    const again = await connected(restored, 'superuser', restoredPort);
    expect(await ask(again, 'SELECT count(*)::int AS count FROM t')).toEqual({ count: 4000 });
    await again.query('ALTER DATABASE app RESET cdktf_go_docker.restored_from');
    await again.end();
    await restored.recreate('e2e-copy-restore');
    expect(await restored.container('e2e-copy-restore').ended()).toBe(1);
    expect((await restored.container('e2e-copy-restore').logs()).stdout).toContain('A backup is restored into a new database only');
    await restored.destroy();
  });

  test('makes the backup unhealthy when the last one is too old', async () => {
    const backup = deployment.container('e2e-db-backup');
    expect(await backup.exec(['backup.sh', 'check'])).toMatchObject({ exitCode: 0, stdout: 'each database has a backup that is young enough\n' });
    await backup.exec(['sh', '-c', 'touch -d "2 days ago" /backups/*.dump']);
    const { State } = await backup.until('is unhealthy', (inspection) => inspection.State.Health?.Status === 'unhealthy');
    expect(State.Health!.Log.pop()!.Output).toContain('the last backup of database app is');
  });
});

describeWithEngine('an upgrade of PostgreSQL', () => {
  test('copies roles, databases and rows from 15 to 17, keeps the old volume, and does it once', async () => {
    const [oldPort, newPort] = [await freePort(), await freePort()];
    const define = (id: string, port: number, props: PostgresDatabaseProps) => SynthesizedStack.of((stack) => {
      const db = new PostgresDatabase(stack, id, { ...SMALL, credentials: DatabaseCredentials.plainText('always the same'), ...props });
      db.publish(PublishedPort.onLoopback(port));
      urlOf(stack, 'superuser', db);
      urlOf(stack, 'other', db.addDatabase(ODD).addRole('ot"her', { access: RoleAccess.owner() }));
    });
    const before = await new Deployment(define('old', oldPort, { version: PostgresVersion.V15 })).apply();
    const superuser = await connected(before, 'superuser', oldPort);
    await superuser.query('CREATE TABLE t (id bigserial PRIMARY KEY, v text); CREATE ROLE "by hand" LOGIN PASSWORD \'kept\'');
    await superuser.query('INSERT INTO t (v) SELECT md5(g::text) FROM generate_series(1, 5000) AS g');
    const expected = await ask(superuser, ROWS);
    await superuser.end();
    await before.container('e2e-old').stop();
    await before.container('e2e-old').remove();

    const oldVolume = before.objectName('e2e-old-data-15');
    const after = await new Deployment(define('up', newPort, {
      version: PostgresVersion.V17, upgradeFrom: PostgresVersion.V15, volumeName: oldVolume.replace(/-15$/, ''),
    })).apply();
    const { stdout } = await after.container('e2e-up-upgrade-task').logs();
    expect(stdout).toContain('Verified database app: 3 counts are the same.');
    const upgraded = await connected(after, 'superuser', newPort);
    expect(await ask(upgraded, 'SHOW server_version_num')).toMatchObject({ server_version_num: expect.stringMatching(/^17/) });
    expect(await ask(upgraded, ROWS)).toEqual(expected);
    expect(await ask(upgraded, 'INSERT INTO t (v) VALUES (\'next\') RETURNING id::int')).toEqual({ id: 5001 });
    expect(await ask(upgraded, 'SELECT count(*)::int AS count FROM pg_roles WHERE rolname IN (\'by hand\', \'ot"her\')')).toEqual({ count: 2 });
    await (await connected(after, 'other', newPort)).end();
    await upgraded.end();
    expect(await dockerApi.get(`/volumes/${oldVolume}`)).toMatchObject({ Name: oldVolume });

    await after.recreate('e2e-up-upgrade-task');
    expect((await after.container('e2e-up-upgrade-task').logs()).stdout).toContain('upgraded from version 15; nothing to do');
    const untouched = await connected(after, 'superuser', newPort);
    expect(await ask(untouched, 'SELECT count(*)::int AS count FROM t')).toEqual({ count: 5001 });
    await untouched.end();
  });
});
