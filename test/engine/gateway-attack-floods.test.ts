import * as net from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { raw, statuses } from './attacks/clients';
import { Http2Connection } from './attacks/http2-frames';
import { ATTACK_MILLISECONDS, Stand, report } from './attacks/stand';
import { describeWithEngine, eventually } from './engine';
import { GoService, Size } from '../../lib';

describeWithEngine('floods against a gateway', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start();
  });

  afterEach(async () => {
    expect(await stand.restarts()).toBe(0);
    await eventually(async () => stand.plain('/', 'shop.example').then(({ status }) => status, () => 0), (status) => status === 200);
  });

  test.each([['plain', false], ['TLS', true]])('HTTP/2 streams that read nothing, over %s', async (name, secure) => {
    const connections: Http2Connection[] = [];
    const seen = await stand.during(async () => {
      for (let index = 0; index < 45; index++) {
        const connection = await Http2Connection.open(secure ? stand.ports.https : stand.ports.http, { secure, window: 0 });
        connections.push(connection);
        for (let stream = 0; stream < 100; stream++) {
          connection.request(2 * stream + 1, '/large?mebibytes=4');
        }
      }
      await sleep(ATTACK_MILLISECONDS);
    });
    const peak = await stand.peakMebibytes();
    connections.forEach((connection) => connection.destroy());
    report(`HTTP/2, window 0, ${name}`, { ...seen, peakMebibytes: peak });
    expect(peak).toBeLessThan(400);
    expect(seen.failed).toBe(0);
  });

  test('more connections of one client than it may have', async () => {
    const sockets: net.Socket[] = [];
    let closed = 0;
    const seen = await stand.during(async () => {
      for (let index = 0; index < 2050; index++) {
        const socket = net.connect(stand.ports.http, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.on('close', () => { closed++; });
        socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n'));
        sockets.push(socket);
        if (index % 50 === 0) {
          await sleep(10);
        }
      }
      await sleep(ATTACK_MILLISECONDS);
      expect(await stand.metrics().catch(() => '')).toContain('haproxy_frontend_current_sessions{proxy="http"}');
    });
    const open = 2050 - closed;
    sockets.forEach((socket) => socket.destroy());
    report('2050 connections', { ...seen, open });
    expect(open).toBeLessThanOrEqual(510);
    expect(seen.failed).toBe(0);
  });

  test('requests to a service that hangs', async () => {
    const sockets: net.Socket[] = [];
    const seen = await stand.during(async () => {
      for (let index = 0; index < 400; index++) {
        const socket = net.connect(stand.ports.http, '127.0.0.1', () => socket.write('GET /hang HTTP/1.1\r\nHost: shop.example\r\n\r\n'));
        socket.on('error', () => undefined);
        sockets.push(socket);
      }
      await sleep(ATTACK_MILLISECONDS);
    });
    sockets.forEach((socket) => socket.destroy());
    report('a service that hangs', seen);
    expect(seen.failed).toBe(0);
  });

  test('headers that never end, and HTTP/2 streams that are reset at once', async () => {
    const connections: Http2Connection[] = [];
    const seen = await stand.during(async () => {
      const slow = Array.from({ length: 100 }, async () => raw(stand.ports.http, 'GET / HTTP/1.1\r\nHost: shop.example\r\nX-Slow: ', 12_000));
      for (let index = 0; index < 10; index++) {
        const connection = await Http2Connection.open(stand.ports.http);
        connections.push(connection);
        for (let stream = 0; stream < 1000; stream++) {
          connection.requestAndReset(2 * stream + 1, '/');
        }
      }
      expect((await Promise.all(slow)).flatMap(statuses).every((status) => status === 408)).toBe(true);
    });
    connections.forEach((connection) => connection.destroy());
    report('slow headers and rapid reset', seen);
    expect(seen.failed).toBe(0);
  });
});

describeWithEngine('a flood from a client without limits', () => {
  let stand: Stand;

  beforeAll(async () => {
    // As it is needed behind another proxy.
    stand = await Stand.start({ memory: Size.mebibytes(256), maxConnections: 1000, connectionsPerSource: 1000 }, (stack, gateway, image) => {
      // A service that may have all requests of the gateway.
      new GoService(stack, 'wide', {
        ...Stand.service(image, 'wide'), memory: Size.gibibytes(2), routes: [gateway.route({ host: 'wide.example', maxRequests: 1000 })],
      });
    });
  });

  test('does not exhaust the memory, and is over when it ends', async () => {
    const connections: Http2Connection[] = [];
    const seen = await stand.during(async () => {
      for (let index = 0; index < 150; index++) {
        const connection = await Http2Connection.open(stand.ports.http, { window: 0 });
        connections.push(connection);
        for (let stream = 0; stream < 30; stream++) {
          connection.request(2 * stream + 1, '/large?mebibytes=4');
        }
      }
      await sleep(ATTACK_MILLISECONDS);
    });
    const peak = await stand.peakMebibytes();
    connections.forEach((connection) => connection.destroy());
    const start = Date.now();
    const answered = async () => stand.plain('/', 'neighbour.example').then(({ status }) => status, () => 0);
    expect(await eventually(answered, (status) => status === 200)).toBe(200);
    report('HTTP/2, window 0, 4500 streams of a client without limits, 256 MiB',
      { ...seen, peakMebibytes: peak, restarts: await stand.restarts(), secondsUntilAnswer: (Date.now() - start) / 1000 });
    expect(await stand.restarts()).toBe(0);
    expect(peak).toBeLessThan(256);
  });

  test('requests that say that they are WebSockets and are none count as well', async () => {
    const sockets: net.Socket[] = [];
    const statusCodes = new Map<string, number>();
    for (let index = 0; index < 900; index++) {
      const socket = net.connect(stand.ports.http, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        const [, status] = data.toString('latin1').split(' ', 2);
        statusCodes.set(status, (statusCodes.get(status) ?? 0) + 1);
        socket.pause();
      });
      socket.write('GET /large?mebibytes=4 HTTP/1.1\r\nHost: wide.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
        + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
      sockets.push(socket);
      if (index % 50 === 0) {
        await sleep(10);
      }
    }
    const refused = async () => statusCodes.get('503') ?? 0;
    expect(await eventually(refused, (count) => count > 0)).toBeGreaterThan(0);
    await sleep(ATTACK_MILLISECONDS);
    const peak = await stand.peakMebibytes();
    sockets.forEach((socket) => socket.destroy());
    report('900 answers that nobody reads, of requests that claim to be WebSockets, 256 MiB',
      { peakMebibytes: peak, restarts: await stand.restarts(), ...Object.fromEntries(statusCodes) });
    expect(await stand.restarts()).toBe(0);
    expect(peak).toBeLessThan(256);
  });
});
