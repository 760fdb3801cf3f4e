import * as http from 'http';
import { setTimeout as sleep } from 'timers/promises';
import { Stand, report } from './attacks/stand';
import { RunningContainer, describeWithEngine, dockerApi, eventually } from './engine';

const ROLLOVERS = Number(process.env.ROLLOVERS ?? 3);
const POWER_CUTS = Number(process.env.POWER_CUTS ?? 1);

/** A container that does nothing, on a network. */
async function idleOn(network: string): Promise<RunningContainer> {
  const { Id } = await dockerApi.post<{ Id: string }>('/containers/create',
    { body: { Image: 'haproxy:3.0', Entrypoint: ['sleep', '600'], HostConfig: { NetworkMode: network } } });
  const container = new RunningContainer(Id, 'idle');
  await container.start();
  return container;
}

describeWithEngine('rollovers behind a gateway', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start();
  });

  test('no request fails, on new connections, on busy ones and on idle ones that are kept', async () => {
    const count = { requests: 0, failed: [] as string[] };
    let stop = false;
    /** One client that does not retry, as programs with an own pool of connections. */
    const client = async (agent: http.Agent | false, pauseMilliseconds: number) => {
      while (!stop) {
        count.requests++;
        await new Promise<void>((resolve) => {
          const request = http.get({ host: '127.0.0.1', port: stand.ports.http, path: '/', agent, headers: { host: 'shop.example' } }, (response) => {
            if (response.statusCode !== 200) {
              count.failed.push(`status ${response.statusCode}`);
            }
            response.resume().on('end', resolve).on('error', () => resolve());
          });
          request.on('error', (error: NodeJS.ErrnoException) => {
            count.failed.push(`${request.reusedSocket ? 'kept' : 'new'} connection: ${error.code}`);
            resolve();
          });
        });
        await sleep(pauseMilliseconds);
      }
      if (agent) {
        agent.destroy();
      }
    };
    const kept = () => new http.Agent({ keepAlive: true, maxSockets: 1 });
    const clients = [
      ...[5, 5, 20].map(async (pause) => client(false, pause)),
      ...[1, 5, 20, 100].map(async (pause) => client(kept(), pause)),
      // So long that several versions have come and gone.
      ...[3000, 7000, 9000, 11_000].map(async (pause) => client(kept(), pause)),
    ];
    for (let index = 0; index < ROLLOVERS; index++) {
      await stand.deployment.rollOver('shop', 'e2e-gateway-configuration');
    }
    await sleep(12_000);
    stop = true;
    await Promise.all(clients);
    report(`${ROLLOVERS} rollovers`, { requests: count.requests, failed: count.failed.length });
    expect(count.failed).toEqual([]);
  });

  test.each([['shop', 5], ['neighbour', 1]])('a version of %s, with %d replicas, that is not finished gets no request after a power cut', async (service) => {
    await stand.deployment.rollOver(service, 'e2e-gateway-configuration', async ({ old, next }) => {
      const unfinished = new Set(next.map(({ id }) => id.slice(0, 12)));
      const count = { requests: 0, answered: 0, toTheUnfinished: 0, failed: 0, addressesTaken: 0 };
      let stop = false;
      const clients = Array.from({ length: 4 }, async () => {
        while (!stop) {
          count.requests++;
          const container = await stand.plain('/', `${service}.example`)
            .then(({ status, body }) => status === 200 ? JSON.parse(body).container : '', () => '');
          count.answered += container === '' ? 0 : 1;
          count.failed += container === '' ? 1 : 0;
          count.toTheUnfinished += unfinished.has(container) ? 1 : 0;
          await sleep(5);
        }
      });
      const kill = async (containers: RunningContainer[]) =>
        Promise.all(containers.map(async ({ id }) => dockerApi.post(`/containers/${id}/kill`).catch(() => undefined)));
      const address = async (container: RunningContainer) =>
        Object.values((await container.inspect()).NetworkSettings.Networks)[0].IPAddress as string;
      const before = new Set(await Promise.all(old.map(address)));
      for (let round = 0; round < POWER_CUTS; round++) {
        // The machine comes back, and the unfinished version is the first.
        await kill([...old, ...next, stand.gateway]);
        for (const container of [...next, stand.gateway, ...old]) {
          await container.start();
        }
        for (const container of next) {
          count.addressesTaken += before.has(await address(container)) ? 1 : 0;
        }
        await sleep(3000);
        // Then containers of the finished version end one after another. The engine gives the lowest free address to the next one that starts:
        // one that idles takes the own address of the unfinished container, which leaves that of the finished one.
        for (let index = 0; index < old.length; index++) {
          const taken = await address(old[index]);
          await kill([next[index]]);
          const idle = await idleOn(Object.keys((await old[index].inspect()).NetworkSettings.Networks)[0]);
          await kill([old[index]]);
          await next[index].start();
          count.addressesTaken += await address(next[index]) === taken ? 1 : 0;
          await sleep(1500);
          await old[index].start();
          await idle.remove();
        }
        await sleep(2000);
      }
      stop = true;
      await Promise.all(clients);
      report(`power cut in a deploy of ${service}`, count);
      expect(count.addressesTaken).toBeGreaterThan(0);
      expect(count.answered).toBeGreaterThan(10);
      expect(count.toTheUnfinished).toBe(0);
    });
    await eventually(async () => stand.plain('/', `${service}.example`).then(({ status }) => status, () => 0), (status) => status === 200);
  });
});
