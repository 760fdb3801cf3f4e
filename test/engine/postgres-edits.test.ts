import * as fs from 'fs';
import { TerraformStack, TerraformVariable } from 'cdktf';
import { describeWithEngine, filesOf } from './engine';
import { Applied, AppliedStack, docker } from './harness/applied-stack';
import { terraformProblem } from './harness/terraform-project';
import { BackupSchedule, BackupStorage, Duration, PostgresDatabase, PostgresDatabaseProps, Size } from '../../lib';

const SMALL: PostgresDatabaseProps = { dataProtection: false, memory: Size.mebibytes(256) };

function psql(container: string, sql: string, database = 'app'): string {
  return docker('exec', '-u', 'postgres', container, 'psql', '-XAtq', '-d', database, '-c', sql);
}

/** Runs a command on the machine of the engine, as root. */
function host(...command: string[]): string {
  return docker('run', '--rm', '-v', '/var/tmp:/var/tmp', '--entrypoint', command[0], 'postgres:17', ...command.slice(1));
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt++) {
    if (attempt === 60) {
      throw new Error('not within a minute');
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

describeWithEngine('edits of a PostgreSQL database with the real provider', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: edits of PostgreSQL (${problem})\n`);
  }
  (problem ? describe.skip : describe)('init scripts', () => {
    const files = filesOf('init', { '10-good.sql': 'CREATE TABLE one (n int);\n', '20-more.sql': '', '30-shell.sh': '' });
    const write = (name: string, text: string) => fs.writeFileSync(`${files}/${name}`, text);
    const names = ['10-good.sql', '20-more.sql', '30-shell.sh'];
    let stack: AppliedStack;

    const apply = (scripts = names): Applied => stack.apply((scope: TerraformStack) => {
      new PostgresDatabase(scope, 'db', { ...SMALL, initScripts: scripts.map((name) => `${files}/${name}`), parameters: { work_mem: '2MB' } });
    });
    const volumeFiles = () => docker('run', '--rm', '-v', `${stack.id}-db-data-17:/v`, '--entrypoint', 'find', 'postgres:17', '/v', '-mindepth', '1');

    beforeAll(() => {
      stack = new AppliedStack('pginit');
    });

    afterAll(() => stack.destroy());

    test('an error in SQL fails the apply with script, line and reason, and leaves nothing', () => {
      write('20-more.sql', 'CREATE TABLE two (n int);\n\nINSERT INTO tow VALUES (1);\n');
      const { succeeded, output, seconds } = apply();
      expect(output).toContain('psql:/docker-entrypoint-initdb.d/20-more.sql:3: ERROR:  relation "tow" does not exist');
      expect({ succeeded, isQuick: seconds < 60 }).toEqual({ succeeded: false, isQuick: true });
      expect(volumeFiles()).toBe('');
    });

    test('a shell script that fails does the same', () => {
      write('20-more.sql', 'CREATE TABLE two (n int);\n');
      write('30-shell.sh', 'set -e\necho begin\nfalse\n');
      const { succeeded, output } = apply();
      expect(output).toContain('/docker-entrypoint-initdb.d/30-shell.sh: line 3: exit code 1: false');
      expect(succeeded).toBe(false);
      expect(volumeFiles()).toBe('');
    });

    test('corrected scripts have all run once, and a crash in the middle counts as nothing', async () => {
      write('30-shell.sh', 'psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "CREATE TABLE three (n int)"\n');
      const first = apply();
      expect(first).toMatchObject({ succeeded: true });
      const container = `${stack.id}-db`;
      expect(psql(container, 'SELECT string_agg(relname, \' \' ORDER BY relname) FROM pg_class WHERE relkind = \'r\' AND relnamespace = \'public\'::regnamespace')).toBe('one three two');
      expect(psql(container, 'SHOW work_mem')).toBe('2MB');
      expect(volumeFiles()).not.toContain('initialising');
      docker('exec', container, 'touch', '/var/lib/postgresql/data/.cdktf-go-docker-initialising');
      docker('restart', container);
      await until(() => docker('logs', container).includes('The last initialisation was interrupted. It begins anew.'));
      await until(() => docker('inspect', '--format', '{{.State.Health.Status}}', container) === 'healthy');
      expect(psql(container, 'SELECT count(*) FROM three')).toBe('0');
    });

    test('a changed script runs no more', () => {
      write('10-good.sql', 'CREATE TABLE other (n int);\n');
      expect(apply()).toMatchObject({ succeeded: true });
      expect(psql(`${stack.id}-db`, 'SELECT count(*) FROM one')).toBe('0');
      expect(docker('logs', `${stack.id}-db-initialisation`)).toContain('no script runs');
    });
  });

  (problem ? describe.skip : describe)('secrets of roles', () => {
    const odd = 'it\'s "$HOME" `id` \\n ${x} %{y} \'\'\n\\';
    let stack: AppliedStack;

    const apply = (password = odd): Applied => stack.apply((scope) => {
      const db = new PostgresDatabase(scope, 'db', SMALL);
      db.addRole('generated');
      db.addRole('odd', { password: new TerraformVariable(scope, 'secret', { type: 'string', sensitive: true, default: password }) });
    });
    const login = (password: string) => docker('exec', '-e', `PGPASSWORD=${password}`, `${stack.id}-db`,
      'psql', '-XAtq', '-h', `${stack.id}-db`, '-U', 'odd', '-d', 'app', '-c', 'SELECT current_user');

    beforeAll(() => {
      stack = new AppliedStack('pgsecret');
    });

    afterAll(() => stack.destroy());

    test('are neither in the settings nor in the files of the container that set them, nor in the output', () => {
      const { succeeded, output } = apply();
      expect({ succeeded, output }).toMatchObject({ succeeded: true });
      expect(login(odd)).toBe('odd');
      const passwords = stack.secrets();
      expect(passwords).toHaveLength(2);
      const inspected = docker('inspect', `${stack.id}-db-provisioning`);
      const changes = docker('diff', `${stack.id}-db-provisioning`);
      expect([...passwords, 'it\'s', '$HOME'].filter((password) => inspected.includes(password) || output.includes(password))).toEqual([]);
      expect(changes).not.toContain('secrets');
    });

    test('change nothing in the next plan, and a new password is set', () => {
      expect(apply().output).toContain('No changes. Your infrastructure matches the configuration.');
      const changed = apply('another one');
      expect(changed).toMatchObject({ succeeded: true });
      expect(changed.output).not.toContain('another one');
      expect(changed.output).not.toContain('it\'s');
      expect(login('another one')).toBe('odd');
      expect(() => login(odd)).toThrow('password authentication failed');
    });
  });

  (problem ? describe.skip : describe)('roles, databases and backups', () => {
    let stack: AppliedStack;
    let directory: string;
    const container = () => `${stack.id}-db`;

    const apply = (edit: { roles?: string[]; databases?: string[]; directory?: string }): Applied => stack.apply((scope) => {
      const db = new PostgresDatabase(scope, 'db', SMALL);
      (edit.roles ?? []).forEach((name) => db.addRole(name));
      (edit.databases ?? []).forEach((name) => db.addDatabase(name));
      db.backup({ schedule: BackupSchedule.every(Duration.hours(24)), keep: 2, to: BackupStorage.directory(edit.directory ?? directory, { user: '999:999' }) });
    });
    const dumps = () => docker('exec', `${container()}-backup`, 'ls', '/backups').split('\n').filter((name) => name.endsWith('.dump')).map((name) => name.replace(/-\d.*/, ''));

    beforeAll(() => {
      stack = new AppliedStack('pgroles');
      // A directory as the engine sees it.
      directory = `/var/tmp/${stack.id}`;
      host('mkdir', '-p', directory);
    });

    afterAll(() => {
      stack.destroy();
      host('rm', '-rf', directory);
    });

    test('a directory that cannot be written, or is not there, fails the apply within seconds', () => {
      const denied = apply({ roles: ['kept', 'gone'], databases: ['orders'] });
      expect(denied.output).toMatch(/FAILED: user 999:999 cannot write into the directory for backups, which\s+belongs\s+to\s+0:0/);
      expect({ succeeded: denied.succeeded, isQuick: denied.seconds < 60 }).toEqual({ succeeded: false, isQuick: true });
      const missing = apply({ roles: ['kept', 'gone'], databases: ['orders'], directory: `${directory}/missing` });
      expect(missing.output).toContain('bind source path does not exist');
      expect({ succeeded: missing.succeeded, isQuick: missing.seconds < 60 }).toEqual({ succeeded: false, isQuick: true });
      expect(() => host('ls', `${directory}/missing`)).toThrow('No such file');
    });

    test('a role that leaves loses LOGIN, and a database that leaves is backed up like those made by hand', () => {
      host('chown', '999:999', directory);
      expect(apply({ roles: ['kept', 'gone'], databases: ['orders'] })).toMatchObject({ succeeded: true });
      psql(container(), 'CREATE DATABASE "by hand"');
      expect(apply({ roles: ['kept'] })).toMatchObject({ succeeded: true });
      expect(psql(container(), 'SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname IN (\'kept\', \'gone\') ORDER BY 1')).toBe('gone|f\nkept|t');
      docker('exec', `${container()}-backup`, 'backup.sh', 'now');
      expect([...new Set(dumps())].sort()).toEqual(['app', 'by%20hand', 'orders', 'postgres']);
    });

    test('a directory that was replaced by an empty one is no place for backups', () => {
      docker('exec', `${container()}-backup`, 'sh', '-c', 'rm -f /backups/* /backups/.[a-z]*');
      expect(() => docker('exec', `${container()}-backup`, 'backup.sh', 'now')).toThrow();
      expect(() => docker('exec', `${container()}-backup`, 'backup.sh', 'check')).toThrow();
      docker('exec', `${container()}-backup`, 'backup.sh', 'accept');
      docker('exec', `${container()}-backup`, 'backup.sh', 'now');
      docker('exec', `${container()}-backup`, 'backup.sh', 'check');
    });

    test('the containers of administration and backups keep no anonymous volume', () => {
      for (const name of ['provisioning', 'backup', 'backup-check']) {
        expect(docker('inspect', '--format', '{{range .Mounts}}{{.Type}} {{end}}', `${container()}-${name}`)).not.toContain('volume');
      }
      expect(docker('inspect', `${container()}-backup-check`)).not.toContain('PGPASSWORD');
    });
  });
});
