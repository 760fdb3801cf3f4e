import { DockerProvider, DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { DefaultTokenResolver, StringConcat, TerraformStack, TerraformVariable, Token, Tokenization } from 'cdktf';
import { ContainerImage, DockerHost, GoImageProps, GoScratchImage, GoService, ImageRegistry, Platform, RegistryCredentials } from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { goImage, helloProgram, newStack, resources, synthesized } from '../stack';

const source = helloProgram();

function resolved(stack: TerraformStack, value: unknown): string {
  return Tokenization.resolve(value, { scope: stack, preparing: false, resolver: new DefaultTokenResolver(new StringConcat()) });
}
const BOTH = [Platform.LINUX_AMD64, Platform.LINUX_ARM64];

function stackWith(props: Partial<GoImageProps>, provider: DockerProviderConfig = {}): { stack: TerraformStack; image: GoScratchImage } {
  const stack = newStack('dev', provider);
  return { stack, image: new GoScratchImage(stack, 'app', { source, ...props }) };
}

function registryAuth(registry: ImageRegistry, provider: DockerProviderConfig = {}): unknown {
  const { stack } = stackWith({ registry }, provider);
  return synthesized(stack).provider.docker[0].registry_auth;
}

describe('an image with a registry', () => {
  test('is pushed under its fingerprint and never deleted there', () => {
    const { stack, image } = stackWith({ registry: ImageRegistry.of('registry.example.com/team') });
    expect(image.reference).toMatch(/^registry\.example\.com\/team\/dev-app:[0-9a-f]{32}$/);
    expect(resources(stack, 'docker_registry_image')).toEqual([expect.objectContaining({
      name: image.reference, keep_remotely: true, depends_on: ['docker_image.app_735A5B53'],
    })]);
    expect(Token.isUnresolved(image.digestReference)).toBe(true);
    expect(resolved(stack, image.digestReference)).toMatch(/^registry\.example\.com\/team\/dev-app@\$\{docker_registry_image\.[\w-]+\.sha256_digest\}$/);
  });

  test('is not pushed without one', () => {
    const { stack, image } = stackWith({});
    expect(resources(stack, 'docker_registry_image')).toEqual([]);
    expect(image.digestReference).toBeUndefined();
  });

  test.each([
    ['shop', 'registry.example.com/team/shop'],
    ['shop/api', 'registry.example.com/team/shop/api'],
    ['registry.example.com/team/shop', 'registry.example.com/team/shop'],
  ])('takes the repository %s for one of it', (repository, expected) => {
    const { image } = stackWith({ registry: ImageRegistry.of('registry.example.com/team'), repository });
    expect(image.reference.split(':')[0]).toBe(expected);
  });
});

describe('an image for several platforms', () => {
  test('is built for each, with a tag of its own', () => {
    const { stack, image } = stackWith({ platforms: [...BOTH, Platform.LINUX_ARM_V7] });
    const built = resources(stack, 'docker_image').map(({ name, build }) => [name, build.platform, build.build_log_file]);
    expect(built).toEqual(expect.arrayContaining([
      [image.reference, undefined, 'assets/dev-app/build.log'],
      [`${image.reference}-linux-amd64`, 'linux/amd64', 'assets/dev-app/build-linux-amd64.log'],
      [`${image.reference}-linux-arm64`, 'linux/arm64', 'assets/dev-app/build-linux-arm64.log'],
      [`${image.reference}-linux-arm-v7`, 'linux/arm/v7', 'assets/dev-app/build-linux-arm-v7.log'],
    ]));
    expect(built).toHaveLength(4);
    expect(image.buildLogPath).toBe('assets/dev-app/build*.log');
  });

  test('holds the files of each', () => {
    const program = helloProgram({ 'x_riscv64.go': 'package main\n', 'x_arm64.go': 'package main\n', 'x_s390x.go': 'package main\n' });
    const { image } = stackWith({ source: program, platforms: [Platform.of('linux/riscv64')] });
    expect(image.contextFiles).toEqual(expect.arrayContaining(['src/x_arm64.go', 'src/x_riscv64.go']));
    expect(image.contextFiles).not.toContain('src/x_s390x.go');
  });

  test('is one list in the registry, made of digests', () => {
    const { stack, image } = stackWith({ platforms: BOTH, registry: ImageRegistry.of('localhost:5000') });
    const json = synthesized(stack);
    expect(resources(stack, 'docker_registry_image').map(({ name }) => name)).toEqual([
      `${image.reference}-linux-amd64`, `${image.reference}-linux-arm64`,
    ]);
    const [list] = resources(stack, 'terraform_data');
    const digests = ['amd64', 'arm64'].map((architecture) => {
      const [name] = Object.keys(json.resource.docker_registry_image).filter((key) => key.includes(architecture));
      return `\${docker_registry_image.${name}.sha256_digest}`;
    });
    expect(list.triggers_replace).toEqual({ 'list': image.reference, 'linux/amd64': digests[0], 'linux/arm64': digests[1] });
    const { command, environment, interpreter } = list.provisioner[0]['local-exec'];
    expect(interpreter).toEqual(['/bin/sh', '-c']);
    expect(environment).toEqual({
      LIST: image.reference,
      IMAGES: digests.map((digest) => `localhost:5000/dev-app@${digest}`).join(' '),
      REGISTRY_HOST: 'localhost:5000',
      REGISTRY_PLAIN_HTTP: 'true',
      REGISTRY_USERNAME: '',
      REGISTRY_PASSWORD: '',
      REGISTRY_CONFIG_FILE: '~/.docker/config.json',
    });
    expect(command).not.toContain('localhost:5000');
    expect(command).not.toContain('${');
    expect(resolved(stack, image.digestReference)).toMatch(/^localhost:5000\/dev-app@\$\{data\.docker_registry_image\.[\w-]+\.sha256_digest\}$/);
  });

  const refusals: [string, Partial<GoImageProps>, string[]][] = [
    ['no platform', { platforms: [] }, [
      'dev/app: `platforms` is empty', '  given:   []', '  allowed: at least one platform',
      '  to do:   leave `platforms` out for the platform of the engine that builds',
    ]],
    ['a platform twice', { platforms: [Platform.LINUX_ARM64, Platform.of('linux/arm64/v8')] }, [
      'dev/app: a platform is given twice in `platforms`', '  given:   "linux/arm64"', '  allowed: each platform once', '  to do:   remove one of them',
    ]],
    ['a single platform too', { platform: Platform.LINUX_ARM64, platforms: BOTH }, [
      'dev/app: `platform` and `platforms` are given',
      '  given:   {"platform":"linux/arm64","platforms":["linux/amd64","linux/arm64"]}',
      '  allowed: one of the two', '  to do:   leave `platform` out: services run the build that fits the engine',
    ]],
  ];

  test.each(refusals)('refuses %s', (_, props, lines) => {
    expect(messageOf(() => stackWith(props))).toBe(lines.join('\n'));
  });
});

describe('a container', () => {
  function onEngines(props: Partial<GoImageProps>): { stack: TerraformStack; image: GoScratchImage; other: DockerProvider } {
    const { stack, image } = stackWith(props);
    const other = new DockerProvider(stack, 'other', { alias: 'other', host: 'ssh://deploy@server.example.com' });
    return { stack, image, other };
  }

  test('runs what was built on the engine that builds', () => {
    const { stack, image } = onEngines({ platforms: BOTH, registry: ImageRegistry.of('registry.example.com/team') });
    new GoService(stack, 'service', { image });
    expect(resources(stack, 'docker_container')[0].image).toBe('${docker_image.app_735A5B53.image_id}');
  });

  test('runs what another engine pulls from the registry, by digest', () => {
    const { stack, image, other } = onEngines({ registry: ImageRegistry.of('registry.example.com/team') });
    new GoService(stack, 'service', { image, place: DockerHost.fromProvider(other) });
    const pulled = resources(stack, 'docker_image').find(({ build }) => build === undefined);
    expect(pulled).toMatchObject({ name: resolved(stack, image.digestReference), provider: 'docker.other', keep_locally: true });
  });

  test('runs what was sent to another engine when it is in no registry', () => {
    const { stack, image, other } = onEngines({});
    new GoService(stack, 'service', { image, place: DockerHost.fromProvider(other) });
    expect(resources(stack, 'docker_container')[0].image).toBe(image.reference);
    expect(resources(stack, 'docker_image').map(({ provider }) => provider)).toEqual([undefined]);
  });

  test('needs no provider in the program: the entry of a registry makes one', () => {
    const stack = newStack();
    goImage(stack, { registry: ImageRegistry.of('localhost:5000', { credentials: RegistryCredentials.anonymous() }) });
    const [{ registry_auth: entries }] = synthesized(stack).provider.docker.filter(({ alias }: { alias?: string }) => alias === undefined);
    expect(entries).toEqual([{ address: 'http://localhost:5000', auth_disabled: true }]);
  });

  test('runs an image that others have pushed', () => {
    const stack = newStack('dev', {});
    const digest = `sha256:${'a'.repeat(64)}`;
    const registry = ImageRegistry.of('registry.example.com/team', { credentials: RegistryCredentials.dockerConfig('/etc/registry.json') });
    new GoService(stack, 'service', { image: ContainerImage.fromRegistry(`api@${digest}`, { registry, probePath: '/probe' }) });
    const json = synthesized(stack);
    expect(resources(stack, 'docker_image')[0].name).toBe(`registry.example.com/team/api@${digest}`);
    expect(json.provider.docker[0].registry_auth).toEqual([{ address: 'https://registry.example.com', config_file: '/etc/registry.json' }]);
  });

  test('is pulled with what the provider has when nobody was named', () => {
    const stack = newStack('dev', {});
    new GoService(stack, 'service', { image: ContainerImage.fromRegistry('api:1', { registry: ImageRegistry.of('registry.example.com'), probePath: '/probe' }) });
    expect(synthesized(stack).provider.docker[0].registry_auth ?? []).toEqual([]);
  });
});

describe('the provider\'s registry_auth', () => {
  test('reads what docker login has stored', () => {
    expect(registryAuth(ImageRegistry.of('registry.example.com/team'))).toEqual([
      { address: 'https://registry.example.com', config_file: '~/.docker/config.json' },
    ]);
  });

  test.each([
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000/team', 'http://127.0.0.1:5000'],
    ['10.0.0.5:5000/team', 'https://10.0.0.5:5000'],
    ['localhost.example.com', 'https://localhost.example.com'],
  ])('knows that %s is %s', (prefix, address) => {
    expect(registryAuth(ImageRegistry.of(prefix, { credentials: RegistryCredentials.anonymous() }))).toEqual([{ address, auth_disabled: true }]);
  });

  test('takes the scheme that is asked for', () => {
    expect(registryAuth(ImageRegistry.of('10.0.0.5:5000', { plainHttp: true }))).toMatchObject([{ address: 'http://10.0.0.5:5000' }]);
    expect(registryAuth(ImageRegistry.of('localhost:5000', { plainHttp: false }))).toMatchObject([{ address: 'https://localhost:5000' }]);
  });

  test('refers to a Terraform variable for the password, and the list\'s push gets it as an environment variable', () => {
    const stack = newStack('dev', {});
    const password = new TerraformVariable(stack, 'registry_password', { sensitive: true });
    const credentials = RegistryCredentials.usernameAndPassword('ci', password.stringValue);
    new GoScratchImage(stack, 'app', { source, platforms: BOTH, registry: ImageRegistry.of('registry.example.com', { credentials }) });
    const json = synthesized(stack);
    expect(json.provider.docker[0].registry_auth).toEqual([
      { address: 'https://registry.example.com', username: 'ci', password: '${var.registry_password}' },
    ]);
    expect(resources(stack, 'terraform_data')[0].provisioner[0]['local-exec'].environment).toMatchObject({
      REGISTRY_USERNAME: 'ci', REGISTRY_PASSWORD: '${var.registry_password}', REGISTRY_CONFIG_FILE: '',
    });
  });

  const own = { registryAuth: [{ address: 'registry.example.com', configFile: '/own.json' }, { address: 'ghcr.io', configFile: '/ghcr.json' }] };

  test('keeps what the provider has for a registry when nobody was named', () => {
    expect(registryAuth(ImageRegistry.of('registry.example.com'), own)).toMatchObject([
      { address: 'registry.example.com', config_file: '/own.json' }, { address: 'ghcr.io', config_file: '/ghcr.json' },
    ]);
  });

  test('gives way to credentials that were named', () => {
    expect(registryAuth(ImageRegistry.of('registry.example.com', { credentials: RegistryCredentials.anonymous() }), own)).toMatchObject([
      { address: 'https://registry.example.com', auth_disabled: true }, { address: 'ghcr.io', config_file: '/ghcr.json' },
    ]);
  });

  test('is the same after another synth, and reaches the containers\' provider', () => {
    const { stack, image } = stackWith({ registry: ImageRegistry.of('localhost:5000') });
    new GoService(stack, 'service', { image });
    const first = synthesized(stack).provider.docker;
    expect(first.map((provider: any) => provider.registry_auth)).toEqual(first.map(() => first[0].registry_auth));
    expect(first.length).toBeGreaterThan(1);
    expect(synthesized(stack).provider.docker).toEqual(first);
  });

  test('has a registry that no image uses any more, when it is allowed access', () => {
    const { stack } = stackWith({});
    ImageRegistry.of('registry.example.com/team').allowAccess(stack);
    expect(synthesized(stack).provider.docker[0].registry_auth).toEqual([{ address: 'https://registry.example.com', config_file: '~/.docker/config.json' }]);
  });

  test('is not added to a provider whose own is only known to Terraform', () => {
    const stack = newStack();
    const list = new TerraformVariable(stack, 'registries', {});
    new DockerProvider(stack, 'docker', { registryAuth: Token.asAny(list.value) as any });
    new GoScratchImage(stack, 'app', { source, registry: ImageRegistry.of('localhost:5000') });
    expect(messageOf(() => synthesized(stack))).toBe([
      'dev/docker: the provider\'s `registryAuth` is only known to Terraform, so that no registry of an image can be added to it',
      '  allowed: a list',
      '  to do:   give `registryAuth` a list, or use images without `registry`',
    ].join('\n'));
  });
});

describe('a registry refuses', () => {
  const cases: [string, Partial<GoImageProps>, string][] = [
    ['a repository of another registry', { registry: ImageRegistry.of('registry.example.com/team'), repository: 'ghcr.io/acme/shop' }, [
      'dev/app: the repository is in another registry than the one that the image is pushed to', '  given:   "ghcr.io/acme/shop"',
      '  allowed: a name relative to registry.example.com/team',
      '  to do:   leave the host out, or set `registry: ImageRegistry.of(\'ghcr.io\')`',
    ].join('\n')],
    ['to push to Docker Hub under the name that is a web site', { registry: ImageRegistry.of('docker.io/acme') }, [
      'dev/app: the Docker provider cannot push to Docker Hub under this name: it asks that host for the digest, but the host is a web site',
      '  given:   "docker.io/acme"', '  allowed: registry-1.docker.io/acme',
      '  to do:   use the registry\'s own host name; `docker login registry-1.docker.io` logs in there',
    ].join('\n')],
  ];

  test.each(cases)('%s', (_, props, message) => {
    const text = messageOf(() => stackWith(props));
    expect(text).toContain(message);
    expect(text).not.toContain('hunter2');
  });

  test.each([
    ['a prefix without a host', () => ImageRegistry.of('acme/team'), [
      'ImageRegistry.of("acme/team"): not a registry: it does not start with a host', '  given:   "acme/team"',
      '  allowed: a host with a dot or a port, optionally followed by a path, for example "registry.example.com/team" or "localhost:5000"',
      '  to do:   for Docker Hub write `docker.io/` and the name of the user or organisation',
    ]],
    ['a path that Docker refuses', () => ImageRegistry.of('registry.example.com/Team'), ['ImageRegistry.of("registry.example.com/Team"): ']],
    ['a password as text', () => RegistryCredentials.usernameAndPassword('ci', 'hunter2'), [
      'RegistryCredentials.usernameAndPassword("ci", …): the password of a registry is text, which would be readable in the synthesized files',
      '  allowed: the value of a Terraform variable, or an attribute of another resource',
      '  to do:   declare `new TerraformVariable(stack, "registry_password", { sensitive: true })` and pass its stringValue; '
        + 'it is set with TF_VAR_registry_password',
    ]],
    ['no user name', () => RegistryCredentials.usernameAndPassword('', 'x'), [
      'RegistryCredentials.usernameAndPassword("", …): no user name for a registry', '  given:   ""', '  allowed: the name that `docker login` takes',
      '  to do:   give the name, or use RegistryCredentials.anonymous()',
    ]],
    ['no configuration file', () => RegistryCredentials.dockerConfig(''), [
      'RegistryCredentials.dockerConfig(""): no file with the credentials of a registry', '  given:   ""', '  allowed: the path of Docker\'s config.json',
      '  to do:   leave the path out for the one that `docker login` writes',
    ]],
  ])('%s', (_, action, lines) => {
    const text = callMessageOf(action);
    expect(text).toContain(lines.join('\n'));
    expect(text).toMatch(/\n {2}at: {6}<line>$/);
    expect(text).not.toContain('hunter2');
  });

  test('the name of an image that is none', () => {
    const registry = ImageRegistry.of('registry.example.com/team');
    expect(messageOf(() => ContainerImage.fromRegistry('API:1', { registry }))).toContain('not an image reference\n  given:   "registry.example.com/team/API:1"');
  });
});
