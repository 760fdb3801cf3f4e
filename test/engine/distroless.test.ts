import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Deployment, SynthesizedStack, describeWithEngine, fileOfImage, filesOf } from './engine';
import { testRun } from './harness/test-run';
import { BaseImage, GoDistrolessImage, GoDistrolessImageProps, GoService, ServiceOptions, HealthCheck, Platform, RestartPolicy } from '../../lib';
import { dockerfilePath } from '../../lib/command/tree/dockerfile-path';

const FIXTURES = path.join(__dirname, 'fixtures');

/** An image that is built from a Dockerfile's lines, and removed with all others of the run. */
function helperImage(name: string, ...lines: string[]): string {
  return helperImageFor('', name, ...lines);
}

function helperImageFor(platform: string, name: string, ...lines: string[]): string {
  const tag = `${testRun.imageRepository}:${name}`;
  const context = filesOf('helper', { Dockerfile: `${lines.join('\n')}\n` });
  execFileSync('docker', ['buildx', 'build', '--quiet', '--load', '--tag', tag, ...platform ? ['--platform', platform] : [], context]);
  return tag;
}

function serviceOf(props: GoDistrolessImageProps, options: ServiceOptions): Deployment {
  return new Deployment(SynthesizedStack.of((stack) => {
    const image = new GoDistrolessImage(stack, 'image', props);
    new GoService(stack, 'program', { image, ...options });
  }));
}

async function outputOf(props: GoDistrolessImageProps, environment?: Record<string, string>): Promise<string> {
  const deployment = await serviceOf(props, { healthCheck: HealthCheck.none(), restart: RestartPolicy.never(), environment }).apply();
  const container = deployment.container('e2e-program');
  const exitCode = await container.ended();
  const { stdout, stderr } = await container.logs();
  await deployment.destroy();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

describeWithEngine('a distroless image', () => {
  test('runs a static program as the image\'s own unprivileged user, with the files that the image has', async () => {
    const deployment = await serviceOf({ source: path.join(FIXTURES, 'tiny') }, { healthCheck: HealthCheck.none(), restart: RestartPolicy.never() }).apply();
    const id = await deployment.imageId();
    expect(await deployment.container('e2e-program').ended()).toBe(0);
    expect((await deployment.container('e2e-program').logs()).stdout).toMatch(/ 65532 65532 nonroot\n$/);
    for (const file of ['/etc/ssl/certs/ca-certificates.crt', '/usr/share/zoneinfo/Europe/Berlin', '/probe']) {
      expect((await fileOfImage(id, file)).length).toBeGreaterThan(0);
    }
    await deployment.destroy();
  });

  /** A builder with C compilers for both architectures. */
  const compilers = (): string => helperImage('cgo', 'FROM golang:1.26',
    'RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross >/dev/null');

  test('runs a program with cgo on the base variant: SQLite, compiled from C', async () => {
    const builderImage = compilers();
    const source = path.join(FIXTURES, 'sqlite');
    const output = await outputOf({ source, variant: BaseImage.BASE, builderImage }, { DATABASE: '/tmp/visits.db' });
    expect(output).toBe('65532 65532 2\n');
  });

  test('cross-compiles a program with cgo with the C compiler for its platform', async () => {
    const builderImage = compilers();
    // No stand-in of the base image is there for another architecture.
    const empty = helperImageFor('linux/arm64', 'empty', 'FROM scratch', 'LABEL empty=true');
    const source = filesOf('cross', {
      'go.mod': 'module example.com/cross\n\ngo 1.22\n',
      'main.go': 'package main\n\n// int answer(void) { return 42; }\nimport "C"\n\nfunc main() { println(C.answer()) }\n',
    });
    const deployment = new Deployment(SynthesizedStack.of((stack) => new GoDistrolessImage(stack, 'image', {
      source,
      builderImage,
      platform: Platform.LINUX_ARM64,
      variant: BaseImage.of(empty, { cgoEnabled: true }),
      cCompilers: { 'linux/amd64': 'x86_64-linux-gnu-gcc', 'linux/arm64': 'aarch64-linux-gnu-gcc' },
    })));
    const program = await fileOfImage(await (await deployment.build()).imageId(), '/app');
    // e_machine, and the dynamic linker that cgo's program asks for.
    expect(program.readUInt16LE(18)).toBe(183);
    expect(program.includes('/lib/ld-linux-aarch64.so.1')).toBe(true);
  });

  test('has a shell in a debug variant, where a health check in shell form works', async () => {
    const image = helperImage('debug',
      'FROM debian:trixie AS busybox', 'RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends busybox-static >/dev/null',
      'FROM gcr.io/distroless/static-debian12:nonroot', 'COPY --from=busybox /bin/busybox /busybox/sh');
    const source = filesOf('waiter', {
      'go.mod': 'module example.com/waiter\n\ngo 1.22\n',
      'main.go': 'package main\n\nimport (\n\t"os"\n\t"time"\n)\n\nfunc main() {\n\tos.WriteFile("/tmp/ready", nil, 0o600)\n\ttime.Sleep(time.Hour)\n}\n',
    });
    const deployment = serviceOf({ source, variant: BaseImage.of(image, { shell: '/busybox/sh' }) }, { healthCheck: HealthCheck.shell('test -e /tmp/ready') });
    await deployment.apply();
    expect((await deployment.container('e2e-program').inspect()).State.Health?.Status).toBe('healthy');
    await deployment.destroy();
  });

  test('has a bill of materials that names SQLite\'s module', () => {
    const stack = SynthesizedStack.of((scope) => new GoDistrolessImage(scope, 'image', { source: path.join(FIXTURES, 'sqlite'), variant: BaseImage.BASE }));
    const dockerfile = dockerfilePath(stack.resource('docker_image').build);
    const { components } = JSON.parse(fs.readFileSync(path.join(stack.directory, dockerfile, '../sbom.cdx.json'), 'utf8'));
    expect(components.map(({ purl }: { purl: string }) => purl)).toEqual(['pkg:golang/github.com/mattn/go-sqlite3@v1.14.24']);
  });
});
