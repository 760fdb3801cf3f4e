import { Fn, TerraformProvider, TerraformStack, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerNetworkAttachment, ContainerSettings, HardenedContainer } from '../docker/container';
import { WantedPorts } from '../docker/free-ports';
import { Gates } from '../docker/gate';
import { Order, OrderedContainers, refuseDependency } from '../docker/order';
import { ProcessLimit } from '../docker/process-limit';
import { exclusiveContainer } from '../docker/side-by-side';
import { StartStopped } from '../docker/start-stopped';
import { Readiness } from '../docker/until-ready';
import { sharedMap } from '../input/shared';
import { claimHostPort } from '../terraform/claims';
import { TerraformData } from '../terraform/data';
import { refuseOtherStack } from '../terraform/same-stack';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { GatewayServer } from '../workload/route';
import { Running } from '../workload/running';
import { Prerequisite, Workload } from '../workload/workload';

/** The engine that runs containers. */
export interface ContainerEngine {
  /** Names and ports are unique within it. */
  readonly key: string;
  readonly provider?: TerraformProvider;
}

/** The names of containers that publish ports, by place. */
const publishers = sharedMap<TerraformStack, Map<string, Set<string>>>('publishers');

/** What starts the stopped containers of a service, keyed by the service's construct and by its containers. */
const starts = sharedMap<object, StartStopped>('starts');

/** The containers of a workload on one engine. */
export class RunningContainers implements Running {
  public readonly resources: readonly HardenedContainer[];
  public readonly hostName: string;
  public readonly ready: Prerequisite;
  public readonly servers?: GatewayServer[];
  private readonly order: Order;
  private readonly ordered: OrderedContainers;
  private readonly claimed = new Set<PublishedPort>();

  private listens?: PublishedPort;
  private readonly addresses = new Map<Prerequisite, string>();
  private readonly fixed: ReturnType<typeof fixedSettings>;

  public constructor(
    private readonly scope: Construct, id: string, private readonly workload: Workload, private readonly engine: ContainerEngine,
  ) {
    this.hostName = workload.name;
    this.order = Order.of(scope);
    this.fixed = fixedSettings(scope, workload);
    const resources: HardenedContainer[] = [];
    for (let index = 0; index < workload.replicas; index++) {
      const predecessor = workload.oneAfterAnother ? resources[index - 1] : undefined;
      resources.push(new HardenedContainer(scope, index === 0 ? id : `${id}${index + 1}`, () => this.settings(predecessor)));
    }
    this.resources = resources;
    const gates = Gates.of(scope, engine.provider);
    const ready = resources.length > 1 ? new TerraformData(scope, 'Ready', { dependsOn: resources }) : undefined;
    this.ready = ready ?? resources[0];
    this.ordered = {
      scope,
      resources,
      ready,
      sideBySide: workload.beside,
      isGated: workload.lifetime === 'service' && !workload.beside,
      isClaim: workload.first ?? false,
      gates,
      awaited: () => this.prerequisites().map((dependency) => this.addressOf(dependency)),
      asked: () => workload.standsFor === undefined ? [] : [dependable(workload.standsFor.ready)],
    };
    this.order.add(this.ordered);
    if (workload.lifetime === 'service' && workload.networkOf === undefined && workload.processesOf === undefined) {
      const start = new StartStopped(scope, id === 'Resource' ? 'Start' : `${id}Start`, {
        containers: resources,
        readiness: this.readiness ?? { seconds: 0, settleSeconds: 0, mostEnds: MOST_ENDS },
        networks: () => this.networks,
        engine: () => gates.configuration,
      });
      [scope, ...resources].forEach((one) => starts.set(one, start));
    }
    if (workload.lifetime === 'service' && workload.processes !== undefined) {
      new ProcessLimit(scope, id === 'Resource' ? 'Processes' : `${id}Processes`, {
        containers: resources,
        processes: workload.processes,
        engine: () => gates.configuration,
      });
    }
    // Docker's DNS resolves the short id. The name, with its random suffix, may be longer than DNS allows.
    this.servers = workload.beside ? resources.map(({ name, id: containerId }) => ({ name, hostName: Fn.substr(containerId, 0, 12) })) : undefined;
  }

  public memoryBytes(): number {
    // Also called before `resources` is set.
    return (this.resources?.[0]?.memoryMebibytes ?? this.workload.memory.toMebibytes()) * 1024 * 1024;
  }

