import * as fs from 'fs';
import { TerraformOutput, TerraformVariable } from 'cdktf';
import { Client, ClientConfig } from 'pg';
import { Deployment, PrivateAuthority, SynthesizedStack, describeWithEngine, freePort } from './engine';
import { PostgresDatabase, PostgresTls, PublishedPort, RoleAccess, Size } from '../../lib';

describeWithEngine('TLS of a PostgreSQL database', () => {
  const authority = new PrivateAuthority();
  const deployments: Record<string, { deployment: Deployment; port: number }> = {};

  beforeAll(async () => {
    for (const [id, required] of [['offered', false], ['required', true]] as const) {
      const { certificate, key } = authority.issue([`DNS:e2e-${id}`]);
      const port = await freePort();
      const stack = SynthesizedStack.of((scope) => {
        const privateKey = new TerraformVariable(scope, 'key', { type: 'string', sensitive: true });
        const database = new PostgresDatabase(scope, id, {
          dataProtection: false,
          memory: Size.mebibytes(256),
          tls: PostgresTls.withCertificate({ certificate, privateKey: privateKey.stringValue, required }),
        });
        database.publish(PublishedPort.onLoopback(port));
        new TerraformOutput(scope, 'role', { value: database.addRole('shop', { access: RoleAccess.owner() }).bind(scope, {}).variables.DATABASE_URL, sensitive: true });
      });
      deployments[id] = { deployment: await new Deployment(stack, { variables: { key } }).apply(), port };
    }
  });

  /** Connects as the service would, but through the published port. */
  async function connect(id: string, ssl: ClientConfig['ssl']): Promise<Client> {
    const { deployment, port } = deployments[id];
    const { username, password, pathname } = new URL(await deployment.value(deployment.stack.json.output.role.value) as string);
    const client = new Client({ host: '127.0.0.1', port, user: username, password, database: pathname.slice(1), ssl });
    await client.connect();
    return client;
  }

  async function encrypted(id: string, ssl: ClientConfig['ssl']): Promise<unknown> {
    const client = await connect(id, ssl);
    try {
      return (await client.query('SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows[0];
    } finally {
      await client.end();
    }
  }

  test.each(['offered', 'required'])('is verified by clients down to the name, when it is %s', async (id) => {
    const ca = fs.readFileSync(authority.certificateFile, 'utf8');
    expect(await encrypted(id, { ca, servername: `e2e-${id}` })).toEqual({ ssl: true, version: 'TLSv1.3' });
    await expect(connect(id, { ca, servername: 'another-name' })).rejects.toThrow('does not match certificate');
    await expect(connect(id, { ca: fs.readFileSync(new PrivateAuthority().certificateFile, 'utf8'), servername: `e2e-${id}` }))
      .rejects.toThrow(/unable to (verify|get local issuer)|self-signed|signature/);
  });

  test('is what services ask for', async () => {
    const { deployment } = deployments.offered;
    const url = new URL(await deployment.value(deployment.stack.json.output.role.value) as string);
    expect([url.hostname, url.searchParams.get('sslmode')]).toEqual(['e2e-offered', 'require']);
  });

  test('is left to the client, unless it is required', async () => {
    expect(await encrypted('offered', false)).toEqual({ ssl: false, version: null });
    await expect(connect('required', false)).rejects.toThrow(/no pg_hba\.conf entry .* no encryption/);
  });

  test('does not keep administrators in the container out', async () => {
    expect(await deployments.required.deployment.container('e2e-required').exec(['psql', '-U', 'postgres', '-Atc', 'SELECT 1', 'app'], 'postgres'))
      .toMatchObject({ exitCode: 0, stdout: '1\n' });
  });

  test.each(['offered', 'required'])('has a key that only the server can read, in memory and in no process, when it is %s', async (id) => {
    const container = deployments[id].deployment.container(`e2e-${id}`);
    const { stdout } = await container.exec(['sh', '-c', 'stat -c "%n %a %U" /run/postgresql-tls/server.* && stat -f -c %T /run/postgresql-tls']);
    expect(stdout.split('\n')).toEqual([
      '/run/postgresql-tls/server.crt 600 postgres', '/run/postgresql-tls/server.key 600 postgres', 'tmpfs', '',
    ]);
    expect((await container.exec(['cat', '/run/postgresql-tls/server.key'], '65534')).exitCode).not.toBe(0);
    const environments = await container.exec(['sh', '-c', 'tr "\\0" "\\n" < /proc/1/environ'], 'postgres');
    expect(environments.stdout).toContain('PGDATA=');
    expect(environments.stdout).not.toContain('PRIVATE KEY');
  });

  test('is there again after a restart', async () => {
    const { deployment } = deployments.required;
    await deployment.container('e2e-required').stop();
    await deployment.container('e2e-required').start();
    await deployment.container('e2e-required').healthy();
    expect(await encrypted('required', { ca: fs.readFileSync(authority.certificateFile, 'utf8'), servername: 'e2e-required' }))
      .toMatchObject({ ssl: true });
  });
});
