import { LocalExecProvisioner } from 'cdktf';
import { EngineConfiguration, ON_ENGINE, engineEnvironment } from './docker-command';
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
 * Quirk: `logs = true` would save the log with its frame headers in Terraform's state. A line above 64 KiB would crash the provider.
 *
 * Quirk: without a timeout on this resource, the provider gives up after 20 minutes (the default of its SDK).
 */
export const UNTIL_IT_ENDS = { attach: true, mustRun: false, logs: false } as const;

/** The number of log lines that a failed apply shows. */
const LOG_LINES = 30;

const EXPLAIN = [
  ON_ENGINE,
  'echo "$EXPLANATION" >&2',
  `on_engine "logs --tail ${LOG_LINES} $CONTAINER" 2>&1`,
  'exit 1',
].join('; ');

/**
 * Fails the apply unless the program exits with 0. The error contains the construct's path.
 * @param engine the user's configuration of the container's provider
 * @param meaning what the failure means, as a sentence
 */
export function failUnlessZero(path: string, engine: EngineConfiguration, meaning?: string): LocalExecProvisioner {
  return {
    type: 'local-exec',
    command: `\${self.exit_code == 0 ? "exit 0" : ${JSON.stringify(EXPLAIN)}}`,
    environment: {
      CONTAINER: '${self.name}',
      EXPLANATION: `${literal(path)} ended with exit code \${self.exit_code}. ${meaning === undefined ? '' : `${literal(meaning)} `}To read its log: docker logs \${self.name}`,
      ...engineEnvironment(engine),
    },
  };
}