  public refresh(): void {
    this.order.changed();
    this.resources.forEach((resource) => resource.refresh());
  }

  private settings(predecessor: HardenedContainer | undefined): ContainerSettings {
    const { scope, workload, engine } = this;
    for (const { published, protocol = 'tcp' } of workload.ports.filter((port) => !this.claimed.has(port.published))) {
      claimHostPort(scope, `${engine.key}${protocol === 'tcp' ? '' : ` ${protocol}`}`, published, (other) => published._overlaps(other as PublishedPort));
      this.claimed.add(published);
    }
    if (workload.hostNetwork && workload.listensOn !== undefined && !this.listens) {
      this.listens = PublishedPort.onAllInterfaces(workload.listensOn);
      const own = this.listens;
      claimHostPort(scope, engine.key, own, (other) => own._overlaps(other as PublishedPort));
    }
    if (workload.ports.length > 0) {
      this.holders.add(workload.name);
    }
    const tmpfs = workload.mounts.flatMap((mount) => {
      const options = mount._tmpfs();
      return options === undefined ? [] : [[mount.containerPath, options] as const];
    });
    return {
      ...this.fixed,
      command: workload.command?.().map(literal),
      environment: workload.secretsFile === undefined ? workload.variables.rendered : workload.variables.renderedWithoutSecrets,
      ports: workload.ports.map(({ published, containerPort, protocol = 'tcp' }) => ({
        ip: published.address, external: published.hostPort, internal: containerPort, protocol,
      })),
      networks: this.networks,
      volumes: workload.mounts.flatMap((mount) => mount._volume() ?? []),
      tmpfs: Object.fromEntries(tmpfs),
      wantedPorts: workload.trialOf && this.wantedPorts(workload.trialOf),
      readiness: this.readiness,
      labels: Object.fromEntries([...workload.labels].map(([name, value]) => [name, literal(value)])),
      dependsOn: [...this.prerequisites(), ...predecessor ? [predecessor] : []].map((dependency) => this.addressOf(dependency)),
      provider: () => workload.first ? engine.provider : this.order.gateOf(this.ordered),
      engine: () => Gates.of(scope, engine.provider).configuration,
    };
  }

  /** Read at synth: a trial may come later. */
  private get readiness(): Readiness | undefined {
    return this.workload.lifetime === 'service' ? readinessOf(this.workload, this.fixed.healthySeconds) : undefined;
  }

  private get networks(): ContainerNetworkAttachment[] {
    return this.workload.networks.map(({ network, aliases }) => ({ name: network.networkName, aliases }));
  }

  private wantedPorts({ ports }: Workload): WantedPorts {
    return {
      path: this.scope.node.scope!.node.path,
      ports: ports.map(({ published, protocol = 'tcp' }) => ({ ip: published.address, external: published.hostPort, protocol })),
      holders: [...this.holders].sort(),
    };
  }

  /** The names of the stack's containers that publish ports. */
  private get holders(): Set<string> {
    const stack = TerraformStack.of(this.scope);
    const byPlace = publishers.get(stack) ?? new Map<string, Set<string>>();
    publishers.set(stack, byPlace);
    const names = byPlace.get(this.engine.key) ?? new Set<string>();
    byPlace.set(this.engine.key, names);
    return names;
  }

  /**
   * A workload also waits for the start of what it waits for, if that was stopped. A check also waits for what its service waits for. Otherwise
   * it would run into its own timeout when one of these fails.
   */
  private prerequisites(): readonly Prerequisite[] {
    const { after, standsFor, networkOf, processesOf } = this.workload;
    const ofService = standsFor?.after().filter((dependency) => exclusiveContainer(dependency) === undefined) ?? [];
    const shared = [networkOf, processesOf].flatMap((running) => running?.resources ?? []);
    const startsOf = [...after, ...shared].flatMap((dependency) => starts.get(dependency) ?? []);
    return [...new Set([...after, ...ofService, ...startsOf])];
  }

  /** Cached: cdktf creates a new token on every read of an address, and the checks walk the dependency's tree. */
  private addressOf(dependency: Prerequisite): string {
    const known = this.addresses.get(dependency);
    if (known !== undefined) {
      return known;
    }
    refuseOtherStack(this.scope, dependency);
    if (this.workload.beside) {
      refuseExclusive(this.scope, dependency);
    }
    const address = dependable(dependency);
    this.addresses.set(dependency, address);
    return address;
  }
}

