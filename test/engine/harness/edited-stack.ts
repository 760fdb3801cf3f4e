import { type SpawnSyncReturns, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { temporaryDirectory } from './synthesized-stack';
import { testRun } from './test-run';

/** A stack of this run that Terraform applies with the real provider, edit after edit. */
export class EditedStack {
  public readonly id: string;
  /** Where the program is synthesized. */
  public readonly directory = temporaryDirectory('applied');

  public constructor(name: string) {
    this.id = `${name}${testRun.id}`;
  }

  /** Synthesizes the program of the next step. */
  public define(program: (stack: TerraformStack) => void): this {
    const app = new App({ outdir: this.directory });
    const stack = new TerraformStack(app, this.id);
    new LocalBackend(stack, { path: path.join(this.directory, 'terraform.tfstate') });
    program(stack);
    app.synth();
    if (!fs.existsSync(path.join(this.stackDirectory, '.terraform'))) {
      this.succeed('init', '-input=false');
    }
    return this;
  }

  public apply(): void {
    this.succeed('apply', '-auto-approve', '-input=false');
  }

  /** Applies what cannot be applied, and returns what Terraform says about it. */
  public applyInVain(): string {
    const result = this.run('apply', '-auto-approve', '-input=false');
    if (result.status === 0) {
      throw new Error(`the apply of ${this.id} succeeded:\n${result.stdout}`);
    }
    // Terraform breaks lines.
    return result.stderr.replace(/\s+/g, ' ');
  }

  /** The warnings of a plan, without Terraform's line breaks. */
  public warnings(): string {
    const { stdout, stderr } = this.run('plan', '-input=false');
    return (stdout + stderr).split(/^(?:│ )?Warning: /m).slice(1).join(' ').replace(/[│╷╵\s]+/g, ' ');
  }

  /** What a plan would do, as address and actions, without the hashes of addresses. */
  public plan(): string[] {
    this.succeed('plan', '-input=false', '-out=plan');
    const { resource_changes: changes = [] } = JSON.parse(this.succeed('show', '-json', 'plan'));
    return changes.map(({ address, change }: any) => [address.replace(/_[0-9A-F]{8}$/, ''), change.actions.join('/')])
      .filter(([, actions]: string[]) => actions !== 'no-op').map((change: string[]) => change.join(' '));
  }

  public destroy(): void {
    this.succeed('destroy', '-auto-approve', '-input=false');
  }

  /** Removes what a failed test may have left. */
  public end(): void {
    if (fs.existsSync(this.stackDirectory)) {
      this.run('destroy', '-auto-approve', '-input=false');
    }
  }

  public get stackDirectory(): string {
    return path.join(this.directory, 'stacks', this.id);
  }

  private run(...args: string[]): SpawnSyncReturns<string> {
    return spawnSync('terraform', [...args, ...args[0] === 'show' ? [] : ['-no-color']], {
      cwd: this.stackDirectory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
  }

  private succeed(...args: string[]): string {
    const result = this.run(...args);
    if (result.status !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${result.stdout}${result.stderr}`);
    }
    return result.stdout;
  }
}
