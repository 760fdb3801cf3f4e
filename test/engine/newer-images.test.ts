import { execFileSync } from 'child_process';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { describeWithRegistry, filesOf } from './engine';
import { LoopbackRegistry } from './harness/registry';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';
import { ContainerImage, ContainerService, Defaults, HealthCheck, ImageRegistry } from '../../lib';

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: advice on newer images (${problem})\n`);
}

(problem ? describe.skip : describeWithRegistry)('advice on newer images', () => {
  let on: LoopbackRegistry;
  const stack = new AppliedStack(`newer-${testRun.id}`);

  beforeAll(async () => {
    on = await LoopbackRegistry.start();
  });

  afterAll(() => {
    on.stop();
  });

  /** Pushes an image that differs by its label. */
  async function push(label: string): Promise<string> {
    const name = `${testRun.imageRepository}:newer`;
    execFileSync('docker', ['buildx', 'build', '--quiet', '--load', '--tag', name, filesOf('newer', { Dockerfile: `FROM scratch\nLABEL version=${label}\n` })]);
    return on.push(name, 'hub/acme/shop', '1');
  }

  function plan(pins: Record<string, string>): string {
    return stack.define((scope) => {
      new DockerProvider(scope, 'docker', { registryAuth: [{ address: `http://${on.host}`, authDisabled: true }] });
      Defaults.apply(scope, { images: { mirrors: { 'docker.io': ImageRegistry.of(`${on.host}/hub`) }, pins, adviseUpdates: true } });
      new ContainerService(scope, 'shop', { image: ContainerImage.fromRegistry('acme/shop:1'), healthCheck: HealthCheck.none() });
    }).planText();
  }

  test('names the digest of an image without a pin, is silent while a pin is the newest, and warns when the tag has moved', async () => {
    const first = await push('one');
    expect(plan({})).toContain(`${on.host}/hub/acme/shop:1 is not pinned, so that nobody sees when it changes. Its tag is ${first} now`);
    expect(plan({ 'acme/shop:1': first })).not.toContain('Check block assertion failed');
    const second = await push('two');
    expect(plan({ 'acme/shop:1': first })).toContain(`there is a newer image. The stack uses ${first}, and the tag is ${second} now`);
  });

  test('is a warning, and no error, where the registry does not answer', async () => {
    on.stop();
    expect(plan({ 'acme/shop:1': `sha256:${'0'.repeat(64)}` })).toMatch(/Warning: .*(fetch|registry)/);
  });
});
