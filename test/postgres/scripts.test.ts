import * as fs from 'node:fs';
import * as path from 'node:path';
import { PostgresDatabase, PostgresVersion } from '../../lib';
import { type FakeTools, runWithFakes } from '../fake-tools';
import { writeFiles } from '../go/fixture';
import { newStack, resources } from '../stack';

const SCRIPTS = path.join(__dirname, '..', '..', 'lib', 'postgres', 'scripts');
const SECONDS_OF_A_DAY = 86_400;

function script(name: string): string {
  return fs.readFileSync(path.join(SCRIPTS, name), 'utf8');
}

function filesOf(directory: string): string[] {
  return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => fs.statSync(path.join(directory, file)).isFile()).sort();
}

describe('a backup', () => {
  const TOOLS: FakeTools = {
    pg_dump: 'for each; do case $each in --file=*) echo "dump of $PGDATABASE" > "${each#--file=}" ;; esac; done',
    pg_restore: '',
    psql: '',
    sync: '',
  };

  function backup(directory: string, command: string, tools: FakeTools = {}, environment: Record<string, string> = {}) {
    return runWithFakes(script('backup.sh'), { ...TOOLS, ...tools }, {
      BACKUP_DIRECTORY: directory,
      BACKUP_DATABASES: 'app\tapp\nodd-name\todd name',
      BACKUP_PLACE: 'a',
      BACKUP_KEEP: '2',
      BACKUP_INTERVAL: String(SECONDS_OF_A_DAY),
      BACKUP_OFFSET: '0',
      BACKUP_MAXIMUM_AGE: '100',
      ...environment,
    }, [command]);
  }

  const withBackups = (...names: string[]) => writeFiles(Object.fromEntries(names.map((name) => [name, 'old'])));
  const dumpsOf = (directory: string) => filesOf(directory).filter((file) => !file.startsWith('.'));
  const setAge = (directory: string, seconds: number) => {
    const time = Date.now() / 1000 - seconds;
    dumpsOf(directory).forEach((file) => fs.utimesSync(path.join(directory, file), time, time));
  };

  test('is made of each database, and the oldest of that database are removed', () => {
    const directory = withBackups('app-20200101T000000Z.dump', 'app-20210101T000000Z.dump', 'app-other-20200101T000000Z.dump');
    expect(backup(directory, 'now').exitCode).toBe(0);
    expect(dumpsOf(directory)).toEqual([
      'app-20210101T000000Z.dump', expect.stringMatching(/^app-20[2-9]\d{5}T\d{6}Z\.dump$/), 'app-other-20200101T000000Z.dump',
      expect.stringMatching(/^odd-name-\d{8}T\d{6}Z\.dump$/),
    ]);
    expect(fs.readFileSync(path.join(directory, dumpsOf(directory)[3]), 'utf8')).toBe('dump of odd name\n');
    expect((fs.statSync(path.join(directory, dumpsOf(directory)[3])).mode % 0o1000).toString(8)).toBe('600');
  });

  test.each<[string, FakeTools, string]>([
    ['cannot be made', { pg_dump: 'exit 1' }, 'FAILED: no backup of database app'],
    ['cannot be read back', { pg_restore: 'exit 1' }, 'FAILED: the backup of database app cannot be read back'],
    ['does not reach the disk', { sync: 'exit 1' }, 'FAILED: the backup of database app cannot be read back'],
  ])('that %s fails and takes no older one away', (_, tools, text) => {
    const names = ['app-20200101T000000Z.dump', 'app-20210101T000000Z.dump'];
    const directory = withBackups(...names);
    const { exitCode, output } = backup(directory, 'now', tools);
    expect(exitCode).toBe(1);
    expect(output).toContain(text);
    expect(dumpsOf(directory)).toEqual(names);
    expect(filesOf(directory).filter((file) => file.endsWith('.partial'))).toEqual([]);
  });

  test('is read to its end', () => {
    expect(backup(writeFiles({}), 'now').calls.filter((call) => call.startsWith('pg_restore'))[0]).toMatch(/^pg_restore --file=\/dev\/null /);
  });

  test('is also made of databases that only the server knows, and checked for each of them', () => {
    const directory = writeFiles({});
    const psql = 'case "$*" in *pg_database*) printf "app\\tapp\\nby%%20hand\\tby hand\\n" ;; esac';
    expect(backup(directory, 'now', { psql }).exitCode).toBe(0);
    expect(dumpsOf(directory)).toEqual([expect.stringMatching(/^app-/), expect.stringMatching(/^by%20hand-/), expect.stringMatching(/^odd-name-/)]);
    fs.rmSync(path.join(directory, dumpsOf(directory)[1]));
    expect(backup(directory, 'check')).toMatchObject({ exitCode: 1, output: 'no backup of database by hand yet\n' });
  });

  describe('in a directory that', () => {
    const knows = (mark: string) => ({ psql: `case "$*" in *current_setting*) echo "${mark}" ;; esac` });

    test('nobody knows is marked, and the server learns the mark', () => {
      const directory = writeFiles({});
      const { exitCode, calls } = backup(directory, 'now', knows(''));
      const mark = fs.readFileSync(path.join(directory, '.cdktf-go-docker-backups'), 'utf8').trim();
      expect({ exitCode, mark }).toEqual({ exitCode: 0, mark: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(calls.some((call) => call.includes(`SET cdktf_go_docker.backups_a = '${mark}'`))).toBe(true);
      expect(backup(directory, 'now', knows(mark)).exitCode).toBe(0);
    });

    test.each<[string, Record<string, string>]>([
      ['is empty though the server knows another one', {}], ['has another mark', { '.cdktf-go-docker-backups': 'other\n' }],
    ])('%s fails and gets nothing until it is accepted', (_, files) => {
      const directory = writeFiles(files);
      const { exitCode, output } = backup(directory, 'now', knows('mark'));
      expect(output).toContain('FAILED: this is not the directory that earlier backups went to');
      expect({ exitCode, dumps: dumpsOf(directory) }).toEqual({ exitCode: 1, dumps: [] });
      expect(backup(directory, 'check', knows('mark')).exitCode).toBe(1);
      expect(backup(directory, 'accept', knows('mark')).output).toContain('this directory is the place of backups from now on');
    });

    test('cannot be written fails at once with the users', () => {
      const { exitCode, output } = backup(writeFiles({}), 'prove', { touch: 'exit 1', stat: 'echo 0:0' });
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(/user \d+:\d+ cannot write into the directory for backups, which belongs to 0:0/) });
    });
  });

  test('of another database is made after one has failed', () => {
    const directory = writeFiles({});
    expect(backup(directory, 'now', { pg_dump: `[ "$PGDATABASE" = app ] && exit 1\n${TOOLS.pg_dump}` }).exitCode).toBe(1);
    expect(dumpsOf(directory)).toEqual([expect.stringMatching(/^odd-name-/)]);
  });

  test('is not made when the server does not tell its databases', () => {
    const psql = 'case "$*" in *string_agg*) exit 1 ;; esac';
    expect(backup(writeFiles({}), 'now', { psql })).toMatchObject({ exitCode: 1, output: expect.stringContaining('FAILED: the server does not tell its databases') });
  });

  test('warns when the disk has no room for two more', () => {
    const directory = withBackups('app-20200101T000000Z.dump', 'odd-name-20200101T000000Z.dump');
    const fakes = { df: 'echo head; echo "disk 9000 8000 3000 90% /backups"', du: 'printf "2048\\ttotal\\n"' };
    setAge(directory, 10);
    expect(backup(directory, 'check', fakes).output).toContain('WARNING: 2 MiB are left on the disk of the backups, and the last ones took 2 MiB');
  });

  test('has no other commands', () => {
    expect(backup(writeFiles({}), 'restore')).toMatchObject({ exitCode: 64, output: 'usage: backup.sh [serve|now|check|prove|accept]\n' });
  });

  test('does not run beside another one', () => {
    const directory = writeFiles({});
    const { exitCode, output, calls } = backup(directory, 'now', { flock: 'exit 1' });
    expect({ exitCode, calls }).toEqual({ exitCode: 75, calls: ['flock -n 9'] });
    expect(output).toContain('another backup is running');
  });

  test.each<[string, string[], number, number, string]>([
    ['of the allowed age is young enough', ['app-20200101T000000Z.dump', 'odd-name-20200101T000000Z.dump'], 90, 0, 'each database has a backup that is young enough'],
    ['that is too old is reported', ['app-20200101T000000Z.dump', 'odd-name-20200101T000000Z.dump'], 110, 1, 'the last backup of database odd name is 11'],
    ['that is missing is reported', ['app-20200101T000000Z.dump'], 10, 1, 'no backup of database odd name yet'],
    ['of another database with a longer name does not count', ['app-20200101T000000Z.dump', 'odd-name-too-20200101T000000Z.dump'], 10, 1, 'no backup of database odd name yet'],
  ])('%s', (_, names, age, exitCode, text) => {
    const directory = withBackups(...names);
    setAge(directory, age);
    const run = backup(directory, 'check');
    expect(run.exitCode).toBe(exitCode);
    expect(run.output).toContain(text);
  });

  describe('on a schedule', () => {
    const NOW = 1_800_000_000;
    /** Ends the service at its first sleep, which would last until the next backup. */
    const STOP = { sleep: 'kill -TERM "$PPID"' };
    const atTime = { date: `case "$*" in +%s) echo ${NOW} ;; *) exec /bin/date "$@" ;; esac` };

    function serve(age: number, offset: number) {
      const directory = withBackups('app-20200101T000000Z.dump', 'odd-name-20200101T000000Z.dump');
      dumpsOf(directory).forEach((file) => fs.utimesSync(path.join(directory, file), NOW - age, NOW - age));
      return backup(directory, 'serve', { ...STOP, ...atTime }, { BACKUP_OFFSET: String(offset) });
    }

    const sinceMidnight = NOW % SECONDS_OF_A_DAY;

    test.each([
      ['is made at once when its time went by', sinceMidnight + 1, 0, true],
      ['is not made again when its time has not come', sinceMidnight - 1, 0, false],
      ['is made at the time of day that was asked for', 10, sinceMidnight - 5, true],
      ['is not made before the time of day that was asked for', SECONDS_OF_A_DAY - 10, sinceMidnight + 5, false],
    ])('%s', (_, age, offset, made) => {
      expect(serve(age, offset).calls.some((call) => call.startsWith('pg_dump'))).toBe(made);
    });

    test('is made at once when there is none yet', () => {
      const { calls, output } = backup(writeFiles({}), 'serve', { ...STOP, ...atTime });
      expect(calls.filter((call) => call.startsWith('pg_dump'))).toHaveLength(2);
      expect(output).not.toContain('stat:');
    });

    test('sleeps until the next time', () => {
      expect(serve(10, sinceMidnight + 5).calls).toContain('sleep 5');
      expect(serve(10, sinceMidnight - 5).calls).toContain(`sleep ${SECONDS_OF_A_DAY - 5}`);
    });
  });
});

