import { Container } from '@cdktf/provider-docker/lib/container';
import { LocalExecProvisioner } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration } from './docker-command';
import { WITH_FUNCTIONS, reasonsEnvironment } from './reasons';
import { Readiness, readinessEnvironment } from './until-ready';
import { addressOf } from '../terraform/address';
import { TerraformData } from '../terraform/data';
import { literal } from '../terraform/text';

/**
 * Settings of a container that runs until somebody stops it.
 *
 * Quirk (3.6.2): with `must_run`, a *plan* deletes a stopped container, and its log with it: the provider's read removes it.
 *
 * Quirk (3.6.2, 4.5.0): a stopped container publishes no ports, which looks like a change of `ports` and replaces the container.
 *
 * Remedy: the provider watches neither. A label with a hash of the ports replaces the container when the program changes them, and
 * {@link StartStopped} starts it again.
 */
export const KEPT_WHEN_STOPPED = { mustRun: false } as const;

const START = [
  WITH_FUNCTIONS,
  'printf "%s\\n" "$NETWORKS" | while read -r network aliases; do',
  '  options=',
  '  for alias in $aliases; do options="$options --alias $alias"; done',
  // The text is read again by a shell.
  '  case "$network$aliases" in "" | *[!A-Za-z0-9_.\\ -]*) continue ;; esac',
  '  for c in $CONTAINERS; do on_engine "network connect $options $network $c" 2>/dev/null; done',
  'done',
  'for c in $CONTAINERS; do',
  '  why=$(on_engine "start $c" 2>&1) || { say "$CONSTRUCT: the container $c cannot be started:"; say "$(printf \'%s\\n\' "$why" | clean)"; exit 1; }',
  'done',
  // The engine counts restarts from a container's start, and not all of them have just been started.
  'for c in $CONTAINERS; do look "$c" || restarts=0; until_ready "$c" "$restarts"; done',
].join('\n');

export interface StartStoppedSettings {
  readonly containers: readonly Container[];
  /** When a started container is ready. */
  readonly readiness: Omit<Readiness, 'meaning'>;
  /** Their networks, read at synth. */
  readonly networks: () => readonly { readonly name: string; readonly aliases: readonly string[] }[];
  /** The user's configuration of the engine's provider. */
  readonly engine: EngineConfiguration;
}

/**
 * Starts stopped containers with the next apply, and connects those that somebody took off a network. A plan names them and changes nothing.
 *
 * A container without an address has stopped, or waits for its next start in a crash loop: the provider has no other sign of it. It does not compare networks. The value of `timestamp()` is unknown to a plan, so
 * the resource is planned as a replacement while a container is stopped. The applied value is empty, so the next plan is empty too.
 *
 * An unhealthy container has an address. Nothing that provider 3.6.2 reads tells its health; the command `status` does.
 *
 * Measured with providers 3.6.2 and 4.5.0.
 */
export class StartStopped extends TerraformData {
  public constructor(scope: Construct, id: string, private readonly start: StartStoppedSettings) {
    super(scope, id);
  }

  /** A `check` for each container: every plan and apply warns of the stopped ones. */
  public toTerraform(): any {
    this.provisioners = [this.startCommand()];
    return {
      ...super.toTerraform(),
      check: Object.fromEntries(this.start.containers.map((container) => [`${container.friendlyUniqueId}_runs`, {
        assert: [{ condition: `\${!${isStopped(container)}}`, error_message: this.warning(container) }],
      }])),
    };
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    const ids = this.start.containers.map((container) => `\${${addressOf(container)}.id}`);
    return { triggers_replace: [...ids, `\${${this.anyStopped()} ? substr(timestamp(), 0, 0) : ""}`] };
  }

  private anyStopped(): string {
    return `anytrue([${this.start.containers.map(isStopped).join(', ')}])`;
  }

  private warning(container: Container): string {
    const name = `\${${addressOf(container)}.name}`;
    return `${this.path}: the container ${name} is not running: it was stopped, crashes again and again, or was taken off a network. The next apply starts and connects it. To see why: npx cdktf-go-docker status, or docker logs ${name}`;
  }

  private get path(): string {
    return literal(this.node.scope!.node.path);
  }

  private startCommand(): LocalExecProvisioner {
    return {
      type: 'local-exec',
      // Every shell knows `exit 0`. The start itself needs `sh` and the `docker` command.
      command: `\${${this.anyStopped()} ? ${literal(JSON.stringify(START))} : "exit 0"}`,
      environment: {
        ...reasonsEnvironment(this.node.scope!, this.start.engine),
        ...readinessEnvironment({ ...this.start.readiness, meaning: 'It was stopped, and this apply has started it again.' }),
        NETWORKS: this.start.networks().map(({ name, aliases }) => [literal(name), ...aliases.map(literal)].join(' ')).join('\n'),
        CONTAINERS: this.start.containers.map((container) => `\${${addressOf(container)}.name}`).join(' '),
      },
    };
  }
}

/** Containers with the host's network never have an address, and are not watched. */
function isStopped(container: Container): string {
  const address = addressOf(container);
  const networks = `${address}.network_data`;
  return `(${address}.network_mode == "bridge" && (length(${networks}) < length(${address}.networks_advanced)`
    + ` || length(${networks}) > 0 && alltrue([for network in ${networks} : network.ip_address == "" && network.global_ipv6_address == ""])))`;
}
