import { DockerfileParser } from 'dockerfile-ast';
import { BaseImage, GoDistrolessImage, GoDistrolessImageProps, GoScratchImage, GoService, HealthCheck, Platform } from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { helloProgram, newStack, resources } from '../stack';

const CGO = { 'c.go': 'package main\n\nimport "C"\n' };

function image(props: Partial<GoDistrolessImageProps> = {}): GoDistrolessImage {
  return new GoDistrolessImage(newStack(), 'app', { source: helloProgram(), ...props });
}

function stages(dockerfile: string): { image: string | null; platform: string | undefined }[] {
  return DockerfileParser.parse(dockerfile).getFROMs().map((from) => ({
    image: from.getImage(), platform: from.getPlatformFlag()?.getValue() ?? undefined,
  }));
}

function instructions(dockerfile: string, keyword: string): (string | null)[] {
  return DockerfileParser.parse(dockerfile).getInstructions()
    .filter((instruction) => instruction.getKeyword() === keyword).map((instruction) => instruction.getArgumentsContent());
}

describe('a distroless image', () => {
  test('runs a static program on the static variant as its unprivileged user', () => {
    const { dockerfile, user } = image();
    expect(stages(dockerfile)[0]).toEqual({ image: 'golang:1.26', platform: '$BUILDPLATFORM' });
    expect(stages(dockerfile).pop()).toEqual({ image: 'gcr.io/distroless/static-debian12:nonroot', platform: undefined });
    expect(user).toBe('65532:65532');
    expect(instructions(dockerfile, 'USER')).toEqual(['65532:65532']);
    expect(dockerfile).toContain('CGO_ENABLED=0 GOPROXY=off');
  });

  test('compiles with cgo on the base variant, on the target\'s platform and with the same Debian', () => {
    const { dockerfile } = image({ source: helloProgram(CGO), variant: BaseImage.BASE });
    expect(stages(dockerfile)[0]).toEqual({ image: 'golang:1.26-bookworm', platform: undefined });
    expect(stages(dockerfile).pop()!.image).toBe('gcr.io/distroless/base-debian12:nonroot');
    expect(dockerfile).toContain('CGO_ENABLED=1 GOPROXY=off');
    expect(dockerfile).not.toContain('C_COMPILERS');
  });

  test('cross-compiles with cgo where there is a C compiler for the platform', () => {
    const { dockerfile } = image({
      source: helloProgram(CGO),
      variant: BaseImage.BASE,
      builderImage: 'builder:1',
      platforms: [Platform.LINUX_AMD64, Platform.LINUX_ARM64],
      cCompilers: { 'linux/arm64': 'aarch64-linux-gnu-gcc', 'linux/amd64': 'x86_64-linux-gnu-gcc' },
    });
    expect(stages(dockerfile)[0]).toEqual({ image: 'builder:1', platform: '$BUILDPLATFORM' });
    expect(instructions(dockerfile, 'ARG')).toContain('C_COMPILERS="linux/amd64=x86_64-linux-gnu-gcc linux/arm64=aarch64-linux-gnu-gcc"');
  });

  test('takes the files that cgo compiles', () => {
    const source = helloProgram({ ...CGO, 'add.c': 'int add(int a, int b) { return a + b; }\n' });
    expect(image({ source, variant: BaseImage.BASE }).contextFiles).toEqual(expect.arrayContaining(['src/add.c', 'src/c.go']));
  });

  test.each([
    [BaseImage.STATIC_DEBUG, 'gcr.io/distroless/static-debian12:debug-nonroot'],
    [BaseImage.BASE_DEBUG, 'gcr.io/distroless/base-debian12:debug-nonroot'],
  ])('runs on the image of a debug variant', (variant, reference) => {
    expect(stages(image({ variant }).dockerfile).pop()!.image).toBe(reference);
  });

  test('lets a service have a health check in shell form with a debug variant only', () => {
    const healthCheck = HealthCheck.shell('test -e /tmp/ready');
    const stack = newStack();
    const source = helloProgram();
    new GoService(stack, 'debug', { image: new GoDistrolessImage(stack, 'debug-image', { source, variant: BaseImage.STATIC_DEBUG }), healthCheck });
    expect(resources(stack, 'docker_container')[0].healthcheck.test).toEqual(['CMD', '/busybox/sh', '-c', 'test -e /tmp/ready']);
    expect(messageOf(() => new GoService(stack, 'plain', { image: new GoDistrolessImage(stack, 'plain-image', { source }), healthCheck }))).toContain('shell');
  });

  test('runs on another image of that kind', () => {
    const variant = BaseImage.of('registry.example.com/hardened/static:1', { user: '1000:1000' });
    const { dockerfile, user } = image({ variant });
    expect(stages(dockerfile).pop()!.image).toBe('registry.example.com/hardened/static:1');
    expect(user).toBe('1000:1000');
  });

  test('is what the scratch image\'s refusal of cgo points to', () => {
    const message = messageOf(() => new GoScratchImage(newStack(), 'app', { source: helloProgram(CGO) }));
    expect(message).toContain('GoDistrolessImage with `variant: BaseImage.BASE`');
  });
});

