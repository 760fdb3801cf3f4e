import { DockerProvider, DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { ReferenceGraph } from './reference-graph';
import { ContainerImage, GoService, GoTask, GoTaskProps, PostgresDatabase, Size } from '../../lib';
import { runWithFakes } from '../fake-tools';
import { messageOf } from '../message';

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' });

function task(props: Partial<GoTaskProps> = {}, id = 'migrate'): GoTask {
  return new GoTask(new TerraformStack(new App(), 'dev'), id, { image: IMAGE, ...props });
}

function containerOf(of: GoTask): any {
  return JSON.parse(Testing.synth(TerraformStack.of(of))).resource.docker_container[of.resource.friendlyUniqueId];
}

test('an apply waits for its end, and it is not started again', () => {
  expect(containerOf(task())).toMatchObject({
    attach: true, must_run: false, logs: false, restart: 'no', lifecycle: { create_before_destroy: true, ignore_changes: ['name', 'ulimit', 'log_opts'] },
  });
  expect(containerOf(task()).wait).toBeUndefined();
  expect(containerOf(task()).healthcheck).toBeUndefined();
});

test('an exit code other than 0 marks it as failed', () => {
  expect(containerOf(task()).provisioner).toEqual([{
    'local-exec': {
      command: '${self.exit_code == 0 ? "exit 0" : "eval \\"$FUNCTIONS\\"; task_failed \\"$CONTAINER\\""}',
      environment: {
        CONSTRUCT: 'dev/migrate',
        CONTAINER: '${self.name}',
        EXPLANATION: 'dev/migrate ended with exit code ${self.exit_code}.',
        FUNCTIONS: '${local.docker_reasons}',
      },
    },
  }]);
});

describe('the log of a failed task', () => {
  function failure(config: DockerProviderConfig, variables: Record<string, string> = {}): string[] {
    const stack = new TerraformStack(new App(), 'dev');
    // Declared after the task: users may.
    const made = new GoTask(stack, 'migrate', { image: IMAGE });
    new DockerProvider(stack, 'docker', config);
    const { command, environment } = containerOf(made).provisioner[0]['local-exec'];
    const line: string = JSON.parse(/ : (".*")\}$/.exec(command)![1]);
    expect(line).not.toMatch(/[$%]\{/);
    const fake = 'printf "host=%s context=%s certificates=%s\\n" "$DOCKER_HOST" "$DOCKER_CONTEXT" "$DOCKER_CERT_PATH" >> "$CALLS"';
    const FUNCTIONS = JSON.parse(Testing.synth(stack)).locals.docker_reasons;
    expect(FUNCTIONS).not.toMatch(/[$%]\{/);
    const { exitCode, calls } = runWithFakes(line, { docker: fake, ssh: 'true' }, { ...variables, ...environment, FUNCTIONS, CONTAINER: 'one' });
    expect(exitCode).toBe(1);
    // The log of the last run, whose start the fake does not tell, and then all of it.
    const at = calls.findIndex((call) => call.includes('logs --since'));
    return calls.slice(at, at + (calls[at].startsWith('ssh') ? 1 : 2));
  }

  test.each<[string, DockerProviderConfig, Record<string, string>, string[]]>([
    ['the default engine, whatever the current context', {}, {}, ['docker logs --since --tail 500 one', 'host= context=default certificates=']],
    ['the engine of the environment', {}, { DOCKER_HOST: 'tcp://10.0.0.1:2375' },
      ['docker logs --since --tail 500 one', 'host=tcp://10.0.0.1:2375 context=default certificates=']],
    ['the provider\'s engine', { host: 'tcp://10.0.0.2:2376', certPath: '/certificates' }, { DOCKER_HOST: 'tcp://10.0.0.1:2375' },
      ['docker logs --since --tail 500 one', 'host=tcp://10.0.0.2:2376 context=default certificates=/certificates']],
    ['the context of the environment, as the provider does, before its host', { host: 'tcp://10.0.0.2:2376' }, { DOCKER_CONTEXT: 'remote' },
      ['docker logs --since --tail 500 one', 'host= context=remote certificates=']],
    ['the provider\'s context', { context: 'remote' }, {}, ['docker logs --since --tail 500 one', 'host= context=remote certificates=']],
    ['an engine over ssh, with the provider\'s options', { host: 'ssh://deploy@server:22', sshOpts: ['-o', 'StrictHostKeyChecking=no'] }, {},
      ['ssh -o BatchMode=yes -o StrictHostKeyChecking=no ssh://deploy@server:22 docker logs --since  --tail 500 one']],
  ])('is read from %s', (_, config, variables, calls) => {
    expect(failure(config, variables)).toEqual(calls);
  });
});

test('an id that looks like a template of Terraform stays text', () => {
  expect(containerOf(task({}, 'a${b}')).provisioner[0]['local-exec'].environment.EXPLANATION).toMatch(/^dev\/a\$\$\{b\} ended/);
});

test('it is hardened as a service is', () => {
  const stack = new TerraformStack(new App(), 'dev');
  const made = new GoTask(stack, 'migrate', { image: IMAGE });
  const service = new GoService(stack, 'shop', { image: IMAGE });
  const containers = JSON.parse(Testing.synth(stack)).resource.docker_container;
  const of = ({ resource }: GoTask | GoService) => containers[resource.friendlyUniqueId];
  for (const setting of ['read_only', 'capabilities', 'security_opts', 'memory', 'memory_swap', 'tmpfs', 'log_driver', 'log_opts', 'provider', 'network_mode']) {
    expect(of(made)[setting]).toBeDefined();
    expect(of(made)[setting]).toEqual(of(service)[setting]);
  }
});

test('all options reach the container', () => {
  expect(containerOf(task({
    containerName: 'migration',
    environment: { A: '1' },
    arguments: ['up'],
    memory: Size.mebibytes(64),
    cpuShares: 512,
    capabilities: ['CHOWN'],
    labels: { team: 'shop' },
    networks: [{ networkName: 'elsewhere' }],
  }))).toMatchObject({
    name: '${join("-", ["migration", substr(uuid(), 0, 8)])}',
    env: ['A=1', `GOMEMLIMIT=${Math.floor(0.9 * 64 * 1024 * 1024)}B`],
    command: ['up'],
    memory: 64,
    cpu_shares: 512,
    capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] },
    labels: [{ label: 'cdktf-go-docker.construct', value: 'dev/migrate' }, { label: 'team', value: 'shop' }],
    networks_advanced: [{ name: 'elsewhere', aliases: ['migration'] }],
  });
});

