import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { BuildError, Deployment, INSPECTOR, SynthesizedStack, describeWithEngine, dockerApi, fileOfImage, filesOf, temporaryDirectory } from './engine';
import { GoScratchImage, GoScratchImageProps, GoService, HealthCheck, Platform, RestartPolicy } from '../../lib';

const ARTICLE = path.join(__dirname, 'fixtures', 'article');
const HELLO = path.join(__dirname, '..', '..', 'examples', 'scratch-image', 'app');
const TINY = path.join(__dirname, 'fixtures', 'tiny');

interface ImageInspection {
  readonly Architecture: string;
  readonly Created: string;
  readonly Size: number;
  readonly Config: Record<string, any>;
}

function stackOf(props: GoScratchImageProps): SynthesizedStack {
  return SynthesizedStack.of((stack) => new GoScratchImage(stack, 'image', props));
}

async function inspect(id: string): Promise<ImageInspection> {
  return dockerApi.get(`/images/${id}/json`);
}

describeWithEngine('the image of', () => {
  test.each([
    ['the article\'s server', ARTICLE],
    ['the hello server of the example', HELLO],
  ])('%s has at most 7.85 MB, with probe, certificates and time zones', async (_, source) => {
    const id = await (await new Deployment(stackOf({ source })).build()).imageId();
    expect((await inspect(id)).Size).toBeLessThanOrEqual(7_850_000);
    expect((await fileOfImage(id, '/probe')).length).toBeGreaterThan(0);
    expect((await fileOfImage(id, '/etc/ssl/certs/ca-certificates.crt')).toString()).toContain('BEGIN CERTIFICATE');
    expect((await fileOfImage(id, '/usr/share/zoneinfo.zip')).subarray(0, 2).toString()).toBe('PK');
  });

  test('an unchanged program is the same, built from another place without what was cached', async () => {
    const elsewhere = temporaryDirectory('copy');
    fs.cpSync(INSPECTOR, elsewhere, { recursive: true });
    const first = await new Deployment(stackOf({ source: INSPECTOR })).build();
    const second = await new Deployment(stackOf({ source: elsewhere }), { noCache: true }).build();
    expect(second.stack.resource('docker_image').name).toBe(first.stack.resource('docker_image').name);
    expect(await second.imageId()).toBe(await first.imageId());
    expect((await inspect(await first.imageId())).Created).toBe('1970-01-01T00:00:00Z');
  });

  test.each([
    [Platform.LINUX_AMD64, 'amd64', 62],
    [Platform.LINUX_ARM64, 'arm64', 183],
  ])('%s holds programs for it', async (platform, architecture, machine) => {
    const id = await (await new Deployment(stackOf({ source: TINY, platform })).build()).imageId();
    expect((await inspect(id)).Architecture).toBe(architecture);
    for (const file of ['/app', '/probe']) {
      const program = await fileOfImage(id, file);
      expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      // e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
      expect(program.readUInt16LE(18)).toBe(machine);
    }
  });
});

