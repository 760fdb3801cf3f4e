import * as fs from 'fs';
import * as http2 from 'http2';
import { setTimeout as sleep } from 'timers/promises';
import { Stand, report } from './attacks/stand';
import { PrivateAuthority, describeWithEngine, eventually } from './engine';
import { Gateway, GoScratchImage, GoService, HealthCheck, RouteProtocol } from '../../lib';

/** A message of gRPC: not compressed, its length, itself. */
function message(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(text.length, 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

describeWithEngine('the protocols of programs', () => {
  let stand: Stand;
  const authority = new PrivateAuthority();
  const stranger = new PrivateAuthority();

  const plainUrl = () => `http://127.0.0.1:${stand.ports.http}`;

  /** A call on a session, in which each message is sent when the one before has come back. */
  async function call(
    session: http2.ClientHttp2Session, messages: string[], pauseMilliseconds = 0,
  ): Promise<{ received: string[]; status?: string }> {
    return new Promise((resolve, reject) => {
      const received: string[] = [];
      let status: string | undefined;
      let buffered = Buffer.alloc(0);
      const stream = session.request({
        ':method': 'POST', ':path': '/echo.Echo/Talk', ':authority': 'grpc.example', 'content-type': 'application/grpc', 'te': 'trailers',
      }, { endStream: false });
      const next = () => {
        if (received.length < messages.length) {
          stream.write(message(messages[received.length]));
        } else {
          stream.end();
        }
      };
      stream.on('response', (headers) => headers[':status'] === 200 ? undefined : reject(new Error(`status ${headers[':status']}`)));
      stream.on('data', (data: Buffer) => {
        buffered = Buffer.concat([buffered, data]);
        while (buffered.length >= 5 && buffered.length >= 5 + buffered.readUInt32BE(1)) {
          received.push(buffered.subarray(5, 5 + buffered.readUInt32BE(1)).toString());
          buffered = buffered.subarray(5 + buffered.readUInt32BE(1));
          setTimeout(next, pauseMilliseconds);
        }
      });
      stream.on('trailers', (headers) => { status = headers['grpc-status'] as string; });
      stream.on('close', () => resolve({ received, status }));
      stream.on('error', reject);
      next();
    });
  }

  beforeAll(async () => {
    const { certificate, key } = authority.issue(['DNS:secure.internal']);
    stand = await Stand.start({}, (stack, gateway: Gateway, image: GoScratchImage) => {
      const grpc = new GoService(stack, 'grpc', Stand.service(image, 'grpc'));
      grpc.addRoute(gateway.route({ host: 'grpc.example', protocol: RouteProtocol.h2c() }));
      grpc.addRoute(gateway.route({ host: 'web.example' }));
      const secure = new GoService(stack, 'secure', {
        ...Stand.service(image, 'secure'),
        environment: { NAME: 'secure', CERTIFICATE: certificate, KEY: key },
        healthCheck: HealthCheck.http('/healthz', { port: 8081 }),
      });
      const read = (of: PrivateAuthority) => fs.readFileSync(of.certificateFile, 'utf8');
      secure.addRoute(gateway.route({ host: 'verified.example', protocol: RouteProtocol.https(read(authority), 'secure.internal') }));
      secure.addRoute(gateway.route({ host: 'stranger.example', protocol: RouteProtocol.https(read(stranger), 'secure.internal') }));
      secure.addRoute(gateway.route({ host: 'name.example', protocol: RouteProtocol.https(read(authority), 'other.internal') }));
      secure.addRoute(gateway.route({ host: 'unverified.example', protocol: RouteProtocol.httpsUnverified() }));
    });
    await eventually(async () => stand.plain('/', 'grpc.example').then(({ status }) => status, () => 0), (status) => status === 200);
  });

  test.each([['without TLS', false], ['with TLS', true]])('gRPC streams in both directions %s', async (_, secure) => {
    const session = secure
      ? http2.connect(`https://127.0.0.1:${stand.ports.https}`, { rejectUnauthorized: false, servername: 'shop.example' })
      : http2.connect(plainUrl());
    const messages = Array.from({ length: 20 }, (_value, index) => `message ${index}`);
    expect(await call(session, messages)).toEqual({ received: messages, status: '0' });
    session.close();
  });

  test('gRPC-Web passes over HTTP/1.1', async () => {
    const { status, body } = await stand.plain('/echo.Echo/Talk', 'web.example', { 'content-type': 'application/grpc-web' }, 'POST', message('hello').toString());
    expect(status).toBe(200);
    expect(body.replace(/[^ -~]+/g, '|')).toBe('|hello|grpc-status: 0|');
  });

  test('a program with h2c sees HTTP/2', async () => {
    expect(JSON.parse((await stand.plain('/', 'grpc.example')).body).protocol).toBe('HTTP/2.0');
    expect(JSON.parse((await stand.plain('/', 'web.example')).body).protocol).toBe('HTTP/1.1');
  });

  test('no call and no stream fails while the configuration is loaded again', async () => {
    const failures: string[] = [];
    let calls = 0;
    let stop = false;
    const session = () => http2.connect(plainUrl()).on('error', () => undefined);
    const unary = (async () => {
      let current = session();
      while (!stop) {
        // As gRPC clients do: a session that says GOAWAY is not used for new calls.
        if (current.closed || current.destroyed) {
          current = session();
        }
        calls++;
        const one = async (): Promise<{ status?: string }> => call(current, ['a']).catch(async (error: Error) => {
          // The server has not begun with it: gRPC clients send such a call again.
          if (/REFUSED_STREAM|GOAWAY/.test(error.message)) {
            current = session();
            return one();
          }
          throw error;
        });
        await one().then(
          ({ status }) => status === '0' || failures.push(`status ${status}`), (error: Error) => failures.push(error.message));
        await sleep(5);
      }
      current.close();
    })();
    const messages = Array.from({ length: 60 }, (_, index) => String(index));
    const stream = call(session(), messages, 100);
    for (let index = 0; index < 4; index++) {
      await stand.deployment.recreate('e2e-gateway-configuration');
    }
    expect(await stream).toEqual({ received: messages, status: '0' });
    stop = true;
    await unary;
    report('gRPC during four reloads', { calls, failures });
    expect(failures).toEqual([]);
  });

  test.each([['verified', 200], ['unverified', 200], ['stranger', 503], ['name', 503]])('TLS to a program, %s: %d', async (name, expected) => {
    const status = async () => (await stand.plain('/', `${name}.example`)).status;
    expect(await eventually(status, (value) => value === expected)).toBe(expected);
  });
});
