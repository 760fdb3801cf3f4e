import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Failure } from './failures';
import { Ports, SECRET, Scene } from './scenes';
import { freePort } from '../engine/harness/deployment';
import { dockerApi } from '../engine/harness/docker-api';
import { TerraformStackRun } from '../engine/harness/terraform-stack-run';
import { testRun } from '../engine/harness/test-run';

/** What an apply of a mistake said. */
export interface Outcome {
  readonly failure: Failure;
  /** From the start of Terraform to its end. */
  readonly seconds: number;
  /** The lines that matter, with `dev` for the stack's id. */
  readonly lines: readonly string[];
  readonly output: string;
}

/** A stack on the engine, in which a program that works is replaced by mistakes and repaired again. */
export class FailingStack {
  public static async start(): Promise<FailingStack> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'failures-'));
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const ports = { published: await freePort(), taken: (server.address() as net.AddressInfo).port };
    const roots = path.join(directory, 'roots');
    fs.mkdirSync(roots, { mode: 0o700 });
    return new FailingStack(directory, server, ports, roots);
  }

  private readonly id = `failures${testRun.id}`;
  private readonly outdir: string;
  private readonly run: TerraformStackRun;
  private deployed?: Scene;

  private constructor(
    private readonly directory: string, private readonly server: net.Server, private readonly ports: Ports, private readonly roots: string,
  ) {
    this.outdir = path.join(directory, 'out');
    this.run = new TerraformStackRun(this.outdir, this.id);
  }

  /**
   * Applies a mistake. Then the old version must serve where that is promised, a good version must be applied without more ado, and the next
   * plan must be empty.
   */
  public async make(failure: Failure): Promise<Outcome> {
    if (this.deployed !== failure.scene) {
      await this.remove();
      await this.repair(failure.scene);
    }
    const before = await this.running();
    this.synthesize(failure.scene, failure.edit(this.ports, this.roots));
    const started = Date.now();
    const output = await this.run.applyInVain();
    const seconds = (Date.now() - started) / 1_000;
    // After the plan, which shows what was edited.
    const all = output.slice(output.lastIndexOf('\nPlan: ')).split('\n').map((line) => line.trim()).filter((line) => !line.startsWith('Executing: '));
    const lines = failure.says.map((pattern) => shown(all, pattern) ?? missing(failure, pattern, output));
    if (output.includes(SECRET)) {
      throw new Error(`${failure.mistake}, ${failure.deployedBy}: the output has a secret\n${output}`);
    }
    const after = await this.running();
    if (failure.serves === 'the old version') {
      const stopped = before.filter((id) => !after.includes(id));
      if (stopped.length > 0) {
        throw new Error(`${failure.mistake}, ${failure.deployedBy}: what served has been stopped\n${output}`);
      }
    }
    await this.repair(failure.scene);
    return { failure, seconds, lines: lines.map((line) => line.replaceAll(this.id, 'dev')), output };
  }

  /** Also removes the images, which Terraform keeps. */
  public async end(): Promise<void> {
    await this.remove();
    for (const { RepoTags } of await dockerApi.get<{ RepoTags: string[] | null }[]>('/images/json')) {
      for (const tag of (RepoTags ?? []).filter((name) => name.startsWith(testRun.imageRepository))) {
        await dockerApi.delete(`/images/${tag}`);
      }
    }
    await new Promise((resolve) => this.server.close(resolve));
    fs.rmSync(this.directory, { recursive: true });
  }

  private async remove(): Promise<void> {
    if (this.deployed) {
      this.synthesize(this.deployed, {});
      await this.run.destroy();
    }
  }

  private async repair(scene: Scene): Promise<void> {
    this.deployed = scene;
    this.synthesize(scene, {});
    await this.run.apply();
    const changes = await this.run.changes();
    if (changes.length > 0) {
      throw new Error(`a plan after an apply would change something: ${changes.join('; ')}`);
    }
  }

  private synthesize(scene: Scene, edit: unknown): void {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, this.id);
    new LocalBackend(stack, { path: path.join(this.directory, 'terraform.tfstate') });
    scene(stack, edit, this.ports);
    app.synth();
  }

  /** The ids of the stack's running containers. */
  private async running(): Promise<string[]> {
    const containers = await dockerApi.get<{ Id: string }[]>('/containers/json', { filters: JSON.stringify({ name: [this.id], status: ['running'] }) });
    return containers.map(({ Id }) => Id);
  }
}

/** The first line with a pattern, up to the end of the pattern. */
function shown(lines: readonly string[], pattern: RegExp): string | undefined {
  const found = lines.map((line) => pattern.exec(line)).find((match) => match !== null);
  if (!found) {
    return undefined;
  }
  const end = found.index + found[0].length;
  return end < found.input.length ? `${found.input.slice(0, end)} ...` : found.input;
}

function missing({ mistake, deployedBy }: Failure, pattern: RegExp, output: string): never {
  throw new Error(`${mistake}, ${deployedBy}: no line has ${pattern}:\n${output}`);
}
