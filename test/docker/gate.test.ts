import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Fn, TerraformProvider, TerraformVariable, Testing } from 'cdktf';
import { DockerHost, GoService, GoTask, PostgresDatabase, Rollout } from '../../lib';
import { messageOf } from '../message';
import { container, goImage, goService, newStack, resources, synthesized } from '../stack';

function providers(stack: ReturnType<typeof newStack>): any[] {
  return synthesized(stack).provider.docker;
}

function aliased(stack: ReturnType<typeof newStack>, alias?: string): any {
  return providers(stack).find((provider) => provider.alias === alias);
}

const POOL = Array.from({ length: 16 }, (_, index) => `gate_${String(index).padStart(2, '0')}`);

test('a fixed pool is declared, and the gates of states of earlier versions; one waits for each image, all wait for claims', () => {
  const stack = newStack();
  goService(stack, { image: goImage(stack), rollout: Rollout.recreate({ trial: false }) }, 'one');
  goService(stack, {}, 'two');
  new PostgresDatabase(stack, 'database');
  expect(providers(stack).map(({ alias }) => alias)).toEqual([...POOL, 'after_images', 'after_tasks']);
  const ids = Object.keys(synthesized(stack).resource.docker_image);
  expect(ids).toHaveLength(3);
  ids.forEach((id) => expect(aliased(stack, 'gate_00').ssh_opts).toContain(`docker_image.${id}.image_id`));
  providers(stack).forEach((provider) => expect(provider.ssh_opts).toContain('docker_container.database_Claim_B074166B.id'));
  providers(stack).slice(1).forEach((provider) => expect(provider.ssh_opts).not.toContain('docker_image'));
  const [claim, ...services] = resources(stack, 'docker_container').sort((one, two) => Number(two.attach ?? 0) - Number(one.attach ?? 0));
  expect(claim.provider).toBeUndefined();
  expect(services.map((resource) => resource.provider).sort()).toEqual(['docker.gate_00', 'docker.gate_00', expect.stringMatching(/^docker\.gate_/)]);
  expect(resources(stack, 'docker_image').map((resource) => resource.provider)).toEqual(Array(3).fill(undefined));
});

test('a stack without services declares the pool as well, so that it can lose its last one', () => {
  const stack = newStack();
  DockerHost.local().declareIn(stack);
  DockerHost.local().declareIn(stack);
  expect(providers(stack).map(({ alias }) => alias)).toEqual([...POOL, 'after_images', 'after_tasks']);
});

test.each(['before', 'after'])('copies the configuration of a provider that is declared %s the constructs', (when) => {
  const stack = newStack();
  const declare = () => {
    const provider = new DockerProvider(stack, 'docker', {
      host: 'unix:///one.sock', registryAuth: [{ address: 'ghcr.io', username: 'me' }],
    });
    provider.addOverride('disable_docker_daemon_check', true);
  };
  if (when === 'before') {
    declare();
  }
  goService(stack);
  if (when === 'after') {
    declare();
  }
  for (const alias of [...POOL, 'after_images', 'after_tasks']) {
    expect(aliased(stack, alias)).toMatchObject({
      host: 'unix:///one.sock', registry_auth: [{ address: 'ghcr.io', username: 'me' }], disable_docker_daemon_check: true,
    });
  }
});

test('a provider of something else is no Docker provider', () => {
  class OtherProvider extends TerraformProvider {}
  const stack = newStack();
  new OtherProvider(stack, 'other', { terraformResourceType: 'other' });
  new DockerProvider(stack, 'docker', { host: 'unix:///one.sock' });
  goService(stack);
  expect(new Set(providers(stack).map(({ host }) => host))).toEqual(new Set(['unix:///one.sock']));
});

test('a pool for each provider', () => {
  const stack = newStack();
  new DockerProvider(stack, 'docker', { host: 'unix:///one.sock' });
  const remote = new DockerProvider(stack, 'remote', { alias: 'remote', host: 'unix:///two.sock' });
  goService(stack, {}, 'one');
  goService(stack, { place: DockerHost.fromProvider(remote), containerName: 'two' }, 'two');
  expect(providers(stack)).toHaveLength(2 + 2 * 18);
  expect(aliased(stack, 'gate_00')).toMatchObject({ host: 'unix:///one.sock', ssh_opts: expect.stringContaining('docker_image.one_Image') });
  expect(aliased(stack, 'remote_gate_00')).toMatchObject({ host: 'unix:///two.sock', ssh_opts: expect.stringContaining('docker_image.two_Image') });
  expect(aliased(stack, 'remote_gate_00').ssh_opts).not.toContain('one_Image');
});

