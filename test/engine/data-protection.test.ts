import { spawnSync } from 'child_process';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { describeWithEngine } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';
import { ContainerImage, ContainerService, Duration, PostgresDatabase, PostgresDatabaseProps, PostgresVersion, Size } from '../../lib';

const SMALL: PostgresDatabaseProps = { memory: Size.mebibytes(128), shutdownTimeout: Duration.seconds(20), startupTimeout: Duration.seconds(60) };

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  }
  return stdout.trim();
}

/** A database, and its password as an output. */
function database(id: string, props: PostgresDatabaseProps = {}, path: string[] = []): (stack: TerraformStack) => void {
  return (stack) => {
    const scope = path.reduce<Construct>((parent, name) => new Construct(parent, name), stack);
    const { password } = new PostgresDatabase(scope, id, { ...SMALL, ...props });
    new TerraformOutput(stack, 'password', { value: password, sensitive: true });
  };
}

/** A stack after its database was removed. */
function withoutDatabase(stack: TerraformStack): void {
  new ContainerService(stack, 'rest', {
    image: ContainerImage.fromRegistry('debian:trixie'), arguments: ['sleep', '600'],
  });
}

/** Asks as the server's own user, who needs no password. */
function look(container: string, sql: string): string {
  return docker('exec', '-u', 'postgres', container, 'psql', '-d', 'app', '-Atqc', sql);
}

/** Asks over the network with the password that Terraform has. */
function ask(stack: AppliedStack, container: string, sql: string): string {
  return docker('exec', '-e', `PGPASSWORD=${stack.output('password')}`, container, 'psql', '-h', '127.0.0.1', '-U', 'postgres', '-d', 'app', '-Atqc', sql);
}

/** The server and the volume as versions of the library wrote them that declared the volume. */
function asBefore(json: any): void {
  const { docker_container: containers, docker_network: networks, docker_volume: volumes } = json.resource;
  for (const container of Object.values<any>(containers)) {
    delete container.entrypoint;
    container.healthcheck.test = ['CMD', 'pg_isready', ...container.healthcheck.test.slice(5)];
    container.env = container.env.filter((entry: string) => entry.startsWith('POSTGRES_'));
  }
  Object.values<any>(networks).forEach((network) => {
    delete network.labels;
    delete network.lifecycle;
  });
  Object.values<any>(volumes).forEach((volume) => {
    volume.lifecycle = { prevent_destroy: true, ignore_changes: ['name'] };
  });
  delete json.moved;
}

