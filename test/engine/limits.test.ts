import { describeWithEngine } from './engine';
import { docker } from './harness/applied-stack';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';
import { ContainerImage, ContainerService, Duration, HealthCheck, ServiceOptions } from '../../lib';

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: limits of containers (${problem})\n`);
}

// In a `describe` of its own, so that the stack is gone before its directory is removed.
(problem ? describe.skip : describeWithEngine)('with the real provider', () => describe('limits of a container', () => {
  const stack = new AppliedStack(`limits-${testRun.id}`);
  const name = `${stack.id}-shop`;
  const address = expect.stringMatching(/^docker_container\.shop_Resource|^docker_container\.shop_/);

  /** A container of an image that is there for other tests as well. */
  function define(options: ServiceOptions, edit: (container: any) => void = () => undefined): AppliedStack {
    return stack.define((scope) => new ContainerService(scope, 'shop', {
      image: ContainerImage.fromRegistry('debian:trixie'),
      arguments: ['sleep', '100000'],
      healthCheck: HealthCheck.none(),
      shutdownTimeout: Duration.seconds(1),
      ...options,
    }), (json) => edit(Object.values(json.resource.docker_container)[0]));
  }

  afterAll(() => {
    stack.destroy();
  });

  test('hold, and the second plan is empty', () => {
    define({ cpuPercent: 50, openFiles: 4096, processes: 50 }).apply();
    expect(stack.plan()).toEqual({});
    const { CpuQuota, CpuPeriod, Ulimits, PidsLimit } = JSON.parse(docker('inspect', '--format', '{{json .HostConfig}}', name));
    expect({ CpuQuota, CpuPeriod, Ulimits, PidsLimit })
      .toEqual({ CpuQuota: 50_000, CpuPeriod: 100_000, Ulimits: [{ Name: 'nofile', Soft: 4096, Hard: 4096 }], PidsLimit: 50 });
    expect(docker('exec', name, 'sh', '-c', 'ulimit -n; ulimit -Hn')).toBe('4096\n4096');
    expect(docker('exec', name, 'bash', '-c', 'for i in $(seq 100); do sleep 3 & done 2>&1 | head -n 1; true')).toMatch(/fork|Resource temporarily unavailable/);
  });

  test('of processes change without a new container', () => {
    const id = docker('inspect', '--format', '{{.Id}}', name);
    define({ cpuPercent: 50, openFiles: 4096, processes: 60 });
    expect(Object.keys(stack.plan())).toEqual([expect.stringMatching(/^terraform_data\.shop_Processes/)]);
    stack.apply();
    expect(docker('inspect', '--format', '{{.HostConfig.PidsLimit}}', id)).toBe('60');
    docker('restart', '--time', '1', name);
    expect(docker('inspect', '--format', '{{.HostConfig.PidsLimit}}', id)).toBe('60');
  });

  test.each<[string, ServiceOptions]>([
    ['processor time', { cpuPercent: 150, openFiles: 4096 }], ['open files', { cpuPercent: 50, openFiles: 8192 }],
  ])('of %s change with a new container', (_, options) => {
    define({ ...options, processes: 60 });
    expect(Object.entries(stack.plan())).toContainEqual([address, ['delete', 'create']]);
  });

  test('that the configuration of the engine adds plan nothing', () => {
    define({ processes: 60 }, (container) => { container.ulimit = [{ name: 'nofile', soft: 1024, hard: 2048 }]; }).apply();
    expect(docker('inspect', '--format', '{{json .HostConfig.Ulimits}}', name)).toContain('2048');
    expect(define({ processes: 60 }).plan()).toEqual({});
  });
}));
