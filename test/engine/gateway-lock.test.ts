import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { ask } from './attacks/clients';
import { report } from './attacks/stand';
import { describeWithEngine, dockerApi, eventually, freePort } from './engine';
import { docker } from './harness/applied-stack';
import { EditedStack } from './harness/edited-stack';
import { RunningContainer } from './harness/running-container';
import { terraformProblem } from './harness/terraform-project';
import { Duration, Gateway, GoServiceWithPostgres, HealthCheck, Liveness, PublishedPort, Rollout } from '../../lib';

const PROGRAM = path.join(__dirname, '..', '..', 'examples', 'service-with-postgres', 'app');
const LOCK_SECONDS = 25;
const CONNECTIONS = 2;

describeWithEngine('a table that is locked for a while', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no table is locked (${problem})\n`);
  }

  const stack = new EditedStack('lock');
  let ports: { http: number; metrics: number };

  async function status(host: string, target: string): Promise<number> {
    return ask(`http://127.0.0.1:${ports.http}`, { path: target, headers: { host } }).then((answer) => answer.status, () => 0);
  }

  /** How many containers of the service are ready, as the gateway sees it. */
  async function ready(): Promise<number> {
    const { body } = await ask(`http://127.0.0.1:${ports.metrics}/metrics`);
    const servers = [...body.matchAll(/^haproxy_server_status\{proxy="([^"]+)",server="[^"]+",state="UP"\} ([01])/gm)];
    expect(servers.length).toBeGreaterThan(0);
    return servers.filter(([, proxy, isUp]) => proxy.endsWith('-links') && isUp === '1').length;
  }

  async function restarts(): Promise<number[]> {
    const filters = JSON.stringify({ label: [`cdktf-go-docker.construct=${stack.id}/links/Service`] });
    const containers = await dockerApi.get<{ Id: string }[]>('/containers/json', { filters });
    return Promise.all(containers.map(async ({ Id }) => (await dockerApi.get<{ RestartCount: number }>(`/containers/${Id}/json`)).RestartCount));
  }

  (problem ? describe.skip : describe)('behind a gateway', () => {
    beforeAll(async () => {
      ports = { http: await freePort(), metrics: await freePort() };
      stack.define((scope) => {
        const gateway = new Gateway(scope, 'gateway', { publish: PublishedPort.onLoopback(ports.http), metricsPort: ports.metrics });
        new GoServiceWithPostgres(scope, 'links', {
          source: PROGRAM,
          mainPackage: './cmd/links',
          rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }),
          replicas: 2,
          routes: [gateway.route({ host: 'open.example' }), gateway.route({ host: 'closed.example', failOpen: false })],
          healthCheck: HealthCheck.http('/readyz', { interval: Duration.seconds(1) }),
          liveness: Liveness.restart({ check: HealthCheck.http('/livez'), unansweredChecks: 5 }),
          environment: { DATABASE_MAX_CONNECTIONS: String(CONNECTIONS) },
          database: { databaseName: 'links', dataProtection: false },
        });
      }).apply();
      expect(await eventually(async () => status('open.example', '/links'), (code) => code === 200)).toBe(200);
    });

    afterAll(() => {
      stack.end();
      const images = docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').filter((name) => name.startsWith(`${stack.id}-`));
      images.forEach((image) => docker('rmi', image));
    });

    test('takes down no page that needs no database, and restarts nothing', async () => {
      expect(await ready()).toBe(2);
      const { Id, Name } = await dockerApi.get<{ Id: string; Name: string }>(`/containers/${stack.id}-links-database/json`);
      const lock = new RunningContainer(Id, Name).exec(
        ['psql', '-X', '-U', 'postgres', '-d', 'links', '-c', `BEGIN; LOCK TABLE links; SELECT pg_sleep(${LOCK_SECONDS}); COMMIT`]);
      let isLocked = true;
      void lock.then(() => { isLocked = false; });
      // Enough visitors to keep the connections of both containers waiting for the lock.
      const visitors = Promise.all(Array.from({ length: 6 * CONNECTIONS }, async () => {
        while (isLocked) {
          await Promise.race([status('open.example', '/links'), sleep(10_000)]);
          await sleep(50);
        }
      }));
      expect(await eventually(ready, (count) => count === 0)).toBe(0);

      const counts = { open: [0, 0], closed: [0, 0] };
      while (isLocked) {
        for (const route of ['open', 'closed'] as const) {
          const [isOut, code] = [await ready() === 0, await status(`${route}.example`, '/')];
          // In the moments in which a check gets through, both answer.
          if (isLocked && isOut && await ready() === 0) {
            counts[route][code === 200 ? 0 : 1]++;
          }
        }
        await sleep(200);
      }
      report('a locked table, while no container is ready', {
        'answered, failed with failOpen': counts.open.join(', '), 'without it': counts.closed.join(', '),
      });
      expect(counts.open[1]).toBe(0);
      expect(counts.open[0]).toBeGreaterThan(3);
      expect(counts.closed[0]).toBe(0);
      expect(counts.closed[1]).toBeGreaterThan(3);

      expect((await lock).exitCode).toBe(0);
      await visitors;
      expect(await eventually(ready, (count) => count === 2)).toBe(2);
      expect(await eventually(async () => status('closed.example', '/links'), (code) => code === 200)).toBe(200);
      expect(await restarts()).toEqual([0, 0]);
    });
  });
});
