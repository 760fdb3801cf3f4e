import { TerraformOutput } from 'cdktf';
import { Client } from 'pg';
import { Deployment, PrivateAuthority, SynthesizedStack, describeWithEngine, freePort } from './engine';
import { exporterImage } from './harness/exporter-image';
import { PostgresDatabase, PostgresTls, PublishedPort, Size } from '../../lib';

const DATABASE = 'shop@:%é?"\'';
const ROLE = 'met"rics\'@:%é';

describeWithEngine('metrics of a PostgreSQL server', () => {
  let deployment: Deployment;
  let port: number;
  let metricsPort: number;
  let image: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    image = exporterImage('quay.io/prometheuscommunity/postgres-exporter:v0.20.1');
    [port, metricsPort] = [await freePort(), await freePort()];
    const { certificate, key } = new PrivateAuthority().issue(['DNS:e2e-db']);
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const database = new PostgresDatabase(stack, 'db', {
        dataProtection: false,
        memory: Size.mebibytes(256),
        databaseName: DATABASE,
        tls: PostgresTls.withCertificate({ certificate, privateKey: key, required: true }),
      });
      database.publish(PublishedPort.onLoopback(port));
      const metrics = database.metrics({ port: PublishedPort.onLoopback(metricsPort), roleName: ROLE, image });
      new TerraformOutput(stack, 'superuser', { value: database.password, sensitive: true });
      new TerraformOutput(stack, 'metrics', { value: metrics.role.password, sensitive: true });
    })).apply();
  });

  async function as(user: string, output: string, database: string = DATABASE): Promise<Client> {
    const password = await deployment.value(deployment.stack.json.output[output].value) as string;
    // What is checked here is who may do what; the certificate's own test verifies it.
    const client = new Client({ host: '127.0.0.1', port, user, password, database, ssl: { rejectUnauthorized: false } });
    await client.connect();
    clients.push(client);
    return client;
  }

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
  });

  async function ask<T>(client: Client, sql: string): Promise<T> {
    return (await client.query(sql)).rows[0];
  }

  async function scrape(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  }

  test('are there on loopback only, over TLS, and hold those of the database', async () => {
    const page = await scrape();
    expect(page).toMatch(/^pg_up(\{[^}]*\})? 1$/m);
    expect(page).toContain(`pg_database_size_bytes{datname=${JSON.stringify(DATABASE)}}`);
    expect(page).toMatch(/^pg_settings_max_connections(\{[^}]*\})? 100$/m);
    expect(page).toMatch(/^pg_scrape_collector_success\{/m);
    expect(page).not.toMatch(/^pg_scrape_collector_success\{[^}]*\} 0$/m);
    const { NetworkSettings } = await deployment.container('e2e-db-metrics').inspect();
    expect(NetworkSettings.Ports).toEqual({ '9187/tcp': [{ HostIp: '127.0.0.1', HostPort: String(metricsPort) }] });
  });

  test('come from a role that is no superuser, sees statistics of others and reads no table', async () => {
    const superuser = await as('postgres', 'superuser');
    await superuser.query('CREATE TABLE secret (v text)');
    const sessions = 'SELECT DISTINCT usename, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE client_addr IS NOT NULL AND pid <> pg_backend_pid()';
    let rows: unknown[];
    do {
      // Not every session outlives its scrape.
      [{ rows }] = await Promise.all([superuser.query(sessions), scrape()]);
    } while (rows.length === 0);
    expect(rows).toEqual([{ usename: ROLE, ssl: true }]);
    const metrics = await as(ROLE, 'metrics');
    expect(await ask(metrics, `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolconnlimit,
      pg_has_role('pg_monitor', 'MEMBER') AS monitor FROM pg_roles WHERE rolname = current_user`))
      .toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, rolconnlimit: 3, monitor: true });
    expect(await ask(metrics, 'SELECT query FROM pg_stat_activity WHERE usename = \'postgres\' AND client_addr IS NOT NULL'))
      .toEqual({ query: expect.stringContaining('pg_stat_ssl') });
    await expect(metrics.query('SELECT * FROM secret')).rejects.toThrow('permission denied for table secret');
    await expect(metrics.query('CREATE TABLE mine (v text)')).rejects.toThrow('permission denied for schema public');
    await expect(metrics.query('CREATE TEMPORARY TABLE mine (v text)')).rejects.toThrow('permission denied to create temporary tables');
    await expect(metrics.query('COPY (SELECT 1) TO PROGRAM \'cat\'')).rejects.toThrow('permission denied');
    await expect(as(ROLE, 'metrics', 'postgres')).rejects.toThrow('permission denied for database');
  });

  test('tell that the server is gone, and that it is back, while the exporter stays healthy', async () => {
    await deployment.container('e2e-db').stop();
    expect(await scrape()).toMatch(/^pg_up(\{[^}]*\})? 0$/m);
    await deployment.container('e2e-db').start();
    await deployment.container('e2e-db').healthy();
    expect(await scrape()).toMatch(/^pg_up(\{[^}]*\})? 1$/m);
    await deployment.container('e2e-db-metrics').healthy();
  });

  test('are made in a container without rights, which writes no password into its log', async () => {
    const container = deployment.container('e2e-db-metrics');
    const { Config, HostConfig } = await container.inspect();
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'] });
    expect(Config.User).toBe('65534:65534');
    const { stdout, stderr } = await container.logs();
    expect(stdout + stderr).toContain('9187');
    expect(stdout + stderr).not.toContain(await deployment.value(deployment.stack.json.output.metrics.value) as string);
  });
});
