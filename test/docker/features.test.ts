import { TerraformStack } from 'cdktf';
import { GoScratchImage, GoTask } from '../../lib';
import { messageOf } from '../message';
import { container, goImage, goService, newStack, resources, synthesized } from '../stack';

const VERSION = 'terraform.required_providers.docker.version';

function stackWith(version?: string): TerraformStack {
  const stack = newStack();
  goService(stack, { image: goImage(stack) });
  if (version !== undefined) {
    stack.addOverride(VERSION, version);
  }
  return stack;
}

function dockerfile(stack: TerraformStack): string {
  return resources(stack, 'docker_image').find(({ build }) => build)?.build.dockerfile;
}

/** The version that the binding was made for. */
const bound: string = synthesized(stackWith()).terraform.required_providers.docker.version;

test.each(['3.6.2', '= 3.6.2', '~> 3.6.2', '~> 3.7', '>= 3.6.2, < 4.0.0', '>= 3.9, <= 3.99', '3.9.0'])(
  'with provider %s, the path of a Dockerfile starts where Terraform runs', (version) => {
    expect(dockerfile(stackWith(version))).toMatch(/^assets\/dev-image\/Dockerfile$/);
  });

test.each(['4.0.0', '4.5.0', '~> 4.5', '>= 4.1', '>= 4.1, != 4.2.0', '>= 3.6.2, ~> 4.2', '5.0.0'])(
  'with provider %s, it starts at the build context', (version) => {
    const stack = stackWith(version);
    expect(dockerfile(stack)).toBe('../../dev-image/Dockerfile');
    expect(synthesized(stack).terraform.required_providers.docker.version).toBe(version);
  });

test('without an override, the binding says the version', () => {
  expect(dockerfile(stackWith())).toBe(dockerfile(stackWith(bound)));
});

test.each(['3.6.1', '2.0.0', '>= 3.6.2', '~> 3', '>= 3.6.2, < 4.1', '< 5.0.0', 'latest', '4.5.0 or newer'])('a stack with provider %s is refused', (version) => {
  expect(messageOf(() => synthesized(stackWith(version)))).toBe(`dev: the stack must say whether it uses version 3 or 4 of the Docker provider, because they read the paths of Dockerfiles differently
  given:   ${JSON.stringify(version)}
  allowed: 3.6.2 or newer: a version, or a constraint which allows only version 3 or only newer ones, for example ~> 4.5
  to do:   change the version that the program gives to the provider or to stack.addOverride('terraform.required_providers.docker.version', …)`);
});

describe('what a version of the provider has', () => {
  const built = (stack: TerraformStack) => resources(stack, 'docker_image').find(({ build }) => build)?.build;
  // The name of a trial ends with a random part.
  const nameOf = ({ name }: { name: string }) => name.startsWith('$') ? /"(dev[\w-]*)"/.exec(name)![1] : name;
  const withTask = (version: string, edit: (task: GoTask, image: GoScratchImage) => void = () => undefined) => {
    const stack = newStack();
    const image = goImage(stack);
    edit(new GoTask(stack, 'task', { image }), image);
    goService(stack, { image });
    stack.addOverride(VERSION, version);
    return stack;
  };
  const timeouts = (stack: TerraformStack) => Object.fromEntries(resources(stack, 'docker_container').map((one) => [nameOf(one), one.timeouts]));

  test('builds have no provenance since 4.3, because it has times in it', () => {
    expect(built(stackWith('4.3.0')).provenance).toBe('false');
    expect(built(stackWith('4.2.0'))).not.toHaveProperty('provenance');
    expect(built(stackWith('3.6.2'))).not.toHaveProperty('provenance');
    expect(built(withTask('4.5.0', (_, image) => image.resource.addOverride('build.provenance', 'max'))).provenance).toBe('max');
  });

  test('a program that runs to its end has a day since 4.0; one that keeps running has no timeouts', () => {
    const day = { create: '24h' };
    const withOwn = withTask('4.5.0', (task) => task.resource.addOverride('timeouts', { create: '2h' }));
    expect(timeouts(withTask('4.0.0'))).toEqual({ 'dev-task': day, 'dev-service-trial': day, 'dev-service': undefined });
    expect(timeouts(withTask('3.9.0'))).toEqual({ 'dev-task': undefined, 'dev-service-trial': undefined, 'dev-service': undefined });
    expect(timeouts(withOwn)).toMatchObject({ 'dev-task': { create: '2h' } });
  });

  test('`cpus` works since 3.7, and is refused before', () => {
    const withCpus = (version: string) => {
      const stack = newStack();
      goService(stack).resource.addOverride('cpus', '1.5');
      stack.addOverride(VERSION, version);
      return stack;
    };
    expect(container(withCpus('3.7.0'), 'dev-service').cpus).toBe('1.5');
    expect(messageOf(() => synthesized(withCpus('3.6.2')))).toBe(`dev/service: this version of the Docker provider crashes on \`cpus\`
  given:   "1.5"
  allowed: \`cpus\` with version 3.7 or newer of the provider
  to do:   give \`cpuPercent\` instead: 150 is one and a half processors. Or take a newer provider: see \`terraform.required_providers.docker.version\``);
  });
});