describe('a restore', () => {
  function restore(file: string, restored: string, objects: number) {
    const psql = `case "$*" in *current_setting*) echo '${restored}' ;; *count*) echo ${objects} ;; *) cat >/dev/null ;; esac`;
    return runWithFakes(script('restore.sh'), { psql, pg_restore: '' }, { RESTORE_FILE: file, RESTORE_LABEL: 'backups/app.dump' });
  }

  const restores = (run: { calls: string[] }) => run.calls.filter((call) => call.startsWith('pg_restore')).length;

  test('fills an empty database', () => {
    const run = restore(path.join(writeFiles({ 'app.dump': '' }), 'app.dump'), '', 0);
    expect({ ...run, calls: restores(run) }).toEqual({ exitCode: 0, output: 'Restored.\n', calls: 1 });
  });

  test.each<[string, string, number, number, string]>([
    ['that was done before is not repeated', 'backups/app.dump', 7, 0, 'This file has been restored into this database before; nothing to do.'],
    ['into a database with tables is refused', '', 1, 1, 'The database holds 1 tables, indexes and sequences already.'],
    ['into a database that holds another backup is refused', 'backups/other.dump', 7, 1, 'A backup is restored into a new database only'],
  ])('%s', (_, restored, objects, exitCode, text) => {
    const run = restore(path.join(writeFiles({ 'app.dump': '' }), 'app.dump'), restored, objects);
    expect(run.output).toContain(text);
    expect({ exitCode: run.exitCode, restores: restores(run) }).toEqual({ exitCode, restores: 0 });
  });

  test('of a file that is not there shows what is', () => {
    const run = restore(path.join(writeFiles({ 'other.dump': '' }), 'app.dump'), '', 0);
    expect(run.output).toMatch(/The file is not there, or this container's user cannot read it\. What is in its directory:[^]*other\.dump/);
    expect({ exitCode: run.exitCode, restores: restores(run) }).toEqual({ exitCode: 1, restores: 0 });
  });
});

describe('an upgrade', () => {
  const TOOLS: FakeTools = {
    id: 'echo 999',
    sync: '',
    initdb: 'for each; do case $each in --pgdata=*) mkdir -p "${each#--pgdata=}"; echo 17 > "${each#--pgdata=}/PG_VERSION" ;; esac; done',
    pg_ctl: '',
    pg_dumpall: 'printf "%s\\n" "CREATE ROLE postgres;" "CREATE ROLE shop;"',
    pg_dump: '',
    pg_restore: '',
    psql: [
      'case "$*" in',
      '  *server_version_num*) echo 150004 ;;',
      '  *"CREATE ROLE"*) echo "CREATE ROLE postgres;" ;;',
      '  *datname*) echo app ;;',
      '  *counts.sql*) if [ "$PGHOST" = /tmp ]; then echo "public.t|$NEW_COUNT"; else echo "public.t|5"; fi ;;',
      'esac',
    ].join('\n'),
  };

  function upgrade(directory: string, environment: Record<string, string> = {}) {
    return runWithFakes(script('upgrade.sh'), TOOLS,
      { UPGRADE_FROM: '15', PGDATA: directory, PGHOST: 'old', PGUSER: 'postgres', PG_MAJOR: '17', NEW_COUNT: '5', ...environment });
  }

  test('makes a data directory of the copies when all counts are the same', () => {
    const directory = writeFiles({ 'lost+found/x': '' });
    const { exitCode, output } = upgrade(directory);
    expect(output).toContain('Verified database app: 1 counts are the same.');
    expect(exitCode).toBe(0);
    expect(filesOf(directory)).toEqual(['PG_VERSION', 'cdktf-go-docker-upgraded-from', 'lost+found/x', 'pg_hba.conf']);
    expect(upgrade(directory)).toMatchObject({ exitCode: 0, output: 'The volume holds the data that was upgraded from version 15; nothing to do.\n' });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a copy with a row less', { NEW_COUNT: '4' }, 'FAILED: the copy of database app is not the same.'],
    ['a server of another version', { UPGRADE_FROM: '16' }, 'The older server has version 15, expected is 16.'],
  ])('makes no data directory of %s', (_, environment, text) => {
    const directory = writeFiles({});
    const { exitCode, output } = upgrade(directory, environment);
    expect(output).toContain(text);
    expect(exitCode).toBe(1);
    expect(fs.existsSync(path.join(directory, 'PG_VERSION'))).toBe(false);
    // The next try begins anew.
    expect(upgrade(directory).exitCode).toBe(0);
  });

  test.each<[string, Record<string, string>, string]>([
    ['data that another server made', { PG_VERSION: '17\n', base: 'rows' }, 'holds a data directory that does not come from this upgrade'],
    ['files of somebody else', { 'photo.jpg': 'rows' }, 'holds files that do not come from this upgrade'],
  ])('does not touch %s', (_, files, text) => {
    const directory = writeFiles(files);
    const { exitCode, output, calls } = upgrade(directory);
    expect(output).toContain(text);
    expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: ['id -u'] });
    expect(filesOf(directory)).toEqual(Object.keys(files).sort());
  });
});

