import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { temporaryDirectory } from './synthesized-stack';
import { dockerfilePath } from '../../../lib/command/tree/dockerfile-path';

/** The compiler said no, or a download failed; the message is the build's whole output. */
export class BuildError extends Error {
  public constructor(public readonly command: string, public readonly output: string) {
    super(`${command}\n${output}`);
  }
}

const KNOWN = new Set(['context', 'dockerfile', 'builder', 'build_log_file', 'build_args', 'platform', 'secrets', 'label', 'target', 'cache_from', 'cache_to']);

export interface BuildOptions {
  /** Build every stage again; BuildKit's cache mounts, which hold Go's own caches, stay. */
  readonly noCache?: boolean;
  /** Environment variables of the build's secrets. */
  readonly environment?: Record<string, string>;
}

/**
 * Builds a `docker_image` with buildx, which is what the provider does with `builder = "default"`.
 *
 * @param directory the stack's directory, where Terraform would run
 * @param build the evaluated `build` block
 * @returns the image's id
 */
export async function buildImage(directory: string, build: Readonly<Record<string, any>>, tag: string, options: BuildOptions = {}): Promise<string> {
  const unknown = Object.keys(build).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) {
    throw new Error(`The engine tests have no translation of docker_image's build.${unknown.join(', build.')}`);
  }
  const idFile = path.join(temporaryDirectory('image-id'), 'id');
  const args = [
    'buildx', 'build', '--builder', build.builder ?? 'default', '--load', '--progress', 'plain', '--iidfile', idFile, '--tag', tag,
    ...build.dockerfile ? ['--file', dockerfilePath(build as { context: string; dockerfile: string })] : [],
    ...build.platform ? ['--platform', build.platform] : [],
    ...build.target ? ['--target', build.target] : [],
    ...Object.entries(build.build_args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(build.label ?? {}).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(build.secrets ?? []).flatMap((secret: any) =>
      ['--secret', [`id=${secret.id}`, secret.env ? `env=${secret.env}` : `src=${secret.src}`].join(',')]),
    ...options.noCache ? ['--no-cache'] : [],
    build.context,
  ];
  const { exitCode, output } = await run(args, directory, options.environment ?? {});
  if (build.build_log_file) {
    fs.writeFileSync(path.join(directory, build.build_log_file), output);
  }
  if (exitCode !== 0) {
    throw new BuildError(`docker ${args.join(' ')}`, output);
  }
  return fs.readFileSync(idFile, 'utf8').trim();
}

/** Beside this process and not in its way: a build may ask a server that a test runs. */
async function run(args: string[], cwd: string, environment: Record<string, string>): Promise<{ exitCode: number | null; output: string }> {
  const build = spawn('docker', args, {
    cwd, env: { ...process.env, ...environment, DOCKER_CLI_HINTS: 'false' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  build.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  build.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    build.on('error', reject);
    build.on('close', (exitCode) => resolve({ exitCode, output: Buffer.concat(chunks).toString() }));
  });
}
