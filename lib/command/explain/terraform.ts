import { spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import type { Plan } from './plan';
import { PlainError } from '../plain-error';

/** Terraform in the directory of a synthesized stack. As with `cdktf`, TERRAFORM_BINARY_NAME names another binary, for example `tofu`. */
export class Terraform {
  private readonly binary = process.env.TERRAFORM_BINARY_NAME || 'terraform';

  public constructor(private readonly directory: string) {}

  /** Makes a plan. Nothing is changed, and no file stays. */
  public async plan(progress: (text: string) => void): Promise<Plan> {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'cdktf-go-docker-'));
    try {
      if (!fs.existsSync(path.join(this.directory, '.terraform'))) {
        progress('terraform init');
        await this.run('init', '-input=false', '-no-color');
      }
      progress('terraform plan');
      const file = path.join(temporary, 'plan');
      await this.run('plan', '-input=false', '-no-color', `-out=${file}`);
      return await this.show(file);
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true });
    }
  }

  /** Reads a file that `terraform plan -out` wrote. */
  public async show(file: string): Promise<Plan> {
    return JSON.parse(await this.run('show', '-json', path.resolve(file)));
  }

  private async run(...args: string[]): Promise<string> {
    const child = spawn(this.binary, args, {
      cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => output[stream] += text);
    }
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => reject(new PlainError(`${this.binary} cannot be started: ${error.message}`,
        'install Terraform, or name the binary: TERRAFORM_BINARY_NAME')));
      child.on('close', resolve);
    });
    if (status !== 0) {
      throw new PlainError(`${this.binary} ${args[0]} failed in ${this.directory}:\n${(output.stderr || output.stdout).trim()}`);
    }
    return output.stdout;
  }
}
