import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { App, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { describeWithEngine, eventually, filesOf, freePort, temporaryDirectory } from './engine';
import { FILES_PROGRAM } from './fixtures/files-program';
import { terraformProblem } from './harness/terraform-project';
import { TerraformStackRun } from './harness/terraform-stack-run';
import { testRun } from './harness/test-run';
import {
  ContainerFile, ContainerImage, ContainerMount, ContainerService, Duration, FileChange, Gateway, GoDistrolessImage, GoScratchImage, GoService,
  GoTask, HealthCheck, PublishedPort, Rollout, ServiceOptions, Size,
} from '../../lib';

const QUICK = {
  interval: Duration.seconds(1),
  timeout: Duration.seconds(1),
  retries: 1,
  startPeriod: Duration.seconds(3),
  startInterval: Duration.milliseconds(200),
};
const HEALTHY = HealthCheck.http('/healthz', QUICK);
const SECRET = 's3cret-"$(x)\'\\${y}-ünïcode';
const NEW_SECRET = 'another-s3cret';

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: no files are placed and no volumes get owners (${problem})\n`);
}

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) {
    throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  }
  return stdout.trim();
}

/** A stack that is applied edit after edit. */
class Applied {
  public readonly id: string;
  public readonly source = filesOf('files', FILES_PROGRAM);
  public readonly run: TerraformStackRun;
  private readonly outdir = temporaryDirectory('files');

  public constructor(name: string) {
    this.id = `${name}${testRun.id}`;
    this.run = new TerraformStackRun(this.outdir, this.id);
  }

  public define(program: (stack: TerraformStack) => void): TerraformStackRun {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, this.id);
    new LocalBackend(stack, { path: `${this.outdir}/terraform.tfstate` });
    program(stack);
    app.synth();
    return this.run;
  }

  public image(stack: TerraformStack, user?: string): GoScratchImage {
    return new GoScratchImage(stack, 'Image', { source: this.source, repository: testRun.imageRepository, user });
  }

  /** Everything that the synth wrote. */
  public get synthesized(): string {
    return fs.readFileSync(path.join(this.outdir, 'stacks', this.id, 'cdk.tf.json'), 'utf8');
  }

  /** What the engine says of each of the stack's containers and volumes. */
  public get inspected(): string {
    return [
      ...this.objects('container', 'ls', '--all', '--quiet').map((id) => docker('inspect', id)),
      ...this.objects('volume', 'ls', '--quiet').map((name) => docker('volume', 'inspect', name)),
    ].join();
  }

  public get left(): string[] {
    return [...this.objects('container', 'ls', '--all', '--quiet'), ...this.objects('volume', 'ls', '--quiet'), ...this.objects('network', 'ls', '--quiet')];
  }

  public objects(...args: string[]): string[] {
    return docker(...args, '--filter', `name=${this.id}`).split('\n').filter((line) => line !== '');
  }
}

async function ask(port: number, question: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${question}`);
  return `${response.status === 200 ? '' : `${response.status} `}${(await response.text()).trim()}`;
}

