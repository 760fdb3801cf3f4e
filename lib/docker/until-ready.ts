import { IResolvable, Lazy, LocalExecProvisioner, Token } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration, HAS_DOCKER_COMMAND, hasCertificateTexts, hasSshHost } from './docker-command';
import { WITH_FUNCTIONS, reasonsEnvironment } from './reasons';
import { localOf } from '../terraform/local';

/** When a container is ready. */
export interface Readiness {
  /** The longest wait, in seconds. */
  readonly seconds: number;
  /** How long the program must have run without a restart, in seconds. */
  readonly settleSeconds: number;
  /** How often the program may end, until it is taken for one that always does. */
  readonly mostEnds: number;
  /** Whether it need not be healthy. */
  readonly ignoresHealth?: boolean;
  /** What a failure means, as a sentence. */
  readonly meaning?: string;
}

/** The environment of `until_ready`. */
export function readinessEnvironment({ seconds, settleSeconds, mostEnds, ignoresHealth, meaning }: Readiness): Record<string, string> {
  return {
    SECONDS_TO_WAIT: String(seconds),
    SETTLE_SECONDS: String(settleSeconds),
    MOST_ENDS: String(mostEnds),
    IGNORE_HEALTH: ignoresHealth ? 'yes' : '',
    MEANING: meaning === undefined ? '' : ` ${meaning}`,
  };
}

/**
 * Makes an apply wait until a new container is ready, and fail with the reason.
 *
 * Quirk (3.6.2, 4.5.0): the provider's own `wait` takes its whole timeout, also when the program has ended for good. It then says
 * `container failed to be in healthy state`, without a name, log or answer. It cannot wait for a container without a health check.
 *
 * Remedy: a provisioner of the container waits. Its failure leaves what the provider's failure leaves: the container is tainted, dependents
 * are not touched, and a container that is replaced side by side keeps its predecessor. The next apply replaces it.
 *
 * The provisioner refers to no sensitive value. Otherwise Terraform would show `output suppressed due to sensitive value in config`.
 */
export function failUnlessReady(scope: Construct, engine: EngineConfiguration, readiness: Readiness): LocalExecProvisioner {
  const waiting = JSON.stringify(`${WITH_FUNCTIONS}; until_ready "$CONTAINER" 0`);
  return {
    type: 'local-exec',
    command: `\${${withoutCommand(scope, engine)} ? "exit 0" : ${waiting}}`,
    environment: { ...reasonsEnvironment(scope, engine), ...readinessEnvironment(readiness), CONTAINER: '${self.name}' },
  };
}

/** Whether the provider waits itself, because a command cannot. It waits for containers with a health check only. */
export function providerWaits(scope: Construct, engine: EngineConfiguration): IResolvable {
  return Token.asAny(`\${${withoutCommand(scope, engine)}}`);
}

/**
 * A Terraform expression: whether Terraform runs without `sh` or a docker command, or the docker command has no access to the engine.
 *
 * An apply cannot know beforehand whether the docker command works. It looks at the usual places of the command instead.
 */
function withoutCommand(scope: Construct, engine: EngineConfiguration): string {
  // Now, because nothing can be added while the stack is synthesized.
  const hasCommand = localOf(scope, 'docker_command', `\${${HAS_DOCKER_COMMAND}}`);
  return Lazy.stringValue({
    produce: () => {
      const configuration = engine();
      if (hasCertificateTexts(configuration)) {
        return 'true';
      }
      return hasSshHost(configuration) ? 'abspath("/") != "/"' : `!${hasCommand}`;
    },
  });
}
