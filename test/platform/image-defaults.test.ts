import { rootCertificates } from 'tls';
import { Construct } from 'constructs';
import {
  BuildSecret, ContainerImage, Defaults, BaseImage, GoDistrolessImage, GoScratchImage, GoService, ImageDefaults, ImageRegistry,
  Platform, PostgresDatabase, RegistryCredentials, VersionStamp,
} from '../../lib';
import { dockerfilePath } from '../../lib/command/tree/dockerfile-path';
import { writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { helloProgram, newStack, resources, stagedFile, synthesized } from '../stack';

const source = helloProgram();
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const OTHER_DIGEST = `sha256:${'f'.repeat(64)}`;
const MIRRORS = { 'docker.io': ImageRegistry.of('registry.example.com/dockerhub'), 'gcr.io': ImageRegistry.of('registry.example.com/gcr') };

function froms(dockerfile: string): string[] {
  return dockerfile.split('\n').filter((line) => line.startsWith('FROM ')).map((line) => line.replace(/^FROM (--\S+ )?(\S+).*/, '$2'))
    .filter((name) => name !== 'toolchain');
}

function imageWith(defaults: ImageDefaults, props: object = {}): GoDistrolessImage {
  const stack = newStack();
  Defaults.apply(stack, { images: defaults });
  return new GoDistrolessImage(stack, 'app', { source, ...props });
}

describe('a mirror', () => {
  test('is where all images come from', () => {
    const stack = newStack();
    Defaults.apply(stack.node.root as Construct, { images: { mirrors: MIRRORS } });
    const image = new GoDistrolessImage(stack, 'app', { source });
    expect(froms(image.dockerfile)).toEqual([
      'registry.example.com/dockerhub/library/golang:1.26', 'registry.example.com/gcr/distroless/static-debian12:nonroot',
    ]);
    new PostgresDatabase(stack, 'database');
    new PostgresDatabase(stack, 'seeded', { initScripts: [`${writeFiles({ 'a.sql': '' })}/a.sql`] });
    new GoService(stack, 'api', { image: ContainerImage.fromRegistry('acme/api:1.4', { probePath: '/probe' }) });
    new GoService(stack, 'web', { image: ContainerImage.fromRegistry('ghcr.io/acme/web:2', { probePath: '/probe' }) });
    const names = resources(stack, 'docker_image').filter(({ build }) => !build).map(({ name }) => name);
    expect(names.sort()).toEqual([
      'ghcr.io/acme/web:2', 'registry.example.com/dockerhub/acme/api:1.4', 'registry.example.com/dockerhub/library/postgres:17',
    ]);
  });

  test('of a PostgreSQL with init scripts is in its Dockerfile', () => {
    const stack = newStack();
    Defaults.apply(stack, { images: { mirrors: MIRRORS } });
    new PostgresDatabase(stack, 'seeded', { initScripts: [`${writeFiles({ 'a.sql': '' })}/a.sql`] });
    const { build } = resources(stack, 'docker_image')[0];
    expect(stagedFile(stack, dockerfilePath(build))).toContain('FROM registry.example.com/dockerhub/library/postgres:17\n');
  });

  test('keeps a digest', () => {
    const { dockerfile } = imageWith({ mirrors: MIRRORS }, { builderImage: `golang@${DIGEST}` });
    expect(froms(dockerfile)[0]).toBe(`registry.example.com/dockerhub/library/golang@${DIGEST}`);
  });

  test('is pulled from with its own credentials', () => {
    const stack = newStack('dev', {});
    const mirror = ImageRegistry.of('registry.example.com/hub', { credentials: RegistryCredentials.dockerConfig('/mirror.json') });
    Defaults.apply(stack, { images: { mirrors: { 'docker.io': mirror } } });
    new GoService(stack, 'api', { image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }) });
    expect(synthesized(stack).provider.docker[0].registry_auth).toEqual([{ address: 'https://registry.example.com', config_file: '/mirror.json' }]);
  });
});

describe('a pin', () => {
  test('holds however the reference is written, with the mirror and without', () => {
    const pins = { 'docker.io/library/golang:1.26': DIGEST, 'gcr.io/distroless/static-debian12:nonroot': OTHER_DIGEST };
    expect(froms(imageWith({ pins }).dockerfile)).toEqual([
      `golang:1.26@${DIGEST}`, `gcr.io/distroless/static-debian12:nonroot@${OTHER_DIGEST}`,
    ]);
    expect(froms(imageWith({ pins, mirrors: MIRRORS }).dockerfile)).toEqual([
      `registry.example.com/dockerhub/library/golang:1.26@${DIGEST}`,
      `registry.example.com/gcr/distroless/static-debian12:nonroot@${OTHER_DIGEST}`,
    ]);
  });

  test('is for one tag only', () => {
    expect(froms(imageWith({ pins: { 'golang:1.25': DIGEST } }).dockerfile)[0]).toBe('golang:1.26');
  });

  test('gives way to a digest of the reference itself', () => {
    const { dockerfile } = imageWith({ pins: { 'golang:1.26': DIGEST } }, { builderImage: `golang:1.26@${OTHER_DIGEST}` });
    expect(froms(dockerfile)[0]).toBe(`golang:1.26@${OTHER_DIGEST}`);
  });

  test('changes the fingerprint', () => {
    expect(imageWith({ pins: { 'golang:1.26': DIGEST } }).reference).not.toBe(imageWith({}).reference);
  });
});

