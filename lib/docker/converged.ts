import { TerraformResource, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration, HAS_DOCKER_COMMAND, HAS_SHELL, hasCertificateTexts, hasSshHost } from './docker-command';
import { WITH_FUNCTIONS, reasonsEnvironment } from './reasons';
import { SwarmService } from './swarm-service';
import { reject } from '../input/input-error';
import { TerraformData } from '../terraform/data';
import { localOf } from '../terraform/local';
import { literal } from '../terraform/text';

/** How many new tasks may fail until a first version, to which there is no way back, is given up. */
const MOST_FAILURES = 3;

/** Seconds that a task may wait for a node. A node that restarts takes about so long. */
const UNSCHEDULED_SECONDS = 45;

/** How many failures of the docker command in a row end the wait. */
const MISSED = 10;

/**
 * `converged` waits until all tasks of `$SERVICE` run the wanted version, `$VERSION`, and Swarm has stopped watching them.
 *
 * - `ForceUpdate` says which version the service has. After a rollback it is that of the former one. The state of the update alone does not tell:
 *   `rollback_completed` stays until the next update.
 * - Without the docker command there is no other sign: Terraform's state has the wanted settings as soon as the manager knows them.
 */
const CONVERGED = `
tasks() {
  ids=$(on_engine "service ps --quiet --no-trunc $SERVICE" 2>/dev/null | tr '\\n' ' ')
  [ -n "$ids" ] || return 0
  on_engine "inspect --type task --format '{{.ID}}|{{.Spec.ForceUpdate}}|{{.DesiredState}}|{{.Status.State}}|{{.NodeID}}|{{.Status.Err}}' $ids" 2>/dev/null
}
failed_tasks() { printf '%s\\n' "$all" | awk -F'|' -v version="$VERSION" '$2 == version && ($4 == "failed" || $4 == "rejected" || $4 == "complete") { print $1 }'; }
why() {
  errors=$(printf '%s\\n' "$all" | awk -F'|' -v version="$VERSION" '$2 == version && $6 != "" { print $6 }' | sort | uniq | head -n 3 | clean)
  if [ -n "$errors" ]; then say 'The Swarm says:'; say "$errors"; fi
  for task in $(printf '%s\\n' $new | head -n 1); do
    log=$(on_engine "service logs --raw --tail 20 $task" 2>&1 | clean)
    if [ -n "$log" ]; then say "The end of the log of a failed task (docker service logs $task):"; say "$log"; fi
  done
  say "To see more: docker service ps --no-trunc $NAME"
  exit 1
}
converged() {
  began=$(date +%s) missed=0 first=yes before= new= waiting=
  while :; do
    now=$(date +%s)
    seen=$(on_engine "service inspect --format '{{.Spec.TaskTemplate.ForceUpdate}} {{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}none{{end}} {{if .PreviousSpec}}yes{{else}}no{{end}}' $SERVICE" 2>/dev/null)
    if [ -z "$seen" ]; then
      missed=$((missed + 1))
      if [ $missed -ge ${MISSED} ]; then
        say "$CONSTRUCT: cannot ask the Swarm about the service $NAME. Terraform needs a docker command that reaches its manager:"
        say "$(on_engine "service inspect --format '{{.ID}}' $SERVICE" 2>&1 | clean)"
        exit 1
      fi
      sleep 1
      continue
    fi
    missed=0
    set -- $seen
    version=$1 state=$2 previous=$3
    all=$(tasks)
    failed=$(failed_tasks)
    if [ -n "$first" ]; then before=$failed first=; fi
    for task in $failed; do
      case " $(echo $before $new) " in *" $task "*) ;; *) new="$task $new" ;; esac
    done
    if [ "$version" != "$VERSION" ]; then
      case $state in
        updating | rollback_started) ;;
        rollback_paused) say "$CONSTRUCT: the new version of the service $NAME failed, and so did the way back to the former one."; why ;;
        *) say "$CONSTRUCT: the new version of the service $NAME failed, and the Swarm has gone back to the former one."; why ;;
      esac
    else
      set -- $(printf '%s\\n' "$all" | awk -F'|' -v version="$VERSION" '
        $3 == "running" && $2 == version && $4 == "running" { good++; next }
        $3 == "running" { others++ }
        $3 == "running" && $4 == "pending" && $6 != "" { pending++ }
        END { print good + 0, others + 0, pending + 0 }')
      if [ "$1" = "$REPLICAS" ] && [ "$2" = 0 ] && [ "$state" != updating ]; then return 0; fi
      if [ "$state" = paused ]; then say "$CONSTRUCT: the Swarm has paused the update of the service $NAME."; why; fi
      if [ "$previous" = no ] && [ "$(echo $new | wc -w)" -ge ${MOST_FAILURES} ]; then
        say "$CONSTRUCT: the service $NAME does not stay up: $(echo $new | wc -w) of its tasks have failed. It has no former version to go back to."
        why
      fi
      if [ "$3" = 0 ]; then waiting=; elif [ -z "$waiting" ]; then waiting=$now
      elif [ $((now - waiting)) -ge ${UNSCHEDULED_SECONDS} ]; then
        say "$CONSTRUCT: no node of the Swarm can take a task of the service $NAME. The former version goes on where it runs. The Swarm keeps trying: apply again when there is room."
        why
      fi
    fi
    if [ $((now - began)) -gt $SECONDS_TO_WAIT ]; then
      say "$CONSTRUCT: the service $NAME is not ready after $((now - began)) seconds: the state of its update is $state, and $1 of $REPLICAS tasks are healthy."
      why
    fi
    sleep 1
  done
}
converged
`;