describe('order', () => {
  test('a service that runs after it waits for it, and it for the database, whose container it does not depend on', () => {
    const stack = new TerraformStack(new App(), 'dev');
    const database = new PostgresDatabase(stack, 'database');
    const made = new GoTask(stack, 'migrate', { image: IMAGE });
    made.connectTo(database);
    const service = new GoService(stack, 'shop', { image: IMAGE });
    service.after(made);
    const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
    const address = (of: { resource: GoTask['resource'] }) => `docker_container.${of.resource.friendlyUniqueId}`;
    expect(graph.closure(address(service))).toContain(address(made));
    expect(graph.closure(address(made))).not.toContain(address(database));
    const [ready] = graph.attributes(address(made)).depends_on;
    expect(graph.attributes(ready)).toMatchObject({ attach: true, must_run: false, image: graph.attributes(address(database)).image });
  });

  test('one task after another', () => {
    const stack = new TerraformStack(new App(), 'dev');
    const first = new GoTask(stack, 'first', { image: IMAGE });
    const second = new GoTask(stack, 'second', { image: IMAGE });
    second.after(first);
    const graph = new ReferenceGraph(JSON.parse(Testing.synth(stack)));
    expect(graph.attributes(`docker_container.${second.resource.friendlyUniqueId}`).depends_on)
      .toEqual([`docker_container.${first.resource.friendlyUniqueId}`]);
  });
});

