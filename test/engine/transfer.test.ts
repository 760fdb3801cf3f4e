import { ChildProcess, spawn, spawnSync } from 'child_process';
import { randomBytes } from 'crypto';
import { once } from 'events';
import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { describeWithEngine, temporaryDirectory } from './engine';
import { PrivateAuthority } from './harness/certificates';
import { OwnEngine } from './harness/own-engine';
import { SshWay } from './harness/ssh-way';
import { testRun } from './harness/test-run';

const MAIN = path.join(__dirname, '..', '..', 'lib', 'docker', 'transfer', 'main.mjs');

/** Bytes that cannot be compressed. */
const BASE = 3_000_000;
const PROGRAM = 400_000;
const LARGE = 60_000_000;

/** Asking an engine, and ssh itself. */
const TALK = 30_000;

describeWithEngine('the transfer of an image over ssh', () => {
  const problem = OwnEngine.problem() ?? SshWay.problem();
  if (problem) {
    process.stderr.write(`skipped: no image is carried over ssh (${problem})\n`);
    test.skip('transfer', () => undefined);
    return;
  }
  const context = temporaryDirectory('image');
  const archives = temporaryDirectory('archives');
  const made: string[] = [];
  let engine: OwnEngine;
  let way: SshWay;

  beforeAll(async () => {
    engine = await OwnEngine.start();
    way = await SshWay.to(engine.host);
    fs.writeFileSync(path.join(context, 'base'), randomBytes(BASE));
  });

  afterAll(async () => {
    await way?.close();
    await engine?.remove();
    spawnSync('docker', ['image', 'rm', ...made]);
  });

  afterEach(() => {
    way.breakAfter(undefined);
    expect(fs.readdirSync(archives)).toEqual([]);
  });

  /** Two layers, of which each image shares the lower one. */
  function image(name: string, { bytes = PROGRAM, platform = [], on }: { bytes?: number; platform?: string[]; on?: OwnEngine } = {}): string {
    const reference = `transfer-${testRun.id}-${name}:1`;
    fs.writeFileSync(path.join(context, name), randomBytes(bytes));
    const { status, stderr } = spawnSync('docker', ['build', '--quiet', ...platform, '--tag', reference, '--file', '-', context], {
      input: `FROM scratch\nCOPY base /base\nCOPY ${name} /program\n`, encoding: 'utf8', env: { ...process.env, ...on?.environment },
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    if (on === undefined) {
      made.push(reference);
    }
    return reference;
  }

  const target = (to: SshWay, name: string): Target => ({ name, host: to.destination, sshOptions: to.options });

  interface Target { readonly name: string; readonly host: string; readonly sshOptions?: string[]; readonly certificates?: Record<string, string> }

  function start(reference: string, targets: Target[] = [target(way, 'server')], from?: OwnEngine, environment: Record<string, string> = {}): ChildProcess {
    const source = { name: 'this machine', host: from?.host };
    return spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: archives, IMAGE: reference, SOURCE: JSON.stringify(source), TARGETS: JSON.stringify(targets), ...environment },
    });
  }

  async function finished(child: ChildProcess): Promise<{ code: number; output: string }> {
    let output = '';
    child.stderr!.on('data', (text) => { output += text; });
    const [code] = await once(child, 'close');
    return { code, output };
  }

  const carry = async (...args: Parameters<typeof start>) => finished(start(...args));
  const has = (reference: string, on = engine) => on.docker('image', 'ls', '--quiet', reference) !== '';
  const layers = (reference: string, on?: OwnEngine) => {
    const args = ['image', 'inspect', '--format', '{{json .RootFS.Layers}}', reference];
    return on === undefined ? spawnSync('docker', args, { encoding: 'utf8' }).stdout.trim() : on.docker(...args);
  };

  /** Waits until an image is on its way. */
  async function underway(before: number): Promise<void> {
    for (const end = Date.now() + 30_000; way.sent - before < 3_000_000; await sleep(10)) {
      if (Date.now() > end) {
        throw new Error('nothing is sent');
      }
    }
  }

  test('sends an image whole, does not send it again, and sends one layer of the next', async () => {
    const first = image('first');
    let before = way.sent;
    const whole = await carry(first);
    expect(whole).toMatchObject({ code: 0, output: expect.stringMatching(/server: 2 of 2 layers, [\d.]+ MB sent\n$/) });
    expect(way.sent - before).toBeGreaterThan(BASE + PROGRAM);
    expect(way.sent - before).toBeLessThan(1.05 * (BASE + PROGRAM));
    expect(layers(first, engine)).toBe(layers(first));

    before = way.sent;
    expect(await carry(first)).toEqual({ code: 0, output: `${first}: server: has it\n` });
    expect(way.sent - before).toBeLessThan(TALK);

    const second = image('second');
    before = way.sent;
    expect(await carry(second)).toMatchObject({ code: 0, output: expect.stringContaining('server: 1 of 2 layers') });
    expect(way.sent - before).toBeGreaterThan(PROGRAM);
    expect(way.sent - before).toBeLessThan(PROGRAM + TALK);
    expect(layers(second, engine)).toBe(layers(second));
    expect(engine.docker('ps', '--all', '--quiet')).toBe('');
  });

  test('sends nothing to any machine when one of them is down', async () => {
    const reference = image('down');
    const other = await SshWay.to(engine.host);
    const before = way.sent;
    try {
      await other.down();
      const { code, output } = await carry(reference, [target(way, 'one'), target(other, 'two')]);
      expect(code).toBe(1);
      expect(output).toMatch(/two cannot be used: \S/);
      expect(output).not.toContain('one cannot be used');
      expect(output).toContain('Nothing was sent to any machine, and no container was touched.');
    } finally {
      await other.close();
    }
    expect(way.sent - before).toBeLessThan(TALK);
    expect(has(reference)).toBe(false);
  });

  test('names what is wrong when the engine there is away', async () => {
    const nowhere = await SshWay.to('unix:///nowhere.sock');
    try {
      const { code, output } = await carry(image('away'), [target(nowhere, 'server')]);
      expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/server cannot be used: .*nowhere\.sock/) });
    } finally {
      await nowhere.close();
    }
  });

  test('starts again when ssh is killed half-way', async () => {
    const reference = image('killed', { bytes: LARGE });
    const before = way.sent;
    const child = start(reference);
    const end = finished(child);
    await underway(before);
    const ssh = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
    expect(ssh.map((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim())).toEqual(['ssh']);
    process.kill(ssh[0], 'SIGKILL');
    const { code, output } = await end;
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/server: the connection broke.*; once more in 3 s\n/) });
    expect(output).toContain('server: 1 of 2 layers');
    expect(layers(reference, engine)).toBe(layers(reference));
  });

  test('starts again when the connection breaks, and gives up after three times', async () => {
    const reference = image('broken');
    way.breakAfter(200_000);
    const before = way.broken;
    const { code, output } = await carry(reference);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('not sent to server: ') });
    expect(output).toContain('No container was touched. The next apply sends it again.');
    expect(way.broken - before).toBe(3);
    expect(has(reference)).toBe(false);
  });

  test('leaves nothing behind when it is interrupted', async () => {
    const reference = image('interrupted', { bytes: LARGE });
    const before = way.sent;
    const child = start(reference);
    const end = finished(child);
    await underway(before);
    child.kill('SIGINT');
    expect((await end).code).toBe(1);
    await sleep(500);
    expect(has(reference)).toBe(false);
    expect(await carry(reference)).toMatchObject({ code: 0 });
  });

  test('leaves no private key behind when it is interrupted', async () => {
    const authority = new PrivateAuthority();
    const { certificate, key } = authority.issue(['IP:127.0.0.1']);
    const silent = net.createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const connected = once(silent, 'connection') as Promise<[net.Socket]>;
    const { port } = silent.address() as net.AddressInfo;
    const certificates = { 'ca.pem': fs.readFileSync(authority.certificateFile, 'utf8'), 'cert.pem': certificate, 'key.pem': key };
    const child = start('key:1', [{ name: 'server', host: `tcp://127.0.0.1:${port}`, certificates }]);
    const end = finished(child);
    const [socket] = await connected;
    try {
      const [directory] = fs.readdirSync(archives);
      expect(fs.readdirSync(path.join(archives, directory)).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
      child.kill('SIGINT');
      await once(child, 'exit');
      expect(fs.readdirSync(archives)).toEqual([]);
    } finally {
      socket.destroy();
      silent.close();
    }
    expect((await end).code).toBe(1);
  });

  test('says that there is no ssh', async () => {
    const programs = temporaryDirectory('programs');
    const { code, output } = await finished(start('nothing:1', undefined, undefined, { PATH: programs }));
    expect({ code, output }).toEqual({
      code: 1, output: 'nothing:1: server cannot be used: spawn ssh ENOENT\nnothing:1: Nothing was sent to any machine, and no container was touched.\n',
    });
  });

  test('refuses an image for another processor, and one that is not here', async () => {
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
    const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const reference = image('foreign', { platform: ['--platform', `linux/${other}`] });
    const before = way.sent;
    const foreign = await carry(reference);
    expect(foreign.code).toBe(1);
    expect(foreign.output).toContain(`${reference}: the image is for linux/${other}, and server runs linux/${own}.`);
    expect(foreign.output).toContain(`platform: Platform.of('linux/${own}')`);
    const absent = await carry(`transfer-${testRun.id}-absent:1`);
    expect(absent.code).toBe(1);
    expect(absent.output).toMatch(/it is not on this machine, which builds it: .*No such image/i);
    expect(way.sent - before).toBeLessThan(TALK);
  });

  test('sends one layer to an engine with the containerd store and from it, and all when the base has gone', async () => {
    const second = await OwnEngine.start({ features: { 'containerd-snapshotter': true } });
    try {
      expect(second.docker('info', '--format', '{{json .DriverStatus}}')).toContain('io.containerd.snapshotter');
      const there = await SshWay.to(second.host);
      try {
        const [first, next, last] = ['store', 'store-next', 'store-last'].map((name) => image(name));
        expect(await carry(first, [target(there, 'server')])).toMatchObject({ code: 0, output: expect.stringContaining('2 of 2 layers') });
        const before = there.sent;
        expect(await carry(next, [target(there, 'server')])).toMatchObject({ code: 0, output: expect.stringContaining('1 of 2 layers') });
        expect(there.sent - before).toBeLessThan(PROGRAM + TALK);
        second.docker('image', 'rm', first, next);
        expect(await carry(last, [target(there, 'server')])).toMatchObject({ code: 0, output: expect.stringContaining('2 of 2 layers') });
        expect(layers(last, second)).toBe(layers(last));

        const back = image('store-back', { on: second });
        expect(await carry(back, [target(way, 'server')], second)).toMatchObject({ code: 0, output: expect.stringMatching(/of 2 layers/) });
        expect(layers(back, engine)).toBe(layers(back, second));
        const again = image('store-again', { on: second });
        expect(await carry(again, [target(way, 'server')], second)).toMatchObject({ code: 0, output: expect.stringContaining('server: 1 of 2 layers') });
        expect(layers(again, engine)).toBe(layers(again, second));
      } finally {
        await there.close();
      }
    } finally {
      await second.remove();
    }
  });
});
