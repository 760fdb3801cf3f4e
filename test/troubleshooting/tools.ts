import { type ChildProcess, type SpawnOptions, spawn } from 'child_process';
import * as fs from 'fs';
import { eventually } from '../engine/harness/eventually';
import { filesOf } from '../engine/harness/synthesized-stack';

/** What a command writes, to both outputs. It may fail. */
export async function said(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collected(child);
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  return output();
}

function collected(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => output += text);
  }
  return () => output;
}

export async function docker(...args: readonly string[]): Promise<string> {
  return said('docker', args);
}

const SETTINGS = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };

/** A directory with a configuration of Terraform. */
export class Configuration {
  public readonly directory: string;

  public constructor(text: string, private readonly environment: Readonly<Record<string, string>> = {}) {
    this.directory = filesOf('configuration', { 'main.tf': text });
  }

  public write(text: string): void {
    fs.writeFileSync(`${this.directory}/main.tf`, text);
  }

  /** What Terraform says, as one line without its frame. */
  public async terraform(...args: readonly string[]): Promise<string> {
    const output = await said('terraform', args[0] === 'force-unlock' ? args : [...args, '-no-color'], this.options);
    return output.replace(/^[│|╷╵] ?/gm, '').replace(/\s+/g, ' ');
  }

  public async apply(): Promise<string> {
    return this.terraform('apply', '-auto-approve', '-input=false');
  }

  /** Runs an action while another apply waits for a person to agree. */
  public async whileApplying(action: () => Promise<string>): Promise<string> {
    const child = spawn('terraform', ['apply', '-no-color'], { ...this.options, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = collected(child);
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await eventually(async () => output(), (text) => text.includes('Enter a value:') || child.exitCode !== null);
      return await action();
    } finally {
      child.stdin!.end('no\n');
      await ended;
    }
  }

  private get options(): SpawnOptions {
    return { cwd: this.directory, env: { ...process.env, ...SETTINGS, ...this.environment } };
  }
}
