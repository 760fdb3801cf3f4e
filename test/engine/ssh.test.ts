import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { TerraformStack } from 'cdktf';
import { describeWithEngine, temporaryDirectory } from './engine';
import { callCommand } from './harness/command-line';
import { OwnEngine } from './harness/own-engine';
import { SshWay, TcpWay } from './harness/ssh-way';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';
import {
  Defaults, DockerHost, Duration, Gateway, GoScratchImage, GoService, HealthCheck, PostgresDatabase, PublishedPort, Rollout, Size,
} from '../../lib';
import { Requests, hasSucceeded } from '../faults/requests';

const PROGRAM = path.join(__dirname, '..', 'walk', 'program');
const PORT = 18080;

/** Requests a second. A busy machine of continuous integration must answer them all when nothing is wrong. */
const RATE = 50;

const OFTEN = { interval: Duration.seconds(1), startPeriod: Duration.seconds(20) };

/** A copy of the program, which tests edit. */
function editableProgram(): { readonly source: string; write(revision: string): void } {
  const source = temporaryDirectory('program');
  fs.cpSync(PROGRAM, source, { recursive: true });
  const file = path.join(source, 'faulty', 'main.go');
  const text = fs.readFileSync(file, 'utf8');
  return { source, write: (revision) => fs.writeFileSync(file, text.replace('revision = "1"', `revision = ${revision}`)) };
}

/** What a plan does to containers. */
function containersOf(plan: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(plan).filter(([address]) => address.startsWith('docker_container.')));
}