describe('the start of a server', () => {
  const TOOLS: FakeTools = { flock: '', sleep: '', su: 'for last; do :; done; exec sh -c "$last"', chown: '' };

  function start(files: Record<string, string>, tools: FakeTools = {}, environment: Record<string, string> = {}) {
    const directory = writeFiles({ 'data/PG_VERSION': '17', ...files });
    return runWithFakes(script('mark-volume.sh') + script('start.sh'), { ...TOOLS, ...tools }, {
      VOLUME_PATH: directory,
      PGDATA: `${directory}/data`,
      VOLUME_LOCK_SECONDS: '2',
      VOLUME_OWNER: 'dev',
      VOLUME_RECORD: '',
      CONSTRUCT: 'dev/db',
      ADOPT_VOLUME: 'false',
      POSTGRES_USER: 'postgres',
      POSTGRES_PASSWORD: 'secret',
      ...environment,
    }, ['echo', 'postgres', 'started']);
  }

  test('waits for another server, and gives up', () => {
    const { exitCode, output } = start({}, { flock: 'exit 1' });
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: 'Another server uses this volume. Waiting for it to stop.\n'
        + 'Another server has used this volume for 2 seconds. Two servers would lose rows, so this one does not start.\n',
    });
  });

  test('refuses the data of another stack', () => {
    const { exitCode, output } = start({ 'cdktf-go-docker.owner': 'prod\nx\n' });
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'The volume holds data of another stack: prod.\n' });
  });

  test('fails when the volume has another superuser', () => {
    const { exitCode, output } = start({}, { postgres: 'cat >/dev/null' });
    expect(exitCode).toBe(1);
    expect(output).toContain('The password of the superuser postgres could not be set. The volume keeps the superuser that it was created with.\n');
  });
});

