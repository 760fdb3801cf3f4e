import { LocalExecProvisioner } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration } from './docker-command';
import { WITH_FUNCTIONS, reasonsEnvironment } from './reasons';
import { literal } from '../terraform/text';

/**
 * Settings of a container that runs to completion. An apply waits for its program and fails unless it exits with 0.
 *
 * Quirk: the provider treats every exit code as a success. A postcondition on `exit_code` would block the stack for good: after a failure,
 * the next plan checks it before the container can run again.
 *
 * Remedy: a failed provisioner marks the container as tainted. The next apply runs a new container, and dependents wait.
 * The provisioner is a line for `sh` that prints the reason if the docker command exists. Without `sh` (Windows), the line of a
 * failed container fails as well, and every shell knows `exit 0`.
 *
 * Quirk: `logs = true` would save the log with its frame headers in Terraform's state. A line above 64 KiB would crash the provider.
 *
 * Quirk (3.6.2): the provider gives up after 20 minutes, the default of its SDK. Since 4.0 a container has `timeouts`.
 */
export const UNTIL_IT_ENDS = { attach: true, mustRun: false, logs: false } as const;

/** How long a program that runs to completion may take, where the provider can be told. */
export const LONGEST_RUN = { create: '24h' } as const;

/**
 * Fails the apply unless the program exits with 0. The error contains the construct's path, and what `explain` finds.
 * @param engine the user's configuration of the container's provider
 * @param meaning what the failure means, as a sentence
 */
export function failUnlessZero(scope: Construct, engine: EngineConfiguration, meaning?: string): LocalExecProvisioner {
  return {
    type: 'local-exec',
    command: `\${self.exit_code == 0 ? "exit 0" : ${JSON.stringify(`${WITH_FUNCTIONS}; task_failed "$CONTAINER"`)}}`,
    environment: {
      ...reasonsEnvironment(scope, engine),
      CONTAINER: '${self.name}',
      EXPLANATION: `${literal(scope.node.path)} ended with exit code \${self.exit_code}.${meaning === undefined ? '' : ` ${literal(meaning)}`}`,
    },
  };
}
