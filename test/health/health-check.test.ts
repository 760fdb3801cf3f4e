import { App, Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import { Construct } from 'constructs';
import { HealthCheck } from '../../lib/health/health-check';
import { HealthCheckOptions } from '../../lib/health/health-check-options';
import { HealthCheckTarget } from '../../lib/health/health-test';
import { Duration } from '../../lib/values/duration';
import { callMessageOf, messageOf } from '../message';

const WITH_PROBE: HealthCheckTarget = { port: 8080, probePath: '/.probe', hasShell: false };
const WITH_SHELL: HealthCheckTarget = { hasShell: true };

function scope(): Construct {
  return new Construct(new TerraformStack(new App(), 'app'), 'shop');
}

function render(check: HealthCheck, target: HealthCheckTarget = WITH_PROBE) {
  return check._render(scope(), target);
}

function expectError(check: HealthCheck, target: HealthCheckTarget, ...lines: string[]): void {
  expect(messageOf(() => render(check, target))).toBe(lines.join('\n'));
}

/** An error of a factory: it names the call, and the line of this file. */
function expectCallError(action: () => HealthCheck, ...lines: string[]): void {
  expect(callMessageOf(action).replace(/^HealthCheck\.(http|tcp|command|shell)\(.*\): /, '')).toBe([...lines, '  at:      <line>'].join('\n'));
}

describe('what is rendered', () => {
  test('HTTP, with every default', () => {
    expect(render(HealthCheck.http('/healthz'))).toEqual({
      test: ['CMD', '/.probe', 'http', '8080', '/healthz', '--timeout', '2700'],
      interval: '5s',
      timeout: '3s',
      startPeriod: '30s',
      startInterval: '500ms',
      retries: 5,
    });
  });

  test('HTTP, with every option', () => {
    expect(render(HealthCheck.http('/ready?deep=1', {
      port: 9090,
      hostHeader: 'shop.example:8080',
      healthyStatusCodes: '200-299,401',
      interval: Duration.minutes(1.5),
      timeout: Duration.milliseconds(750),
      retries: 1,
      startPeriod: Duration.hours(1),
      startInterval: Duration.seconds(2),
    }))).toEqual({
      test: ['CMD', '/.probe', 'http', '9090', '/ready?deep=1', '--timeout', '675', '--host-header', 'shop.example:8080', '--expect', '200-299,401'],
      interval: '1m30s',
      timeout: '750ms',
      startPeriod: '1h0m0s',
      startInterval: '2s',
      retries: 1,
    });
  });

  test('TCP, with the port of the service or its own', () => {
    expect(render(HealthCheck.tcp()).test).toEqual(['CMD', '/.probe', 'tcp', '8080', '--timeout', '2700']);
    expect(render(HealthCheck.tcp({ port: 5432, timeout: Duration.seconds(1) })).test).toEqual(['CMD', '/.probe', 'tcp', '5432', '--timeout', '900']);
  });

  test('the shortest timeout leaves the probe one millisecond', () => {
    expect(render(HealthCheck.tcp({ timeout: Duration.milliseconds(1) })).test).toEqual(['CMD', '/.probe', 'tcp', '8080', '--timeout', '1']);
  });

  test('a command is passed on as it is', () => {
    const command = ['/app', 'check me', '$(reboot)', '"; reboot', 'a\nb', '-'];
    expect(render(HealthCheck.command(command)).test).toEqual(['CMD', ...command]);
  });

  test('a command line, where there is a shell', () => {
    expect(render(HealthCheck.shell('test -e /tmp/ready || exit 1'), WITH_SHELL).test).toEqual(['CMD-SHELL', 'test -e /tmp/ready || exit 1']);
    expect(render(HealthCheck.command(['sh', '-c', 'true']), WITH_SHELL).test).toEqual(['CMD', 'sh', '-c', 'true']);
  });

  test('no check at all still has every setting, because the engine would take missing ones from the image', () => {
    expect(render(HealthCheck.none(), WITH_SHELL)).toEqual({
      test: ['NONE'],
      interval: '5s',
      timeout: '3s',
      startPeriod: '30s',
      startInterval: '500ms',
      retries: 5,
    });
  });

  test('what Terraform would read as a template is data, and a reference stays one', () => {
    const reference = new TerraformVariable(scope(), 'user', {}).stringValue;
    expect(render(HealthCheck.shell('test "${PORT}" -gt 0 && date +%{x}'), WITH_SHELL).test).toEqual(['CMD-SHELL', 'test "$${PORT}" -gt 0 && date +%%{x}']);
    expect(render(HealthCheck.command(['/app', '${HOME}', reference])).test).toEqual(['CMD', '/app', '$${HOME}', reference]);
  });

  test.each([
    [Duration.seconds(5), '500ms'],
    [Duration.milliseconds(501), '500ms'],
    [Duration.milliseconds(500), '500ms'],
    [Duration.milliseconds(499), '499ms'],
    [Duration.milliseconds(1), '1ms'],
  ])('the start interval follows a short interval: %j', (interval, startInterval) => {
    expect(render(HealthCheck.tcp({ interval })).startInterval).toBe(startInterval);
  });
});

describe('timing', () => {
  const options = (prop: string, value: Duration): HealthCheckOptions => ({ interval: Duration.hours(24), [prop]: value });

  describe.each(['interval', 'timeout', 'startPeriod', 'startInterval'] as const)('%s', (prop) => {
    test.each([
      [Duration.milliseconds(1), '1ms'],
      [Duration.hours(24), '24h0m0s'],
    ])('accepts %s', (value, rendered) => {
      expect(render(HealthCheck.tcp(options(prop, value)))[prop]).toBe(rendered);
    });

    test.each([
      [Duration.milliseconds(0), 'is too small'],
      [Duration.milliseconds(86_400_001), 'is too large'],
    ])('rejects %s', (value, what) => {
      expectCallError(() => HealthCheck.tcp(options(prop, value)),
        `the argument \`options.${prop}\` ${what}`,
        `  given:   ${value}`,
        '  allowed: 1 ms to 24 h',
        '  to do:   give a value within these limits, or leave it out',
      );
    });
  });

  test('a start interval as long as the interval is accepted, a longer one is not', () => {
    expect(render(HealthCheck.tcp({ startInterval: Duration.seconds(5) })).startInterval).toBe('5s');
    expectCallError(() => HealthCheck.tcp({ startInterval: Duration.milliseconds(5_001) }),
      'the start interval of the health check is longer than its interval',
      '  given:   "5.001s"',
      '  allowed: 1ms to 5s',
      '  to do:   give a start interval that is at most the interval',
    );
  });

  test.each([[1], [1_000]])('accepts %d retries', (retries) => {
    expect(render(HealthCheck.tcp({ retries })).retries).toBe(retries);
  });

  test.each([
    [0, 'is too small'], [-1, 'is too small'], [1_001, 'is too large'], [1.5, 'is not a whole number'],
    [NaN, 'is not a finite number'], [Infinity, 'is not a finite number'],
  ])('rejects %d retries', (retries, what) => {
    expectCallError(() => HealthCheck.tcp({ retries }),
      `the argument \`options.retries\` ${what}`,
      `  given:   ${retries}`,
      '  allowed: a whole number from 1 to 1000',
      '  to do:   give a value within these limits, or leave it out',
    );
  });
});

describe('how long to wait at most', () => {
  test('the defaults: start period, the check that does not count, five that do, launches and slack', () => {
    // 30 s + (3 + 1) s + 5 × (5 + 3 + 1) s + 5 s
    expect(HealthCheck.http('/')._maxWait()?.toSeconds()).toBe(84);
  });

  test.each([
    ['startPeriod', 10, 64],
    ['interval', 10, 109],
    ['timeout', 4, 90],
  ])('a %s of %d s', (prop, seconds, expected) => {
    expect(HealthCheck.tcp({ [prop]: Duration.seconds(seconds) })._maxWait()?.toSeconds()).toBe(expected);
  });

  test('more retries', () => {
    expect(HealthCheck.tcp({ retries: 6 })._maxWait()?.toSeconds()).toBe(93);
  });

  test('a start interval as long as the interval delays nothing more than the interval does', () => {
    const timing = { retries: 1, startPeriod: Duration.seconds(10), timeout: Duration.seconds(1) };
    expect(HealthCheck.tcp({ ...timing, interval: Duration.seconds(20), startInterval: Duration.seconds(20) })._maxWait()?.toSeconds()).toBe(39);
  });

  test('whole seconds, rounded up', () => {
    expect(HealthCheck.tcp({ startPeriod: Duration.milliseconds(1) })._maxWait()?.toSeconds()).toBe(55);
  });

  test('when checks are answered at once: start period, the check that does not count, five intervals and slack', () => {
    expect(HealthCheck.http('/')._answeredWait()?.toSeconds()).toBe(64);
    expect(HealthCheck.tcp({ retries: 6, interval: Duration.seconds(10) })._answeredWait()?.toSeconds()).toBe(99);
  });

  test('nothing to wait for without a check', () => {
    expect(HealthCheck.none()._maxWait()).toBeUndefined();
    expect(HealthCheck.none()._answeredWait()).toBeUndefined();
  });
});

describe('the port', () => {
  test.each([[1], [65_535]])('accepts %d', (port) => {
    expect(render(HealthCheck.tcp({ port })).test).toContain(String(port));
    expect(render(HealthCheck.http('/', { port })).test).toContain(String(port));
  });

  test.each([
    [0, 'is too small'], [-1, 'is too small'], [65_536, 'is too large'], [80.5, 'is not a whole number'], [NaN, 'is not a finite number'],
  ])('rejects %d', (port, what) => {
    for (const check of [() => HealthCheck.tcp({ port }), () => HealthCheck.http('/', { port })]) {
      expectCallError(check,
        `the argument \`options.port\` ${what}`,
        `  given:   ${port}`,
        '  allowed: a whole number from 1 to 65535',
        '  to do:   give a value within these limits, or leave it out',
      );
    }
  });

  test('a service without a port', () => {
    for (const check of [HealthCheck.tcp(), HealthCheck.http('/')]) {
      expectError(check, { probePath: '/.probe', hasShell: false },
        'app/shop: the health check has no port to connect to',
        '  to do:   set the port of the service, or the port of the health check: HealthCheck.tcp({ port: 8080 })',
      );
    }
  });
});

describe('the path', () => {
  test.each([
    ['/'],
    ['//x'],
    ['/healthz'],
    ['/a-b._~/%20%C3%A9?x=1&y=!$\'()*+,;:@/?'],
    [`/${'x'.repeat(2_047)}`],
  ])('accepts %s', (path) => {
    expect(render(HealthCheck.http(path)).test[4]).toBe(path);
  });

  test.each([
    [''],
    ['healthz'],
    ['http://localhost/healthz'],
    [' /healthz'],
  ])('rejects %j, which does not start with a slash', (path) => {
    expectCallError(() => HealthCheck.http(path),
      'the path of the health check does not start with a slash',
      `  given:   ${JSON.stringify(path)}`,
      '  allowed: a path on the server, with an optional query',
      '  to do:   write it like HealthCheck.http("/healthz")',
    );
  });

  test.each([
    ['/a b', 'percent-encode it: /a%20b'],
    ['/é', 'percent-encode it: /%C3%A9'],
    ['/a\r\nHost: x', 'percent-encode it: /a%0D%0AHost:%20x'],
    ['/a\n', 'percent-encode it: /a%0A'],
    ['/\0', 'percent-encode it: /%00'],
    ['/\x7f', 'percent-encode it: /%7F'],
    ['/"', 'percent-encode it: /%22'],
    ['/\ud800', 'percent-encode it: /%EF%BF%BD'],
    ['/${x}', 'percent-encode it: /$%7Bx%7D'],
    ['/100%', 'percent-encode it: /100%25'],
    ['/a#b', 'percent-encode it: /a%23b'],
    ['/a%20b c%2', 'percent-encode it: /a%20b%20c%252'],
    ['/[😀]', 'percent-encode it: /%5B%F0%9F%98%80%5D'],
  ])('rejects %j', (path, remedy) => {
    expectCallError(() => HealthCheck.http(path),
      'the path of the health check holds a character that a URL must not hold',
      `  given:   ${JSON.stringify(path)}`,
      '  allowed: letters, digits, -._~!$&\'()*+,;=:@/? and %XX',
      `  to do:   ${remedy}`,
    );
  });

  test('rejects 2049 characters', () => {
    expectCallError(() => HealthCheck.http(`/${'x'.repeat(2_048)}`),
      'the path of the health check is too long',
      `  given:   "/${'x'.repeat(198)}… (2051 characters)`,
      '  allowed: at most 2048 characters',
      '  to do:   give a shorter path',
    );
  });
});

describe('the host header', () => {
  test.each([
    ['shop.example'], ['shop.example:8080'], ['a_b-c'], ['127.0.0.1'], ['[::1]:80'], ['x'.repeat(261)],
  ])('accepts %s', (hostHeader) => {
    expect(render(HealthCheck.http('/', { hostHeader })).test.slice(-2)).toEqual(['--host-header', hostHeader]);
  });

  test.each([
    [''], ['a b'], ['a\r\nX: y'], ['a\n'], ['http://a'], ['a/b'], ['é'], ['-a'], ['a:'], ['a:123456'], ['[::1'], ['a"'],
  ])('rejects %j', (hostHeader) => {
    expectCallError(() => HealthCheck.http('/', { hostHeader }),
      'the host header of the health check is not a host name',
      `  given:   ${JSON.stringify(hostHeader)}`,
      '  allowed: a host name or address of letters, digits, dots, hyphens and underscores, with an optional port',
      '  to do:   write it like shop.example or shop.example:8080, without a scheme and a path',
    );
  });

  test('rejects 262 characters', () => {
    expect(() => render(HealthCheck.http('/', { hostHeader: 'x'.repeat(262) }))).toThrow('is not a host name');
  });
});

describe('the healthy status codes', () => {
  test.each([['200'], ['100-599'], ['204-204'], ['200-299,401,500-599']])('accepts %s', (healthyStatusCodes) => {
    expect(render(HealthCheck.http('/', { healthyStatusCodes })).test.slice(-2)).toEqual(['--expect', healthyStatusCodes]);
  });

  test.each([
    [''], ['2xx'], ['99'], ['600'], ['200-600'], ['99-200'], ['300-200'], ['200-'], ['-200'], ['200-250-299'], ['200,'], ['200, 201'], ['0200'], ['200\n'],
  ])('rejects %j', (healthyStatusCodes) => {
    expectCallError(() => HealthCheck.http('/', { healthyStatusCodes }),
      'the healthy status codes of the health check are not status codes',
      `  given:   ${JSON.stringify(healthyStatusCodes)}`,
      '  allowed: codes and ranges from 100 to 599, separated by commas',
      '  to do:   write them like 200-299 or 200-299,401',
    );
  });
});

describe('images without a probe or a shell', () => {
  test('no probe and no shell', () => {
    for (const check of [HealthCheck.tcp(), HealthCheck.http('/')]) {
      expectError(check, { port: 80, hasShell: false },
        'app/shop: the image holds no probe to run the health check with',
        '  allowed: HealthCheck.http and HealthCheck.tcp with images that this library builds with their probe',
        '  to do:   use HealthCheck.command([…]) with a program of the image, or HealthCheck.none()',
      );
    }
  });

  test('no probe, but a shell', () => {
    expectError(HealthCheck.tcp(), { port: 80, hasShell: true },
      'app/shop: the image holds no probe to run the health check with',
      '  allowed: HealthCheck.http and HealthCheck.tcp with images that this library builds with their probe',
      '  to do:   use HealthCheck.shell("…") or HealthCheck.command([…]) with a program of the image, or HealthCheck.none()',
    );
  });

  test('no shell for a command line', () => {
    expectError(HealthCheck.shell('curl -f localhost'), WITH_PROBE,
      'app/shop: the image holds no shell to run the health check in',
      '  given:   "curl -f localhost"',
      '  allowed: HealthCheck.http, HealthCheck.tcp, HealthCheck.command with a program of the image',
      '  to do:   use HealthCheck.http("/healthz") or HealthCheck.tcp(), which need no shell',
    );
  });

  test.each([['sh'], ['/bin/sh'], ['bash'], ['/usr/bin/bash']])('no shell for a command that starts with %s', (shell) => {
    expectError(HealthCheck.command([shell, '-c', 'true']), WITH_PROBE,
      'app/shop: the image holds no shell to run the health check in',
      `  given:   ["${shell}","-c","true"]`,
      '  allowed: HealthCheck.http, HealthCheck.tcp, HealthCheck.command with a program of the image',
      '  to do:   use HealthCheck.http("/healthz") or HealthCheck.tcp(), which need no shell',
    );
  });
});

describe('a wrong command', () => {
  test.each([
    [[], 'is empty', 'write it like HealthCheck.command(["/app", "check"])'],
    [['CMD', '/app'], 'starts with Docker\'s keyword CMD', 'leave the keyword out: HealthCheck.command([…]), .shell("…") and .none() stand for the three of them'],
    [['CMD-SHELL', 'x'], 'starts with Docker\'s keyword CMD-SHELL', 'leave the keyword out: HealthCheck.command([…]), .shell("…") and .none() stand for the three of them'],
    [['NONE'], 'starts with Docker\'s keyword NONE', 'leave the keyword out: HealthCheck.command([…]), .shell("…") and .none() stand for the three of them'],
    [[''], 'has an empty entry', 'remove it'],
    [['/app', ''], 'has an empty entry', 'remove it'],
    [['/app', 'a\0b'], 'holds a NUL character', 'remove it: no program can be given one'],
  ])('%j', (command, what, remedy) => {
    expectCallError(() => HealthCheck.command(command),
      `the command of the health check ${what}`,
      `  given:   ${JSON.stringify(command)}`,
      '  allowed: a program and its arguments, each of them a text that is not empty',
      `  to do:   ${remedy}`,
    );
  });

  test('a list that only Terraform knows', () => {
    const list = Token.asList({ resolve: () => ['/app'] });
    expectCallError(() => HealthCheck.command(list),
      'the argument `command` is a value that only Terraform knows, but it is needed at synth',
      '  allowed: a list of strings',
      '  to do:   give the value itself; an attribute of a resource or a Terraform variable has no value before the apply',
    );
  });

  test.each([
    ['', 'is empty', 'write it like HealthCheck.shell("pg_isready -h 127.0.0.1"), or use HealthCheck.none()'],
    [' \n', 'is empty', 'write it like HealthCheck.shell("pg_isready -h 127.0.0.1"), or use HealthCheck.none()'],
    ['true\0', 'holds a NUL character', 'remove it: no program can be given one'],
  ])('the command line %j', (commandLine, what, remedy) => {
    expectCallError(() => HealthCheck.shell(commandLine),
      `the command line of the health check ${what}`,
      `  given:   ${JSON.stringify(commandLine)}`,
      '  allowed: a line for /bin/sh -c',
      `  to do:   ${remedy}`,
    );
  });
});

test('references and functions of Terraform are accepted as entries of a command', () => {
  const stack = new TerraformStack(new App(), 'app');
  const reference = Fn.upper(new TerraformVariable(stack, 'user', {}).stringValue);
  new TerraformOutput(stack, 'test', { value: HealthCheck.command(['/app', reference, '${HOME}'])._render(stack, WITH_PROBE).test });
  expect(JSON.parse(Testing.synth(stack)).output.test.value).toEqual(['CMD', '/app', '${upper(var.user)}', '$${HOME}']);
});
