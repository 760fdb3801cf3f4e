import { App, TerraformStack, TerraformVariable } from 'cdktf';
import { HealthCheck } from '../../lib/health/health-check';
import { GrpcHealthCheckOptions, HttpsHealthCheckOptions } from '../../lib/health/health-check-options';
import { HealthCheckTarget } from '../../lib/health/health-test';
import { Liveness } from '../../lib/health/liveness';
import { Duration } from '../../lib/values/duration';
import { messageOf } from '../message';

const WITH_TLS: HealthCheckTarget = { port: 8443, probePath: '/.probe', probeHasTls: true, hasShell: false };
const WITHOUT_TLS: HealthCheckTarget = { port: 9000, probePath: '/.probe', hasShell: false };

function testOf(check: HealthCheck, target: HealthCheckTarget): string[] {
  return check._render(new TerraformStack(new App(), 'app'), target).test;
}

/** As errors show a text: at most 200 characters of it. */
function shown(text: string): string {
  const json = JSON.stringify(text);
  return json.length > 200 ? `${json.slice(0, 200)}… (${json.length} characters)` : json;
}

function message(...lines: string[]): string {
  return lines.join('\n');
}

describe('HTTPS', () => {
  test('trusts the image\'s authorities unless it is told otherwise', () => {
    expect(testOf(HealthCheck.https('/healthz'), WITH_TLS)).toEqual(['CMD', '/.probe', 'https', '8443', '/healthz', '--timeout', '2700']);
  });

  test.each([
    [{ insecure: true }, ['--insecure']],
    [{ insecure: false }, []],
    [{ ca: '/etc/ca.pem', insecure: false }, ['--ca', '/etc/ca.pem']],
    [{ ca: '/etc/${x}.pem' }, ['--ca', '/etc/$${x}.pem']],
    [{ serverName: 'shop.example' }, ['--server-name', 'shop.example']],
    [{ serverName: '127.0.0.1' }, ['--server-name', '127.0.0.1']],
    [{ serverName: `${'a'.repeat(63)}.${'b'.repeat(63)}` }, ['--server-name', `${'a'.repeat(63)}.${'b'.repeat(63)}`]],
    [{ hostHeader: 'shop.example:8443', healthyStatusCodes: '200' }, ['--host-header', 'shop.example:8443', '--expect', '200']],
  ] as [HttpsHealthCheckOptions, string[]][])('options become arguments: row %#', (options, expected) => {
    expect(testOf(HealthCheck.https('/', options), WITH_TLS).slice(7)).toEqual(expected);
  });

  test('is no question that a gateway could ask without TLS', () => {
    expect(HealthCheck.https('/')._question).toBeUndefined();
    expect(HealthCheck.grpc()._question).toBeUndefined();
  });

  test('needs a probe with TLS', () => {
    const expected = message(
      'app: the image holds a probe without TLS',
      '  allowed: images that this library builds with `probeTls: true`',
      '  to do:   give the image `probeTls: true`, or serve the health check on a port without TLS',
    );
    expect(() => testOf(HealthCheck.https('/'), WITHOUT_TLS)).toThrow(expected);
    expect(() => testOf(HealthCheck.grpc('a.B', { tls: {} }), WITHOUT_TLS)).toThrow(expected);
    expect(() => testOf(HealthCheck.https('/'), { port: 1, hasShell: false, probeHasTls: true })).toThrow('the image holds no probe');
  });

  test('refuses a wrong path, host or status code at once', () => {
    expect(() => HealthCheck.https('healthz')).toThrow('the path of the health check does not start with a slash');
    expect(() => HealthCheck.https('/', { hostHeader: 'a b' })).toThrow('the host header of the health check is not a host name');
    expect(() => HealthCheck.https('/', { healthyStatusCodes: '2xx' })).toThrow('the healthy status codes of the health check are not status codes');
  });
});