describe('the defaults of a construct', () => {
  test('hold for all below it, the nearest first, each setting on its own', () => {
    const stack = newStack();
    const team = new Construct(stack, 'team');
    Defaults.apply(stack, {
      images: {
        moduleProxy: 'https://proxy.example.com',
        builderImage: 'builder:1',
        labels: { owner: 'platform', level: 'gold' },
        stamp: VersionStamp.of({ revision: 'abc' }),
        privateModules: { patterns: ['git.example.com/*'], netrc: BuildSecret.fromEnvironmentVariable('NETRC') },
      },
    });
    Defaults.apply(team, { images: { builderImage: 'builder:2', labels: { owner: 'shop' }, moduleProxy: undefined } });
    const { dockerfile } = new GoScratchImage(team, 'app', { source, labels: { part: 'api' } });
    expect(froms(dockerfile)[0]).toBe('builder:2');
    for (const line of [
      'ARG GOPROXY="https://proxy.example.com"', 'ARG GOPRIVATE="git.example.com/*"', 'LABEL "owner"="shop"', 'LABEL "level"="gold"', 'LABEL "part"="api"',
      'LABEL "org.opencontainers.image.revision"="abc"',
    ]) {
      expect(dockerfile.split('\n')).toContain(line);
    }
    expect(dockerfile).toContain('--mount=type=secret,id=netrc');
    expect(froms(new GoScratchImage(stack, 'app', { source }).dockerfile)[0]).toBe('builder:1');
  });

  test('give way to an image\'s own props', () => {
    const { dockerfile } = imageWith(
      { builderImage: 'builder:1', moduleProxy: 'https://a.example.com', labels: { owner: 'platform' } },
      { builderImage: 'builder:3', moduleProxy: 'https://b.example.com', labels: { owner: 'me' }, variant: BaseImage.STATIC });
    expect(froms(dockerfile)[0]).toBe('builder:3');
    expect(dockerfile).toContain('ARG GOPROXY="https://b.example.com"');
    expect(dockerfile).toContain('LABEL "owner"="me"');
    expect(dockerfile).not.toContain('platform"');
  });

  test('join mirrors and pins of all levels', () => {
    const stack = newStack();
    const team = new Construct(stack, 'team');
    Defaults.apply(stack, { images: { mirrors: { 'docker.io': MIRRORS['docker.io'] }, pins: { 'golang:1.26': DIGEST } } });
    Defaults.apply(team, { images: { mirrors: { 'gcr.io': MIRRORS['gcr.io'] }, pins: { 'gcr.io/distroless/static-debian12:nonroot': OTHER_DIGEST } } });
    expect(froms(new GoDistrolessImage(team, 'app', { source }).dockerfile)).toEqual([
      `registry.example.com/dockerhub/library/golang:1.26@${DIGEST}`,
      `registry.example.com/gcr/distroless/static-debian12:nonroot@${OTHER_DIGEST}`,
    ]);
  });

  test('leave out a platform where the image has platforms of its own, and the other way round', () => {
    const { LINUX_AMD64, LINUX_ARM64 } = Platform;
    expect(imageWith({ platform: LINUX_ARM64 }, { platforms: [LINUX_AMD64] }).buildLogPath).toContain('*');
    expect(imageWith({ platforms: [LINUX_AMD64] }, { platform: LINUX_ARM64 }).buildLogPath).not.toContain('*');
  });

  test('say where images are pushed', () => {
    expect(imageWith({ registry: ImageRegistry.of('registry.example.com/team') }).reference).toContain('registry.example.com/team/dev-app:');
  });

  test('add certificate authorities', () => {
    const file = `${writeFiles({ 'ca.pem': rootCertificates[0] })}/ca.pem`;
    expect(imageWith({ caCertificates: [file] }).contextFiles).toContain('certificates/0.crt');
  });
});

