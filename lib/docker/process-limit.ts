import { Container } from '@cdktf/provider-docker/lib/container';
import { LocalExecProvisioner } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration, HAS_SHELL, ON_ENGINE, engineEnvironment } from './docker-command';
import { addressOf } from '../terraform/address';
import { TerraformData } from '../terraform/data';
import { literal } from '../terraform/text';

const LIMIT = [
  ON_ENGINE,
  'for c in $CONTAINERS; do',
  '  on_engine "update --pids-limit $PROCESSES $c" >/dev/null || echo "$CONSTRUCT: the container $c has no limit of processes,'
  + ' because the docker command does not reach its engine from here. To set it: docker update --pids-limit $PROCESSES $c"',
  'done',
].join('\n');

export interface ProcessLimitSettings {
  readonly containers: readonly Container[];
  /** The most processes and threads of each container. */
  readonly processes: number;
  /** The user's configuration of the engine's provider. */
  readonly engine: EngineConfiguration;
}

/**
 * The limit of processes and threads (`pids.max`) of running containers.
 *
 * Quirk (3.6.2, 4.5.0): `docker_container` has no attribute for it. `ulimit` with `nproc` is none, because the kernel counts all processes of
 * a user on the host, and most containers have the same user. So `docker update` sets it once the container runs; the engine keeps it, also
 * when the container starts again, and a changed limit replaces no container.
 *
 * A deploy does not fail where there is no docker command, or no `sh` (Windows): the container runs as well without.
 */
export class ProcessLimit extends TerraformData {
  public constructor(scope: Construct, id: string, private readonly limit: ProcessLimitSettings) {
    super(scope, id);
  }

  public toTerraform(): any {
    this.provisioners = [this.limitCommand()];
    return super.toTerraform();
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { triggers_replace: [...this.ids, this.limit.processes] };
  }

  private get ids(): string[] {
    return this.limit.containers.map((container) => `\${${addressOf(container)}.id}`);
  }

  private limitCommand(): LocalExecProvisioner {
    return {
      type: 'local-exec',
      command: `\${${HAS_SHELL} ? ${literal(JSON.stringify(LIMIT))} : "exit 0"}`,
      environment: {
        ...engineEnvironment(this.limit.engine),
        CONSTRUCT: literal(this.node.scope!.node.path),
        CONTAINERS: this.ids.join(' '),
        PROCESSES: String(this.limit.processes),
      },
    };
  }
}