describeWithEngine('a program that prints and ends', () => {
  /** What the program writes when its image runs as a service's. */
  async function outputOf(props: GoScratchImageProps): Promise<string> {
    const deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const image = new GoScratchImage(stack, 'image', props);
      new GoService(stack, 'printer', { image, healthCheck: HealthCheck.none(), restart: RestartPolicy.never() });
    })).apply();
    const container = deployment.container('e2e-printer');
    expect(await container.ended()).toBe(0);
    const { stdout } = await container.logs();
    await deployment.destroy();
    return stdout;
  }

  test('is compiled from its own sources, also when another program has files of the same times and sizes', async () => {
    // New names, because the engine keeps Go's cache from one run to the next.
    for (const name of [randomBytes(6).toString('hex'), randomBytes(6).toString('hex')].map((hex) => `p${hex}`)) {
      const source = filesOf('renamed', {
        'go.mod': 'module example.com/app\n\ngo 1.22\n',
        'main.go': `package main\n\nimport (\n\t"fmt"\n\n\t"example.com/app/${name}"\n)\n\nfunc main() { fmt.Println(${name}.Text) }\n`,
        [`${name}/text.go`]: `package ${name}\n\nconst Text = "${name}"\n`,
      });
      expect(await outputOf({ source })).toBe(`${name}\n`);
    }
  });

  test('runs as the user that was asked for, who has a name', async () => {
    expect(await outputOf({ source: TINY, platform: Platform.LINUX_AMD64, user: '1234:5678' })).toBe('amd64 1234 5678 nonroot\n');
  });

  const greeting = 'package greeting\n\nconst Text = "hello from another module"\n';
  const main = 'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/greeting"\n)\n\nfunc main() { fmt.Println(greeting.Text) }\n';
  const greetingModule = 'module example.com/greeting\n\ngo 1.22\n';

  test.each([
    ['a vendor directory', 'app', {
      'app/main.go': main,
      'app/go.mod': 'module example.com/app\n\ngo 1.22\n\nrequire example.com/greeting v1.0.0\n',
      'app/go.sum': 'example.com/greeting v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
      'app/vendor/modules.txt': '# example.com/greeting v1.0.0\n## explicit; go 1.22\nexample.com/greeting\n',
      'app/vendor/example.com/greeting/greeting.go': greeting,
    }],
    ['a replaced directory', 'app', {
      'app/main.go': main,
      'app/go.mod': 'module example.com/app\n\ngo 1.22\n\nrequire example.com/greeting v1.0.0\n\nreplace example.com/greeting => ../greeting\n',
      'greeting/go.mod': greetingModule,
      'greeting/greeting.go': greeting,
    }],
    ['a workspace', 'app', {
      'go.work': 'go 1.22\n\nuse (\n\t./app\n\t./greeting\n)\n',
      'app/main.go': main,
      'app/go.mod': 'module example.com/app\n\ngo 1.22\n',
      'greeting/go.mod': greetingModule,
      'greeting/greeting.go': greeting,
    }],
    ['files that its own .dockerignore leaves out', 'app', {
      'app/.dockerignore': '*\n**/go.mod\n**/*.go\n',
      'app/main.go': 'package main\n\nimport (\n\t_ "embed"\n\t"fmt"\n\n\t"example.com/app/greeting"\n)\n\n//go:embed .dockerignore\nvar ignored string\n\n'
        + 'func main() {\n\tif ignored == "" {\n\t\tpanic(ignored)\n\t}\n\tfmt.Println(greeting.Text)\n}\n',
      'app/go.mod': 'module example.com/app\n\ngo 1.22\n',
      'app/greeting/greeting.go': greeting,
    }],
    ['a workspace, required at a version that nobody has published', 'app', {
      'go.work': 'go 1.22\n\nuse (\n\t./app\n\t./greeting\n)\n',
      'app/main.go': main,
      'app/go.mod': 'module example.com/app\n\ngo 1.22\n\nrequire example.com/greeting v1.0.0\n',
      'greeting/go.mod': greetingModule,
      'greeting/greeting.go': greeting,
    }],
  ] as [string, string, Record<string, string>][])('is compiled with a module from %s', async (_, source, files) => {
    expect(await outputOf({ source: path.join(filesOf('module', files), source) })).toBe('hello from another module\n');
  });
});

describeWithEngine('a compile error', () => {
  test('is in the build log, which the last lines of the error name', async () => {
    const source = filesOf('broken', {
      'go.mod': 'module example.com/broken\n\ngo 1.22\n',
      'main.go': 'package main\n\nfunc main() {\n\tundefinedFunction()\n}\n',
    });
    const deployment = new Deployment(stackOf({ source }));
    const error = await deployment.build().then(() => undefined, (reason: unknown) => reason as BuildError);
    expect(error).toBeInstanceOf(BuildError);
    const { build_log_file: log } = deployment.stack.resource('docker_image').build;
    // Terraform shows BuildKit's last line and nothing else.
    expect(error!.output.trim().split('\n').at(-1)).toContain('# output: assets/<image>/build*.log');
    expect(fs.readFileSync(path.join(deployment.stack.directory, log), 'utf8')).toContain('main.go:4:2: undefined: undefinedFunction');
  });
});
