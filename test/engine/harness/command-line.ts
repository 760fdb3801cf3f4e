import { spawn } from 'child_process';
import * as path from 'path';

const REPOSITORY = path.join(__dirname, '..', '..', '..');

export interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the project's own command from the sources, as users call it in their project's directory. */
export async function callCommand(directory: string, args: readonly string[], { input = '', environment = {} }: {
  readonly input?: string; readonly environment?: Record<string, string>;
} = {}): Promise<Called> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [
      path.join(REPOSITORY, 'node_modules', 'ts-node', 'dist', 'bin.js'), '--transpile-only', '--project', path.join(REPOSITORY, 'test', 'tsconfig.json'),
      path.join(REPOSITORY, 'lib', 'command', 'cdktf-go-docker.ts'), ...args,
    ], { cwd: directory, env: { ...process.env, TS_NODE_PREFER_TS_EXTS: 'true', ...environment } });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.stdout += text);
    child.stderr.setEncoding('utf8').on('data', (text: string) => output.stderr += text);
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, ...output }));
    child.stdin.end(input);
  });
}
