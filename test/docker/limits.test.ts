import { ContainerImage, ContainerLogging, Gateway, GoTask, PostgresDatabase, PublishedPort, Rollout, Size } from '../../lib';
import { goService, newStack, resources } from '../stack';

type Stack = ReturnType<typeof newStack>;

function limitsOf(stack: Stack): any[] {
  return resources(stack, 'terraform_data').filter(({ provisioner }) => provisioner?.[0]['local-exec'].environment.PROCESSES !== undefined);
}

function labelsOf(stack: Stack): Record<string, string> {
  return Object.fromEntries(resources(stack, 'docker_container')[0].labels.map(({ label, value }: any) => [label, value]));
}

describe('the limit of processes', () => {
  test('is set on what runs, and not on what ends by itself', () => {
    const stack = newStack();
    goService(stack);
    new GoTask(stack, 'task', { image: ContainerImage.fromRegistry('acme/task:1') });
    new PostgresDatabase(stack, 'database');
    new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8081) });
    expect(limitsOf(stack).map(({ provisioner }) => provisioner[0]['local-exec'].environment).map(({ PROCESSES, CONSTRUCT }) => [CONSTRUCT, PROCESSES]))
      .toEqual([['dev/database', '2048'], ['dev/gateway', '2048'], ['dev/service', '2048']]);
  });

  test('is one resource for all replicas, which a new container or limit replaces', () => {
    const stack = newStack();
    const service = goService(stack, { processes: 100, replicas: 2, rollout: Rollout.blueGreen() });
    const [limit, ...others] = limitsOf(stack);
    expect(others).toEqual([]);
    const ids = service.resources.map(({ friendlyUniqueId }) => `\${docker_container.${friendlyUniqueId}.id}`);
    expect(limit.triggers_replace).toEqual([...ids, 100]);
    const [{ 'local-exec': { command, environment } }] = limit.provisioner;
    expect(environment).toMatchObject({ PROCESSES: '100', CONTAINERS: ids.join(' ') });
    expect(command).toContain('update --pids-limit $PROCESSES $c');
  });

  test('leaves room for all connections of a database', () => {
    const stack = newStack();
    new PostgresDatabase(stack, 'database', { parameters: { max_connections: '3000' } });
    expect(limitsOf(stack)[0].triggers_replace[1]).toBe(4000);
  });
});

test('processor time is a quota, whose change replaces the container through a label', () => {
  const label = (cpuPercent: number) => {
    const stack = newStack();
    goService(stack, { cpuPercent });
    expect(resources(stack, 'docker_container')[0]).toMatchObject({ cpu_period: 100_000, cpu_quota: cpuPercent * 1000 });
    return labelsOf(stack)['cdktf-go-docker.cpu-quota'];
  };
  expect(label(50)).toBe(label(50));
  expect(label(150)).not.toBe(label(50));
});

test('databases and gateways have a quota, too', () => {
  const stack = newStack();
  new PostgresDatabase(stack, 'database', { cpuPercent: 50 });
  new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8081), cpuPercent: 25 });
  expect(resources(stack, 'docker_container').map(({ cpu_quota: quota }) => quota).filter((quota) => quota !== undefined)).toEqual([50_000, 25_000]);
});

test('the limit of open files is none by default, and its change replaces the container through a label', () => {
  const stack = newStack();
  goService(stack);
  expect(resources(stack, 'docker_container')[0]).not.toHaveProperty('ulimit');
  expect(Object.keys(labelsOf(stack)).filter((name) => /ulimit|cpu/.test(name))).toEqual([]);
  const other = newStack();
  goService(other, { openFiles: 4096 });
  expect(resources(other, 'docker_container')[0].ulimit).toEqual([{ name: 'nofile', soft: 4096, hard: 4096 }]);
  expect(labelsOf(other)['cdktf-go-docker.ulimit']).toMatch(/^[0-9a-f]{64}$/);
});

test('options of the log driver replace the container through a label; the default ones have none, as in containers of earlier versions', () => {
  const labelOf = (logging?: ContainerLogging) => {
    const stack = newStack();
    goService(stack, { logging });
    return labelsOf(stack)['cdktf-go-docker.log-opts'];
  };
  const [small, large] = [16, 32].map((size) => labelOf(ContainerLogging.jsonFile({ maxSize: Size.mebibytes(size) })));
  expect([labelOf(), labelOf(ContainerLogging.jsonFile())]).toEqual([undefined, undefined]);
  expect(small).toMatch(/^[0-9a-f]{64}$/);
  expect(large).toMatch(/^[0-9a-f]{64}$/);
  expect(large).not.toBe(small);
});