describe('a distroless image refuses', () => {
  const cases: [string, Partial<GoDistrolessImageProps>, string][] = [
    ['a program with cgo on the static variant', { source: 'cgo' }, [
      'dev/app: the program needs cgo, but gcr.io/distroless/static-debian12:nonroot holds no C library: example.com/hello uses it',
      '  given:   "c.go"',
      '  allowed: programs in pure Go',
      '  to do:   use `variant: BaseImage.BASE`, or a package in pure Go (for SQLite: modernc.org/sqlite)',
    ].join('\n')],
    ['cgo for a platform without a C compiler', { variant: BaseImage.BASE, platform: Platform.LINUX_ARM64 }, [
      'dev/app: the program is compiled with cgo, and the C compiler of the builder image knows only the platform of the engine that builds',
      '  given:   ["linux/arm64"]',
      '  allowed: no platform, which is the engine\'s own, or a C compiler for each platform',
      '  to do:   leave `platform` and `platforms` out, or give `cCompilers` and a `builderImage` that has them: '
        + '{ \'linux/amd64\': \'x86_64-linux-gnu-gcc\', \'linux/arm64\': \'aarch64-linux-gnu-gcc\' }',
    ].join('\n')],
    ['cgo for several platforms with one C compiler', {
      variant: BaseImage.BASE, platforms: [Platform.LINUX_AMD64, Platform.LINUX_ARM64], cCompilers: { 'linux/amd64': 'gcc' },
    }, 'given:   ["linux/arm64"]'],
    ['C compilers without cgo', { cCompilers: { 'linux/amd64': 'gcc' } }, [
      'dev/app: `cCompilers` has no effect: without cgo no C is compiled',
      '  given:   ["linux/amd64"]',
      '  allowed: compilers with a variant for cgo',
      '  to do:   leave `cCompilers` out, or use `variant: BaseImage.BASE`',
    ].join('\n')],
    ['a C compiler with arguments', { variant: BaseImage.BASE, cCompilers: { 'linux/amd64': 'gcc -static; rm' } }, [
      'dev/app: not the name of a C compiler',
      '  given:   "gcc -static; rm"',
      '  allowed: a command of the builder image without arguments, such as "aarch64-linux-gnu-gcc"',
      '  to do:   give flags in `#cgo` lines or as ENV CGO_CFLAGS of the builder image',
    ].join('\n')],
    ['a C compiler for an unknown platform', { variant: BaseImage.BASE, cCompilers: { 'linux/x86_64': 'gcc' } }, 'write linux/amd64'],
  ];

  test.each(cases)('%s', (_, props, message) => {
    expect(messageOf(() => image({ ...props, source: helloProgram(props.source === 'cgo' ? CGO : {}) }))).toContain(message);
  });

  test.each([
    ['a shell that is no path', () => BaseImage.of('a:1', { shell: 'sh -c "$X"' }), [
      'BaseImage.of("a:1", { shell: "sh -c \\"$X\\"" }): not the path of a shell',
      '  given:   "sh -c \\"$X\\""',
      '  allowed: an absolute path of letters, digits, "_", ".", "+" and "-"',
      '  to do:   give the shell\'s path in the image, for example "/busybox/sh"',
      '  at:      <line>',
    ].join('\n')],
    ['a user that is no number', () => BaseImage.of('a:1', { user: '1\nRUN x' }), 'BaseImage.of("a:1", { user: "1\\nRUN x" }): not a numeric user'],
    ['an image that is no reference', () => BaseImage.of('UPPER CASE'), 'BaseImage.of("UPPER CASE"): '],
  ])('%s', (_, action, message) => {
    expect(callMessageOf(action)).toContain(message);
  });
});
