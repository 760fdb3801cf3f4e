import { Defaults, Platform } from '../../lib';
import { runWithFakes } from '../fake-tools';
import { goImage, goService, newStack, resources, synthesized } from '../stack';

/** The resource that removes old images, and the one that removes all at destroy. */
function removals(stack: ReturnType<typeof newStack>): { old?: any; all?: any } {
  const found = resources(stack, 'terraform_data').filter(({ provisioner }) => provisioner?.[0]['local-exec'].command.includes('image rm'));
  return { old: found.find(({ triggers_replace: triggers }) => triggers), all: found.find(({ input }) => input) };
}

test('without the settings nothing removes images', () => {
  const stack = newStack();
  goService(stack, { image: goImage(stack) });
  expect(removals(stack)).toEqual({});
  expect(resources(stack, 'docker_image')[0].depends_on).toBeUndefined();
});

test('old images go after every container of the stack has the current version', () => {
  const stack = newStack();
  const source = goImage(stack, { repository: 'team/shop', keepImages: 2, platforms: [Platform.LINUX_AMD64] });
  const service = goService(stack, { image: source });
  goImage(stack, { repository: 'team/shop', ports: [9090] }, 'other');
  const other = goService(stack, {}, 'later');
  const { old } = removals(stack);
  const builds = resources(stack, 'docker_image').map(({ name }) => name).filter((name) => name.startsWith('team/shop:'));
  expect(builds).toHaveLength(3);
  expect(old.triggers_replace).toEqual([
    expect.stringMatching(/^\$\{docker_image\.image_.*\.image_id\}$/), expect.stringMatching(/^\$\{docker_image\.image_.*\.image_id\}$/), 2,
  ]);
  expect(old.depends_on).toEqual(expect.arrayContaining([service, other].map(({ resource }) => `docker_container.${resource.friendlyUniqueId}`)));
  const [{ 'local-exec': { environment, command } }] = old.provisioner;
  expect(environment).toMatchObject({ REPOSITORY: 'team/shop', KEPT: '2', CONSTRUCT: 'dev/image' });
  expect(environment.WANTED.split(' ')).toEqual([...builds].sort());
  // A brace after a dollar sign would be an expression of Terraform.
  expect(command.replaceAll('$${', '')).not.toContain('${');
});

test('the engine names a repository of Docker Hub without its domain', () => {
  const stack = newStack('dev', { host: 'tcp://engine.example.com:2376' });
  const image = goImage(stack, { repository: 'docker.io/team/shop', keepImages: 1 });
  const [{ 'local-exec': { environment } }] = removals(stack).old.provisioner;
  expect(environment).toMatchObject({
    REPOSITORY: 'team/shop', WANTED: image.reference.replace('docker.io/', ''), DOCKER_HOST: 'tcp://engine.example.com:2376',
  });
});

test('a destroy removes images after their containers, and a new version replaces nothing', () => {
  const stack = newStack('dev', { host: 'tcp://engine.example.com:2376', certPath: '/etc/docker/tls' });
  const image = goImage(stack, { repository: 'team/shop', removeImagesOnDestroy: true });
  const { all, old } = removals(stack);
  expect(old).toBeUndefined();
  expect(all.triggers_replace).toBeUndefined();
  expect(all.input).toEqual({
    REPOSITORY: 'team/shop',
    TAG_LENGTH: '32',
    CONSTRUCT: 'dev/image',
    DOCKER_HOST: 'tcp://engine.example.com:2376',
    DOCKER_CERT_PATH: '/etc/docker/tls',
    DOCKER_TLS_VERIFY: '1',
  });
  const [{ 'local-exec': { when, environment } }] = all.provisioner;
  expect(when).toBe('destroy');
  expect(Object.entries(environment)).toEqual(Object.keys(environment).map((name) => [name, `\${try(self.input.${name}, null)}`]));
  const [address] = Object.keys(synthesized(stack).resource.terraform_data).filter((id) => id.includes('ImagesToDestroy'));
  expect(resources(stack, 'docker_image').find(({ name }) => name === image.reference).depends_on).toEqual([`terraform_data.${address}`]);
});

