import { type ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

/** Terraform in the directory of a synthesized stack, without blocking the test's own requests. */
export class TerraformStackRun {
  public constructor(private readonly outdir: string, private readonly stackId: string) {}

  /** @returns the seconds that it took */
  public async apply(): Promise<number> {
    const started = Date.now();
    await this.succeed('apply', '-auto-approve', '-input=false');
    return (Date.now() - started) / 1_000;
  }

  /** Applies what cannot be applied, and returns what Terraform says about it, without its frame. */
  public async applyInVain(): Promise<string> {
    await this.initialize();
    const { status, output } = await this.terraform('apply', '-auto-approve', '-input=false');
    if (status === 0) {
      throw new Error(`the apply of ${this.stackId} succeeded:\n${output}`);
    }
    return output.replace(/^[│|╷╵] ?/gm, '').replace(/^docker_container\.\S+ \(local-exec\): /gm, '');
  }

  public async destroy(): Promise<void> {
    await this.succeed('destroy', '-auto-approve', '-input=false');
  }

  /** What a plan would change, as `address: actions`. */
  public async changes(): Promise<string[]> {
    await this.succeed('plan', '-input=false', '-out=plan');
    const { resource_changes: changes = [] } = JSON.parse(await this.succeed('show', '-json', 'plan'));
    return changes.map(({ address, change }: any) => `${address}: ${change.actions.join()}`).filter((line: string) => !line.endsWith(': no-op'));
  }

  /** What `terraform plan` prints. */
  public async planText(): Promise<string> {
    return this.succeed('plan', '-input=false');
  }

  private async succeed(...args: string[]): Promise<string> {
    await this.initialize();
    const { status, output } = await this.terraform(...args);
    if (status !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${output}`);
    }
    return output;
  }

  private async initialize(): Promise<void> {
    if (!fs.existsSync(path.join(this.directory, '.terraform'))) {
      const { status, output } = await this.terraform('init', '-input=false');
      if (status !== 0) {
        throw new Error(`terraform init:\n${output}`);
      }
    }
  }

  private async terraform(...args: string[]): Promise<{ status: number | null; output: string }> {
    const child: ChildProcess = spawn('terraform', [...args, ...args[0] === 'show' ? [] : ['-no-color']], {
      cwd: this.directory, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
    let output = '';
    child.stdout!.on('data', (data) => (output += data));
    child.stderr!.on('data', (data) => (output += data));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, output };
  }

  private get directory(): string {
    return path.join(this.outdir, 'stacks', this.stackId);
  }
}
