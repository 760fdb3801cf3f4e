import { setTimeout as sleep } from 'timers/promises';
import { raw, statuses } from './attacks/clients';
import { Flag, FrameType, Http2Connection, frame, headerBlock } from './attacks/http2-frames';
import { Stand, report } from './attacks/stand';
import { describeWithEngine, eventually } from './engine';

interface Echo { name: string; method: string; target: string; headers: Record<string, string[]>; body: string }

describeWithEngine('messages that are made to deceive a gateway', () => {
  let stand: Stand;

  const echoOf = (body: string) => JSON.parse(body) as Echo;
  /** The targets that the program has seen of what was sent on one connection. */
  const seenBy = (received: string) => [...received.matchAll(/"target":"([^"]*)"/g)].map(([, target]) => target);
  const send = async (text: string) => raw(stand.ports.http, text);
  /** A whole line: the engine stores a long line in parts, and what stands behind the last line break is not yet complete. */
  const logLine = async (part: string) => eventually(
    async () => (await stand.gateway.logs()).stdout.split('\n').slice(0, -1).find((text) => text.includes(part)), (text) => text !== undefined,
  );

  beforeAll(async () => {
    stand = await Stand.start();
  });

  test.each(['CONNECT', 'TRACE'])('%s is refused, and nothing behind it reaches a program', async (method) => {
    const target = method === 'CONNECT' ? 'shop.example:80' : '/';
    const received = await send(`${method} ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`
      + 'GET /smuggled HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n');
    report(method, { statuses: statuses(received), seen: seenBy(received) });
    expect(statuses(received)[0]).toBe(405);
    expect(received).toContain('{"status":405,"error":"the method is not allowed"}');
    expect(received).toMatch(/allow: GET, HEAD/i);
    expect(received).not.toContain('6.6.6.6');
  });

  test('CONNECT over HTTP/2 is refused', async () => {
    const connection = await Http2Connection.open(stand.ports.http);
    connection.write(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, headerBlock([[':method', 'CONNECT'], [':authority', 'shop.example:80']])));
    await sleep(500);
    expect(connection.received.toString('latin1')).not.toContain('"container"');
    connection.destroy();
  });

  test('an upgrade to HTTP/2 opens no tunnel', async () => {
    const received = await send('GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n');
    expect(statuses(received)).toEqual([200]);
    expect(received).not.toMatch(/"(Upgrade|Http2-Settings)"/);
  });

  test.each([
    'X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host', 'close, forwarded', 'keep-alive, X-Real-IP, Authorization', 'Host',
  ])('headers that Connection names stay: %s', async (value) => {
    const { body } = await stand.plain('/', 'shop.example', { Connection: value, Authorization: 'Bearer x' });
    const { headers } = echoOf(body);
    expect(headers.Connection).toBeUndefined();
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'Authorization']));
  });

  test.each([
    'Forwarded', 'X-Forwarded-For', 'X-Forwarded-Prefix', 'X-Forwarded-Server', 'X-Real-IP', 'True-Client-IP', 'X-Client-IP', 'CF-Connecting-IP',
    'X-Original-URL', 'X-Rewrite-URL', 'Proxy', 'X-Forwarded', 'X_Forwarded_For', 'X-Forwarded_Proto', 'x_real_ip', 'X-Originating-IP',
    'X-Azure-ClientIP', 'Fly-Client-IP',
  ])('%s of a client does not reach a program', async (name) => {
    const { body } = await stand.plain('/', 'shop.example', { [name]: '6.6.6.6' });
    expect(JSON.stringify(echoOf(body).headers)).not.toContain('6.6.6.6');
  });

  test.each([
    ['/api/..%2fadmin', 400], ['/api/%2e%2e%2fadmin', 400], ['/api/..%5cadmin', 400], ['/api/..\\admin', 400], ['/%2e%2e%2f%2e%2e%2fetc/passwd', 400],
    ['/a%00b', 400], ['/a%2Fb', 400],
    ['/api/../admin', '/admin'], ['/api/%2e%2e/admin', '/admin'], ['/api/.%2e/admin', '/admin'], ['/./a//b', '/a/b'], ['//admin', '/admin'],
    ['/api/%zz/..%2fadmin', 400], ['/%61dmin', '/admin'], ['/../../admin', '/admin'], ['/a%20b?x=%2f..', '/a%20b?x=%2F..'], ['/a%252fb', '/a%252fb'],
  ])('the path %s is %s for everybody', async (path, expected) => {
    const { status, body } = await stand.plain(path, 'shop.example');
    if (typeof expected === 'number') {
      expect({ status, body }).toEqual({ status: expected, body: '{"status":400,"error":"the path is not allowed"}\n' });
    } else {
      expect(echoOf(body).target).toBe(expected);
    }
  });

  test.each([
    ['http://shop.example/api/../admin', '/admin'], ['ftp://shop.example/admin', '/admin'], ['http://evil@shop.example/admin?x=http://y', '/admin?x=http://y'],
    ['/redirect?to=http://other/', '/redirect?to=http://other/'],
  ])('the address %s is %s for the program', async (address, target) => {
    expect(seenBy(await send(`GET ${address} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n`))).toEqual([target]);
  });

  test.each([
    'shop.example:evil', 'shop.example:80:90', 'shop.example:', 'evil@shop.example', 'shop.example, evil.example', 'shop.example/evil', '"shop.example"', '',
    `${'a'.repeat(300)}.example`,
  ])('the host %j is refused', async (host) => {
    expect(statuses(await send(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))).toEqual([400]);
  });

  test.each(['SHOP.example', 'shop.example:8080'])('the host %s is found', async (host) => {
    expect((await stand.plain('/', host)).status).toBe(200);
  });

  test('a request without a host is refused', async () => {
    expect(await send('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toContain('{"status":400,"error":"the host is missing"}');
  });

  test.each<[string, [string, string][]]>([
    ['two hosts', [[':path', '/'], [':authority', 'shop.example'], ['host', 'neighbour.example']]],
    ['the host first', [[':path', '/'], ['host', 'neighbour.example'], [':authority', 'shop.example']]],
    ['two paths', [[':path', '/'], [':path', '/smuggled'], [':authority', 'shop.example']]],
    ['an address as path', [[':path', 'http://neighbour.example/'], [':authority', 'shop.example']]],
    ['bytes beyond ASCII', [[':path', '/smuggled\xff'], [':authority', 'shop.example']]],
    ['a list of hosts', [[':path', '/smuggled'], [':authority', 'neighbour.example, shop.example']]],
  ])('HTTP/2 with %s: one host and one path, or none', async (_, headers) => {
    const connection = await Http2Connection.open(stand.ports.http);
    connection.write(frame(FrameType.HEADERS, Flag.END_HEADERS + Flag.END_STREAM, 1, headerBlock([[':method', 'GET'], [':scheme', 'http'], ...headers])));
    await sleep(500);
    const received = connection.received.toString('latin1');
    expect(received).not.toContain('"name":"neighbour"');
    expect(received).not.toContain('/smuggled');
    connection.destroy();
  });

  const FRAMING: [string, string][] = [
    ['two lengths', 'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhelloX'],
    ['length and chunks', 'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\nGET /smuggled HTTP/1.1\r\nX: y\r\n0\r\n\r\n'],
    ['chunks, then length', 'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
    ['a disguised encoding', 'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nX: y\r\n\r\n'],
    ['an encoding twice', 'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nX: y\r\n\r\n'],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n'],
    ['a folded line', 'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n'],
    ['a length with a sign', 'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: +5\r\n\r\nhelloGET /smuggled HTTP/1.1\r\n\r\n'],
    ['a chunk with a long extension', `POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n5;a=${'x'.repeat(100)}\nGET /smuggled\r\nhello\r\n0\r\n\r\n`],
    ['a lone line feed', 'GET / HTTP/1.1\nHost: shop.example\nX: y\rGET /smuggled HTTP/1.1\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: shop.example\r\nX: a\0b\r\nGET /smuggled HTTP/1.1: x\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: shop.example\r\nHost: neighbour.example\r\n\r\n'],
    ['another host in the target', 'GET http://neighbour.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
  ];

  test.each(FRAMING)('%s: nothing is smuggled', async (name, text) => {
    const received = await send(text);
    report(name, { statuses: statuses(received), seen: seenBy(received) });
    expect(seenBy(received)).not.toContain('/smuggled');
    const answers = statuses(received);
    // One answer for one request, whether it is a refusal or not.
    expect(answers.length).toBeLessThanOrEqual(1 + (answers.at(-1) === 400 ? 1 : 0));
    if (name === 'two hosts') {
      expect(answers).toEqual([400]);
    }
  });

  test.each<[string, [string, string][]]>([
    ['a line break in a value', [['x', 'a\r\nGET /smuggled HTTP/1.1\r\nX: b']]],
    ['a line break in a name', [['x\r\ny', 'a']]],
    ['an encoding', [['transfer-encoding', 'chunked']]],
    ['a wrong length', [['content-length', '10']]],
    ['a header in capitals', [['X-Forwarded-For', '6.6.6.6']]],
    ['a connection header', [['connection', 'close']]],
  ])('HTTP/2 with %s: nothing is smuggled', async (_, headers) => {
    const connection = await Http2Connection.open(stand.ports.http);
    connection.request(1, '/', headers);
    await sleep(500);
    const received = connection.received.toString('latin1');
    expect(received).not.toContain('/smuggled');
    expect(received).not.toContain('6.6.6.6');
    connection.destroy();
  });

  test('its answers to requests that it can read are small JSON, and bind browsers to HTTPS', async () => {
    for (const [target, headers, method, status] of [
      ['/', {}, 'TRACE', 405], ['/a%2fb', {}, 'GET', 400], ['/', { 'content-length': '99999999' }, 'POST', 413], ['/', { host: 'unknown.example' }, 'GET', 404],
      ['/', { 'x-long': 'x'.repeat(40_000) }, 'GET', 431], [`/${'x'.repeat(40_000)}`, {}, 'GET', 414],
    ] as [string, Record<string, string>, string, number][]) {
      const answer = await stand.secure(target, headers, method);
      expect({ ...JSON.parse(answer.body), type: answer.headers['content-type'], hsts: answer.headers['strict-transport-security'] })
        .toEqual({ status, error: expect.any(String), type: 'application/json', hsts: 'max-age=3600' });
    }
  });

  test.each([800, 1000, 8000, 30_000])('the log line of a request with a path of %d characters is whole', async (length) => {
    const marker = `m${length}`;
    await stand.plain(`/${marker}${'é"\\<'.repeat(1)}${'a'.repeat(length)}`.replace(/é/g, '%C3%A9'), 'shop.example', { 'x-n': '1' });
    const line = await logLine(marker);
    const entry = JSON.parse(line!);
    expect(entry).toMatchObject({ status: 200, method: 'GET', host: 'shop.example' });
    expect(entry.path.length).toBeGreaterThan(length);
  });

  test.each([['quotes', '"'], ['backslashes', '\\']])('60,000 %s in a path leave the rest of the log line whole', async (name, character) => {
    await send(`GET /${name}${character.repeat(60_000)} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n`);
    const line = await logLine(`/${name}`);
    expect(JSON.parse(line!)).toMatchObject({ status: 414, host: 'shop.example' });
  });

  test('the log has no query strings', async () => {
    await stand.plain('/logged?token=secret', 'shop.example');
    const line = await logLine('/logged');
    expect(JSON.parse(line!).path).toBe('/logged');
    expect((await stand.gateway.logs()).stdout).not.toContain('secret');
  });

  test.each([['GET', 2], ['POST', 1]])('a %s that ends its program is seen by at most %d of five', async (method, most) => {
    const before = new Map<string, number>();
    const programs = [...(stand.deployment as unknown as { containers: Map<string, unknown> }).containers.keys()].filter((name) => name.startsWith('e2e-shop-'));
    expect(programs).toHaveLength(5);
    for (const name of programs) {
      before.set(name, await stand.restarts(name));
    }
    const seen = await stand.during(async () => {
      const { status } = await stand.plain('/exit', 'shop.example', {}, method);
      expect(status).toBe(502);
      await eventually(async () => stand.plain('/', 'shop.example'), ({ status: answer }) => answer === 200);
    });
    let ended = 0;
    for (const name of programs) {
      const { stderr } = await stand.deployment.container(name).logs();
      ended += stderr.split('\n').filter((line) => line === `exit ${method}`).length;
    }
    report(`${method} of death`, { ...seen, programsEnded: ended });
    expect(ended).toBeLessThanOrEqual(most);
    expect(seen.failed).toBe(0);
  });

  test('the metrics port is closed for the services behind the gateway', async () => {
    expect(await stand.metrics()).toContain('haproxy_process_');
    const observed = await stand.fromNetwork('http://e2e-gateway:8404/metrics');
    expect(observed.failed).toBe(observed.requests);
  });

  test('TLS 1.2 takes forward secrecy and authenticated encryption only', async () => {
    for (const ciphers of ['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA256', 'AES128-GCM-SHA256']) {
      await expect(stand.secure('/', {}, 'GET', { maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow();
    }
    expect((await stand.secure('/', {}, 'GET', { maxVersion: 'TLSv1.2' })).status).toBe(200);
  });
});
