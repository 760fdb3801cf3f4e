import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Annotations, Fn, TerraformProvider, TerraformStack, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { NetworkSettings, Place, VolumeSettings } from './place';
import { ContainerNetworkAttachment, ContainerSettings, HardenedContainer } from '../docker/container';
import { dataVolume } from '../docker/data-volume';
import { WantedPorts } from '../docker/free-ports';
import { Gates } from '../docker/gate';
import { bridgeNetwork } from '../docker/network';
import { Order, OrderedContainers, refuseDependency } from '../docker/order';
import { ProcessLimit } from '../docker/process-limit';
import { exclusiveContainer } from '../docker/side-by-side';
import { StartStopped } from '../docker/start-stopped';
import { Readiness } from '../docker/until-ready';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { checkArguments, checkStruct } from '../input/props';
import { sharedMap } from '../input/shared';
import { claimContainerName, claimHostPort, claimNetworkName, claimVolumeName } from '../terraform/claims';
import { TerraformData } from '../terraform/data';
import { forget } from '../terraform/moves';
import { refuseOtherStack } from '../terraform/same-stack';
import { isUnresolved, literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { GatewayServer } from '../workload/route';
import { Running } from '../workload/running';
import { Prerequisite, Workload } from '../workload/workload';

/**
 * Thirty networks exhaust the default address pools of an engine, and other programs need some of them.
 * The engine says so only in the middle of an apply: `all predefined address pools have been fully subnetted`.
 */
const MANY_NETWORKS = 25;

/** One Docker Engine. Each replica of a workload is a `docker_container`. */
export class DockerHost extends Place {
  /** The engine of the stack's default Docker provider. */
  public static local(): DockerHost {
    return new DockerHost();
  }

  /**
   * The engine of a Docker provider.
   * @param provider with an `alias`; without one it is the stack's default provider
   */
  public static fromProvider(provider: TerraformProvider): DockerHost {
    checkArguments('DockerHost.fromProvider', { provider });
    return new DockerHost(provider);
  }

  private constructor(private readonly provider?: TerraformProvider) {
    super();
  }

  /**
   * Declares the engine in a stack that may lose its last service. Terraform needs the declaration to remove containers that have left the
   * program. A stack with a service, task, database or gateway has it without this call.
   * @param stack the stack, or any construct in it
   */
  public declareIn(stack: Construct): void {
    checkArguments('DockerHost.declareIn', { stack });
    Gates.of(stack, this.provider);
  }

  /** @internal */
  public get _key(): string {
    return this.provider?.alias ?? '';
  }

  /** @internal */
  public get _provider(): TerraformProvider | undefined {
    return this.provider;
  }

  /** @internal */
  public _image(scope: Construct, image: IContainerImage): ContainerImageBinding {
    this.refuseOtherProvider(scope);
    const binding = image.bind(scope, this.provider);
    checkStruct(scope, 'ContainerImageBinding', binding);
    return binding;
  }

  /** @internal */
  public _network(scope: Construct, id: string, { name, isolated }: NetworkSettings): string {
    this.refuseOtherProvider(scope);
    // Exactly, so that the stack has one warning.
    if (claimNetworkName(scope, this._key, name) === MANY_NETWORKS) {
      Annotations.of(TerraformStack.of(scope)).addWarning(
        `The stack makes ${MANY_NETWORKS} networks or more on one engine, which has room for about thirty with its default address pools. ` +
        'Set `default-address-pools` in the engine\'s /etc/docker/daemon.json, for example [{"base":"10.200.0.0/16","size":24}].');
    }
    return bridgeNetwork(scope, id, { name, isolated, provider: this.provider }).name;
  }

  /** @internal */
  public _volume(scope: Construct, id: string, { name, isProtected, postgresMajor, beside }: VolumeSettings): string {
    this.refuseOtherProvider(scope);
    if (!isUnresolved(name)) {
      claimVolumeName(scope, this._key, name);
    }
    if (isProtected) {
      // The engine creates the volume with its first container. Terraform forgets the one that earlier versions of the library declared.
      forget(scope, 'docker_volume', id);
      return name;
    }
    if (postgresMajor !== undefined) {
      return dataVolume(scope, id, { name, major: postgresMajor, provider: this.provider }).name;
    }
    const lifecycle = beside ? { createBeforeDestroy: true } : undefined;
    return new Volume(scope, id, { name: literal(name), lifecycle, provider: this.provider }).name;
  }

  /** @internal */
  public _run(scope: Construct, workload: Workload, id = 'Resource'): Running {
    this.refuseOtherProvider(scope);
    claimContainerName(scope, this._key, workload.name);
    return new RunningContainers(scope, id, workload, this);
  }

  private refuseOtherProvider(scope: Construct): void {
    refuseOtherStack(scope, this.provider, 'declare a provider of this engine in each stack, and a DockerHost for each');
  }
}

/** The names of containers that publish ports, by place. */
const publishers = sharedMap<TerraformStack, Map<string, Set<string>>>('publishers');

/** What starts the stopped containers of a service, keyed by the service's construct and by its containers. */
const starts = sharedMap<object, StartStopped>('starts');

class RunningContainers implements Running {
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
    private readonly scope: Construct, id: string, private readonly workload: Workload, private readonly host: DockerHost,
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
    const gates = Gates.of(scope, host._provider);
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
    const { scope, workload, host } = this;
    for (const { published, protocol = 'tcp' } of workload.ports.filter((port) => !this.claimed.has(port.published))) {
      claimHostPort(scope, `${host._key}${protocol === 'tcp' ? '' : ` ${protocol}`}`, published, (other) => published._overlaps(other as PublishedPort));
      this.claimed.add(published);
    }
    if (workload.hostNetwork && workload.listensOn !== undefined && !this.listens) {
      this.listens = PublishedPort.onAllInterfaces(workload.listensOn);
      const own = this.listens;
      claimHostPort(scope, host._key, own, (other) => own._overlaps(other as PublishedPort));
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
      provider: () => workload.first ? host._provider : this.order.gateOf(this.ordered),
      engine: () => Gates.of(scope, host._provider).configuration,
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
    const names = byPlace.get(this.host._key) ?? new Set<string>();
    byPlace.set(this.host._key, names);
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
