import * as fs from 'fs';
import * as path from 'path';
import { type Kitchen, type Ran, continued } from './kitchen';
import { runCommand, succeed } from './process';

const IMAGE = 'debian:bookworm';

/** A directory of the engine's machine, so that the engine finds the directories that a task mounts under the same path. */
const ROOT = '/var/tmp/cdktf-go-docker-cookbook';

/** Where the container has the authorities that this machine trusts, for a network that looks into TLS. */
const AUTHORITIES = '/usr/local/share/authorities.pem';

/** An empty Debian with what a reader's machine has: Node.js, Docker's command and Terraform of this machine, curl, git and OpenSSL. */
export class FreshContainer implements Kitchen {
  /** @param tarball the packed library, which takes the place of the package that is not on npm */
  public static async start(tarball: string): Promise<FreshContainer> {
    const name = `cookbook-${Date.now().toString(36)}`;
    await succeed('docker', [
      'run', '--detach', '--init', '--name', name, '--network', 'host',
      '--volume', '/var/run/docker.sock:/var/run/docker.sock', '--volume', `${ROOT}:${ROOT}`,
      ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((each) => process.env[each] === undefined ? [] : ['--env', each]),
      ...process.env.NODE_EXTRA_CA_CERTS === undefined ? [] : ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].flatMap((each) => ['--env', `${each}=${AUTHORITIES}`]),
      '--env', 'CHECKPOINT_DISABLE=1', '--env', 'npm_config_update_notifier=false',
      // The reader's own name, which git asks for.
      ...['AUTHOR', 'COMMITTER'].flatMap((who) => ['--env', `GIT_${who}_NAME=Reader`, '--env', `GIT_${who}_EMAIL=reader@example.com`]),
      IMAGE, 'sleep', 'infinity',
    ]);
    const container = new FreshContainer(name, tarball);
    try {
      await container.equip();
    } catch (error) {
      await container.end();
      throw error;
    }
    return container;
  }

  private readonly root: string;
  private readonly project: string;
  private hasMirror = false;

  private constructor(public readonly name: string, private readonly tarball: string) {
    this.root = `${ROOT}/${name}`;
    this.project = `${this.root}/project`;
  }

  /** The directory in which the page's preparation is done. */
  public async prepare(files: Readonly<Record<string, string>>, scripts: readonly string[]): Promise<void> {
    await this.inside(`mkdir -p ${this.project}`);
    for (const script of scripts) {
      const { status, stdout, stderr } = await this.bash(script.replace(/^npm install cdktf-go-docker /m, 'npm install /opt/cdktf-go-docker.tgz '), this.project);
      if (status !== 0) {
        throw new Error(`the preparation fails:\n${script}\n${stdout}${stderr}`);
      }
    }
    for (const [file, text] of Object.entries(files)) {
      await this.writeFile(path.posix.join(this.project, file), text);
    }
  }

  public async open(task: string): Promise<void> {
    // Links to the installed files, which npm replaces and never changes.
    await this.inside(`cp -al ${this.project} ${this.directory(task)} && cd ${this.directory(task)} && `
      + 'for file in $(find . -path ./node_modules -prune -o -type f -print); do cp "$file" "$file.copy" && mv "$file.copy" "$file"; done');
  }

  public async write(task: string, file: string, text: string): Promise<void> {
    await this.writeFile(path.posix.join(this.directory(task), file), text);
  }

  public async run(task: string, script: string): Promise<Ran> {
    // The first option stands for the person who answers the question. Without the second one, CDKTF asks the registry for hashes, whatever mirror there is.
    const options = `--auto-approve${this.hasMirror ? ' --skip-provider-lock' : ''}`;
    return this.bash(continued(script.replace(/^npx cdktf (?:deploy|destroy)\b.*$/gm, `$& ${options}`), `${this.root}/${task}.state`), this.directory(task));
  }

  public async end(): Promise<void> {
    await runCommand('docker', ['exec', this.name, 'rm', '-rf', this.root]);
    await succeed('docker', ['rm', '--force', this.name]);
  }

  private directory(task: string): string {
    return `${this.root}/${task}`;
  }

  private async equip(): Promise<void> {
    await this.inside('apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates curl git openssl libstdc++6 > /dev/null');
    const npm = path.join((await succeed('npm', ['root', '--global'])).trim(), 'npm');
    await this.inside('mkdir -p /usr/local/lib/node_modules');
    if (process.env.NODE_EXTRA_CA_CERTS !== undefined) {
      await this.copy(fs.realpathSync(process.env.NODE_EXTRA_CA_CERTS), AUTHORITIES);
    }
    await this.copy(fs.realpathSync(process.execPath), '/usr/local/bin/node');
    await this.copy(npm, '/usr/local/lib/node_modules/npm');
    for (const tool of ['docker', 'terraform']) {
      await this.copy(fs.realpathSync((await succeed('sh', ['-c', `command -v ${tool}`])).trim()), `/usr/local/bin/${tool}`);
    }
    await this.inside('for tool in npm npx; do ln -s ../lib/node_modules/npm/bin/$tool-cli.js /usr/local/bin/$tool; done');
    await this.copy(this.tarball, '/opt/cdktf-go-docker.tgz');
    await this.copyProviders();
  }

  /** Terraform's configuration of this machine, with the directories of providers that it names. */
  private async copyProviders(): Promise<void> {
    const file = process.env.TF_CLI_CONFIG_FILE;
    if (file === undefined || !fs.existsSync(file)) {
      return;
    }
    const configuration = fs.readFileSync(file, 'utf8');
    for (const [, mirror] of configuration.matchAll(/^\s*path\s*=\s*"([^"]+)"/gm)) {
      await this.inside(`mkdir -p '${path.dirname(mirror)}'`);
      await this.copy(mirror, mirror);
      this.hasMirror = true;
    }
    await this.writeFile('/root/.terraformrc', configuration);
  }

  private async copy(from: string, to: string): Promise<void> {
    await succeed('docker', ['cp', '--quiet', from, `${this.name}:${to}`]);
  }

  private async inside(script: string): Promise<void> {
    await succeed('docker', ['exec', this.name, 'bash', '-ec', script]);
  }

  private async bash(script: string, directory: string): Promise<Ran> {
    return runCommand('docker', ['exec', '--workdir', directory, this.name, 'bash', '-ec', script]);
  }

  private async writeFile(file: string, text: string): Promise<void> {
    await succeed('docker', ['exec', '--interactive', this.name, 'sh', '-ec', 'mkdir -p "$(dirname "$1")"; cat > "$1"', 'sh', file], { input: text });
  }
}