describe('whom to trust', () => {
  const checks = (tls: HttpsHealthCheckOptions) => [() => HealthCheck.https('/', tls), () => HealthCheck.grpc('a.B', { tls })];

  test('not an authority and everybody', () => {
    for (const check of checks({ ca: '/a', insecure: true })) {
      expect(check).toThrow(message(
        'the health check has an authority to trust although any certificate is good',
        '  given:   {"ca":"/a","insecure":true}',
        '  allowed: one of `ca` and `insecure`',
        '  to do:   remove `insecure` to check the certificate, or `ca` to take any',
      ));
    }
  });

  test.each([[''], ['ca.pem'], ['./ca.pem'], ['/'], ['/a\0']])('rejects the authority %j', (ca) => {
    for (const check of checks({ ca })) {
      expect(check).toThrow(message(
        'the certificate authority of the health check is not an absolute path',
        `  given:   ${JSON.stringify(ca)}`,
        '  allowed: the path of a file in the container',
        '  to do:   write it like ca: "/etc/ssl/private-ca.pem"',
      ));
    }
  });

  test.each([
    [''], ['a b'], ['a:80'], ['-a'], ['a..b'], ['.a'], ['a.'], ['é'], ['[::1]'], ['a'.repeat(64)], [Array(64).fill('abc').join('.')],
  ])('rejects a wrong server name: row %#', (serverName) => {
    for (const check of checks({ serverName })) {
      expect(check).toThrow(message(
        'the server name of the health check is not a host name',
        `  given:   ${shown(serverName)}`,
        '  allowed: a host name or IPv4 address of letters, digits, dots, hyphens and underscores, without a port',
        '  to do:   write it like serverName: "shop.example"',
      ));
    }
  });

  test('rejects what is of another type', () => {
    expect(() => HealthCheck.https('/', { insecure: 'yes' as any })).toThrow('the argument `options.insecure` is not true or false');
    expect(() => HealthCheck.https('/', { ca: 1 as any })).toThrow('the argument `options.ca` is not a string');
    expect(() => HealthCheck.grpc('a', { tls: true as any })).toThrow('the argument `options.tls` is not a HealthCheckTlsOptions');
    expect(() => HealthCheck.grpc('a', { tls: { serverName: 1 as any } })).toThrow('the argument `options.tls.serverName` is not a string');
  });
});

describe('gRPC', () => {
  test.each([
    [undefined, {}, ['grpc', '9000', '--timeout', '2700']],
    ['acme.shop.v1.Shop', {}, ['grpc', '9000', '--timeout', '2700', '--service', 'acme.shop.v1.Shop']],
    [undefined, { port: 50_051, timeout: Duration.seconds(1) }, ['grpc', '50051', '--timeout', '900']],
    ['${x}', {}, ['grpc', '9000', '--timeout', '2700', '--service', '$${x}']],
    ['x'.repeat(1_000), {}, ['grpc', '9000', '--timeout', '2700', '--service', 'x'.repeat(1_000)]],
  ] as [string | undefined, GrpcHealthCheckOptions, string[]][])('service and options become arguments: row %#', (service, options, expected) => {
    expect(testOf(HealthCheck.grpc(service, options), WITHOUT_TLS)).toEqual(['CMD', '/.probe', ...expected]);
  });

  test('over TLS', () => {
    expect(testOf(HealthCheck.grpc('a.B', { tls: {} }), WITH_TLS)).toEqual(['CMD', '/.probe', 'grpcs', '8443', '--timeout', '2700', '--service', 'a.B']);
    expect(testOf(HealthCheck.grpc(undefined, { tls: { ca: '/ca.pem', serverName: 'shop' } }), WITH_TLS).slice(2))
      .toEqual(['grpcs', '8443', '--timeout', '2700', '--ca', '/ca.pem', '--server-name', 'shop']);
  });

  test('keeps a reference to a value that only Terraform knows', () => {
    const stack = new TerraformStack(new App(), 'app');
    const service = new TerraformVariable(stack, 'service', {}).stringValue;
    expect(testOf(HealthCheck.grpc(service), WITHOUT_TLS).at(-1)).toBe(service);
  });

  test.each([[''], ['a b'], ['a\n'], ['é'], ['x'.repeat(1_001)]])('rejects a wrong service: row %#', (service) => {
    expect(() => HealthCheck.grpc(service)).toThrow('the service of the health check is not the name of a gRPC service');
  });

  test('says how to write a service', () => {
    expect(() => HealthCheck.grpc('a b')).toThrow(message(
      'the service of the health check is not the name of a gRPC service',
      '  given:   "a b"',
      '  allowed: 1 to 1000 characters from ! to ~',
      '  to do:   write it like HealthCheck.grpc("acme.shop.v1.Shop"), or leave it out to ask for the whole server',
    ));
    expect(() => HealthCheck.grpc({ port: 1 } as any)).toThrow('the argument `service` is not a string');
  });

  test('needs a port', () => {
    expect(() => testOf(HealthCheck.grpc(), { probePath: '/.probe', hasShell: false })).toThrow('the health check has no port to connect to');
  });
});

