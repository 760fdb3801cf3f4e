import { Fn, IResolveContext, Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { tcpProbeCommand } from '../health/probe-program';
import { ContainerImageBinding } from '../image/container-image';
import { reject } from '../input/input-error';
import { TerraformData } from '../terraform/data';
import { isUnresolved, literal } from '../terraform/text';
import { Exclusive, ReadinessQuestion, exclusiveOf } from '../workload/exclusive';
import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/** How long a container may take to start beyond its health check, in seconds. */
const START_SECONDS = 60;

/** Networks of the engine on which containers have no host names. */
const WITHOUT_NAMES = ['bridge', 'host', 'none'];

/** The longest name to put before an id, so that both fit into a DNS label. */
const LONGEST_PREFIX = 54;

/**
 * A service that is stopped before its successor starts, for those that cannot depend on its container.
 *
 * They ask for a host name that only the wanted version of the container has. Its last part is the id of a `terraform_data` which is new
 * whenever a setting changes. A hash of the settings would let readers of a plan guess secrets.
 */
export class RemoteReadiness implements Exclusive {
  private versionedName?: string;

  public constructor(private readonly scope: Construct, private readonly workload: Workload, private readonly running: () => Running | undefined) {}

  public get ready() {
    return this.running()!.ready;
  }

  public after() {
    return this.workload.after;
  }

  public patienceSeconds(): number {
    return patienceOf(this.workload);
  }

  public question(client: Construct, image: ContainerImageBinding): ReadinessQuestion {
    const { scope, workload } = this;
    const asking = workload.image.probePath === undefined ? image : workload.image;
    const probe = asking.probePath ?? reject(client, {
      what: `nothing can ask whether ${scope.node.path} is ready: neither image holds a probe`,
      given: scope.node.path,
      allowed: 'an image of this library, or one from a registry with `probePath`, for one of the two',
      remedy: 'leave the dependency out and let the program retry until the other one answers',
    });
    const check = this.check(client, probe);
    return {
      id: `Ready-${scope.node.addr.slice(-8)}`,
      image: asking.reference,
      entrypoint: [probe, 'wait', '--timeout', Lazy.stringValue({ produce: () => String(this.patienceSeconds() * 1000) }), ...check],
      environment: {},
      secretEnvironment: {},
      networks: [workload.networks[this.network()].network],
    };
  }

  private check(client: Construct, probe: string): string[] {
    const { scope, workload } = this;
    const { image, healthCheck, port } = workload;
    const host = this.hostName();
    const asked = image.probePath === undefined ? undefined : healthCheck?._remoteQuestion(scope, {
      port,
      probePath: image.probePath,
      probeHasTls: image.probeHasTls,
      hasShell: image.hasShell,
      shell: image.shell,
    }, host);
    if (asked) {
      return asked;
    }
    const known = port ?? reject(client, {
      what: `nothing outside of its container can ask whether ${scope.node.path} is ready: it has no port`,
      given: scope.node.path,
      allowed: 'services with a `port`, or with Rollout.blueGreen()',
      remedy: `give ${scope.node.path} \`port\`, or \`rollout: Rollout.blueGreen()\`, which needs no gateway`,
    });
    const [, ...check] = tcpProbeCommand(probe, known, 3000);
    return [...check, '--host', host];
  }

  /** Gives the service the host name of its version, once. */
  private hostName(): string {
    if (this.versionedName === undefined) {
      const { scope, workload } = this;
      const version = new TerraformData(scope, 'Version', {
        triggersReplace: Lazy.anyValue({ produce: (context) => settingsOf(context, workload) }),
        lifecycle: { createBeforeDestroy: true },
      });
      const prefix = isUnresolved(workload.name) ? 'service' : workload.name.slice(0, LONGEST_PREFIX);
      this.versionedName = Fn.join('-', [prefix, Fn.substr(version.getStringAttribute('id'), 0, 8)]);
      const index = this.network();
      const { network, aliases } = workload.networks[index];
      workload.networks[index] = { network, aliases: [...aliases, this.versionedName] };
      this.running()?.refresh();
    }
    return this.versionedName;
  }

  private network(): number {
    const { scope, workload } = this;
    const index = workload.networks.findIndex(({ network }) => !WITHOUT_NAMES.includes(network.networkName));
    return index >= 0 ? index : reject(scope, {
      what: 'others wait for this service, and it is on no network where they could ask for it by name',
      allowed: 'at least one network other than "bridge", "host" and "none"',
      remedy: 'leave `networks` out, or add a ContainerNetwork',
    });
  }
}

/** The settings whose change replaces the container, without references to other containers: the check must not depend on those. */
function settingsOf(context: IResolveContext, workload: Workload): Record<string, unknown> {
  const variables = [...workload.variables.rendered].map(([name, value]) => [`variable ${literal(name)}`, value]);
  const settings = {
    'image': workload.image.reference,
    'command': JSON.stringify(workload.command?.().map(literal) ?? []),
    ...workload.entrypoint && { entrypoint: JSON.stringify(workload.entrypoint.map(literal)) },
    'ports': JSON.stringify(workload.ports.map(({ published, containerPort, protocol }) =>
      [published.address, published.hostPort, containerPort, ...protocol === 'udp' ? [protocol] : []])),
    'health check': literal(JSON.stringify(workload.healthCheck ?? {})),
    ...Object.fromEntries([...workload.labels].map(([name, value]) => [`label ${literal(name)}`, literal(value)])),
    ...Object.fromEntries(workload.mounts.map((mount) => [`mount ${literal(mount.containerPath)}`, JSON.stringify(mount._volume() ?? mount._tmpfs())])),
    ...Object.fromEntries(variables),
  };
  return Object.fromEntries(Object.entries<string>(settings).filter(([, value]) => !String(context.resolve(value)).includes('docker_container.')));
}

/** How long the container may take after its prerequisites, which may include other containers that start in the same apply. */
function patienceOf({ healthCheck, stopTimeout, after }: Workload): number {
  const own = (healthCheck?._maxWait()?.toSeconds() ?? 0) + stopTimeout.toSeconds() + START_SECONDS;
  return own + after.map((prerequisite) => exclusiveOf(prerequisite)?.patienceSeconds() ?? 0).reduce((sum, seconds) => sum + seconds, 0);
}
