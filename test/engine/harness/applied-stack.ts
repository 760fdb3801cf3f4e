import { spawnSync } from 'child_process';
import * as fs from 'fs';
import { TerraformStack } from 'cdktf';
import { SynthesizedStack, temporaryDirectory } from './synthesized-stack';
import { testRun } from './test-run';

/** What a run of Terraform wrote, and whether it succeeded. */
export interface Applied {
  readonly succeeded: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** A stack that the real provider applies, edit after edit. Its names on the engine start with `id`. */
export class AppliedStack {
  public readonly id: string;
  private readonly state = `${temporaryDirectory('state')}/terraform.tfstate`;
  private directory?: string;

  public constructor(name: string) {
    this.id = `${name}-${testRun.id}`;
  }

  public apply(define: (stack: TerraformStack) => void): Applied {
    this.directory = SynthesizedStack.of(define, this.id).directory;
    this.terraform('init', '-input=false');
    return this.terraform('apply', '-auto-approve', '-input=false', `-state=${this.state}`);
  }

  /** The secrets that Terraform has generated. */
  public secrets(): string[] {
    const { resources } = JSON.parse(fs.readFileSync(this.state, 'utf8')) as { resources: { instances: { attributes: any }[] }[] };
    return resources.flatMap(({ instances }) => instances.flatMap(({ attributes }) => attributes.triggers_replace?.value?.secret ?? []));
  }

  /** Also removes the images, which Terraform keeps. */
  public destroy(): void {
    if (!fs.existsSync(this.state)) {
      return;
    }
    const { succeeded, output } = this.terraform('destroy', '-auto-approve', '-input=false', `-state=${this.state}`);
    if (!succeeded) {
      throw new Error(output);
    }
    const images = docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').filter((name) => name.startsWith(`${this.id}-`));
    images.forEach((image) => docker('rmi', image));
  }

  private terraform(...args: string[]): Applied {
    const start = Date.now();
    const { status, stdout, stderr } = spawnSync('terraform', [...args, '-no-color'], {
      cwd: this.directory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
    return { succeeded: status === 0, output: stdout + stderr, seconds: (Date.now() - start) / 1000 };
  }
}

/** Runs a command and returns its output without the line end. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  }
  return stdout.trim();
}