/** Settings that nothing can be added to later. */
function fixedSettings(scope: Construct, workload: Workload) {
  const { image, healthCheck, settleTime, logging, restart, user = image.user } = workload;
  const check = healthCheck?._render(scope, {
    port: workload.port,
    probePath: image.probePath,
    probeHasTls: image.probeHasTls,
    liveness: workload.liveness,
    stopTimeout: workload.stopTimeout,
    hasShell: image.hasShell,
    shell: image.shell,
  });
  const healthySeconds = workload.awaitsHealth ? healthCheck?._maxWait()?.toSeconds() : undefined;
  const settle = workload.beside && healthySeconds !== undefined ? settleTime : undefined;
  return {
    name: workload.name,
    image: literal(image.reference),
    user: user === undefined ? undefined : literal(user),
    entrypoint: workload.entrypoint?.map(literal),
    uploads: [
      ...workload.uploads ?? [],
      ...workload.secretsFile === undefined ? []
        : [{ file: workload.secretsFile, content: workload.variables.secretsForShell, permissions: '0444' }],
    ],
    networkMode: workload.hostNetwork ? 'host' : workload.networkOf ? sharedWith(workload.networkOf) : workload.processesOf || workload.first ? 'none' : undefined,
    pidMode: workload.hostProcesses ? 'host' : workload.processesOf && sharedWith(workload.processesOf),
    workingDirectory: workload.workingDirectory && literal(workload.workingDirectory),
    extraHosts: workload.extraHosts ?? {},
    dnsOptions: workload.dnsOptions,
    init: workload.init || workload.liveness !== undefined || undefined,
    capabilities: workload.capabilities,
    memoryMebibytes: workload.memory.toMebibytes(),
    sharedMemoryMebibytes: workload.sharedMemory?.toMebibytes(),
    cpuShares: workload.cpuShares,
    cpuPercent: workload.cpuPercent,
    openFiles: workload.openFiles,
    // The engine waits for the start interval before the first check, also after a restart.
    healthCheck: check && (settle ? { ...check, startInterval: settle.toGoDuration() } : check),
    healthySeconds: settle ? healthySeconds! + 2 * settle.toSeconds() : healthySeconds,
    restart: restart.name,
    maximumRetryCount: restart.maximumRetryCount,
    logDriver: logging.driver,
    logOptions: logging.options,
    stopSignal: workload.stopSignal,
    stopSeconds: workload.stopTimeout.toSeconds(),
    sideBySide: workload.beside,
    runsOnce: workload.lifetime === 'task',
    failure: workload.failure ?? (workload.trialOf && TRIAL_FAILED),
  };
}

/** How often a program may end until it is taken for one that always does. The engine doubles its pause before each restart. */
const MOST_ENDS = 5;

/** When a service is ready. A health check of one that starts beside its predecessor comes after the settle time. */
function readinessOf(workload: Workload, healthySeconds: number | undefined): Readiness {
  const { awaitsHealth, beside, isTriedOut, settleTime, restart } = workload;
  const settlesBefore = healthySeconds !== undefined && (beside || isTriedOut);
  const settleSeconds = settlesBefore ? 0 : (settleTime ?? (healthySeconds === undefined ? SETTLE_TIME : Duration.seconds(0))).toSeconds();
  return {
    seconds: (healthySeconds ?? SETTLE_MARGIN) + settleSeconds * (healthySeconds === undefined ? MOST_ENDS : 1),
    settleSeconds,
    // The engine restarts it so often, and then leaves it.
    mostEnds: restart.maximumRetryCount === undefined ? MOST_ENDS : restart.maximumRetryCount + 1,
    ignoresHealth: !awaitsHealth,
    meaning: beside ? 'What ran before has not been touched.' : undefined,
  };
}

/** How long a container without a health check must run without a restart. */
const SETTLE_TIME = Duration.seconds(10);

/** Seconds for the starts and pauses of a program that ends and is restarted. */
const SETTLE_MARGIN = 60;

/** What a failed trial means for the service. */
const TRIAL_FAILED = 'The new version was tried out and did not become healthy; what runs has not been touched. '
  + 'A program that must not run twice at a time needs Rollout.recreate({ trial: false }).';

function sharedWith({ resources }: Running): string {
  return `container:${(resources[0] as HardenedContainer).id}`;
}

function refuseExclusive(scope: Construct, dependency: Prerequisite): void {
  const exclusive = exclusiveContainer(dependency);
  if (exclusive) {
    refuseDependency(scope, exclusive.node.path);
  }
}