describe('waiting for a database without depending on its container', () => {
  function ready(parameters: Record<string, string>) {
    const stack = new TerraformStack(new App(), 'dev');
    const database = new PostgresDatabase(stack, 'database', { parameters });
    const made = new GoTask(stack, 'migrate', { image: IMAGE });
    made.connectTo(database, { parameters: { application_name: 'migrate' } });
    const { docker_container: containers } = JSON.parse(Testing.synth(stack)).resource;
    const [address] = containers[made.resource.friendlyUniqueId].depends_on;
    return { wait: containers[address.split('.')[1]], server: containers[database.resource.friendlyUniqueId] };
  }

  const serverOf = (wait: any) => wait.env.find((variable: string) => variable.startsWith('SERVER=')).slice('SERVER='.length);

  test('it asks for the host name of this version of the server, with the client\'s credentials', () => {
    const { wait, server } = ready({});
    expect(server.networks_advanced[0].aliases).toEqual([serverOf(wait)]);
    expect(wait.networks_advanced[0].name).toBe(server.networks_advanced[0].name);
    expect(wait.env.find((variable: string) => variable.startsWith('DATABASE='))).toMatch(/^DATABASE=\$\{sensitive\(join\(/);
    expect(wait.env.join()).not.toContain('application_name');
    expect(wait).toMatchObject({ user: '65534:65534', read_only: true, capabilities: { drop: ['ALL'] } });
  });

  test('another version of the server has another host name; the same one has the same, whatever else is in the app', () => {
    const one = serverOf(ready({ max_connections: '50' }).wait);
    expect(serverOf(ready({ max_connections: '60' }).wait)).not.toBe(one);
    const app = new App();
    new PostgresDatabase(new TerraformStack(app, 'other'), 'database');
    const stack = new TerraformStack(app, 'dev');
    const database = new PostgresDatabase(stack, 'database', { parameters: { max_connections: '50' } });
    const server = JSON.parse(Testing.synth(stack)).resource.docker_container[database.resource.friendlyUniqueId];
    expect(server.networks_advanced[0].aliases).toEqual([one]);
  });
});

describe('what is refused', () => {
  test.each<[Partial<GoTaskProps>, string]>([
    [{ memory: Size.mebibytes(5) }, 'dev/migrate: the prop `memory` is too small'],
    [{ arguments: [''] }, 'dev/migrate: an argument for the program is empty or holds a NUL character'],
    [{ containerName: '-' }, 'dev/migrate: not a name for a container'],
    [{ cpuShares: 1 }, 'dev/migrate: the prop `cpuShares` is too small'],
    [{ labels: { 'cdktf-go-docker.construct': 'x' } }, 'dev/migrate: not the name of a label'],
  ])('%j', (props, text) => {
    expect(messageOf(() => task(props))).toContain(text);
  });
});

test('a recreated service is not touched before its tasks have ended and all images are there', () => {
  const stack = new TerraformStack(new App(), 'dev');
  const migrate = new GoTask(stack, 'migrate', { image: IMAGE });
  const service = new GoService(stack, 'api', { image: IMAGE });
  new GoService(stack, 'other', { image: IMAGE });
  service.after(migrate);
  service.after(migrate);
  const { provider, resource } = JSON.parse(Testing.synth(stack));
  const providers = Object.fromEntries(Object.values<any>(resource.docker_container)
    .map((container) => [container.name.split('-')[1], container.provider.replace('docker.', '')]));
  expect(providers).toMatchObject({ api: expect.stringMatching(/^gate_(?!00)/), other: 'gate_00' });
  const options = (alias: string) => provider.docker.find((one: any) => one.alias === alias).ssh_opts;
  Object.keys(resource.docker_image).forEach((name) => expect(options('gate_00')).toContain(`docker_image.${name}.image_id`));
  expect(options(providers.api)).toBe(
    `\${split("\\n", join("\\n", ["-o", join("=", ["SendEnv", join(" ", [docker_container.${migrate.resource.friendlyUniqueId}.id])])]))}`);
  expect(containerOf(migrate).provider).toBe('docker.gate_00');
});