describe('the claim of a volume', () => {
  function claim(files: Record<string, string>, environment: Record<string, string> = {}) {
    const directory = writeFiles({ 'data/keep': '', 'records/keep': '', ...files });
    ['data/keep', 'records/keep'].forEach((name) => fs.rmSync(path.join(directory, name)));
    const { exitCode, output } = runWithFakes(script('claim.sh'), {}, {
      CONSTRUCT: 'dev/db',
      OWNER: 'dev',
      VOLUME_NAME: 'dev-db-data-17',
      NAME_IS_DERIVED: 'true',
      VOLUME_PATH: directory,
      PGDATA: `${directory}/data`,
      MAJOR: '17',
      CURRENT_VOLUMES: 'dev-db-data-17',
      RECORDS: `${directory}/records`,
      ADOPT_VOLUME: 'false',
      START_EMPTY: 'false',
      UNMARKED_IS_OWN: 'false',
      ...environment,
    });
    return { exitCode, first: output.split('\n')[0] };
  }

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['data of another version', { 'data/PG_VERSION': '15' }, {}, 'the volume dev-db-data-17 holds data of PostgreSQL 15, and version 17 cannot read it.'],
    ['data of another stack', { 'data/PG_VERSION': '17', 'cdktf-go-docker.owner': 'prod\n' }, {}, 'the volume dev-db-data-17 holds data of another stack: prod.'],
    ['data of nobody', { 'data/PG_VERSION': '17' }, { NAME_IS_DERIVED: 'false' }, 'the volume dev-db-data-17 holds data of PostgreSQL that no stack has marked as its own.'],
    ['other files', { 'data/photo.jpg': '' }, {}, 'the volume dev-db-data-17 holds files that are no data of PostgreSQL: photo.jpg '],
    ['nothing, beside data of an older version', { 'records/dev-db-data-15': 'dev/db\n' }, {},
      'the volume dev-db-data-17 is empty, and the data of this database is in the volume dev-db-data-15, of PostgreSQL 15.'],
    ['nothing, beside data under another name', { 'records/shop-17': 'dev/db\n' }, {},
      'the volume dev-db-data-17 is empty, and the data of this database is in the volume shop-17.'],
    ['nothing, beside data of a former path', { 'records/dev-old-data-17': 'dev/old\n' }, {},
      'the volume dev-db-data-17 is empty, and the stack has left the data of dev/old in the volume dev-old-data-17.'],
  ])('with %s is refused', (_, files, environment, text) => {
    expect(claim(files, environment)).toEqual({ exitCode: 1, first: `dev/db: ${text} Nothing has been changed.` });
  });
});

