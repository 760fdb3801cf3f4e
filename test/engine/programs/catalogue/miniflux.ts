import { TerraformVariable } from 'cdktf';
import { GoServiceWithPostgres, HealthCheck, PublishedPort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

const PASSWORD = 'correct-horse-battery';

/** A reader of feeds. It migrates its PostgreSQL database itself. */
export const miniflux: RealProgram = {
  name: 'miniflux',
  kinds: ['HTTP', 'PostgreSQL', 'own migrations'],
  module: 'miniflux.app/v2',
  versions: ['v2.3.3', 'v2.3.5'],
  firstTry: {
    worked: false,
    reason: 'It was deployed, used and replaced by its next version at once. Then `dataProtection: false` failed, without harm: Terraform found a cycle '
      + 'with the network of the database.',
    remedy: 'The library no longer replaces this network.',
  },
  ports: ['http'],
  variables: () => ({ adminPassword: PASSWORD }),

  deploy: (stack, { source, port, dataProtection }) => {
    const adminPassword = new TerraformVariable(stack, 'adminPassword', { sensitive: true });
    new GoServiceWithPostgres(stack, 'miniflux', {
      source,
      publish: PublishedPort.onLoopback(port('http')),
      healthCheck: HealthCheck.http('/healthcheck'),
      environment: { RUN_MIGRATIONS: '1', CREATE_ADMIN: '1', ADMIN_USERNAME: 'ann' },
      secretEnvironment: { ADMIN_PASSWORD: adminPassword.stringValue },
      database: { dataProtection },
    });
  },

  use: async (deployed) => {
    await ask(deployed, '/v1/categories', { method: 'POST', body: JSON.stringify({ title: 'Gardening' }) });
    contains(await ask(deployed, '/v1/categories'), 'Gardening');
  },
  useNext: async (deployed) => contains(await ask(deployed, '/v1/categories'), 'Gardening'),
};

async function ask(deployed: Deployed, path: string, request: RequestInit = {}): Promise<string> {
  const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
  return deployed.ask(deployed.url('http', path), { ...request, headers: { 'content-type': 'application/json', authorization } });
}
