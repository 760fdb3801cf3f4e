import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const IMAGE = 'debian:bookworm';

/** The container's home, with the library's tarball where a clone of it would be. */
const HOME = '/root';

/** Longer than each step, in milliseconds. */
const LONGEST = 900_000;

export interface Finished {
  readonly status: number;
  readonly output: string;
  readonly seconds: number;
}

/** A container of Debian with Node.js, npm, Terraform and Docker's command from this machine. It has no Go, no compiler, and empty caches. */
export class Machine {
  /** @param tarball the packed library */
  public static start(tarball: string): Machine {
    const tools = fs.mkdtempSync(path.join(os.tmpdir(), 'first-steps-'));
    const name = `first-steps-${randomBytes(4).toString('hex')}`;
    const npm = path.dirname(path.dirname(fs.realpathSync(onPath('npm'))));
    script(tools, 'npm', 'exec node /opt/npm/bin/npm-cli.js "$@"');
    script(tools, 'npx', 'exec node /opt/npm/bin/npx-cli.js "$@"');
    // What the page does with curl. Debian's has thirty libraries.
    script(tools, 'curl', 'exec node -e \'fetch(process.argv[1]).then((answer) => answer.text()).then((text) => process.stdout.write(text), () => process.exit(7))\' "$1"');
    const created = docker('run', '--detach', '--init', '--name', name, '--network', 'host', '--workdir', HOME,
      '--volume', '/var/run/docker.sock:/var/run/docker.sock', '--env', 'CHECKPOINT_DISABLE=1', '--env', 'CI=true',
      ...Object.entries(networkVariables()).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
      IMAGE, 'sleep', 'infinity');
    if (created.status !== 0) {
      throw new Error(`the container cannot be started: ${created.stderr}`);
    }
    const machine = new Machine(name);
    try {
      // Copied, because an engine may see other files than this process.
      for (const [from, to] of [
        ...['npm', 'npx', 'curl'].map((tool) => [path.join(tools, tool), `/usr/local/bin/${tool}`]),
        ...['docker', 'terraform'].map((tool) => [fs.realpathSync(onPath(tool)), `/usr/local/bin/${tool}`]),
        [process.execPath, '/usr/local/bin/node'], [npm, '/opt/npm'],
        [tarball, `${HOME}/cdktf-go-docker/${path.basename(tarball)}`],
        ...configurationFiles().map((file) => [file, file]),
      ]) {
        machine.copy(from, to);
      }
    } catch (error) {
      machine.remove();
      throw error;
    } finally {
      fs.rmSync(tools, { recursive: true });
    }
    return machine;
  }

  private directory = HOME;

  private constructor(private readonly name: string) {}

  /** Runs a line as a shell in the current directory does. A `cd` stays. */
  public run(line: string): Finished {
    const began = Date.now();
    const { status, stdout } = docker('exec', '--workdir', this.directory, this.name, 'bash', '-c', `set -eo pipefail; { ${line}\n} 2>&1 < /dev/null; pwd > /tmp/directory`);
    this.directory = docker('exec', this.name, 'cat', '/tmp/directory').stdout.trim() || this.directory;
    return { status: status ?? 1, output: stdout, seconds: (Date.now() - began) / 1000 };
  }

  public write(file: string, content: string): void {
    const target = path.posix.join(this.directory, file);
    const written = spawnSync('docker', ['exec', '--interactive', this.name, 'sh', '-c', 'mkdir -p "$(dirname "$1")" && cat > "$1"', 'sh', target], { input: content, encoding: 'utf8' });
    if (written.status !== 0) {
      throw new Error(`${file} cannot be written: ${written.stderr}`);
    }
  }

  public remove(): void {
    docker('rm', '--force', '--volumes', this.name);
  }

  private copy(from: string, to: string): void {
    docker('exec', this.name, 'mkdir', '-p', path.posix.dirname(to));
    const copied = docker('cp', '--follow-link', from, `${this.name}:${to}`);
    if (copied.status !== 0) {
      throw new Error(`${from} cannot be copied: ${copied.stderr}`);
    }
  }
}

export function docker(...args: string[]) {
  return spawnSync('docker', args, { encoding: 'utf8', maxBuffer: 2 ** 28, timeout: LONGEST });
}

/** The path of a program, or an error. */
export function onPath(program: string): string {
  const found = (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, program)).find((file) => fs.existsSync(file));
  if (found === undefined) {
    throw new Error(`there is no ${program} on the PATH`);
  }
  return found;
}

function script(directory: string, name: string, line: string): void {
  fs.writeFileSync(path.join(directory, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

/** How this machine reaches the registries of npm and Terraform. */
function networkVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined
    && /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|TF_CLI_CONFIG_FILE|(https?|no)_proxy|npm_config_(registry|cafile))$/i.test(entry[0])));
}

/** The files that those variables name, and the directories that they name in turn. */
function configurationFiles(): string[] {
  const npm = JSON.parse(spawnSync('npm', ['config', 'list', '--json'], { encoding: 'utf8', cwd: os.tmpdir() }).stdout);
  const terraform = process.env.TF_CLI_CONFIG_FILE;
  const mirrors = terraform === undefined ? [] : [...fs.readFileSync(terraform, 'utf8').matchAll(/^\s*path\s*=\s*"([^"]+)"/gm)].map(([, mirror]) => mirror);
  const files = [npm.cafile, npm.userconfig, process.env.NODE_EXTRA_CA_CERTS, process.env.SSL_CERT_FILE, terraform, ...mirrors];
  return [...new Set(files.filter((file): file is string => typeof file === 'string' && fs.existsSync(file)))];
}
