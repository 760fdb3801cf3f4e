import * as path from 'path';
import { Deployment, INSPECTOR, SynthesizedStack, describeWithEngine, eventually, filesOf, freePort } from './engine';
import { docker } from './harness/applied-stack';
import { ask } from './inspector';
import { DatabaseCredentials, GoScratchImage, GoService, GoServiceWithPostgres, HealthCheck, PublishedPort } from '../../lib';

const LINKS = path.join(__dirname, '..', '..', 'examples', 'service-with-postgres', 'app');

describeWithEngine('a service with PostgreSQL', () => {
  let deployment: Deployment;
  let url: string;
  let outsiderUrl: string;

  beforeAll(async () => {
    const [port, outsiderPort] = [await freePort(), await freePort()];
    [url, outsiderUrl] = [port, outsiderPort].map((each) => `http://127.0.0.1:${each}`);
    const scripts = filesOf('init', {
      '10-table.sql': 'CREATE TABLE prepared (text text);\n',
      '20-rows.sh': 'psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "INSERT INTO prepared VALUES (\'by a script\')"\n',
    });
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      new GoServiceWithPostgres(stack, 'links', {
        source: LINKS,
        mainPackage: './cmd/links',
        healthCheck: HealthCheck.http('/readyz'),
        publish: PublishedPort.onLoopback(port),
        database: {
          dataProtection: false,
          databaseName: 'short links',
          credentials: DatabaseCredentials.plainText('p@ss/w:rd?#%&+= "\'$(id)${x}', 'söme user & co'),
          initScripts: ['10-table.sql', '20-rows.sh'].map((name) => path.join(scripts, name)),
          parameters: { max_connections: '42', log_line_prefix: '%m $(id) ${x} ' },
        },
      });
      const image = new GoScratchImage(stack, 'inspector', { source: INSPECTOR });
      new GoService(stack, 'outsider', { image, publish: PublishedPort.onLoopback(outsiderPort) });
    })).apply();
  });

  const database = () => deployment.container('e2e-links-database');

  async function query(sql: string): Promise<string> {
    const { exitCode, stdout, stderr } = await database().exec(['psql', '-X', '-A', '-t', '-U', 'söme user & co', '-d', 'short links', '-c', sql], 'postgres');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout.trim();
  }

  async function store(slug: string): Promise<void> {
    const response = await fetch(`${url}/links`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url: 'https://go.dev/doc/', slug }) });
    expect(response.status).toBe(201);
  }

  test('is PostgreSQL 17 with checksums, and with the parameters that were asked for', async () => {
    expect(await query('SHOW server_version')).toMatch(/^17\./);
    expect(await query('SHOW data_checksums')).toBe('on');
    expect(await query('SHOW max_connections')).toBe('42');
    expect(await query('SHOW log_line_prefix')).toBe('%m $(id) ${x}');
  });

  test('writes rows and reads them', async () => {
    await store('docs');
    expect(await query('SELECT slug, url FROM links WHERE slug = \'docs\'')).toBe('docs|https://go.dev/doc/');
    const visit = await fetch(`${url}/docs`, { redirect: 'manual' });
    expect(visit.headers.get('location')).toBe('https://go.dev/doc/');
    expect(await (await fetch(`${url}/links/docs`)).json()).toMatchObject({ slug: 'docs', visits: 1 });
  });

  test('has what the init scripts made, once', async () => {
    expect(await query('SELECT text FROM prepared')).toBe('by a script');
  });

  test('runs the database as its own user, without capabilities', async () => {
    const { stdout } = await database().exec(['sh', '-c', 'cat /proc/1/status']);
    expect(stdout).toMatch(/^Uid:\t999\t999\t999\t999$/m);
    expect(stdout).toMatch(/^CapEff:\t0000000000000000$/m);
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m);
  });

  test('has a database that cannot write beside its volume', async () => {
    const { exitCode, stderr } = await database().exec(['touch', '/var/written'], 'root');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('Read-only file system');
  });

  test('has a database that no container outside its network reaches, neither by name nor by address', async () => {
    const { Networks } = (await database().inspect()).NetworkSettings;
    const [address] = Object.values(Networks).map(({ IPAddress }) => IPAddress);
    expect(Object.keys(Networks)).toHaveLength(1);
    expect(await ask(outsiderUrl, 'dial', { address: 'e2e-links-database:5432' })).toMatchObject({ ok: false });
    // Something else may answer at the address: the host has no way to it, and its own network may accept all connections. So ask for TLS.
    const answerFrom = ([network]: string[]) => docker('run', '--rm', '--network', network, '--entrypoint', 'bash', 'postgres:17', '-c',
      `exec 3<>/dev/tcp/${address}/5432 && printf '\\0\\0\\0\\10\\4\\322\\26\\57' >&3 && timeout 5 head -c 1 <&3; true`);
    const { NetworkSettings } = await deployment.container('e2e-outsider').inspect();
    expect(answerFrom(Object.keys(NetworkSettings.Networks))).not.toMatch(/[NS]/);
    expect(answerFrom(Object.keys(Networks))).toBe('N');
    // The question itself works: the service is on both networks.
    expect(await ask(outsiderUrl, 'dial', { address: 'e2e-links:8080' })).toEqual({ ok: true, value: 'connected' });
  });

  test('publishes no port of the database on the host', async () => {
    const { HostConfig, NetworkSettings } = await database().inspect();
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(Object.values(NetworkSettings.Ports).filter((bindings) => bindings !== null)).toEqual([]);
  });

  test('keeps its data when the database\'s container is replaced, and finds it again', async () => {
    await store('kept');
    await deployment.recreate('e2e-links-database');
    // The service may still be called healthy from before, and have not found the new server yet.
    const found = await eventually(async () => (await fetch(`${url}/links/kept`)).json() as Promise<{ slug?: string }>, ({ slug }) => slug === 'kept');
    expect(found).toMatchObject({ slug: 'kept' });
    expect(await query('SELECT count(*) FROM prepared')).toBe('1');
    const { stdout, stderr } = await database().logs();
    expect(stdout + stderr).not.toMatch(/database system was not properly shut down|automatic recovery in progress/);
  });
});
