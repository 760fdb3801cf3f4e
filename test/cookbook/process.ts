import { spawn } from 'child_process';
import type { Ran } from './kitchen';

/** Runs a command, without a standard input, and collects what it writes. */
export async function runCommand(command: string, args: readonly string[], options: {
  readonly cwd?: string; readonly environment?: Record<string, string>; readonly input?: string;
} = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout += text);
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr += text);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? 1, stdout, stderr }));
    // A command may end before it has read everything; its exit code says whether that is wrong.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
  });
}

/** The standard output of a command that has to succeed. */
export async function succeed(command: string, args: readonly string[], options: Parameters<typeof runCommand>[2] = {}): Promise<string> {
  const { status, stdout, stderr } = await runCommand(command, args, options);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ').slice(0, 300)} ended with ${status}:\n${stdout}${stderr}`);
  }
  return stdout;
}