test('defaults reach every image, and a count of no version is refused', () => {
  const stack = newStack();
  Defaults.apply(stack, { images: { keepImages: 3 } });
  goImage(stack);
  expect(removals(stack).old.provisioner[0]['local-exec'].environment.KEPT).toBe('3');
  expect(() => goImage(stack, { keepImages: 0 }, 'none')).toThrow('keepImages');
});

describe('the scripts', () => {
  const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));
  /** An engine with four versions, of which the second has two platforms; `b` is used by a container. */
  const docker = [
    'case "$2" in',
    '  ls) printf "%s\\n" sha256:1 sha256:2 sha256:1 ;;',
    `  inspect) printf "%s\\n" "300 team/shop:${C}" "400 team/shop:${D}" "1000 team/shop:${A}" "200 team/shop:${B}" "" \\`,
    `    "301 team/shop:${C}-linux-arm64" "100 team/shop:latest" "90 team/other:${B}" "80 team/shop:v1-${B}" ;;`,
    `  rm) [ "$3" != "team/shop:${B}" ] ;;`,
    'esac',
  ].join('\n');
  // It reads its input, as ssh does.
  const ssh = 'for last; do :; done\ncat >/dev/null\nexec /bin/sh -c "$last"';

  function run(which: 'old' | 'all', environment: Record<string, string>, fake = docker) {
    const stack = newStack();
    goImage(stack, { repository: 'team/shop', keepImages: 2, removeImagesOnDestroy: true });
    const [{ 'local-exec': { command } }] = removals(stack)[which].provisioner;
    const { exitCode, output, calls } = runWithFakes(command.replaceAll('$${', '${'), { docker: fake, ssh }, {
      DOCKER_HOST: '', CONSTRUCT: 'dev/image', REPOSITORY: 'team/shop', TAG_LENGTH: '32', KEPT: '2', WANTED: '', ...environment,
    });
    return { exitCode, output, removed: calls.filter((call) => call.startsWith('docker image rm ')).map((call) => call.slice('docker image rm team/shop:'.length)) };
  }

  test.each(['', 'ssh://engine.example.com'])('what was deployed last stays, and so does what is not a version (DOCKER_HOST=%s)', (host) => {
    expect(run('old', { DOCKER_HOST: host })).toEqual({
      exitCode: 0,
      removed: [`${C}-linux-arm64`, C, B],
      output: [`${C}-linux-arm64`, C].map((tag) => `dev/image: removed the image team/shop:${tag}\n`).join(''),
    });
    expect(run('all', { DOCKER_HOST: host })).toMatchObject({ exitCode: 0, removed: [A, D, `${C}-linux-arm64`, C, B] });
  });

  test('the images of the program stay, however old', () => {
    expect(run('old', { WANTED: `team/shop:${D} team/shop:${C}`, KEPT: '1' }).removed).toEqual([`${C}-linux-arm64`, B]);
    expect(run('old', { KEPT: '4' }).removed).toEqual([]);
  });

  test('a repository that a shell would read as something else is refused', () => {
    expect(run('old', { REPOSITORY: 'team/shop; id' })).toEqual({ exitCode: 1, output: 'not a repository: team/shop; id\n', removed: [] });
  });

  test('an engine without images has nothing to remove, and one that does not answer is an error', () => {
    expect(run('old', {}, 'exit 0')).toEqual({ exitCode: 0, output: '', removed: [] });
    const { exitCode, output } = run('old', {}, 'exit 1');
    expect(exitCode).toBe(1);
    expect(output).toContain('dev/image: its images are not listed, and none is removed.');
    expect(run('old', { REPOSITORY: 'a; docker image rm x' })).toMatchObject({ exitCode: 1, removed: [] });
  });
});
