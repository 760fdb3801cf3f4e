import { ChildProcess, execFileSync, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { freePort } from './deployment';
import { temporaryDirectory } from './synthesized-stack';

const PROGRAM = 'docker-registry';
const MANIFESTS = [
  'application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.oci.image.manifest.v1+json',
].join(', ');

/** A registry on loopback that lets everyone push: Debian's package `docker-registry`. */
export class LoopbackRegistry {
  /** Why there is none; undefined where there is one, which Debian's package brings when this is root. */
  public static missing(): string | undefined {
    if (spawnSync(PROGRAM, ['--version']).error && process.getuid?.() === 0) {
      spawnSync('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', PROGRAM]);
    }
    return spawnSync(PROGRAM, ['--version']).error && `there is no ${PROGRAM} on the PATH; Debian and Ubuntu have a package of this name`;
  }

  public static async start(): Promise<LoopbackRegistry> {
    const registry = new LoopbackRegistry(`127.0.0.1:${await freePort()}`);
    await registry.ready();
    return registry;
  }

  private readonly directory = temporaryDirectory('registry');
  private readonly server: ChildProcess;

  private constructor(public readonly host: string) {
    const configuration = path.join(this.directory, 'configuration.json');
    fs.writeFileSync(configuration, JSON.stringify({
      version: '0.1', storage: { filesystem: { rootdirectory: this.directory } }, http: { addr: host }, log: { accesslog: { disabled: false } },
    }));
    const log = fs.openSync(path.join(this.directory, 'log'), 'a');
    this.server = spawn(PROGRAM, ['serve', configuration], { stdio: ['ignore', log, log] });
  }

  /** What was asked for, one line for each request. */
  public get log(): string {
    return fs.readFileSync(path.join(this.directory, 'log'), 'utf8');
  }

  /** Pushes an image of the engine under another name, and returns its digest. */
  public async push(image: string, repository: string, tag: string): Promise<string> {
    const name = `${this.host}/${repository}:${tag}`;
    if (name !== image) {
      execFileSync('docker', ['tag', image, name]);
    }
    execFileSync('docker', ['push', '--quiet', name]);
    if (name !== image) {
      execFileSync('docker', ['image', 'rm', name]);
    }
    return (await this.manifest(repository, tag)).digest;
  }

  /** A manifest or a list of them. */
  public async manifest(repository: string, version: string): Promise<{ digest: string; content: any }> {
    const response = await fetch(`http://${this.host}/v2/${repository}/manifests/${version}`, { headers: { Accept: MANIFESTS } });
    if (!response.ok) {
      throw new Error(`${repository}:${version}: ${response.status} ${await response.text()}`);
    }
    return { digest: response.headers.get('Docker-Content-Digest')!, content: await response.json() };
  }

  public stop(): void {
    this.server.kill();
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await fetch(`http://${this.host}/v2/`).then(({ ok }) => ok, () => false)) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${PROGRAM} does not answer\n${this.log}`);
  }
}
