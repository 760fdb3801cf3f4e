import { spawnSync } from 'child_process';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformVariable } from 'cdktf';
import { describeWithEngine } from './engine';
import { OwnEngine } from './harness/own-engine';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { ContainerFile, ContainerService, DockerHost, Duration, HealthCheck, IContainerImage, Rollout, SwarmCluster } from '../../lib';

const IMAGE = 'debian:bookworm';

/** An image that the only node has already, so that nothing needs a registry. */
const LOCAL: IContainerImage = { bind: () => ({ reference: IMAGE, digestReference: IMAGE, hasShell: true }) };

const missing = OwnEngine.problem() ?? terraformProblem()
  ?? (spawnSync('docker', ['image', 'inspect', IMAGE]).status === 0 ? undefined : `the engine has no ${IMAGE}`);

if (missing !== undefined) {
  process.stderr.write(`skipped: a Swarm of one node: ${missing}\n`);
}

(missing === undefined ? describeWithEngine : describe.skip)('a Swarm of one node', () => {
  let engine: OwnEngine;
  const stack = new AppliedStack('e2e-swarm-node');

  /** @param script what the program does; it is healthy when /tmp/healthy is there */
  const version = (script: string, replicas = 2) => stack.define((scope) => {
    new DockerProvider(scope, 'docker', { host: engine.host });
    const secret = new TerraformVariable(scope, 'secret', { sensitive: true, default: 'known to nobody' }).stringValue;
    new ContainerService(scope, 'service', {
      image: LOCAL,
      arguments: ['sh', '-c', `trap 'exit 0' TERM; ${script}; sleep 600 & wait`],
      replicas,
      place: SwarmCluster.managedBy(DockerHost.local(), { monitor: Duration.seconds(5) }),
      healthCheck: HealthCheck.command(['test', '-e', '/tmp/healthy'], { startPeriod: Duration.seconds(1), retries: 2 }),
      rollout: Rollout.blueGreen({ settleTime: Duration.seconds(2) }),
      files: [ContainerFile.secret('/run/secrets/known', secret)],
    });
  });

  beforeAll(async () => {
    engine = await OwnEngine.start();
    engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
    spawnSync('sh', ['-c', `docker save ${IMAGE} | DOCKER_HOST=${engine.host} docker load`]);
  });

  afterAll(() => engine.remove());

  test('runs a service, and plans nothing afterwards', () => {
    version('test "$(cat /run/secrets/known)" = "known to nobody" && touch /tmp/healthy').apply();
    expect(engine.docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toBe('e2e-swarm-node-service 2/2');
    expect(stack.plan()).toEqual({});
  });

  test('goes back from a version that is never healthy: the apply fails, and the next plan says so', () => {
    const said = version('echo this version is ill').refused();
    expect(said.replace(/\s+/g, ' ')).toContain('the new version of the service e2e-swarm-node-service failed, and the Swarm has gone back to the former one.');
    expect(engine.docker('service', 'inspect', 'e2e-swarm-node-service', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Args}}')).toContain('touch /tmp/healthy');
    expect(Object.values(stack.plan())).toEqual(expect.arrayContaining([['update']]));
  });

  test('scales, and leaves nothing when it is destroyed', () => {
    version('touch /tmp/healthy', 3).apply();
    expect(stack.plan()).toEqual({});
    stack.destroy();
    expect(engine.docker('service', 'ls', '--quiet') + engine.docker('secret', 'ls', '--quiet')).toBe('');
  });
});
