import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { UserError } from './user-error';

/** `start_interval` of health checks came with this version of the engine's interface, in Docker Engine 25. */
const LOWEST_API = [1, 44];

/** Runs a tool and returns its output. */
function ask(command: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { encoding: 'utf8' });
}

/** What keeps this machine from deploying, as the end of a sentence; undefined when nothing does. */
export function missingTool(): string | undefined {
  const docker = ask('docker', ['version', '--format', '{{.Server.Version}} {{.Server.APIVersion}}']);
  if (docker.error) {
    return 'there is no docker command on the PATH (https://docs.docker.com/engine/install/)';
  }
  if (docker.status !== 0) {
    return `the Docker engine does not answer: ${firstLine(docker.stderr)}`;
  }
  const [version, api] = docker.stdout.trim().split(' ');
  const [major, minor] = api.split('.').map(Number);
  if (major < LOWEST_API[0] || (major === LOWEST_API[0] && minor < LOWEST_API[1])) {
    return `Docker Engine ${version} is too old: 25 or newer is needed (API ${LOWEST_API.join('.')}, it has ${api})`;
  }
  return ask('terraform', ['version']).status === 0
    ? undefined
    : 'there is no terraform command on the PATH (https://developer.hashicorp.com/terraform/install)';
}

/** The provider looks for the engine at the default socket; the docker command also where its current context says. */
export function engineEnvironment(): Record<string, string> {
  if (process.env.DOCKER_HOST !== undefined) {
    return {};
  }
  const context = ask('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = context.status === 0 ? context.stdout.trim() : '';
  return host === '' ? {} : { DOCKER_HOST: host };
}

/** Terraform in the directory of one stack. */
export class Terraform {
  private readonly environment = { ...process.env, ...engineEnvironment(), TF_IN_AUTOMATION: 'true', CHECKPOINT_DISABLE: 'true' };

  public constructor(private readonly directory: string) {}

  /** Installs the provider. */
  public init(): void {
    const result = spawnSync('terraform', ['init', '-input=false', '-no-color'], {
      cwd: this.directory, env: this.environment, encoding: 'utf8',
    });
    if (result.status !== 0) {
      throw new UserError(`the Docker provider cannot be installed: ${firstError(result.stderr)}`);
    }
  }

  /** Runs a command whose output the user sees. Returns whether it succeeded. */
  public run(...args: string[]): boolean {
    return spawnSync('terraform', args, { cwd: this.directory, env: this.environment, stdio: 'inherit' }).status === 0;
  }
}

/** The size of an image in bytes, or undefined when the engine does not have it. */
export function imageBytes(reference: string): number | undefined {
  const result = ask('docker', ['image', 'inspect', '--format', '{{.Size}}', reference]);
  return result.status === 0 ? Number(result.stdout) : undefined;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0];
}

/** The text of the first error box of Terraform, on one line. */
function firstError(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵]\s?/, '').trim());
  const start = lines.findIndex((line) => line.startsWith('Error: '));
  return start < 0 ? firstLine(output) : lines.slice(start).join(' ').trim().replace(/\s+/g, ' ');
}
