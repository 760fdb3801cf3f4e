import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { builderWithCCompiler, hasCCompiler } from './c-compiler';
import { Deployed } from './deployed';
import { moduleDirectory } from './module-source';
import { RealProgram } from './real-program';
import { Defaults } from '../../../lib';
import { Engine } from '../../walk/engine';
import { Terraform } from '../../walk/terraform';
import { freePort } from '../harness/deployment';
import { dockerApi } from '../harness/docker-api';
import { Inspection } from '../harness/running-container';
import { temporaryDirectory } from '../harness/synthesized-stack';
import { testRun } from '../harness/test-run';

const FILES = path.join(__dirname, 'catalogue', 'files');

/** What a program's life has shown. Every other promise that did not hold is an error. */
export interface Outcome {
  /** The size of the program's image, in bytes. */
  readonly imageBytes: number;
  /** The seconds of the first apply and of the apply of the next version. */
  readonly seconds: readonly [number, number];
}

/**
 * Deploys a program with Terraform and the real provider, uses it, deploys its next version, and destroys all.
 *
 * @param report gets a line for each step
 */
export async function live(program: RealProgram, report: (line: string) => void = () => undefined): Promise<Outcome> {
  const life = new Life(program, await portsOf(program));
  try {
    return await life.run(report);
  } finally {
    await life.end();
  }
}

class Life {
  private readonly stackId: string;
  private readonly outdir = temporaryDirectory('program');
  private readonly engine: Engine;
  private readonly terraform: Terraform;
  private readonly deployed: Deployed;
  private readonly volumes = new Set<string>();

  public constructor(private readonly program: RealProgram, private readonly ports: ReadonlyMap<string, number>) {
    this.stackId = `${program.name}${testRun.id}`;
    this.engine = new Engine(`${this.stackId}-`);
    const variables = Object.entries(program.variables?.() ?? {}).map(([name, value]) => [`TF_VAR_${name}`, value]);
    this.terraform = new Terraform(path.join(this.outdir, 'stacks', this.stackId), Object.fromEntries(variables));
    this.deployed = new Deployed(this.stackId, this.engine, (name) => this.port(name));
  }

  public async run(report: (line: string) => void): Promise<Outcome> {
    const [first, next] = this.program.versions;
    const firstSeconds = await this.deploy(first);
    const imageBytes = await this.imageBytes();
    report(`${first}: deployed in ${firstSeconds.toFixed(1)} s, an image of ${(imageBytes / 1e6).toFixed(1)} MB`);
    const images = await this.usedImages();
    await this.settle(this.program.use);
    report(`${first}: used; the second plan is empty`);
    const nextSeconds = await this.deploy(next);
    report(`${next}: deployed in ${nextSeconds.toFixed(1)} s`);
    if ([...await this.usedImages()].every((image) => images.has(image))) {
      throw new Error(`no container has an image of ${next}`);
    }
    await this.settle(this.program.useNext);
    report(`${next}: used, with what ${first} has left; the second plan is empty`);
    await this.deploy(next, false);
    await this.destroy();
    report('destroyed, nothing is left');
    return { imageBytes, seconds: [firstSeconds, nextSeconds] };
  }

  /** Removes what a failure has left. */
  public async end(): Promise<void> {
    await this.engine.removeEverything();
  }

  private async deploy(version: string, dataProtection = true): Promise<number> {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, this.stackId);
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    if (this.program.needsCCompiler && !hasCCompiler()) {
      Defaults.apply(stack, { images: { builderImage: builderWithCCompiler() } });
    }
    this.program.deploy(stack, {
      source: moduleDirectory({ path: this.program.module, version }),
      sourceOf: (name) => moduleDirectory(this.program.furtherModules![name]),
      file: (name) => path.join(FILES, name),
      volume: (name) => this.volume(name),
      port: (name) => this.port(name),
      dataProtection,
    });
    app.synth();
    await this.terraform.init();
    const start = Date.now();
    const { code, stdout, stderr } = await this.terraform.apply();
    const seconds = (Date.now() - start) / 1_000;
    if (code !== 0) {
      throw new Error(`the apply of ${version} fails after ${seconds.toFixed(0)} s:\n${stderr || stdout}`);
    }
    return seconds;
  }

  /** Everything is healthy, the program can be used, everything is healthy still, and a plan has nothing to do. */
  private async settle(use: RealProgram['use']): Promise<void> {
    await this.checkHealth();
    await use(this.deployed);
    await this.checkHealth();
    const plan = await this.terraform.plan();
    if (plan !== '') {
      throw new Error(`the second plan is not empty:\n${plan}`);
    }
  }

  private async checkHealth(): Promise<void> {
    for (const { id, name } of await this.engine.containers()) {
      const { State: state, RestartCount: restarts } = await dockerApi.get<Inspection & { RestartCount: number }>(`/containers/${id}/json`);
      const health = state.Health?.Status ?? 'healthy';
      const isGood = state.Status === 'running' ? health === 'healthy' && restarts === 0 : state.Status === 'exited' && state.ExitCode === 0;
      if (!isGood) {
        const output = dockerApi.output(await dockerApi.bytes('GET', `/containers/${id}/logs`, { query: { stdout: 'true', stderr: 'true', tail: '50' } }));
        throw new Error(`${name} is ${state.Status} (exit code ${state.ExitCode}), ${health}, with ${restarts} restarts:\n${output.stdout}${output.stderr}`);
      }
    }
  }

  private async destroy(): Promise<void> {
    const { code, stdout, stderr } = await this.terraform.destroy();
    if (code !== 0) {
      throw new Error(`the destroy fails:\n${stderr || stdout}`);
    }
    const volumes = await this.engine.volumes();
    const lost = [...this.volumes].filter((name) => !volumes.includes(name));
    if (lost.length > 0) {
      throw new Error(`the destroy has removed data: ${lost.join(', ')}`);
    }
    const left = [...await this.engine.containers(), ...await this.engine.networks()].map(({ name }) => name)
      .concat(volumes.filter((name) => !this.volumes.has(name) && name !== `${this.stackId}-database-records`));
    if (left.length > 0) {
      throw new Error(`the destroy has left ${left.join(', ')}`);
    }
  }

  private async usedImages(): Promise<ReadonlySet<string>> {
    return new Set((await this.engine.containers()).map(({ image }) => image));
  }

  private async imageBytes(): Promise<number> {
    const wanted = this.program.image === undefined ? `${this.stackId}-*` : `${this.stackId}-${this.program.image}`;
    const filters = JSON.stringify({ reference: [wanted] });
    const images = await dockerApi.get<{ RepoTags: string[]; Size: number }[]>('/images/json', { filters });
    if (images.length !== 1) {
      throw new Error(`${images.length} images ${wanted} in place of one: ${images.flatMap(({ RepoTags: tags }) => tags).join(', ')}`);
    }
    return images[0].Size;
  }

  private volume(name: string): string {
    const volume = `${this.stackId}-${name}`;
    this.volumes.add(volume);
    return volume;
  }

  private port(name: string): number {
    const port = this.ports.get(name);
    if (port === undefined) {
      throw new Error(`${this.program.name} has no port ${name}`);
    }
    return port;
  }
}

async function portsOf(program: RealProgram): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  for (const name of program.ports) {
    ports.set(name, await freePort());
  }
  return ports;
}
