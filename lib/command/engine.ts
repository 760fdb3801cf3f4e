import { type ChildProcess, type SpawnOptions, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PlainError, UsageError } from './plain-error';
import type { Program } from './program';
import { EngineConnection, connectionOf } from '../docker/engine-connection';

export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command must not wait for ever for an engine that is silent. */
const LONGEST_ANSWER = 60_000;

/** Words that ssh may pass to the shell of the other machine as they are. */
const PLAIN_WORD = /^[A-Za-z0-9_./:=@,+-]+$/;

/** A Docker Engine, through the `docker` command. */
export class Engine {
  /** The engine of a provider of the program. */
  public static of(program: Program, alias: string, host?: string): Engine {
    const configured = host === undefined ? program.provider(alias) : () => undefined;
    return new Engine(connectionOf((name) => host !== undefined && name === 'host' ? host : configured(name), process.env));
  }

  private directory?: string;

  private constructor(private readonly connection: EngineConnection) {}

  /** What messages call it. */
  public get shown(): string {
    return this.connection.shown;
  }

  /** What `docker` with these arguments writes. */
  public async run(...args: string[]): Promise<Output> {
    return new Promise((resolve, reject) => {
      const child = this.spawn(args, false, { stdio: ['ignore', 'pipe', 'pipe'] });
      const output = { stdout: '', stderr: '' };
      child.stdout!.setEncoding('utf8').on('data', (text: string) => output.stdout += text);
      child.stderr!.setEncoding('utf8').on('data', (text: string) => output.stderr += text);
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new PlainError(`${this.shown} has not answered for ${LONGEST_ANSWER / 1000} seconds`, 'see whether its machine is up and the network leads there'));
      }, LONGEST_ANSWER);
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(this.notStarted(error));
      });
      child.on('close', (status) => {
        clearTimeout(timer);
        resolve({ status: status ?? 1, ...output });
      });
    });
  }

  /** The same, or an error in plain words when `docker` fails. */
  public async ask(...args: string[]): Promise<string> {
    const output = await this.run(...args);
    if (output.status !== 0) {
      throw this.failure(output);
    }
    return output.stdout;
  }

  /** Runs `docker` with the terminal of this process, and returns its exit code. */
  public async attach(args: readonly string[], terminal: boolean): Promise<number> {
    // The program inside decides what Ctrl-C means.
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    try {
      return await this.finished(this.spawn(args, terminal, { stdio: 'inherit' }));
    } finally {
      process.off('SIGINT', ignore);
    }
  }

  /** Runs `docker` and passes on each line that it writes. */
  public async lines(args: readonly string[], take: (line: string, stream: 'stdout' | 'stderr') => void): Promise<number> {
    const child = this.spawn(args, false, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of ['stdout', 'stderr'] as const) {
      let rest = '';
      child[stream]!.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        lines.forEach((line) => take(line, stream));
      }).on('end', () => rest !== '' && take(rest, stream));
    }
    return this.finished(child);
  }

  /** Removes what the connection needed on this machine. */
  public close(): void {
    if (this.directory !== undefined) {
      fs.rmSync(this.directory, { recursive: true, force: true });
      this.directory = undefined;
    }
  }

  /** Why `docker` failed, in plain words. */
  public failure({ stderr }: Pick<Output, 'stderr'>): PlainError {
    const text = stderr.trim().split('\n').at(-1) ?? '';
    if (this.connection.ssh !== undefined && /^(ssh:|kex_|Connection |.*: Permission denied|Host key)/m.test(stderr)) {
      return new PlainError(`${this.shown} cannot be reached by ssh: ${text}`, `try it by hand: ssh ${this.connection.ssh.destination} docker version`);
    }
    if (/permission denied.*(docker|socket)/i.test(stderr)) {
      return new PlainError(`this user may not use ${this.shown}`, 'run the command as a user who may: docker version');
    }
    if (/cannot connect to the docker daemon|error during connect|connection refused|no such host|failed to connect|i\/o timeout|context .* not found|context deadline/i.test(stderr)) {
      return new PlainError(`no engine answers at ${this.shown}: ${text}`,
        'start the engine, or name another one: --host ADDRESS, DOCKER_HOST, or `host` of the Docker provider');
    }
    if (/docker: (command )?not found|not found: docker/.test(stderr)) {
      return new PlainError(`${this.shown} has no docker command`, 'install it there');
    }
    return new PlainError(`${this.shown} says: ${text === '' ? 'nothing, and the docker command failed' : text}`);
  }

  private async finished(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      child.on('error', (error) => reject(this.notStarted(error)));
      child.on('close', (status) => resolve(status ?? 1));
    });
  }

  private notStarted(error: NodeJS.ErrnoException): PlainError {
    const tool = this.connection.ssh === undefined ? 'docker' : 'ssh';
    return error.code === 'ENOENT'
      ? new UsageError(`the ${tool} command is not installed, or not on the PATH`, `install ${tool === 'docker' ? 'the Docker command line' : 'an ssh client'}`)
      : new PlainError(`the ${tool} command cannot be started: ${error.message}`);
  }

  private spawn(args: readonly string[], terminal: boolean, options: SpawnOptions): ChildProcess {
    const { ssh, environment } = this.connection;
    if (ssh === undefined) {
      return spawn('docker', args, { ...options, env: { ...process.env, ...environment, ...this.certificates() } });
    }
    const line = ['docker', ...args].map(quoted).join(' ');
    return spawn('ssh', [
      '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', ...terminal ? ['-t'] : [], ...ssh.options, ssh.destination, line,
    ], { ...options, env: process.env });
  }

  /** Keys in the provider's configuration become files that only this user can read. */
  private certificates(): Record<string, string> {
    if (this.connection.certificates === undefined) {
      return {};
    }
    if (this.directory === undefined) {
      this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdktf-go-docker-'));
      for (const [name, content] of Object.entries(this.connection.certificates)) {
        fs.writeFileSync(path.join(this.directory, name), content, { mode: 0o600 });
      }
    }
    return { DOCKER_CERT_PATH: this.directory };
  }
}

/** A word for the shell of another machine. */
function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}
