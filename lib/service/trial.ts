import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { trialCommand } from '../health/probe-program';
import { Place } from '../places/place';
import { addMoved, namedAddressBelow } from '../terraform/moves';
import { Duration } from '../values/duration';
import { RestartPolicy } from '../values/restart-policy';
import { Running } from '../workload/running';
import { Prerequisite, Workload } from '../workload/workload';

/** The provider gives up after 20 minutes. What remains is for the start and the removal of the container. */
const LONGEST = Duration.minutes(18);

/** Why a new version of a service cannot be tried out, if it cannot. */
export function trialObstacle(scope: Construct, workload: Workload): string | undefined {
  if (workload.image.entrypoint === undefined || workload.image.probePath === undefined) {
    return 'the image has no probe, or its program is not known';
  }
  if (questionOf(scope, workload) === undefined) {
    return 'the probe does not check the health';
  }
  if (workload.hostNetwork) {
    return 'two containers cannot listen on one port of the host';
  }
  if (workload.mounts.some((mount) => mount._keepsChanges)) {
    return 'a mount is writable';
  }
  if (patienceOf(workload) + settleOf(workload) + workload.stopTimeout.toMilliseconds() > LONGEST.toMilliseconds()) {
    return 'the start may take longer than the provider waits';
  }
  return undefined;
}

/**
 * A container that runs once before a service is replaced: the probe of the image starts the new version, asks it until it is healthy, and
 * ends it. Image and settings are those of the service, but for ports, network aliases and labels. So the old version keeps serving when the
 * program crashes or hangs, and when the engine refuses a setting.
 */
export class Trial extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(scope: Construct, id: string, place: Place, service: Workload) {
    super(scope, id);
    const isTrial = (prerequisite: Prerequisite) => prerequisite === this;
    const limits = {
      patienceMilliseconds: patienceOf(service),
      settleMilliseconds: settleOf(service),
      graceMilliseconds: service.stopTimeout.toMilliseconds(),
    };
    this.running = place._run(this, {
      ...service,
      name: `${service.name}-trial`,
      lifetime: 'task',
      trialOf: service,
      isTriedOut: undefined,
      entrypoint: trialCommand(questionOf(scope, service)!, limits, service.entrypoint ?? service.image.entrypoint!),
      healthCheck: undefined,
      awaitsHealth: false,
      ports: [],
      labels: new Map(),
      restart: RestartPolicy.never(),
      get networks() {
        return service.networks.map(({ network }) => ({ network, aliases: [] }));
      },
      get after() {
        return service.after.filter((prerequisite) => !isTrial(prerequisite));
      },
    });
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}

/**
 * Lets a service that is replaced side by side leave the trial behind that it had before.
 *
 * Terraform orders by the dependencies in its state, and there the service depends on its trial: the new containers wait until the trial is
 * destroyed, which waits until the old container is destroyed, which with `create_before_destroy` waits for the new containers. It ends with
 * `Cycle`. A trial that is moved first has an address that nothing depends on. The block has no effect if the state has no trial.
 * Measured with Terraform 1.11; the rule is that of DestroyEdgeTransformer.
 */
export function leaveTrial(service: Construct): void {
  const from = namedAddressBelow(service, 'docker_container', 'Trial/Resource');
  addMoved(service, { from, to: `${from}_left` });
}

function questionOf(scope: Construct, { healthCheck, image, port, stopTimeout }: Workload): string[] | undefined {
  return healthCheck?._probeCommand(scope, {
    port, stopTimeout, probePath: image.probePath, probeHasTls: image.probeHasTls, hasShell: image.hasShell, shell: image.shell,
  });
}

function patienceOf({ healthCheck }: Workload): number {
  return healthCheck?._answeredWait()?.toMilliseconds() ?? 0;
}

function settleOf({ settleTime }: Workload): number {
  return settleTime?.toMilliseconds() ?? 0;
}
