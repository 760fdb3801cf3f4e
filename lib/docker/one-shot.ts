import { Container } from '@cdktf/provider-docker/lib/container';
import { LocalExecProvisioner } from 'cdktf';
import { literal } from '../terraform/text';

/**
 * Settings of a container whose program ends by itself: an apply waits for its end and fails unless it ends with 0.
 *
 * Quirk: the provider takes any end of such a container for a success. A postcondition on `exit_code` would fail the apply, but
 * Terraform checks it again at the next plan, before anything could run again, so that the stack could never be applied again.
 *
 * Remedy: a provisioner that fails marks the container as tainted, so that the next apply runs a new one, and what depends on it
 * waits. It is a line for `sh` that prints the last lines of the container's log if there is a docker command to ask; where there is
 * no such shell (Windows), a failed line fails the apply as well, and `exit 0` is known to each shell.
 *
 * Quirk: `logs = true` would save the log in Terraform's state, with the frame headers of Docker's stream in it, and ends the provider
 * at a line of more than 64 KiB. It stays off.
 *
 * Quirk: without a timeout of its own on this resource, the provider gives up after 20 minutes (the default of its SDK).
 */
export const UNTIL_IT_ENDS = { attach: true, mustRun: false, logs: false } as const;

/** The last lines of the log that a failed apply shows. */
const LOG_LINES = 30;

const EXPLAIN = [
  'echo "$EXPLANATION" >&2',
  `docker logs --tail ${LOG_LINES} "$CONTAINER" 2>&1`,
  'exit 1',
].join('; ');

/** Fails the apply when the program has not ended with 0. `path` names the construct in the error. */
export function failUnlessZero(path: string): LocalExecProvisioner {
  return {
    type: 'local-exec',
    command: `\${self.exit_code == 0 ? "exit 0" : ${JSON.stringify(EXPLAIN)}}`,
    environment: {
      CONTAINER: '${self.name}',
      EXPLANATION: `${literal(path)} ended with exit code \${self.exit_code}. To read its log: docker logs \${self.name}`,
    },
  };
}

/** Whether this is a container that runs to its end before what depends on it. */
export function isOneShot(resource: unknown): resource is Container {
  return (resource as Partial<Container>).mustRunInput === UNTIL_IT_ENDS.mustRun;
}
