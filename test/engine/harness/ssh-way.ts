import { ChildProcess, spawn, spawnSync } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { freePort } from './deployment';
import { temporaryDirectory } from './synthesized-stack';

const SERVER = '/usr/sbin/sshd';

/** A way into an engine by ssh: a server on a loopback port, whose `docker` command talks to the engine, and a key for it. */
export class SshWay {
  /** Why there can be none here; undefined when there can. */
  public static problem(): string | undefined {
    if (!fs.existsSync(SERVER)) {
      return `there is no ${SERVER}: apt-get install openssh-server`;
    }
    return spawnSync('ssh', ['-V']).error === undefined ? undefined : 'there is no ssh on the PATH';
  }

  /** @param dockerHost what the `docker` command there uses */
  public static async to(dockerHost: string): Promise<SshWay> {
    const way = new SshWay(dockerHost);
    await way.prepare();
    return way;
  }

  private readonly directory = temporaryDirectory('ssh');
  private server?: ChildProcess;
  private wire?: ChildProcess;
  private serverPort = 0;
  private wirePort = 0;

  private constructor(private readonly dockerHost: string) {}

  public get destination(): string {
    return `ssh://${os.userInfo().username}@127.0.0.1:${this.wirePort}`;
  }

  /** What a user has in the own ssh configuration. */
  public get options(): string[] {
    return ['-F', this.file('config')];
  }

  /** Bytes that clients have sent since the way exists. */
  public get sent(): number {
    return fs.existsSync(this.file('sent')) ? Number(fs.readFileSync(this.file('sent'), 'utf8')) : 0;
  }

  /** How many connections have broken. */
  public get broken(): number {
    return fs.existsSync(this.file('broken')) ? fs.readFileSync(this.file('broken'), 'utf8').trim().split('\n').length : 0;
  }

  /** Breaks each new connection after so many bytes. */
  public breakAfter(bytes: number | undefined): void {
    if (bytes === undefined) {
      fs.rmSync(this.file('limit'), { force: true });
    } else {
      fs.writeFileSync(this.file('limit'), String(bytes));
    }
  }

  /** The machine answers no more. */
  public async down(): Promise<void> {
    await end(this.server);
    this.server = undefined;
  }

  public async up(): Promise<void> {
    this.server = spawn(SERVER, [
      '-D', '-e', '-f', '/dev/null', '-p', String(this.serverPort), '-h', this.file('host'),
      ...[
        'ListenAddress=127.0.0.1', `AuthorizedKeysFile=${this.file('id.pub')}`, 'StrictModes=no', 'UsePAM=no', 'PasswordAuthentication=no',
        `PidFile=${this.file('sshd.pid')}`, `SetEnv=DOCKER_HOST=${this.dockerHost}`,
      ].flatMap((option) => ['-o', option]),
    ], { stdio: ['ignore', 'ignore', fs.openSync(this.file('sshd.log'), 'a')] });
    for (const until = Date.now() + 10_000; !await answers(this.serverPort); await sleep(50)) {
      if (this.server.exitCode !== null || Date.now() > until) {
        throw new Error(`the ssh server does not start: ${fs.readFileSync(this.file('sshd.log'), 'utf8')}`);
      }
    }
  }

  public async close(): Promise<void> {
    await Promise.all([end(this.server), end(this.wire)]);
  }

  private async prepare(): Promise<void> {
    if (process.getuid?.() === 0) {
      fs.mkdirSync('/run/sshd', { recursive: true });
    }
    for (const name of ['id', 'host']) {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.file(name)]);
    }
    this.serverPort = await freePort();
    this.wire = spawnWire(String(this.serverPort), this.directory);
    this.wirePort = await portOf(this.wire);
    const [type, key] = fs.readFileSync(this.file('host.pub'), 'utf8').split(' ');
    fs.writeFileSync(this.file('known_hosts'), `[127.0.0.1]:${this.wirePort} ${type} ${key}\n`);
    fs.writeFileSync(this.file('config'), `Host *\n  IdentityFile ${this.file('id')}\n  UserKnownHostsFile ${this.file('known_hosts')}\n`);
    await this.up();
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}

/** An engine's socket as a loopback port without TLS, like the end of a tunnel. */
export class TcpWay {
  public static async to(dockerHost: string): Promise<TcpWay> {
    const wire = spawnWire(dockerHost.slice('unix://'.length), temporaryDirectory('tcp'));
    return new TcpWay(wire, await portOf(wire));
  }

  private constructor(private readonly wire: ChildProcess, private readonly port: number) {}

  public get address(): string {
    return `tcp://127.0.0.1:${this.port}`;
  }

  public async close(): Promise<void> {
    await end(this.wire);
  }
}

function spawnWire(target: string, directory: string): ChildProcess {
  return spawn(process.execPath, [path.join(__dirname, 'wire.mjs'), target, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function portOf(wire: ChildProcess): Promise<number> {
  return Number(String((await once(wire.stdout!, 'data'))[0]));
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
