import { TerraformStack } from 'cdktf';
import { messageOf } from '../message';
import { goImage, goService, newStack, resources, synthesized } from '../stack';

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