describe('a check that ends a program that hangs', () => {
  const target: HealthCheckTarget = { ...WITH_TLS, stopTimeout: Duration.seconds(30), liveness: Liveness.restart({ unansweredChecks: 3 }) };
  const options = { interval: Duration.seconds(2) };

  test.each([
    ['HTTP', HealthCheck.http('/', options)], ['HTTPS', HealthCheck.https('/', options)],
    ['gRPC', HealthCheck.grpc(undefined, options)], ['TCP', HealthCheck.tcp(options)],
  ])('%s: the probe knows after how many unanswered checks, how often it asks, and how long a stop may take', (_, check) => {
    expect(testOf(check, target).slice(-6)).toEqual(['--liveness', '3', '--interval', '2000', '--stop-grace', '30000']);
    expect(check._asksProbe).toBe(true);
  });

  test.each([
    ['5 seconds', Duration.seconds(5), '6'], ['a minute', Duration.minutes(1), '6'], ['a second', Duration.seconds(1), '30'],
    ['4 seconds', Duration.seconds(4), '8'], ['a millisecond', Duration.milliseconds(1), '1000'],
  ])('with an interval of %s, the default is a silence of at least 30 seconds where the probe can count so far', (_, interval, checks) => {
    const test = testOf(HealthCheck.tcp({ interval, startInterval: Duration.milliseconds(1) }), { ...target, liveness: Liveness.restart() });
    expect(test[test.indexOf('--liveness') + 1]).toBe(checks);
  });

  test('asks a question of its own first, in half of the time, when liveness has one', () => {
    const liveness = Liveness.restart({ check: HealthCheck.https('/livez', { port: 9090, insecure: true }), unansweredChecks: 3 });
    expect(testOf(HealthCheck.http('/readyz', { ...options, timeout: Duration.seconds(4) }), { ...target, liveness })).toEqual([
      'CMD', '/.probe', 'http', '8443', '/readyz', '--timeout', '3600', '--liveness', '3', '--interval', '2000', '--stop-grace', '30000',
      '--alive', 'https', '9090', '/livez', '--timeout', '1800', '--insecure',
    ]);
  });

  test.each<[string, HealthCheck, string, string]>([
    ['a command', HealthCheck.command(['/app']), 'the question of liveness cannot tell a program that hangs from one that is not healthy',
      'give one of these as `check`, or leave `check` out'],
    ['a timing', HealthCheck.http('/livez', options), 'the question of liveness has a timing of its own',
      'give the timing to `healthCheck` of the service: both are asked together'],
  ])('%s is no question of liveness', (_, check, what, remedy) => {
    const text = messageOf(() => Liveness.restart({ check }));
    expect(text).toContain('Liveness.restart({ check: ');
    expect(text).toContain(what);
    expect(text).toContain(remedy);
  });

  test('is none without liveness, and none of a command', () => {
    expect(testOf(HealthCheck.http('/'), { ...target, liveness: undefined })).not.toContain('--liveness');
    expect(HealthCheck.command(['/app'])._asksProbe).toBe(false);
    expect(testOf(HealthCheck.command(['/app']), target)).toEqual(['CMD', '/app']);
  });
});
