import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Deployment, SynthesizedStack, describeWithRegistry, dockerApi, fileOfImage, filesOf } from './engine';
import { buildImage } from './harness/image-build';
import { LoopbackRegistry } from './harness/registry';
import { evaluate } from './harness/terraform-expression';
import {
  ContainerImage, Defaults, BaseImage, GoDistrolessImage, GoScratchImage, GoService, HealthCheck, ImageRegistry, Platform,
  RegistryCredentials, RestartPolicy,
} from '../../lib';
import { dockerfilePath } from '../../lib/command/tree/dockerfile-path';

const TINY = path.join(__dirname, 'fixtures', 'tiny');

/** ELF's numbers of machines: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES: Readonly<Record<string, number>> = { amd64: 62, arm64: 183 };

describeWithRegistry('with a registry on loopback', () => {
  let on: LoopbackRegistry;
  const images = new Set<string>();

  beforeAll(async () => {
    on = await LoopbackRegistry.start();
  });

  afterAll(() => {
    on.stop();
    for (const image of images) {
      execFileSync('docker', ['image', 'rm', '--force', image], { stdio: 'ignore' });
    }
  });

  /** Builds and pushes the images of a stack and makes its lists, as Terraform and the provider do; returns the digest of each resource. */
  async function push(stack: SynthesizedStack): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    for (const { name, build } of Object.values(stack.json.resource.docker_image)) {
      await buildImage(stack.directory, build, name);
      images.add(name);
    }
    const split = (name: string): [string, string] => {
      const [repository, tag] = name.slice(on.host.length + 1).split(':');
      return [repository, tag];
    };
    for (const [id, { name }] of Object.entries(stack.json.resource.docker_registry_image)) {
      digests.set(`docker_registry_image.${id}`, await on.push(name, ...split(name)));
    }
    for (const { provisioner } of Object.values(stack.json.resource.terraform_data ?? {})) {
      const { command, interpreter, environment } = await evaluate(provisioner[0]['local-exec'],
        async ([type, id]) => digests.get(`${type}.${id}`)) as { command: string; interpreter: string[]; environment: Record<string, string> };
      execFileSync(interpreter[0], [...interpreter.slice(1), command], { env: { ...process.env, ...environment }, stdio: 'pipe' });
    }
    for (const [id, { name }] of Object.entries<any>(stack.json.data?.docker_registry_image ?? {})) {
      digests.set(`data.docker_registry_image.${id}`, (await on.manifest(...split(name))).digest);
    }
    return digests;
  }

  test('one reference stands for programs of both architectures, and an engine pulls its own by digest', async () => {
    let repository = '';
    const stack = SynthesizedStack.of((scope) => {
      const image = new GoScratchImage(scope, 'image', {
        source: TINY,
        platforms: [Platform.LINUX_AMD64, Platform.LINUX_ARM64],
        repository: 'tiny',
        registry: ImageRegistry.of(`${on.host}/team`, { credentials: RegistryCredentials.anonymous() }),
      });
      repository = image.reference.slice(0, image.reference.lastIndexOf(':'));
    });
    const digests = await push(stack);
    const [listId] = [...digests.keys()].filter((key) => key.startsWith('data.'));
    const list = await on.manifest('team/tiny', digests.get(listId)!);
    expect(list.digest).toBe(digests.get(listId));
    const platforms = list.content.manifests.map(({ platform }: any) => `${platform.os}/${platform.architecture}`);
    expect(platforms.sort()).toEqual(['linux/amd64', 'linux/arm64']);

    for (const { name, build } of Object.values(stack.json.resource.docker_image).filter((image) => image.build.platform)) {
      const program = await fileOfImage(name, '/app');
      // e_machine
      expect(program.readUInt16LE(18)).toBe(MACHINES[build.platform.split('/')[1]]);
    }

    const byDigest = `${repository}@${list.digest}`;
    images.add(byDigest);
    for (const image of images) {
      execFileSync('docker', ['image', 'rm', '--force', image], { stdio: 'ignore' });
    }
    execFileSync('docker', ['pull', '--quiet', byDigest]);
    const engine = await dockerApi.get<{ Arch: string }>('/version');
    expect(await dockerApi.get(`/images/${byDigest}/json`)).toMatchObject({ Architecture: engine.Arch });

    const consumer = new Deployment(SynthesizedStack.of((scope) => new GoService(scope, 'consumer', {
      image: ContainerImage.fromRegistry(byDigest), healthCheck: HealthCheck.none(), restart: RestartPolicy.never(),
    })));
    const container = (await consumer.apply()).container('e2e-consumer');
    expect(await container.ended()).toBe(0);
    expect((await container.logs()).stdout).toBe(`${engine.Arch} 65534 65534 nonroot\n`);
    await consumer.destroy();
  });

  test('images come through a mirror, and a pin holds when the tag moves', async () => {
    const runtime = BaseImage.STATIC.image;
    const digest = await on.push(runtime, 'gcr/distroless/static-debian12', 'nonroot');
    const stack = SynthesizedStack.of((scope) => {
      Defaults.apply(scope, { images: { mirrors: { 'gcr.io': ImageRegistry.of(`${on.host}/gcr`) }, pins: { [runtime]: digest } } });
      new GoDistrolessImage(scope, 'image', { source: TINY });
    });
    const dockerfile = fs.readFileSync(path.join(stack.directory, dockerfilePath(stack.resource('docker_image').build)), 'utf8');
    expect(dockerfile).toContain(`FROM ${on.host}/gcr/distroless/static-debian12:nonroot@${digest}\n`);

    // The tag is now another image, without a file system to speak of.
    const other = filesOf('other', { Dockerfile: 'FROM scratch\nLABEL other=true\n' });
    const name = `${on.host}/gcr/distroless/static-debian12:nonroot`;
    images.add(name);
    execFileSync('docker', ['buildx', 'build', '--quiet', '--load', '--tag', name, other]);
    expect(await on.push(name, 'gcr/distroless/static-debian12', 'nonroot')).not.toBe(digest);

    const deployment = await new Deployment(stack).build();
    expect((await fileOfImage(await deployment.imageId(), '/etc/ssl/certs/ca-certificates.crt')).toString()).toContain('BEGIN CERTIFICATE');
    expect(on.log).toMatch(new RegExp(`"(GET|HEAD) /v2/gcr/distroless/static-debian12/manifests/${digest}`));
  });
});
