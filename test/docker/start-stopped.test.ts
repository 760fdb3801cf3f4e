import { PostgresDatabase, PublishedPort, Rollout } from '../../lib';
import { runWithFakes } from '../fake-tools';
import { goService, newStack, resources, synthesized } from '../stack';

function startOf(stack: ReturnType<typeof newStack>): any {
  return resources(stack, 'terraform_data').find((resource) => resource.provisioner?.[0]['local-exec'].environment.NETWORKS !== undefined);
}

test('a plan deletes no stopped container: the provider watches neither it nor its ports', () => {
  const stack = newStack();
  goService(stack, { publish: PublishedPort.onLoopback(8080) });
  new PostgresDatabase(stack, 'database');
  const containers = resources(stack, 'docker_container').filter(({ attach }) => !attach);
  expect(containers).toHaveLength(2);
  for (const container of containers) {
    expect(container).toMatchObject({ must_run: false, lifecycle: { ignore_changes: ['ports', 'wait', 'ulimit', 'log_opts'] } });
  }
});

test('a changed port replaces the container through a label', () => {
  const label = (port: number, override?: number) => {
    const stack = newStack();
    const service = goService(stack, { publish: PublishedPort.onLoopback(port) });
    if (override !== undefined) {
      service.resource.addOverride('ports', [{ external: override, internal: 80 }]);
    }
    return resources(stack, 'docker_container')[0].labels.find((one: any) => one.label === 'cdktf-go-docker.ports').value;
  };
  expect(label(8080)).toBe(label(8080));
  expect(label(8081)).not.toBe(label(8080));
});

test('each plan names the stopped containers, and an apply starts them and waits for their health', () => {
  const stack = newStack();
  const service = goService(stack);
  const address = `docker_container.${service.resource.friendlyUniqueId}`;
  const start = startOf(stack);
  expect(start.triggers_replace[0]).toBe(`\${${address}.id}`);
  expect(start.triggers_replace[1]).toMatch(/ \? substr\(timestamp\(\), 0, 0\) : ""\}$/);
  const [{ 'local-exec': { command, environment } }] = start.provisioner;
  expect(command).toMatch(/: "exit 0"\}$/);
  expect(command).toContain('on_engine \\"start $c\\"');
  expect(environment).toMatchObject({ CONTAINERS: `\${${address}.name}`, SECONDS_TO_WAIT: expect.stringMatching(/^[1-9]/), MEANING: ' It was stopped, and this apply has started it again.' });
  expect(Object.values<any>(synthesized(stack).check).map(({ assert }) => assert[0].error_message)).toEqual([
    expect.stringMatching(/^dev\/service: the container \$\{.*\.name\} is not running: it was stopped, crashes again and again, or was taken off a network\. The next apply starts and connects it\./),
  ]);
});

test('each replica of a blue/green service has its check', () => {
  const stack = newStack();
  goService(stack, { rollout: Rollout.blueGreen(), replicas: 3 });
  expect(Object.keys(synthesized(stack).check)).toHaveLength(3);
  expect(startOf(stack).provisioner[0]['local-exec'].environment.CONTAINERS.split(' ')).toHaveLength(3);
});

test('a container that cannot be started fails the apply with the words of the engine', () => {
  const stack = newStack();
  goService(stack);
  const [{ 'local-exec': { command, environment } }] = startOf(stack).provisioner;
  const line: string = JSON.parse(/ \? (".*") : "exit 0"\}$/s.exec(command)![1]).replaceAll('$${', '${');
  const docker = 'case "$1" in start) echo "Error response from daemon: no such device" >&2; exit 1 ;; esac';
  const functions = Object.values<any>(synthesized(stack).locals).find((text) => typeof text === 'string' && text.includes('until_ready()')).replaceAll('$${', '${').replaceAll('%%{', '%{');
  const { exitCode, output } = runWithFakes(line, { docker }, { ...environment, FUNCTIONS: functions, CONTAINERS: 'dev-service', DOCKER_HOST: '' });
  expect(output).toBe('dev/service: the container dev-service cannot be started:\n    Error response from daemon: no such device\n');
  expect(exitCode).toBe(1);
});
