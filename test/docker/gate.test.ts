import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformProvider, TerraformVariable } from 'cdktf';
import { DockerHost, PostgresDatabase } from '../../lib';
import { goImage, goService, newStack, resources, synthesized } from '../stack';

function providers(stack: ReturnType<typeof newStack>): any[] {
  return synthesized(stack).provider.docker;
}

function images(options: string[]): string[] {
  return options.filter((option) => option.startsWith('SendEnv='));
}

test('one alias for all containers but claims, which waits for each image and claim', () => {
  const stack = newStack();
  goService(stack, { image: goImage(stack) }, 'one');
  goService(stack, {}, 'two');
  new PostgresDatabase(stack, 'database');
  expect(providers(stack)).toHaveLength(1);
  expect(providers(stack)[0].alias).toBe('after_images');
  const ids = Object.keys(synthesized(stack).resource.docker_image).map((id) => `SendEnv=\${docker_image.${id}.image_id}`);
  expect(ids).toHaveLength(3);
  expect(images(providers(stack)[0].ssh_opts).sort()).toEqual(['SendEnv=${docker_container.database_Claim_B074166B.id}', ...ids].sort());
  const [claim, ...services] = resources(stack, 'docker_container').sort((one, two) => Number(two.attach ?? 0) - Number(one.attach ?? 0));
  expect(claim.provider).toBeUndefined();
  expect(services.map((resource) => resource.provider)).toEqual(Array(3).fill('docker.after_images'));
  expect(resources(stack, 'docker_image').map((resource) => resource.provider)).toEqual(Array(3).fill(undefined));
});

test.each(['before', 'after'])('copies the configuration of a provider that is declared %s the constructs', (when) => {
  const stack = newStack();
  const declare = () => {
    const provider = new DockerProvider(stack, 'docker', {
      host: 'ssh://me@example.com', sshOpts: ['-p', '2222'], registryAuth: [{ address: 'ghcr.io', username: 'me' }],
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
  const [gate, user] = ['after_images', undefined].map((alias) => providers(stack).find((provider) => provider.alias === alias));
  expect(gate).toMatchObject({
    host: 'ssh://me@example.com', registry_auth: [{ address: 'ghcr.io', username: 'me' }], disable_docker_daemon_check: true,
  });
  expect(gate.ssh_opts.slice(0, 3)).toEqual(['-p', '2222', '-o']);
  expect(user.ssh_opts).toEqual(['-p', '2222']);
});

test('a provider of something else is no Docker provider', () => {
  class OtherProvider extends TerraformProvider {}
  const stack = newStack();
  new OtherProvider(stack, 'other', { terraformResourceType: 'other' });
  new DockerProvider(stack, 'docker', { host: 'unix:///one.sock' });
  goService(stack);
  expect(providers(stack).map(({ host }) => host)).toEqual(['unix:///one.sock', 'unix:///one.sock']);
});

test('an alias for each provider', () => {
  const stack = newStack();
  new DockerProvider(stack, 'docker', { host: 'unix:///one.sock' });
  const remote = new DockerProvider(stack, 'remote', { alias: 'remote', host: 'ssh://two' });
  goService(stack, {}, 'one');
  goService(stack, { place: DockerHost.fromProvider(remote), containerName: 'two' }, 'two');
  expect(providers(stack).map(({ alias, host }) => [alias, host])).toEqual(expect.arrayContaining([
    [undefined, 'unix:///one.sock'], ['remote', 'ssh://two'], ['after_images', 'unix:///one.sock'], ['remote_after_images', 'ssh://two'],
  ]));
  expect(providers(stack)).toHaveLength(4);
  expect(images(providers(stack).find(({ alias }) => alias === 'remote_after_images').ssh_opts)).toHaveLength(1);
});

test('options that only Terraform knows', () => {
  const stack = newStack();
  const options = new TerraformVariable(stack, 'options', { type: 'list(string)' });
  new DockerProvider(stack, 'docker', { sshOpts: options.listValue });
  goService(stack);
  expect(providers(stack).find(({ alias }) => alias === 'after_images').ssh_opts)
    .toMatch(/^\$\{concat\(var\.options, \["-o", join\("=", \["SendEnv", docker_image\.service_Image_\w+\.image_id\]\)\]\)\}$/);
});