describe('where the ids are', () => {
  function gate(configuration: Record<string, unknown> | ((stack: ReturnType<typeof newStack>) => Record<string, unknown>)): any {
    const stack = newStack();
    new DockerProvider(stack, 'docker', typeof configuration === 'function' ? configuration(stack) : configuration);
    goService(stack);
    return aliased(stack, 'gate_00');
  }

  const id = expect.stringMatching(/^\$\{join\(" ", \[docker_image\.service_Image_\w+\.image_id\]\)\}$/);

  test('the list of options is unknown as a whole until all ids are known', () => {
    expect(gate({ host: 'unix:///one.sock' }).ssh_opts)
      .toMatch(/^\$\{split\("\\n", join\("\\n", \["-o", join\("=", \["SendEnv", join\(" ", \[docker_image\.service_Image_\w+\.image_id\]\)\]\)\]\)\)\}$/);
  });

  test.each<[string, Record<string, unknown>]>([
    ['ssh', { host: 'ssh://me@example.com' }],
    ['ssh with options', { host: 'ssh://me@example.com', sshOpts: ['-p', '2222'] }],
    ['a context with options for ssh', { context: 'server', sshOpts: ['-p', '2222'] }],
    ['a host that only Terraform knows', { host: Fn.join('', ['ssh://', 'example.com']) }],
  ])('%s: in an argument that only TLS reads, so that the options are known in a plan', (_, configuration) => {
    const made = gate(configuration);
    expect(made.ca_material).toEqual(id);
    expect(made.ssh_opts).toEqual(configuration.sshOpts);
  });

  test('a host with TLS keeps its authority', () => {
    const made = gate({ host: 'tcp://example.com:2376', caMaterial: 'ca', certMaterial: 'certificate', keyMaterial: 'key' });
    expect(made.ca_material).toBe('ca');
    expect(made.ssh_opts).toContain('docker_image.');
  });

  test('options that only Terraform knows', () => {
    const made = gate((stack) => ({
      host: 'ssh://example.com', sshOpts: new TerraformVariable(stack, 'options', { type: 'list(string)' }).listValue,
    }));
    expect(made).toMatchObject({ ssh_opts: '${var.options}', ca_material: id });
  });

  test('options beside TLS stay, also those that only Terraform knows', () => {
    const tls = { certPath: '/certificates' };
    expect(gate({ ...tls, sshOpts: ['-p', '22${x}'] }).ssh_opts).toContain('["-p", "22\\u0024{x}", "-o"');
    expect(gate((stack) => ({ ...tls, sshOpts: new TerraformVariable(stack, 'options', { type: 'list(string)' }).listValue })).ssh_opts)
      .toContain('concat(var.options, ["-o"');
  });
});

test('a gate waits for each resource that its service waits for: tasks, all replicas, and what has no id', () => {
  const stack = newStack();
  const task = new GoTask(stack, 'task', { image: goImage(stack) });
  const cache = goService(stack, {}, 'cache');
  const service = goService(stack);
  service.after(task, cache, { fqn: 'data.http.example' });
  const alias = container(stack, 'dev-service').provider.replace('docker.', '');
  expect(aliased(stack, alias).ssh_opts.match(/join\(" ", \[(.*?)\]\)/)[1].split(', d')).toEqual([
    'substr(sha256(jsonencode(data.http.example)), 0, 12)',
    `ocker_container.${cache.resource.friendlyUniqueId}.id`,
    `ocker_container.${task.resource.friendlyUniqueId}.id, terraform_data.cache_Start_DF1C73DB.id`,
  ]);
});

test('two default providers are refused at synth', () => {
  const stack = newStack();
  new DockerProvider(stack, 'one', {});
  new DockerProvider(stack, 'two', {});
  goService(stack);
  expect(messageOf(() => synthesized(stack))).toContain('dev/two: the stack has two default Docker providers, and Terraform accepts one');
});

test('a chain of more services than there are gates is refused', () => {
  const stack = newStack();
  let before: GoService | undefined;
  for (let index = 0; index < 18; index += 1) {
    before = goService(stack, { after: before && [before] }, `s${index}`);
  }
  expect(() => Testing.synth(stack)).toThrow('a chain of more than 15 services that wait for each other');
});