test('an initialisation that fails says so after the lines of its script', () => {
  const directory = writeFiles({ 'bin/entrypoint': '#!/bin/sh\necho "01.sh: line 3: exit code 1: false" >&2\nexit 1\n', 'data/keep': '' });
  fs.chmodSync(path.join(directory, 'bin/entrypoint'), 0o755);
  const initialise = script('initialise/docker-entrypoint.sh').replace('/usr/local/bin/docker-entrypoint.sh', path.join(directory, 'bin/entrypoint'));
  const { exitCode, output } = runWithFakes(initialise, {}, { PGDATA: path.join(directory, 'data') }, ['postgres']);
  expect(exitCode).toBe(1);
  expect(output).toContain('FAILED: the database is not initialised. The lines above name the script, the line and the reason. The volume is empty again:\n');
});

test('an upgrade from a volume without data is refused', () => {
  const stack = newStack();
  new PostgresDatabase(stack, 'db', { version: PostgresVersion.V17, upgradeFrom: PostgresVersion.V15 });
  const [line] = resources(stack, 'docker_container').flatMap(({ entrypoint = [], command = [] }) => [...entrypoint, ...command])
    .filter((text: string) => text.includes('nothing to upgrade'));
  const { exitCode, output } = runWithFakes(line.replaceAll('$${', '${'), {}, { PGDATA: writeFiles({ 'lost+found/x': '' }) });
  expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'The volume holds no data directory: there is nothing to upgrade. Leave upgradeFrom out for a new database.\n' });
});
