import { App, TerraformOutput, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { healthCheckFingerprint } from '../../lib/docker/health-check-fingerprint';
import { HealthCheck, RenderedHealthCheck } from '../../lib/health/health-check';

const RENDERED: RenderedHealthCheck = {
  test: ['CMD', '/.probe', 'tcp', '8080'],
  interval: '5s',
  timeout: '3s',
  startPeriod: '30s',
  startInterval: '500ms',
  retries: 5,
};

test('the same check has the same fingerprint, in every version of this library', () => {
  expect(healthCheckFingerprint({ ...RENDERED })).toBe('a2c95b635e0880de43628c8f07b6396a1ac4051ea515bbbb011222b177041cf7');
});

test.each([
  [{ test: ['CMD', '/.probe', 'tcp', '8081'] }],
  [{ test: ['CMD', '/.probe', 'tcp 8080'] }],
  [{ interval: '6s' }],
  [{ timeout: '4s' }],
  [{ startPeriod: '31s' }],
  [{ startInterval: '501ms' }],
  [{ retries: 6 }],
])('%j changes it', (change) => {
  expect(healthCheckFingerprint({ ...RENDERED, ...change })).not.toBe(healthCheckFingerprint(RENDERED));
});

describe('with references', () => {
  function fingerprint(variable: string, commandOf: (reference: string) => string[], tokensBefore = 0): string {
    const stack = new TerraformStack(new App(), 'app');
    for (let i = 0; i < tokensBefore; i++) {
      void new TerraformVariable(stack, `unrelated-${i}`, {}).stringValue;
    }
    const reference = new TerraformVariable(stack, variable, {}).stringValue;
    const rendered = HealthCheck.command(commandOf(reference))._render(stack, { hasShell: true });
    new TerraformOutput(stack, 'fingerprint', { value: healthCheckFingerprint(rendered) });
    return JSON.parse(Testing.synth(stack)).output.fingerprint.value;
  }

  test('Terraform hashes their values', () => {
    expect(fingerprint('user', (reference) => ['pg_isready', '-U', reference])).toMatch(/^\$\{sha256\(jsonencode\(\["[0-9a-f]{64}", var\.user\]\)\)\}$/);
  });

  test('tokens made elsewhere do not change it', () => {
    const command = (reference: string) => ['pg_isready', '-U', `"${reference}"`];
    expect(fingerprint('user', command, 7)).toBe(fingerprint('user', command));
  });

  test('another reference, another place and another text change it', () => {
    const all = [
      fingerprint('user', (reference) => ['pg_isready', '-U', reference]),
      fingerprint('name', (reference) => ['pg_isready', '-U', reference]),
      fingerprint('user', (reference) => ['pg_isready', reference, '-U']),
      fingerprint('user', (reference) => ['pg_isready', '-U', `${reference}x`]),
      fingerprint('user', (reference) => ['pg_isready', '-U', reference, reference]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