describe('defaults are refused', () => {
  test('after an image below has been constructed', () => {
    const stack = newStack();
    new GoScratchImage(stack, 'app', { source });
    expect(messageOf(() => Defaults.apply(stack, { images: {} }))).toBe([
      'dev: the defaults for `images` come too late: a construct below has been made without them',
      '  allowed: defaults before the first construct that they are for',
      '  to do:   call Defaults.apply() before you create the constructs that use it',
    ].join('\n'));
  });

  test('twice for one construct', () => {
    const stack = newStack();
    Defaults.apply(stack, { images: { builderImage: 'builder:1' } });
    Defaults.apply(stack, { images: { labels: { owner: 'shop' } } });
    expect(messageOf(() => Defaults.apply(stack, { images: { builderImage: 'builder:2' } }))).toBe([
      'dev: a default is set twice for the same construct',
      '  given:   "images.builderImage"',
      '  allowed: each default once for each construct',
      '  to do:   remove one of the two, or apply it to a construct further down, where it takes precedence',
    ].join('\n'));
    expect(froms(new GoScratchImage(stack, 'app', { source }).dockerfile)[0]).toBe('builder:1');
  });

  const cases: [string, ImageDefaults, string][] = [
    ['with a mirror of something that is no host', { mirrors: { dockerhub: MIRRORS['docker.io'] } }, [
      'dev: not the host of a registry for `mirrors`', '  given:   "dockerhub"', '  allowed: a host, for example "docker.io" or "gcr.io"',
      '  to do:   write the host alone; for Docker Hub that is docker.io',
    ].join('\n')],
    ['with a pin of a digest', { pins: { [`golang@${DIGEST}`]: DIGEST } }, [
      'dev: a reference in `pins` has a digest itself', `  given:   "golang@${DIGEST}"`, '  allowed: a name with or without a tag',
      '  to do:   write the reference as the image has it, without the digest',
    ].join('\n')],
    ['with a pin that is no digest', { pins: { 'golang:1.26': '1.26.1' } }, [
      'dev: not a digest for golang:1.26 in `pins`', '  given:   "1.26.1"', '  allowed: "sha256:" and 64 hexadecimal digits',
      '  to do:   look it up with `docker buildx imagetools inspect golang:1.26`',
    ].join('\n')],
    ['with a pin of no reference', { pins: { 'Go Lang': DIGEST } }, 'dev: '],
  ];

  test.each(cases)('%s', (_, defaults, message) => {
    expect(messageOf(() => imageWith(defaults))).toContain(message);
  });
});

describe('advice on newer images', () => {
  function checksOf(images: ImageDefaults, define: (stack: ReturnType<typeof newStack>) => void = () => undefined): Record<string, any> {
    const stack = newStack();
    Defaults.apply(stack, { images: { adviseUpdates: true, ...images } });
    new GoService(stack, 'api', { image: new GoDistrolessImage(stack, 'app', { source }) });
    define(stack);
    const checks = Object.values<any>(synthesized(stack).check).filter(({ data }) => data !== undefined);
    return Object.fromEntries(checks.map(({ data, assert: [assertion] }) => {
      const [[id, { name, provider }]] = Object.entries<any>(data.docker_registry_image);
      return [name, { ...assertion, id, provider }];
    }));
  }

  test('asks for each image once, and says what to pin', () => {
    const checks = checksOf({ pins: { 'golang:1.26': DIGEST } });
    expect(Object.keys(checks)).toEqual(['gcr.io/distroless/static-debian12:nonroot', 'golang:1.26']);
    const { condition, error_message: message, id } = checks['golang:1.26'];
    expect(condition).toBe(`\${data.docker_registry_image.${id}.sha256_digest == "${DIGEST}"}`);
    expect(message).toContain(`there is a newer image. The stack uses ${DIGEST}, and the tag is \${data.docker_registry_image.${id}.sha256_digest} now`);
    expect(checks['gcr.io/distroless/static-debian12:nonroot'].error_message).toContain('is not pinned');
  });

  test('asks the mirror', () => {
    expect(Object.keys(checksOf({ mirrors: MIRRORS })))
      .toEqual(['registry.example.com/dockerhub/library/golang:1.26', 'registry.example.com/gcr/distroless/static-debian12:nonroot']);
  });

  test('knows the digest of a reference that has one, and asks for no tag where there is none', () => {
    const checks = checksOf({}, (stack) => {
      new GoService(stack, 'tagged', { image: ContainerImage.fromRegistry(`acme/api:1.4@${OTHER_DIGEST}`, { probePath: '/probe' }) });
      new GoService(stack, 'untagged', { image: ContainerImage.fromRegistry(`acme/web@${OTHER_DIGEST}`, { probePath: '/probe' }) });
    });
    expect(checks['acme/api:1.4'].condition).toContain(OTHER_DIGEST);
    expect(Object.keys(checks).filter((name) => name.startsWith('acme/web'))).toEqual([]);
  });

  test('is not given unless it is asked for', () => {
    expect(checksOf({ adviseUpdates: false })).toEqual({});
  });
});
