import * as fs from 'fs';
import * as path from 'path';
import { CommandResult, run } from './engine';

const STATE = 'terraform.tfstate';

/** A resource of Terraform's state. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, any>>;
}

/** Terraform in a stack's directory. Keeps what it prints, in which no secret may be. */
export class Terraform {
  public readonly output: string[] = [];
  /** The states after successful applies, the newest last. */
  private readonly states: string[] = [];

  public constructor(private readonly directory: string, private readonly environment: Readonly<Record<string, string>>) {}

  public async init(): Promise<void> {
    if (!fs.existsSync(path.join(this.directory, '.terraform'))) {
      await this.succeed('init', '-input=false', '-no-color');
    }
  }

  /** What an apply printed. */
  public async apply(): Promise<CommandResult> {
    const result = await this.run('apply', '-auto-approve', '-input=false', '-no-color');
    if (result.code === 0) {
      this.states.push(fs.readFileSync(this.file, 'utf8'));
    }
    return result;
  }

  public async destroy(): Promise<CommandResult> {
    return this.run('destroy', '-auto-approve', '-input=false', '-no-color');
  }

  /** What a plan would change, in Terraform's words; empty when it changes nothing. */
  public async plan(): Promise<string> {
    const { code, stdout, stderr } = await this.run('plan', '-detailed-exitcode', '-input=false', '-no-color');
    if (code === 1) {
      throw new Error(`terraform plan: ${stderr}`);
    }
    return code === 0 ? '' : stdout;
  }

  public async resources(): Promise<StateResource[]> {
    if (!fs.existsSync(this.file)) {
      return [];
    }
    // Not kept: a state is asked for with all its secrets.
    const { stdout } = await run('terraform', ['show', '-json'], { cwd: this.directory, environment: this.environment });
    return JSON.parse(stdout).values?.root_module?.resources ?? [];
  }

  /** Secrets that Terraform has generated, of all states. */
  public generatedSecrets(): string[] {
    const secrets = new Set<string>();
    const collect = (value: unknown, isSecret: boolean): void => {
      if (typeof value === 'string' && isSecret && value.length >= 16) {
        secrets.add(value);
      } else if (value !== null && typeof value === 'object') {
        Object.entries(value).forEach(([name, entry]) => collect(entry, isSecret || name === 'secret'));
      }
    };
    for (const state of [...this.states, ...fs.existsSync(this.file) ? [fs.readFileSync(this.file, 'utf8')] : []]) {
      for (const { type, instances } of JSON.parse(state).resources ?? []) {
        if (type === 'terraform_data') {
          instances.forEach((instance: any) => collect(instance.attributes, false));
        }
      }
    }
    return [...secrets];
  }

  public loseState(): void {
    for (const file of [this.file, `${this.file}.backup`]) {
      fs.rmSync(file, { force: true });
    }
  }

  /** Puts back the state of so many successful applies ago; where there were fewer, the first one. */
  public restoreState(back: number): void {
    if (this.states.length > 0) {
      fs.writeFileSync(this.file, this.states[Math.max(0, this.states.length - 1 - back)]);
    }
  }

  private get file(): string {
    return path.join(this.directory, STATE);
  }

  private async succeed(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${stdout}${stderr}`);
    }
  }

  private async run(...args: string[]): Promise<CommandResult> {
    const result = await run('terraform', args, {
      cwd: this.directory, environment: { ...this.environment, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
    this.output.push(result.stdout, result.stderr);
    return result;
  }
}
