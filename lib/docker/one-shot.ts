import { Container } from '@cdktf/provider-docker/lib/container';
import { Lazy, LocalExecProvisioner, TerraformProvider } from 'cdktf';
import { literal } from '../terraform/text';

/**
 * Settings of a container that runs to completion. An apply waits for its program and fails unless it exits with 0.
 *
 * Quirk: the provider treats every exit code as a success. A postcondition on `exit_code` would block the stack for good: after a failure,
 * the next plan checks it before the container can run again.
 *
 * Remedy: a failed provisioner marks the container as tainted. The next apply runs a new container, and dependents wait.
 * The provisioner is a line for `sh` that prints the end of the log if the docker command exists. Without `sh` (Windows), the line of a
 * failed container fails as well, and every shell knows `exit 0`.
 *
 * Quirk: the provider ignores the current context of the docker command (measured with 3.6.2), so the line names the engine. The docker
 * command knows no options for ssh; the line therefore calls ssh itself, which must not ask anything.
 *
 * Quirk: `logs = true` would save the log with its frame headers in Terraform's state. A line above 64 KiB would crash the provider.
 *
 * Quirk: without a timeout on this resource, the provider gives up after 20 minutes (the default of its SDK).
 */
export const UNTIL_IT_ENDS = { attach: true, mustRun: false, logs: false } as const;

/** The number of log lines that a failed apply shows. */
const LOG_LINES = 30;

const EXPLAIN = [
  'echo "$EXPLANATION" >&2',
  `case "$DOCKER_HOST" in ssh://*) ssh -o BatchMode=yes $SSH_OPTIONS "$DOCKER_HOST" docker logs --tail ${LOG_LINES} "$CONTAINER" 2>&1 ;; ` +
    `*) docker logs --tail ${LOG_LINES} "$CONTAINER" 2>&1 ;; esac`,
  'exit 1',
].join('; ');

/**
 * Fails the apply unless the program exits with 0. The error contains the construct's path.
 * @param provider the container's; its settings are read at synth
 */
export function failUnlessZero(path: string, provider: TerraformProvider): LocalExecProvisioner {
  return {
    type: 'local-exec',
    command: `\${self.exit_code == 0 ? "exit 0" : ${JSON.stringify(EXPLAIN)}}`,
    environment: {
      CONTAINER: '${self.name}',
      EXPLANATION: `${literal(path)} ended with exit code \${self.exit_code}. To read its log: docker logs \${self.name}`,
      ...Object.fromEntries(ENGINE_VARIABLES.map((name) => [name, Lazy.stringValue({ produce: () => engineVariables(provider)[name] })])),
    },
  };
}

const ENGINE_VARIABLES = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'SSH_OPTIONS'] as const;

/** Variables of the docker command for the engine of a provider. A missing one has Terraform's own value, which the provider reads as well. */
function engineVariables(provider: TerraformProvider): Partial<Record<typeof ENGINE_VARIABLES[number], string>> {
  const { host, context, cert_path: certificates, ssh_opts: options } = provider.toTerraform().provider.docker[0];
  return {
    DOCKER_HOST: host,
    DOCKER_CONTEXT: host === undefined ? context ?? 'default' : undefined,
    DOCKER_CERT_PATH: certificates,
    DOCKER_TLS_VERIFY: certificates === undefined ? undefined : '1',
    // The gate's own options name no variable that exists.
    SSH_OPTIONS: Array.isArray(options) && options.length > 0
      ? options.filter((option, index) => !isGates(option) && !(option === '-o' && isGates(options[index + 1]))).join(' ') || undefined
      : undefined,
  };
}

function isGates(option: unknown): boolean {
  return typeof option === 'string' && option.startsWith('SendEnv=');
}

export function isOneShot(resource: unknown): resource is Container {
  return (resource as Partial<Container>).mustRunInput === UNTIL_IT_ENDS.mustRun;
}