describeWithEngine('what a program finds in its container', () => {
  (problem ? describe.skip : describe)('a volume belongs to it:', () => {
    const stack = new Applied('volumes');
    const volume = `${stack.id}-data`;
    let port: number;

    const deploy = (user: string | undefined, options: Partial<ServiceOptions> = {}) => stack.define((scope) => {
      const image = stack.image(scope, user);
      const task = new GoTask(scope, 'fill', {
        image, arguments: ['/data/by-task'], environment: { CONFIG: '/nothing' }, mounts: [ContainerMount.volume(volume, '/data')],
      });
      new GoService(scope, 'api', {
        image,
        after: [task],
        healthCheck: HEALTHY,
        shutdownTimeout: Duration.seconds(1),
        publish: PublishedPort.onLoopback(port),
        mounts: [ContainerMount.volume(volume, '/data')],
        tmpSize: Size.mebibytes(80),
        ...options,
      });
    });

    beforeAll(async () => {
      port = await freePort();
      // As an earlier program of root has left it.
      docker('run', '--rm', '--volume', `${volume}:/data`, 'debian:bookworm', 'sh', '-c',
        'mkdir -p /data/deep/er && echo old > /data/deep/er/file && chmod -R go= /data && ln -s /etc/passwd /data/link');
    });

    afterAll(async () => {
      await deploy(undefined).destroy();
      docker('volume', 'rm', '--force', volume, `${stack.id}-kept`, `${stack.id}-read`);
    });

    test('one of root that exists, for a service and its task; the second plan is empty', async () => {
      await deploy(undefined).apply();
      expect(await ask(port, '/read?path=/data/deep/er/file')).toBe('old');
      expect(await ask(port, '/read?path=/data/by-task')).toBe('task');
      expect(await ask(port, '/write?path=/data/deep/er/file&text=new')).toBe('written');
      expect(await ask(port, '/stat?path=/data/deep')).toBe('65534:65534 700');
      expect(await stack.run.changes()).toEqual([]);
    });

    test('/tmp stays beside a mount, with the size of the setting', async () => {
      expect(await ask(port, '/write?path=/tmp/file&text=x')).toBe('written');
      expect(await ask(port, '/size?path=/tmp')).toBe(String(80 * 1024 * 1024));
    });

    test('also after its user has changed; one that keeps its owner or is only read is left alone', async () => {
      await deploy('1234:4321', {
        mounts: [
          ContainerMount.volume(volume, '/data'), ContainerMount.volume(`${stack.id}-kept`, '/kept', { keepOwner: true }),
          ContainerMount.volume(`${stack.id}-read`, '/read', { readOnly: true }),
        ],
      }).apply();
      expect(await ask(port, '/read?path=/data/deep/er/file')).toBe('new');
      expect(await ask(port, '/stat?path=/data/deep/er/file')).toMatch(/^1234:4321 /);
      expect(await ask(port, '/write?path=/data/another&text=x')).toBe('written');
      expect(await ask(port, '/stat?path=/kept')).toBe('0:0 755');
      expect(await ask(port, '/stat?path=/read')).toBe('0:0 755');
    });
  });

  (problem ? describe.skip : describe)('its files', () => {
    const stack = new Applied('files');
    let port: number;
    let directPort: number;

    interface Settings {
      readonly config?: string;
      readonly secret?: string;
      readonly signalled?: string;
      readonly further?: ContainerFile[];
    }

    const deploy = ({ config = 'one', secret = SECRET, signalled = 'first', further = [] }: Settings = {}) => {
      process.env.TF_VAR_secret = secret;
      return stack.define((scope) => {
        const variable = new TerraformVariable(scope, 'secret', { type: 'string', sensitive: true });
        const image = stack.image(scope);
        const gateway = new Gateway(scope, 'gateway', { publish: PublishedPort.onLoopback(port) });
        new GoService(scope, 'api', {
          image,
          healthCheck: HEALTHY,
          shutdownTimeout: Duration.seconds(1),
          rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }),
          routes: [gateway.route()],
          files: [
            ContainerFile.text('/etc/shop/config', config, { environmentVariable: 'CONFIG' }),
            ContainerFile.template('/etc/shop/below/template', '${HOME}$${a} ${value}', { HOME: '${b}', value: variable.stringValue }, { secret: true }),
            ContainerFile.secret('/run/secrets/key', variable.stringValue, { environmentVariable: 'KEY_FILE' }),
            ContainerFile.text('/etc/ssl/empty', '', { mode: '640', owner: '7:8' }),
            ContainerFile.fromDirectory('/templates', path.join(stack.source, 'given')),
          ],
        });
        new GoService(scope, 'direct', {
          image: new GoDistrolessImage(scope, 'Distroless', { source: stack.source, repository: testRun.imageRepository, user: '1234:1234' }),
          healthCheck: HEALTHY,
          shutdownTimeout: Duration.seconds(1),
          publish: PublishedPort.onLoopback(directPort),
          files: [
            ContainerFile.text('/etc/direct.conf', signalled, { environmentVariable: 'CONFIG' }),
            ContainerFile.secret('/run/secrets/key', variable.stringValue),
            ...further,
          ],
          onFileChange: FileChange.signal('SIGHUP'),
        });
        new ContainerService(scope, 'foreign', {
          image: ContainerImage.fromRegistry('debian:bookworm', { user: '65533:65533' }),
          arguments: ['sh', '-c', 'trap "cat /etc/apt/sources.key > /tmp/seen" HUP; while :; do sleep 0.1; done'],
          shutdownTimeout: Duration.seconds(1),
          files: [ContainerFile.secret('/etc/apt/sources.key', variable.stringValue)],
          mounts: [ContainerMount.volume(`${stack.id}-foreign`, '/data')],
          onFileChange: FileChange.signal('SIGHUP'),
        });
      });
    };
    const foreign = (...command: string[]) => docker('exec', `${stack.id}-foreign`, ...command);
    const containerOf = (name: string) => docker('inspect', '--format', '{{.Id}}', `${stack.id}-${name}`);

    beforeAll(async () => {
      [port, directPort] = [await freePort(), await freePort()];
      const given = path.join(stack.source, 'given', 'nested');
      fs.mkdirSync(given, { recursive: true });
      fs.writeFileSync(path.join(given, 'bytes'), Buffer.from([0, 255, 1]));
      fs.writeFileSync(path.join(given, 'script'), '#!/bin/sh\necho ${x}\n', { mode: 0o755 });
    });

    afterAll(async () => {
      delete process.env.TF_VAR_secret;
    });

    test('are there with their content, owner and mode; the second plan is empty', async () => {
      await deploy().apply();
      expect(await ask(port, '/config')).toBe('0 one');
      expect(await ask(port, '/read?path=/etc/shop/below/template')).toBe(`\${b}\${a} ${SECRET}`);
      expect(await ask(port, '/read?path=/run/secrets/key')).toBe(SECRET);
      expect(await ask(port, '/variable?name=KEY_FILE')).toBe('/run/secrets/key');
      expect(await ask(port, '/stat?path=/run/secrets/key')).toBe('65534:65534 400');
      expect(await ask(port, '/stat?path=/etc/shop/config')).toBe('65534:65534 444');
      expect(await ask(port, '/stat?path=/etc/ssl/empty')).toBe('7:8 640');
      expect(await ask(port, '/read?path=/templates/nested/script')).toBe('#!/bin/sh\necho ${x}');
      expect(await ask(port, '/stat?path=/templates/nested/script')).toBe('65534:65534 555');
      expect(await ask(port, '/write?path=/etc/shop/config&text=x')).toContain('read-only file system');
      // What the image has there.
      expect(await ask(port, '/stat?path=/etc/ssl/certs/ca-certificates.crt')).toBe('0:0 644');
      expect(await ask(directPort, '/read?path=/etc/direct.conf')).toBe('first');
      expect(await ask(directPort, '/read?path=/etc/passwd')).toContain('nonroot');
      expect(await ask(directPort, '/stat?path=/run/secrets/key')).toBe('1234:1234 400');
      expect(foreign('cat', '/etc/apt/sources.key')).toBe(SECRET);
      expect(foreign('stat', '-c', '%u %a', '/etc/apt/sources.key', '/data')).toBe('65533 400\n65533 755');
      expect(foreign('ls', '/etc/apt')).toContain('sources.list.d');
      expect(await stack.run.changes()).toEqual([]);
    });

    test('the secret is in no synthesized file, and nowhere on the engine where one can look', () => {
      for (const text of [stack.synthesized, stack.inspected, ...stack.objects('container', 'ls', '--all', '--quiet').map((id) => docker('logs', id))]) {
        expect(text).not.toContain(SECRET.slice(0, 6));
      }
    });

    test('a changed file replaces the program without a gap', async () => {
      deploy({ config: 'two' });
      const plan = await stack.run.planText();
      expect(plan).toContain('two');
      expect(plan).not.toContain(SECRET.slice(0, 6));
      const seen = new Set<string>();
      let failed = 0;
      let going = true;
      const clients = [1, 2].map(async () => {
        while (going) {
          await ask(port, '/healthz').then((answer) => seen.add(answer), () => failed++);
        }
      });
      await stack.run.apply();
      going = false;
      await Promise.all(clients);
      expect([...seen]).toEqual(['one', 'two']);
      expect(failed).toBe(0);
    });

    test('a file that the program cannot use, or that cannot be placed, leaves the old version with its own files', async () => {
      const direct = containerOf('direct');
      const error = await deploy({ config: 'crash', further: [ContainerFile.text('/etc/ssl/certs', 'x')] }).applyInVain();
      expect(error).toContain(`${stack.id}/direct/Files ended with exit code 1. The program's files could not be put in place; what runs has not been touched.`);
      expect(error).toContain('place: cannot place "/etc/ssl/certs": the image has a directory there');
      expect(await ask(port, '/config')).toBe('0 two');
      expect(await ask(port, '/read?path=/etc/shop/config')).toBe('two');
      expect(containerOf('direct')).toBe(direct);
      expect(await ask(directPort, '/read?path=/etc/direct.conf')).toBe('first');
    });

    test('a changed secret reaches a program by a signal, without a new container, and is in no plan', async () => {
      const [direct, other] = [containerOf('direct'), containerOf('foreign')];
      deploy({ config: 'two', secret: NEW_SECRET, signalled: 'second' });
      const plan = await stack.run.planText();
      expect(plan).not.toContain(NEW_SECRET);
      expect(plan).not.toContain(SECRET.slice(0, 6));
      await stack.run.apply();
      expect(await eventually(() => ask(directPort, '/config'), (answer) => answer === '1 second')).toBe('1 second');
      expect(await ask(directPort, '/read?path=/run/secrets/key')).toBe(NEW_SECRET);
      expect(await ask(port, '/read?path=/run/secrets/key')).toBe(NEW_SECRET);
      expect(await eventually(async () => foreign('sh', '-c', 'cat /tmp/seen || true'), (answer) => answer === NEW_SECRET)).toBe(NEW_SECRET);
      expect([containerOf('direct'), containerOf('foreign')]).toEqual([direct, other]);
      expect(await stack.run.changes()).toEqual([]);
    });

    test('old versions of the files are gone, and a destroy leaves nothing', async () => {
      expect(stack.objects('volume', 'ls', '--quiet').filter((name) => name.includes('-api-files'))).toHaveLength(4);
      await stack.run.destroy();
      docker('volume', 'rm', `${stack.id}-foreign`);
      expect(stack.left).toEqual([]);
    });
  });
});
