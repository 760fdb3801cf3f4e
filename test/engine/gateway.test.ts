import * as fs from 'fs';
import * as http from 'http';
import * as https from 'https';
import * as net from 'net';
import * as path from 'path';
import { Answer, ask } from './attacks/clients';
import { Deployment, PrivateAuthority, SynthesizedStack, describeWithEngine, eventually, freePort } from './engine';
import { certificatesVolume } from './harness/certificates-volume';
import {
  Duration, Gateway, GoScratchImage, GoService, HealthCheck, PublishedPort, ReplicaOrder, Rollout, Size,
} from '../../lib';

const BACKEND = path.join(__dirname, 'fixtures', 'backend');

interface Echo { name: string; container: string; host: string; path: string; headers: Record<string, string[]>; bytes: number }

describeWithEngine('a gateway', () => {
  let deployment: Deployment;
  let ports: { http: number; https: number; metrics: number };
  let authority: PrivateAuthority;

  const plain = (target = '/', options: https.RequestOptions = {}, body?: string) => ask(`http://127.0.0.1:${ports.http}${target}`, options, body);
  const secure = (target = '/', options: https.RequestOptions = {}) => ask(`https://127.0.0.1:${ports.https}${target}`,
    { ca: fs.readFileSync(authority.certificateFile), servername: 'shop.example', headers: { host: 'shop.example' }, ...options });
  const echo = ({ body }: Answer) => JSON.parse(body) as Echo;
  const gateway = () => deployment.container('e2e-gateway');

  /** Everything that the gateway sends on one connection, until it ends it. */
  async function raw(sent: string, onData: (soFar: string, socket: net.Socket) => void = () => undefined): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = '';
      const socket = net.connect(ports.http, '127.0.0.1', () => socket.write(sent));
      socket.on('data', (data) => {
        received += data.toString('latin1');
        onData(received, socket);
      });
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
  }

  beforeAll(async () => {
    ports = { http: await freePort(), https: await freePort(), metrics: await freePort() };
    authority = new PrivateAuthority();
    const { certificate, key } = authority.issue(['DNS:shop.example']);
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const certificates = certificatesVolume(stack, certificate + key);
      const made = new Gateway(stack, 'gateway', {
        publish: PublishedPort.onLoopback(ports.http),
        tls: {
          publish: PublishedPort.onLoopback(ports.https),
          certificates: certificates.certificates,
          redirectHttp: false,
          strictTransportSecurity: Duration.hours(1),
        },
        metricsPort: ports.metrics,
        maxBodySize: Size.kibibytes(1),
        maxHeaderSize: Size.kibibytes(4),
        headerTimeout: Duration.seconds(2),
        memory: Size.mebibytes(256),
      });
      made.resource.dependsOn = [certificates.filled];
      const image = new GoScratchImage(stack, 'image', { source: BACKEND });
      const common = { image, memory: Size.mebibytes(64), healthCheck: HealthCheck.http('/healthz?a=$b\'c') };
      new GoService(stack, 'shop', {
        ...common,
        replicas: 2,
        environment: { NAME: 'shop' },
        rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1), replicaOrder: ReplicaOrder.ONE_AFTER_ANOTHER }),
        routes: [made.route({ host: 'shop.example' }), made.route({ pathPrefix: '/shop' })],
      });
      const api = new GoService(stack, 'api', { ...common, environment: { NAME: 'api' } });
      api.addRoute(made.route({ pathPrefix: '/api' }));
      api.addRoute(made.route({ host: '*.api.example' }));
      for (const id of ['fragile', 'sickly']) {
        new GoService(stack, id, {
          ...common,
          replicas: 2,
          environment: { NAME: id },
          rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }),
          routes: [made.route({ host: `${id}.example` })],
        });
      }
    })).apply();
    await eventually(async () => plain('/api'), ({ status }) => status === 200);
  });

  test('is content with its configuration', async () => {
    const { exitCode, stdout, stderr } = await gateway().exec(['haproxy', '-c', '-f', '/var/lib/haproxy/haproxy.cfg']);
    expect({ exitCode, output: stdout + stderr }).toEqual({ exitCode: 0, output: expect.not.stringContaining('[WARNING]') });
  });

  test('becomes healthy', async () => {
    await gateway().healthy();
  });

  test('runs without root and capabilities', async () => {
    const { stdout } = await gateway().exec(['grep', '-E', '^(Uid|CapEff|NoNewPrivs)', '/proc/1/status']);
    expect(stdout).toMatch(/^Uid:\t[1-9]/);
    expect(stdout).toContain('CapEff:\t0000000000000000');
    expect(stdout).toContain('NoNewPrivs:\t1');
  });

  test.each([
    ['/api', 'other.example', 'api'],
    ['/api/v1', 'other.example', 'api'],
    ['/shop/cart', 'other.example', 'shop'],
    ['/anything', 'shop.example', 'shop'],
    ['/api', 'shop.example', 'shop'],
    ['/anything', 'SHOP.example:8080', 'shop'],
    ['/anything', 'v1.api.example', 'api'],
  ])('sends %s of %s to %s', async (target, host, name) => {
    expect(echo(await plain(target, { headers: { host } }))).toMatchObject({ name, path: target, host });
  });

  test.each([['/', 'other.example'], ['/apis', 'other.example'], ['/', 'api.example'], ['/', 'notshop.example']])('sends %s of %s nowhere', async (target, host) => {
    expect(await plain(target, { headers: { host } })).toMatchObject({ status: 404, body: '{"status":404,"error":"nothing here"}\n' });
  });

  test('shares the requests among the replicas', async () => {
    const containers = new Set<string>();
    for (let index = 0; index < 8; index++) {
      containers.add(echo(await plain('/shop')).container);
    }
    expect(containers.size).toBe(2);
  });

  test('says itself who the client is, and not what the client says', async () => {
    const { headers } = echo(await plain('/api', {
      headers: { 'host': 'me.example', 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-real-ip': '1.2.3.4', 'forwarded': 'for=1.2.3.4' },
    }));
    expect(headers).toMatchObject({ 'X-Forwarded-Proto': ['http'], 'X-Forwarded-Host': ['me.example'], 'X-Forwarded-For': [expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)] });
    expect(JSON.stringify(headers)).not.toContain('1.2.3.4');
  });

  test('passes a body of the largest size, and no larger one', async () => {
    expect(echo(await plain('/api', { method: 'POST', headers: { 'content-length': 1024 } }, 'x'.repeat(1024))).bytes).toBe(1024);
    expect(await plain('/api', { method: 'POST', headers: { 'content-length': 1025 } }, 'x'.repeat(1025))).toMatchObject({ status: 413 });
  });

  test.each([[3000, 200], [5000, 431], [40_000, 431]])('answers a header of %d bytes with %d', async (size, status) => {
    expect((await plain('/api', { headers: { 'x-long': 'x'.repeat(size) } })).status).toBe(status);
  });

  test('ends a connection whose header does not come to its end', async () => {
    expect(await raw('GET /api HTTP/1.1\r\nHost: a.example\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('passes WebSockets in both directions', async () => {
    const handshake = 'GET /api/../socket HTTP/1.1\r\nHost: v1.api.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
      + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    // A masked text frame "Hello" of RFC 6455, section 5.7; the answer is the same bytes, since the fixture echoes them.
    const frame = '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58';
    let sent = false;
    const received = await raw(handshake.replace('/api/../socket', '/socket'), (soFar, socket) => {
      if (soFar.includes('\r\n\r\n') && !sent) {
        sent = true;
        socket.write(Buffer.from(frame, 'latin1'));
      }
      if (soFar.endsWith(frame)) {
        socket.destroy();
      }
    });
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
    expect(received).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(received.endsWith(frame)).toBe(true);
  });

  test('passes server-sent events as they come', async () => {
    const headers = { host: 'v1.api.example' };
    const events: string[] = [];
    await new Promise<void>((resolve, reject) => {
      http.get(`http://127.0.0.1:${ports.http}/events?wait=1`, { agent: false, headers }, (response) => {
        response.on('data', (data) => {
          if (events.push(data.toString()) === 1) {
            plain('/release', { headers }).catch(reject);
          }
        });
        response.on('end', resolve);
      }).on('error', reject);
    });
    expect(events.length).toBeGreaterThan(1);
    expect(events.join('')).toBe('data: 0\n\ndata: 1\n\ndata: 2\n\n');
  });

  test('speaks HTTPS with the given certificate, and tells browsers to stay with it', async () => {
    const answer = await secure();
    expect(echo(answer).headers).toMatchObject({ 'X-Forwarded-Proto': ['https'] });
    expect(answer.headers['strict-transport-security']).toBe('max-age=3600');
    await expect(secure('/', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' })).rejects.toThrow();
  });

  test('shows metrics at one path, and nothing else', async () => {
    const metrics = await ask(`http://127.0.0.1:${ports.metrics}/metrics`);
    expect(metrics.body).toContain('haproxy_backend_active_servers{proxy="e2e-shop"} 2');
    expect((await ask(`http://127.0.0.1:${ports.metrics}/`)).status).toBe(404);
  });

  test('logs requests as JSON, whatever is in them', async () => {
    await plain('/', { path: '/api/"quoted\\', headers: { host: 'log.example' } });
    const lines = await eventually(async () => (await gateway().logs()).stdout.split('\n').slice(0, -1).filter((line) => line.includes('log.example')), ({ length }) => length > 0);
    expect(JSON.parse(lines[0])).toMatchObject({ method: 'GET', host: 'log.example', path: '/api/"quoted\\', status: 200, backend: 'e2e-api', termination: '--' });
  });

  test('loads its configuration anew without refusing a request', async () => {
    let stop = false;
    const statuses = new Map<number, number>();
    const load = (async () => {
      while (!stop) {
        const { status } = await plain('/shop');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    })();
    const reloads = async () => (await gateway().logs()).stderr.split('Loading success').length;
    const before = await reloads();
    await deployment.recreate('e2e-gateway-configuration');
    await deployment.recreate('e2e-gateway-configuration');
    stop = true;
    await load;
    expect(await reloads()).toBe(before + 2);
    expect([...statuses.keys()]).toEqual([200]);
  });

  test('does not even try to load a configuration that HAProxy does not accept', async () => {
    const configure = Object.values(deployment.stack.json.resource.docker_container).find(({ name }) => name === 'e2e-gateway-configuration')!;
    const accepted = configure.env;
    const state = async () => ({
      file: (await gateway().exec(['cat', '/var/lib/haproxy/haproxy.cfg'])).stdout,
      loads: (await gateway().logs()).stderr.split('\n').filter((line) => /reloading|loading (success|failure)/i.test(line)),
    });
    const before = await state();
    configure.env = accepted.map((variable: string) => variable.startsWith('CONFIGURATION=') ? `${variable}\nfrontend broken\n  bind nowhere\n` : variable);
    try {
      await deployment.recreate('e2e-gateway-configuration');
      expect(await deployment.container('e2e-gateway-configuration').ended()).not.toBe(0);
      expect(await state()).toEqual(before);
      expect((await plain('/shop')).status).toBe(200);
    } finally {
      configure.env = accepted;
      await deployment.recreate('e2e-gateway-configuration');
    }
  });

  test('sends a GET again that got no answer, and no POST', async () => {
    const headers = { host: 'fragile.example' };
    const { body: dead } = await plain('/die', { headers });
    const answers = [];
    for (let index = 0; index < 6; index++) {
      answers.push(await plain('/', { headers }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(answers.map((answer) => echo(answer).container)).not.toContain(dead);
    const posted = [];
    for (let index = 0; index < 4; index++) {
      posted.push((await plain('/', { headers, method: 'POST' })).status);
    }
    expect(posted).toContain(502);
  });

  test('sends nothing to a container that reports sick while another one is ready, and to all when none is', async () => {
    const headers = { host: 'sickly.example' };
    const { body: sick } = await plain('/sick', { headers });
    const several = async () => {
      const answers = [];
      for (let index = 0; index < 4; index++) {
        answers.push(echo(await plain('/', { headers })).container);
      }
      return answers;
    };
    expect(await eventually(several, (containers) => !containers.includes(sick))).not.toContain(sick);
    await plain('/sick', { headers });
    const backends = async () => (await ask(`http://127.0.0.1:${ports.metrics}/metrics`)).body;
    await eventually(backends, (text) => text.includes('haproxy_backend_active_servers{proxy="e2e-sickly"} 0'));
    const statuses = [];
    for (let index = 0; index < 10; index++) {
      statuses.push((await plain('/', { headers })).status);
    }
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
  });
});
