import { TerraformVariable } from 'cdktf';
import { GoScratchImage, GoService, HealthCheck, PostgresDatabase, PublishedPort, Schedule, ScheduledTask } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

const PASSWORD = 'correct-horse-battery';

/** One image in three roles: pages, a worker that fetches feeds, and a nightly clean-up. */
export const minifluxRoles: RealProgram = {
  name: 'miniflux-roles',
  kinds: ['PostgreSQL', 'worker', 'scheduled job'],
  module: 'miniflux.app/v2',
  versions: ['v2.3.3', 'v2.3.5'],
  firstTry: { worked: true },
  ports: ['http'],
  image: 'image',
  variables: () => ({ adminPassword: PASSWORD }),

  deploy: (stack, { source, port, dataProtection }) => {
    const adminPassword = new TerraformVariable(stack, 'adminPassword', { sensitive: true });
    const image = new GoScratchImage(stack, 'Image', { source, scheduler: true });
    const database = new PostgresDatabase(stack, 'Database', { dataProtection });
    const web = new GoService(stack, 'web', {
      image,
      publish: PublishedPort.onLoopback(port('http')),
      healthCheck: HealthCheck.http('/healthcheck'),
      environment: { RUN_MIGRATIONS: '1', CREATE_ADMIN: '1', ADMIN_USERNAME: 'ann', DISABLE_SCHEDULER_SERVICE: '1' },
      secretEnvironment: { ADMIN_PASSWORD: adminPassword.stringValue },
    });
    const worker = new GoService(stack, 'worker', {
      image, healthCheck: HealthCheck.none(), environment: { DISABLE_HTTP_SERVICE: '1' }, after: [web],
    });
    const cleanup = new ScheduledTask(stack, 'cleanup', {
      image, schedule: Schedule.cron('30 3 * * *', 'Europe/Berlin'), arguments: ['-run-cleanup-tasks'], after: [web],
    });
    [web, worker, cleanup].forEach((program) => program.connectTo(database));
  },

  use: async (deployed) => {
    await ask(deployed, { method: 'POST', body: JSON.stringify({ title: 'Gardening' }) });
    await works(deployed);
  },
  useNext: works,
};

async function works(deployed: Deployed): Promise<void> {
  contains(await ask(deployed), 'Gardening');
  await deployed.exec('cleanup', '/scheduler', 'run');
  // The worker logs nothing; it fetches feeds over a connection of its own.
  const sql = 'SELECT count(DISTINCT client_addr) > 1 FROM pg_stat_activity WHERE client_addr IS NOT NULL';
  await deployed.eventually(async () => {
    contains(await deployed.exec('database', 'psql', '--username=postgres', '--dbname=app', '--tuples-only', '--command', sql), 't');
  });
}

async function ask(deployed: Deployed, request: RequestInit = {}): Promise<string> {
  const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
  return deployed.ask(deployed.url('http', '/v1/categories'), { ...request, headers: { 'content-type': 'application/json', authorization } });
}
