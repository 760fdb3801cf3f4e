import { spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { SynthesizedStack, temporaryDirectory } from './synthesized-stack';

export interface Outcome {
  readonly status: number;
  /** What Terraform says, without the frame of its errors and line by line as it was meant. */
  readonly output: string;
}

/** A stack that Terraform applies with the real provider, edit after edit, to one state. */
export class AppliedStack {
  /** Where Terraform runs. */
  public readonly directory = temporaryDirectory('applied');

  public constructor(public readonly id: string) {}

  /** Synthesizes the stack. `edit` may change the JSON before Terraform reads it. */
  public define(define: (stack: TerraformStack) => void, edit: (json: any) => void = () => undefined): this {
    const { directory } = SynthesizedStack.of(define, this.id);
    fs.cpSync(directory, this.directory, { recursive: true });
    const file = path.join(this.directory, 'cdk.tf.json');
    const json = JSON.parse(fs.readFileSync(file, 'utf8'));
    delete json.terraform.backend;
    edit(json);
    fs.writeFileSync(file, JSON.stringify(json));
    if (!fs.existsSync(path.join(this.directory, '.terraform'))) {
      this.succeed('init', '-input=false');
    }
    return this;
  }

  public apply(): this {
    this.succeed('apply', '-auto-approve', '-input=false');
    return this;
  }

  /** Applies while this process does other things. */
  public applyBeside(): Promise<Outcome> {
    return new Promise((resolve, fail) => {
      const child = spawn('terraform', ['apply', '-no-color', '-auto-approve', '-input=false'], {
        cwd: this.directory, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }, stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      [child.stdout, child.stderr].forEach((stream) => stream.on('data', (chunk) => {
        output += chunk;
      }));
      child.on('error', fail);
      child.on('close', (status) => resolve({ status: status ?? 1, output: output.replace(/^[│╷╵] ?/gm, '') }));
    });
  }

  /** Applies what cannot be applied, and returns what Terraform says. */
  public refused(): string {
    const { status, output } = this.terraform('apply', '-auto-approve', '-input=false');
    if (status === 0) {
      throw new Error(`the apply of ${this.id} succeeded:\n${output}`);
    }
    return output;
  }

  /** Address of the resource → actions. What stays as it is is left out. */
  public plan(): Record<string, string[]> {
    this.succeed('plan', '-input=false', '-out=plan');
    const shown = spawnSync('terraform', ['show', '-json', 'plan'], { cwd: this.directory, encoding: 'utf8', maxBuffer: 2 ** 28 });
    const { resource_changes: changes = [] } = JSON.parse(shown.stdout);
    return Object.fromEntries(changes.map(({ address, change }: any) => [address, change.actions])
      .filter(([, actions]: [string, string[]]) => actions.join() !== 'no-op'));
  }

  /** What a plan says to the person who reads it, in lines without breaks. */
  public planText(): string {
    const { status, output } = this.terraform('plan', '-input=false');
    if (status !== 0) {
      throw new Error(`terraform plan:\n${output}`);
    }
    return output.replace(/\s*\n\s*/g, ' ');
  }

  public destroy(): this {
    this.succeed('destroy', '-auto-approve', '-input=false');
    return this;
  }

  /** The value of an output, sensitive ones too. */
  public output(name: string): string {
    return this.terraform('output', '-raw', name).output;
  }

  private succeed(...args: string[]): void {
    const { status, output } = this.terraform(...args);
    if (status !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${output}`);
    }
  }

  private terraform(...args: string[]): Outcome {
    const { status, stdout, stderr } = spawnSync('terraform', [args[0], ...args[0] === 'output' ? [] : ['-no-color'], ...args.slice(1)], {
      cwd: this.directory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
    return { status: status ?? 1, output: `${stdout}${stderr}`.replace(/^[│╷╵] ?/gm, '') };
  }
}
