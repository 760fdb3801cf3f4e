import { spawnSync } from 'child_process';
import { TerraformVariable } from 'cdktf';
import { Stand } from './attacks/stand';
import { describeWithEngine, eventually } from './engine';
import { Duration, GoService } from '../../lib';

/** What HAProxy reads as more than itself, in one of its contexts. */
const NASTY = '%[src] %{+Q}o  "quoted" \'single\' \\ $HOME ${HOME} #comment { } ( ) , ; \\n%n if TRUE';

describeWithEngine('the settings of routes', () => {
  let stand: Stand;

  const ask = async (target: string, headers: Record<string, string> = {}, host = 'settings.example') => stand.plain(target, host, headers);
  const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });

  beforeAll(async () => {
    const hash = spawnSync('openssl', ['passwd', '-6', 'p$ss \'word'], { encoding: 'utf8' }).stdout.trim();
    stand = await Stand.start({
      allowEncodedSlashes: true,
      logQueryStrings: true,
      redirects: [
        { host: 'www.shop.example', location: 'https://shop.example' },
        { host: 'settings.example', pathPrefix: '/old', location: '/new%20"$HOME"%[src]', permanent: false },
        { host: 'settings.example', pathPrefix: '/gone', location: 'https://archive.example/', keepPath: false },
      ],
      additionalConfiguration: {
        global: ['tune.h2.header-table-size 4096'],
        frontend: ['http-request return status 418 content-type text/plain string "a teapot" if { path /teapot }'],
        sections: ['backend unused from base', '  http-request deny'],
      },
    }, (stack, gateway, image) => {
      const service = new GoService(stack, 'settings', Stand.service(image, 'settings'));
      const secret = new TerraformVariable(stack, 'hash', { sensitive: true, default: hash });
      const route = (pathPrefix: string, settings: object) => service.addRoute(gateway.route({ host: 'settings.example', pathPrefix, ...settings }));
      route('/users', { basicAuthentication: { passwordHashes: { ann: secret.stringValue }, realm: 'the % $HOME shop' } });
      route('/rate', { rateLimit: { requests: 3, period: Duration.minutes(1) } });
      route('/near', { allowedSources: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] });
      route('/far', { allowedSources: ['203.0.113.7', '2001:db8::/32'] });
      route('/headers', {
        requestHeaders: { 'X-Nasty': NASTY, 'Accept-Language': '', 'X-Forwarded-Proto': 'https' },
        responseHeaders: { 'X-Nasty': NASTY, 'Date': '', 'X-Frame-Options': 'DENY' },
      });
      route('/', {});
    });
    await eventually(async () => (await ask('/').catch(() => ({ status: 0 }))).status, (status) => status === 200);
  });

  test('HAProxy has no warning about them', async () => {
    const { exitCode, stdout, stderr } = await stand.gateway.exec(['sh', '-c', 'cd /var/lib/haproxy && METRICS_SOURCE=127.0.0.1 haproxy -c -f haproxy.cfg']);
    expect({ exitCode, output: stdout + stderr }).toEqual({ exitCode: 0, output: expect.not.stringContaining('[WARNING]') });
  });

  test('users must give their password, and the program does not see it', async () => {
    const refused = await ask('/users/a');
    expect(refused).toMatchObject({ status: 401, body: '{"status":401,"error":"a user name and a password are needed"}\n' });
    expect(refused.headers['www-authenticate']).toBe('Basic realm="the % $HOME shop"');
    expect((await ask('/users', basic('ann', 'wrong'))).status).toBe(401);
    expect((await ask('/users', basic('bob', 'p$ss \'word'))).status).toBe(401);
    const granted = await ask('/users', basic('ann', 'p$ss \'word'));
    expect(granted.status).toBe(200);
    expect(JSON.parse(granted.body).headers.Authorization).toBeUndefined();
    // Not part of a path that the gateway reads as another one.
    expect((await ask('/x/../users')).status).toBe(401);
    expect((await ask('/%75sers')).status).toBe(401);
  });

  test('who tries passwords is refused for a while', async () => {
    const statuses = [];
    for (let index = 0; index < 25; index++) {
      statuses.push((await ask('/users', basic('ann', `wrong ${index}`))).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  test('the hash is in no synthesized file, and not in the settings of the gateway\'s container', async () => {
    const { json } = stand.deployment.stack;
    const { variable: _, ...withoutTheDefault } = json;
    expect(JSON.stringify(withoutTheDefault)).not.toContain('$6$');
    expect(JSON.stringify(await stand.gateway.inspect())).not.toContain('$6$');
  });

  test('more requests than the rate allows get 429', async () => {
    const statuses = [];
    for (let index = 0; index < 5; index++) {
      statuses.push((await ask('/rate')).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await ask('/')).status).toBe(200);
    expect((await ask('/rate')).headers['retry-after']).toBe('60');
  });

  test('only the allowed sources get through', async () => {
    expect((await ask('/near')).status).toBe(200);
    expect(await ask('/far')).toMatchObject({ status: 403, body: '{"status":403,"error":"the address of the client is not allowed"}\n' });
    expect((await ask('/far', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403);
  });

  test('headers arrive as they were given', async () => {
    const { headers, body } = await ask('/headers', { 'accept-language': 'de', 'x-nasty': 'client' });
    expect(JSON.parse(body).headers).toMatchObject({ 'X-Nasty': [NASTY], 'X-Forwarded-Proto': ['https'] });
    expect(JSON.parse(body).headers['Accept-Language']).toBeUndefined();
    expect(headers).toMatchObject({ 'x-nasty': NASTY, 'x-frame-options': 'DENY' });
    expect(headers.date).toBeUndefined();
  });

  test.each([
    ['/a/b?c=d', 'www.shop.example', 308, 'https://shop.example/a/b?c=d'],
    ['/old', 'settings.example', 307, '/new%20"$HOME"%[src]'],
    ['/old/x?y=%20', 'settings.example', 307, '/new%20"$HOME"%[src]/x?y=%20'],
    ['/gone/x?y', 'settings.example', 308, 'https://archive.example/'],
  ])('%s of %s is redirected with %d', async (target, host, status, location) => {
    const answer = await ask(target, {}, host);
    expect({ status: answer.status, location: answer.headers.location }).toEqual({ status, location });
  });

  test('a path that only begins with the letters of a redirect is not redirected', async () => {
    expect((await ask('/older')).status).toBe(200);
  });

  test('encoded slashes pass where they are allowed, and encoded dot segments do not', async () => {
    expect(JSON.parse((await ask('/a%2fb')).body).target).toBe('/a%2Fb');
    expect((await ask('/users%2fa')).status).toBe(429);
    for (const target of ['/users/..%2fx', '/x/..%2fusers', '/%2e%2e%2fusers', '/x%2f..%2fusers', '/x%2f.%2fusers']) {
      expect((await ask(target)).status).toBe(400);
    }
  });

  test('additional lines are part of the configuration', async () => {
    expect(await ask('/teapot')).toMatchObject({ status: 418, body: 'a teapot' });
  });

  test('the log has query strings where they are asked for', async () => {
    await ask('/logged?q=1');
    const find = async () => (await stand.gateway.logs()).stdout.split('\n').slice(0, -1).find((line) => line.includes('/logged'));
    expect(JSON.parse((await eventually(find, (line) => line !== undefined))!).path).toBe('/logged?q=1');
  });
});