describeWithEngine('protected data with the real provider', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: protected data is not applied (${problem})\n`);
  }
  let number = 0;
  let stack: AppliedStack;
  let id: string;

  beforeEach(() => {
    number += 1;
    id = `data${number}${testRun.id}`;
    stack = new AppliedStack(id);
  });

  afterEach(() => {
    for (const container of docker('ps', '-aq', '--filter', `name=^${id}`).split('\n').filter((one) => one !== '')) {
      docker('rm', '-f', container);
    }
    for (const kind of ['volume', 'network']) {
      for (const name of docker(kind, 'ls', '--format', '{{.Name}}', '--filter', `name=^${id}`).split('\n').filter((one) => one !== '')) {
        docker(kind, 'rm', name);
      }
    }
  });

  const apply = (...definition: Parameters<AppliedStack['define']>) => stack.define(...definition).apply();
  const refused = (...definition: Parameters<AppliedStack['define']>) => stack.define(...definition).refused();
  const startedAt = (container: string) => docker('inspect', '--format', '{{.State.StartedAt}} {{.State.Running}}', container);
  const volumes = () => docker('volume', 'ls', '-q', '--filter', `name=^${id}`).split('\n').sort();

  (problem ? describe.skip : describe)('is kept', () => {
    test('when the database is removed, the stack is destroyed, and when both come back', () => {
      apply(database('db'));
      ask(stack, `${id}-db`, 'CREATE TABLE t AS SELECT 42 AS v');
      expect(stack.plan()).toEqual({});
      apply(withoutDatabase);
      expect(volumes()).toEqual([`${id}-database-records`, `${id}-db-data-17`]);
      apply(database('db'));
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
      stack.destroy();
      expect(volumes()).toEqual([`${id}-database-records`, `${id}-db-data-17`]);
      apply(database('db'));
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
      expect(stack.plan()).toEqual({});
    });

    test('when the construct is renamed or moved, and its former path is given', () => {
      apply(database('db'));
      ask(stack, `${id}-db`, 'CREATE TABLE t AS SELECT 42 AS v');
      const before = startedAt(`${id}-db`);
      const refusal = refused(database('renamed'));
      expect(refusal).toContain(`the stack has left the data of ${id}/db in the volume ${id}-db-data-17. Nothing has been changed.`);
      expect(refusal).toContain('set formerly to \'db\'');
      expect(startedAt(`${id}-db`)).toBe(before);
      apply(database('renamed', { formerly: 'db' }));
      apply(database('moved', { formerly: 'db' }, ['Storage']));
      expect(stack.plan()).toEqual({});
      expect(startedAt(`${id}-db`)).toBe(before);
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
    });

    test('when a construct with names of its own is renamed', () => {
      const names = { containerName: `${id}-server` };
      apply(database('db', names));
      ask(stack, `${id}-server`, 'CREATE TABLE t AS SELECT 42 AS v');
      apply(database('renamed', names));
      expect(ask(stack, `${id}-server`, 'SELECT v FROM t')).toBe('42');
      expect(stack.plan()).toEqual({});
    });

    test('when only the volume has a name of its own: the new server waits for the old one', () => {
      apply(database('db', { volumeName: `${id}-x` }));
      ask(stack, `${id}-db`, 'CREATE TABLE t AS SELECT 42 AS v');
      apply(database('renamed', { volumeName: `${id}-x` }));
      expect(ask(stack, `${id}-renamed`, 'SELECT v FROM t')).toBe('42');
      expect(stack.plan()).toEqual({});
    });

    test('when the version or the volume changes by mistake, and the server keeps running', () => {
      apply(database('db'));
      const before = startedAt(`${id}-db`);
      expect(refused(database('db', { version: PostgresVersion.V15 }))).toContain(`the data of this database is in the volume ${id}-db-data-17`);
      expect(refused(database('db', { volumeName: `${id}-other` }))).toContain(`the data of this database is in the volume ${id}-db-data-17`);
      expect(startedAt(`${id}-db`)).toBe(before);
      apply(database('db', { volumeName: `${id}-other`, startEmpty: true }));
      expect(ask(stack, `${id}-db`, 'SELECT count(*) FROM pg_tables WHERE tablename = \'t\'')).toBe('0');
      expect(volumes()).toContain(`${id}-db-data-17`);
    });

    test('when the volume is of another stack, of nobody, or no database', () => {
      const volumeName = `${id}-shared`;
      apply(database('db', { volumeName }));
      ask(stack, `${id}-db`, 'CREATE TABLE t AS SELECT 42 AS v');
      const other = new AppliedStack(`${id}o`);
      expect(other.define(database('db', { volumeName })).refused()).toContain(`the volume ${volumeName}-17 holds data of another stack: ${id}.`);
      stack.destroy();
      other.define(database('db', { volumeName, adoptVolume: true })).apply();
      expect(ask(other, `${id}o-db`, 'SELECT v FROM t')).toBe('42');
      docker('run', '--rm', '-v', `${volumeName}-17:/v`, '--entrypoint', 'rm', 'postgres:17', '/v/cdktf-go-docker.owner');
      expect(refused(database('db', { volumeName }))).toContain('that no stack has marked as its own');
      docker('run', '--rm', '-v', `${id}-files-17:/v`, '--entrypoint', 'touch', 'postgres:17', '/v/photo.jpg');
      expect(refused(database('db', { volumeName: `${id}-files` }))).toContain('holds files that are no data of PostgreSQL: photo.jpg');
    });
  });

  (problem ? describe.skip : describe)('of a stack that declared the volume', () => {
    beforeEach(() => {
      stack.define(database('db', { dataProtection: false, volumeName: `${id}-x` }), asBefore).apply();
      ask(stack, `${id}-db`, 'CREATE TABLE t AS SELECT 42 AS v');
    });

    test('stays with the same program, and Terraform forgets the volume', () => {
      apply(database('db', { volumeName: `${id}-x` }));
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
      expect(stack.plan()).toEqual({});
      apply(withoutDatabase);
      expect(volumes()).toContain(`${id}-x-17`);
    });

    test('stays when the construct is renamed in the same step', () => {
      expect(refused(database('renamed', { volumeName: `${id}-x` }))).toContain('set adoptVolume to true');
      expect(look(`${id}-db`, 'SELECT v FROM t')).toBe('42');
      apply(database('renamed', { volumeName: `${id}-x`, formerly: 'db' }));
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
      expect(stack.plan()).toEqual({});
    });

    test('goes when its protection is taken away', () => {
      apply(database('db', { volumeName: `${id}-x` }));
      apply(database('db', { volumeName: `${id}-x`, dataProtection: false }));
      expect(ask(stack, `${id}-db`, 'SELECT v FROM t')).toBe('42');
      stack.destroy();
      expect(volumes()).toEqual([`${id}-database-records`]);
    });
  });
});