describeWithEngine('a machine that is reached by ssh or TCP', () => {
  const problem = OwnEngine.problem() ?? SshWay.problem() ?? terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no machine is reached by ssh (${problem})\n`);
    test.skip('ssh', () => undefined);
    return;
  }
  let engine: OwnEngine;
  let way: SshWay;
  let number = 0;
  let stack: AppliedStack;
  let program: ReturnType<typeof editableProgram>;

  beforeAll(async () => {
    engine = await OwnEngine.start();
    await engine.bring('postgres:17', 'haproxy:3.0');
    way = await SshWay.to(engine.host);
  });

  afterAll(async () => {
    await way?.close();
    await engine?.remove();
  });

  beforeEach(() => {
    number += 1;
    stack = new AppliedStack(`ssh${number}${testRun.id}`);
    program = editableProgram();
  });

  afterEach(() => {
    way.breakAfter(undefined);
    stack.destroy();
    expect(engine.docker('ps', '-aq')).toBe('');
  });

  const server = () => DockerHost.ssh(way.destination, { name: 'server', sshOptions: way.options });
  const image = (scope: TerraformStack) => new GoScratchImage(scope, 'Image', { source: program.source, mainPackage: './faulty', timezones: false });

  /** One service. */
  function service(port = PORT): (scope: TerraformStack) => void {
    return (scope) => {
      Defaults.apply(scope, { place: server() });
      new GoService(scope, 'Api', { image: image(scope), healthCheck: HealthCheck.tcp(OFTEN), publish: PublishedPort.onAllInterfaces(port) });
    };
  }

  const containers = (of = engine) => of.docker('ps', '--format', '{{.ID}} {{.Image}}');
  const images = (of = engine) => of.docker('images', '--format', '{{.Repository}}').split('\n').filter((name) => name.startsWith(`${stack.id}-`));

  test('runs what this machine builds; a changed line moves the program alone; a compile error touches nothing', () => {
    stack.define(service()).apply();
    const [id, name] = containers().split(' ');
    expect(name).toMatch(/^ssh\d+[0-9a-f]+-image:[0-9a-f]+$/);
    expect(engine.docker('inspect', '--format', '{{.State.Health.Status}}', id)).toBe('healthy');
    expect(stack.plan()).toEqual({});

    program.write('"2"');
    const before = way.sent;
    stack.define(service()).apply();
    expect(containers().split(' ')[0]).not.toBe(id);
    expect(stack.plan()).toEqual({});
    // With all that Terraform and the provider ask. The program is 5 MB compressed, the probe in the layer below it 1 MB.
    expect(way.sent - before).toBeLessThan(1.1 * compressedProgram());

    program.write('two');
    const survivor = containers();
    expect(stack.define(service()).refused()).toContain('Error running buildx build');
    expect(containers()).toBe(survivor);
    program.write('"2"');
    expect(containersOf(stack.define(service()).plan())).toEqual({});
  });

  /** The bytes of the program of the newest image, compressed as a transfer compresses them. */
  function compressedProgram(): number {
    const [id] = containers().split(' ');
    const { stdout } = spawnSync('sh', ['-c', `docker cp ${id}:/app - | gzip | wc -c`], { encoding: 'utf8', env: { ...process.env, ...engine.environment } });
    return Number(stdout);
  }

  test('sends an image again that broke half-way, and has touched nothing until then', () => {
    stack.define(service()).apply();
    const survivor = containers();
    const before = images().length;
    program.write('"3"');
    way.breakAfter(500_000);
    const output = stack.define(service()).refused();
    expect(output).toContain('once more in 3 s');
    expect(output).toContain(`not sent to ${way.destination}`);
    expect(output).toContain('No container was touched. The next apply sends it again.');
    expect(way.broken).toBe(3);
    expect(containers()).toBe(survivor);
    expect(images()).toHaveLength(before);
    way.breakAfter(undefined);
    stack.apply();
    expect(containers()).not.toBe(survivor);
    expect(stack.plan()).toEqual({});
  });

  test('tries a port on the machine before it stops what runs there', () => {
    stack.define(service()).apply();
    const survivor = containers();
    const [, name] = survivor.split(' ');
    const holder = engine.docker('run', '--detach', '--publish', '18081:1', name);
    try {
      expect(stack.define(service(18081)).refused()).toContain('cannot publish a port of the host. Nothing has been stopped.');
      expect(containers()).toContain(survivor);
    } finally {
      engine.docker('rm', '--force', holder);
    }
  });

  test('names the machine that is down before anything is touched anywhere', async () => {
    stack.define(service()).apply();
    const survivor = containers();
    program.write('"4"');
    await way.down();
    try {
      const output = stack.define(service()).refused();
      expect(output).toContain(way.destination.slice('ssh://'.length));
    } finally {
      await way.up();
    }
    expect(containers()).toBe(survivor);
    const first = new AppliedStack(`${stack.id}b`);
    await way.down();
    try {
      const output = first.define(service()).refused();
      expect(output).toContain(way.destination.slice('ssh://'.length));
    } finally {
      await way.up();
      first.destroy();
    }
  });

  test('sends an image again to a machine that has lost everything', () => {
    stack.define(service()).apply();
    engine.docker('rm', '-f', ...engine.docker('ps', '-aq').split('\n'));
    engine.docker('image', 'rm', engine.docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').find((name) => name.startsWith(`${stack.id}-`))!);
    // Terraform does not see that an image is gone, until the volume is gone that stands for the machine.
    expect(stack.refused()).toMatch(/unable to pull image/i);
    engine.docker('volume', 'rm', `${stack.id}-machine`);
    stack.apply();
    expect(stack.plan()).toEqual({});
  });

  test('changes the version behind a gateway, beside a database, without a failed request; and the command shows what runs', async () => {
    const define = (scope: TerraformStack) => {
      Defaults.apply(scope, { place: server() });
      const gateway = new Gateway(scope, 'Gateway', { publish: PublishedPort.onAllInterfaces(PORT), maxConnections: 2000, connectionsPerSource: 2000 });
      const database = new PostgresDatabase(scope, 'Database', { memory: Size.mebibytes(256), dataProtection: false });
      const api = new GoService(scope, 'Api', {
        image: image(scope), rollout: Rollout.blueGreen(), replicas: 2, routes: [gateway.route()],
      });
      api.connectTo(database);
    };
    stack.define(define).apply();
    expect(stack.plan()).toEqual({});
    const requests = Requests.start(engine, RATE, [PORT]);
    try {
      const start = Date.now();
      program.write('"5"');
      stack.define(define).apply();
      await sleep(6000);
      const sent = requests.sent(0, start, Date.now() - 5500);
      expect(sent.length).toBeGreaterThan(RATE * 5);
      expect(sent.filter((request) => !hasSucceeded(request))).toEqual([]);
      expect(new Set(sent.map(({ body }) => body))).toEqual(new Set(['1', '5']));
    } finally {
      requests.stop();
    }
    expect(stack.plan()).toEqual({});
    fs.writeFileSync(path.join(stack.directory, 'manifest.json'), JSON.stringify({ stacks: { [stack.id]: { synthesizedStackPath: 'cdk.tf.json' } } }));
    const { exitCode, stdout, stderr } = await callCommand(stack.directory, ['status', '--output', '.']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(way.destination);
    expect(stdout).toMatch(/-api\b[^]*-database\b|-database\b[^]*-api\b/);
  });

  test('carries images over TCP as well', async () => {
    const tcp = await TcpWay.to(engine.host);
    try {
      stack.define((scope) => {
        const place = DockerHost.tcp(tcp.address, { name: 'server' });
        new GoService(scope, 'Api', { image: image(scope), healthCheck: HealthCheck.tcp(OFTEN), place });
      }).apply();
      expect(containers()).toContain(`${stack.id}-image:`);
      expect(stack.plan()).toEqual({});
      stack.destroy();
    } finally {
      await tcp.close();
    }
  });

  test('reads an image once for two machines, of which one has the containerd store', async () => {
    const second = await OwnEngine.start({ features: { 'containerd-snapshotter': true } });
    const there = await SshWay.to(second.host);
    const both = (scope: TerraformStack) => {
      service()(scope);
      new GoService(scope, 'Second', {
        image: scope.node.findChild('Image') as GoScratchImage,
        healthCheck: HealthCheck.tcp(OFTEN),
        place: DockerHost.ssh(there.destination, { name: 'second', sshOptions: there.options }),
      });
    };
    try {
      stack.define(both).apply();
      expect(stack.plan()).toEqual({});
      program.write('"6"');
      stack.define(both).apply();
      expect(stack.plan()).toEqual({});
      expect(containers().split(' ')[1]).toBe(containers(second).split(' ')[1]);
      await there.down();
      const survivors = [containers(), containers(second)];
      program.write('"7"');
      expect(stack.define(both).refused()).toContain(there.destination.slice('ssh://'.length));
      expect([containers(), containers(second)]).toEqual(survivors);
      await there.up();
      stack.apply().destroy();
    } finally {
      await there.close();
      await second.remove();
    }
  });
});