export interface ConvergedSettings {
  readonly service: SwarmService;
  readonly replicas: () => number;
  /** The longest wait, in seconds. */
  readonly seconds: () => number;
  /** Objects of the Swarm that a rollback may need: they stay until the service has left them for good. */
  readonly objects: () => readonly TerraformResource[];
  /** The user's configuration of the manager's provider. */
  readonly engine: EngineConfiguration;
}

/**
 * Makes an apply wait until a service has its new version everywhere, and fail when Swarm goes back to the former one.
 *
 * Quirk (3.6.2, 4.5.0): the provider calls a service updated although Swarm rolls it back later, or cannot start its tasks. A plan after an
 * update that waits for a node is empty, because the manager has the new settings already.
 *
 * Remedy: this resource fails then. It is tainted, so the next plan names it, and waits again. Former secrets stay as well: Terraform removes
 * them only after everything that refers to the new ones, and a rollback needs them.
 */
export class Converged extends TerraformData {
  private readonly hasCommand: string;
  private readonly script: string;

  public constructor(private readonly program: Construct, id: string, private readonly wait: ConvergedSettings) {
    super(program, id);
    // Now, because nothing can be added while the stack is synthesized.
    this.hasCommand = localOf(program, 'docker_command', `\${${HAS_DOCKER_COMMAND}}`);
    this.script = localOf(program, 'swarm_converged', literal(CONVERGED));
  }

  public toTerraform(): any {
    const { service, seconds, replicas, objects, engine } = this.wait;
    this.refuseKeysInMemory();
    this.lifecycle = {
      precondition: [{
        // Over ssh, the docker command is the other machine's. Terraform refuses a condition that refers to nothing.
        condition: `\${${hasSshHost(engine()) ? `${HAS_SHELL} || ` : ''}${this.hasCommand}}`,
        errorMessage: `${literal(this.program.node.path)}: a Swarm reports to the docker command whether an update worked. Install the docker command where Terraform runs.`,
      }],
    };
    const all = objects();
    this.dependsOn = all.length > 0 ? all.map((object) => dependable(object)) : undefined;
    this.provisioners = [{
      type: 'local-exec',
      interpreter: ['/bin/sh', '-c'],
      command: `${WITH_FUNCTIONS}; eval "$CONVERGED"`,
      environment: {
        ...reasonsEnvironment(this.program, engine),
        CONVERGED: `\${${this.script}}`,
        SERVICE: service.serviceId,
        NAME: service.getStringAttribute('name'),
        VERSION: service.version,
        REPLICAS: String(replicas()),
        SECONDS_TO_WAIT: String(seconds()),
      },
    }];
    return super.toTerraform();
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    const { service, replicas } = this.wait;
    return { triggers_replace: { service: service.serviceId, version: service.version, replicas: replicas() } };
  }

  private refuseKeysInMemory(): void {
    if (hasCertificateTexts(this.wait.engine())) {
      reject(this.program, {
        what: 'the docker command, which asks the Swarm whether an update worked, cannot use the certificates of the provider',
        given: 'ca_material, cert_material or key_material',
        allowed: 'a manager that is reached over ssh, a socket, or TCP with `cert_path`',
        remedy: 'write the certificates to files and give the provider `certPath`',
      });
    }
  }
}
