import { ChildProcess, SpawnSyncReturns, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';

const START_SECONDS = 60;

/**
 * An address of the machine. Ports that are published on all interfaces are reached there by the kernel alone. Those at 127.0.0.1 need
 * a process of the engine, `docker-proxy`, which ends with it.
 */
export const MACHINE_ADDRESS = '10.86.1.1';

/** What the machine's first process does: /proc of its own processes, memory for what a power cut loses, and reaping. */
const MACHINE = `set -e
mount -t proc proc /proc
mkdir -p "$1/data" "$1/exec" "$1/run"
mount -t tmpfs tmpfs "$1/exec"
mount -t tmpfs tmpfs "$1/run"
echo ready
while :; do sleep 5; done`;

/**
 * A Docker Engine of its own, which a test may restart and cut off its power.
 *
 * It is a machine of its own: namespaces for processes, mounts and the network, which hold the engine, containerd and all containers. A
 * power cut ends the first process of these, and the kernel ends all others at once. Only what is on the disk outlives it, and what the
 * kernel has not written yet: this is no test of the disk. The network's namespace stays, so that clients in it stay.
 *
 * The engine's programs are those on the path, or those of an engine that runs.
 */
export class OwnEngine {
  /** Why no engine can be started here; undefined when one can. */
  public static problem(): string | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      return 'an engine of its own needs root on Linux';
    }
    const missing = ['unshare', 'nsenter', 'ip', 'mount', 'mkfs.ext4', 'losetup', 'docker'].filter((program) => !isOnPath(program));
    if (missing.length > 0) {
      return `an engine of its own needs ${missing.join(', ')}`;
    }
    return isOnPath('dockerd') || runningEngine() !== undefined ? undefined : 'an engine of its own needs dockerd on the path';
  }

  /**
   * Starts the machine and its engine.
   * @param configuration what users write in /etc/docker/daemon.json
   */
  public static async start(configuration: Readonly<Record<string, unknown>> = {}): Promise<OwnEngine> {
    const problem = OwnEngine.problem();
    if (problem !== undefined) {
      throw new Error(problem);
    }
    const engine = new OwnEngine(configuration);
    try {
      // Until it has a network of its own, the process is in that of the host, whose bridges cutPower() would delete.
      await firstLine(engine.network);
      await engine.switchOn();
    } catch (error) {
      await engine.remove();
      throw error;
    }
    return engine;
  }

  /** For `DOCKER_HOST`. */
  public readonly host: string;
  private readonly run: string;
  /** Where the engine keeps its data, as seen from the machine. */
  private readonly home: string;
  /** Reaches the mounts in which the engine's programs are. */
  private readonly programs: readonly string[];
  private readonly network: ChildProcess;
  private machine?: ChildProcess;
  private daemon?: ChildProcess;
  private isLive = false;
  /** Files of the disks, on this machine, by device. */
  private readonly disks = new Map<string, string>();
  /** Where disks are mounted when the machine starts: directory → device. */
  private readonly mounts = new Map<string, string>();

  private constructor(private configuration: Readonly<Record<string, unknown>>) {
    this.run = fs.mkdtempSync('/run/own-engine-');
    this.host = `unix://${this.run}/docker.sock`;
    const pid = isOnPath('dockerd') ? undefined : runningEngine();
    this.programs = pid === undefined ? [] : [`--mount=/proc/${pid}/ns/mnt`];
    this.home = path.join(pid === undefined ? os.tmpdir() : '/var/lib', path.basename(this.run));
    this.network = spawn('unshare', ['--net', 'sh', '-c', `ip link set lo up && ip address add ${MACHINE_ADDRESS}/32 dev lo && echo up && exec sleep infinity`], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The environment of commands that are for this engine. */
  public get environment(): Readonly<Record<string, string>> {
    return { DOCKER_HOST: this.host };
  }

  /** The command line of a program that runs in the machine's network, where {@link MACHINE_ADDRESS} leads to published ports. */
  public inNetwork(...command: string[]): string[] {
    return ['nsenter', `--net=/proc/${this.network.pid}/ns/net`, ...command];
  }

  /** Runs a program of the machine: it sees the machine's processes, mounts and network. */
  public inMachine(...command: string[]): SpawnSyncReturns<string> {
    return spawnSync('nsenter', [...this.enter(), ...command], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  }

  /** Runs a `docker` command and returns its output. */
  public docker(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...this.environment } });
    if (status !== 0) {
      throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    }
    return stdout.trim();
  }

  /**
   * A disk of a fixed size, with an empty file system, that outlives power cuts.
   * @returns its device
   */
  public addDisk(mebibytes: number): string {
    const file = path.join(os.tmpdir(), `${path.basename(this.run)}-${this.disks.size}.disk`);
    fs.closeSync(fs.openSync(file, 'w'));
    fs.truncateSync(file, mebibytes * 1024 * 1024);
    succeed('mkfs.ext4', '-q', file);
    const device = succeed('losetup', '--find', '--show', file);
    this.disks.set(device, file);
    // A database takes an empty directory only.
    this.inMachine('sh', '-c', `mkdir -p ${this.home}/new && mount ${device} ${this.home}/new && rmdir ${this.home}/new/lost+found; umount ${this.home}/new`);
    return device;
  }

  /** A directory of the machine. */
  public directory(name: string): string {
    return `${this.home}/${name}`;
  }

  /** Mounts a disk now and whenever the machine starts, as a line in /etc/fstab does. */
  public mount(device: string, directory: string, owner: string): void {
    this.mounts.set(directory, device);
    this.inMachine('sh', '-c', `mkdir -p ${directory} && mount ${device} ${directory} && chown ${owner} ${directory}`);
  }

  /** Takes a disk away. What is in use of it stays until it is not. */
  public unmount(directory: string): void {
    this.mounts.delete(directory);
    this.inMachine('umount', '--lazy', directory);
  }

  public get answers(): boolean {
    return spawnSync('docker', ['version'], { env: { ...process.env, ...this.environment }, timeout: 5000 }).status === 0;
  }

  /** Brings images of the engine that `docker` reaches, which pulls what it does not have. */
  public async bring(...images: string[]): Promise<void> {
    images.filter((image) => spawnSync('docker', ['image', 'inspect', image]).status !== 0).forEach((image) => succeed('docker', 'pull', '--quiet', image));
    const save = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] });
    const load = spawn('docker', ['load', '--quiet'], { stdio: [save.stdout, 'ignore', 'inherit'], env: { ...process.env, ...this.environment } });
    const codes = await Promise.all([ended(save), ended(load)]);
    if (codes.some((code) => code !== 0)) {
      throw new Error(`the images ${images.join(', ')} cannot be brought to the engine: exit codes ${codes.join(', ')}`);
    }
  }

  /** Whether containers run on while the engine is away, from its next stop on. */
  public async setLiveRestore(isLive: boolean): Promise<void> {
    this.isLive = isLive;
    this.writeConfiguration();
    // The engine reads its configuration again.
    this.inMachine('sh', '-c', `kill -HUP $(cat ${this.home}/run/dockerd.pid)`);
    for (const end = Date.now() + START_SECONDS * 1000; this.docker('info', '--format', '{{.LiveRestoreEnabled}}') !== String(isLive); await sleep(100)) {
      if (Date.now() > end) {
        throw new Error('the engine does not take over live-restore');
      }
    }
  }

  /** Restarts the engine with other lines in /etc/docker/daemon.json. */
  public async configure(configuration: Readonly<Record<string, unknown>>): Promise<void> {
    await this.stopDaemon();
    this.configuration = configuration;
    await this.startDaemon();
  }

  /** Ends the engine as an update of its package does. */
  public async stopDaemon(): Promise<void> {
    const { daemon } = this;
    this.inMachine('sh', '-c', `kill -TERM $(cat ${this.home}/run/dockerd.pid)`);
    await ended(daemon!);
    this.daemon = undefined;
  }

  public async startDaemon(): Promise<void> {
    this.writeConfiguration();
    const log = fs.openSync(path.join(this.run, 'dockerd.log'), 'a');
    this.daemon = spawn('nsenter', [
      ...this.enter(), 'dockerd', '--config-file', `${this.run}/daemon.json`, '--data-root', `${this.home}/data`,
      '--exec-root', `${this.home}/exec`, '--pidfile', `${this.home}/run/dockerd.pid`, '--host', this.host,
    ], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    const { daemon } = this;
    for (const end = Date.now() + START_SECONDS * 1000; !this.answers; await sleep(200)) {
      if (daemon.exitCode !== null || Date.now() > end) {
        throw new Error(`the engine does not start: ${fs.readFileSync(path.join(this.run, 'dockerd.log'), 'utf8').split('\n').slice(-6).join('\n')}`);
      }
    }
  }

  /** Ends every process of the machine at once. */
  public async cutPower(): Promise<void> {
    const { machine, daemon } = this;
    machine?.kill('SIGKILL');
    await Promise.all([machine, daemon].map(async (child) => child && ended(child)));
    this.machine = undefined;
    this.daemon = undefined;
    // A machine that starts has no bridges and no rules.
    const links = spawnSync('nsenter', [`--net=/proc/${this.network.pid}/ns/net`, 'ip', '-o', 'link'], { encoding: 'utf8' }).stdout;
    for (const [, link] of links.matchAll(/^\d+: ([^:@]+)/gm)) {
      if (link !== 'lo') {
        spawnSync('nsenter', [`--net=/proc/${this.network.pid}/ns/net`, 'ip', 'link', 'delete', link]);
      }
    }
  }

  public async switchOn(): Promise<void> {
    this.machine = spawn('nsenter', [
      `--net=/proc/${this.network.pid}/ns/net`, ...this.programs,
      'unshare', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', 'sh', '-c', MACHINE, 'machine', this.home,
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    await firstLine(this.machine);
    this.mounts.forEach((device, directory) => this.inMachine('mount', device, directory));
    await this.startDaemon();
  }

  /** Ends everything, and removes the engine's data. */
  public async remove(): Promise<void> {
    await this.cutPower();
    this.network.kill('SIGKILL');
    // The path starts with the name that was made up for this engine.
    const command = ['rm', '-rf', this.home];
    spawnSync(this.programs.length === 0 ? command[0] : 'nsenter', this.programs.length === 0 ? command.slice(1) : [...this.programs, ...command]);
    fs.rmSync(this.run, { recursive: true, force: true });
    this.disks.forEach((file, device) => {
      spawnSync('losetup', ['--detach', device]);
      fs.rmSync(file);
    });
  }

  private writeConfiguration(): void {
    fs.writeFileSync(path.join(this.run, 'daemon.json'), JSON.stringify({ 'live-restore': this.isLive, ...this.configuration }));
  }

  private enter(): string[] {
    const pid = childOf(this.machine!.pid!);
    return ['--target', String(pid), '--mount', '--net', '--pid'];
  }
}

/** Runs a program of this machine and returns its output. */
function succeed(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }
  return stdout.trim();
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((directory) => fs.existsSync(path.join(directory, program)));
}

/** The process of an engine on this machine. */
function runningEngine(): number | undefined {
  return fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).sort((a, b) => a - b).find((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/comm`, 'utf8') === 'dockerd\n';
    } catch {
      // It has ended since.
      return false;
    }
  });
}

function childOf(pid: number): number {
  return Number(fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);
}

async function ended(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null || child.signalCode !== null
    ? child.exitCode : new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

async function firstLine(child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr!.on('data', (data) => { errors += data; });
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve());
    child.once('exit', () => reject(new Error(`the machine does not start: ${errors}`)));
  });
}
