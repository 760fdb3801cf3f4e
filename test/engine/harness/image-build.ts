import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { temporaryDirectory } from './synthesized-stack';

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
export function buildImage(directory: string, build: Readonly<Record<string, any>>, tag: string, options: BuildOptions = {}): string {
  const unknown = Object.keys(build).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) {
    throw new Error(`The engine tests have no translation of docker_image's build.${unknown.join(', build.')}`);
  }
  const idFile = path.join(temporaryDirectory('image-id'), 'id');
  const args = [
    'buildx', 'build', '--builder', build.builder ?? 'default', '--load', '--progress', 'plain', '--iidfile', idFile, '--tag', tag,
    ...build.dockerfile ? ['--file', build.dockerfile] : [],
    ...build.platform ? ['--platform', build.platform] : [],
    ...build.target ? ['--target', build.target] : [],
    ...Object.entries(build.build_args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(build.label ?? {}).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(build.secrets ?? []).flatMap((secret: any) =>
      ['--secret', [`id=${secret.id}`, secret.env ? `env=${secret.env}` : `src=${secret.src}`].join(',')]),
    ...options.noCache ? ['--no-cache'] : [],
    build.context,
  ];
  const result = spawnSync('docker', args, {
    cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...options.environment, DOCKER_CLI_HINTS: 'false' },
  });
  const output = `${result.stdout}${result.stderr}`;
  if (build.build_log_file) {
    fs.writeFileSync(path.join(directory, build.build_log_file), output);
  }
  if (result.status !== 0) {
    throw new BuildError(`docker ${args.join(' ')}`, result.error ? String(result.error) : output);
  }
  return fs.readFileSync(idFile, 'utf8').trim();
}
