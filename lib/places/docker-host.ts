import { Container } from '@cdktf/provider-docker/lib/container';
import { Network } from '@cdktf/provider-docker/lib/network';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Fn, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { NetworkSettings, Place, VolumeSettings } from './place';
import { ContainerSettings, HardenedContainer } from '../docker/container';
import { dataVolume } from '../docker/data-volume';
import { BuildGate } from '../docker/gate';
import { isOneShot } from '../docker/one-shot';
import { exclusiveContainer } from '../docker/side-by-side';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkArguments, checkStruct } from '../input/props';
import { claimContainerName, claimHostPort, claimNetworkName, claimVolumeName } from '../terraform/claims';
import { TerraformData } from '../terraform/data';
import { isUnresolved, literal } from '../terraform/text';
import { PublishedPort } from '../values/published-port';
import { GatewayServer } from '../workload/route';
import { Running } from '../workload/running';
import { Prerequisite, Workload } from '../workload/workload';

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
    const binding = image.bind(scope, this.provider);
    checkStruct(scope, 'ContainerImageBinding', binding);
    return binding;
  }

  /** @internal */
  public _network(scope: Construct, id: string, { name, isolated }: NetworkSettings): string {
    claimNetworkName(scope, this._key, name);
    return new Network(scope, id, { name, driver: 'bridge', internal: isolated, provider: this.provider }).name;
  }

  /** @internal */
  public _volume(scope: Construct, id: string, { name, isProtected, postgresMajor }: VolumeSettings): string {
    if (!isUnresolved(name)) {
      claimVolumeName(scope, this._key, name);
    }
    if (postgresMajor !== undefined) {
      return dataVolume(scope, id, { name, major: postgresMajor, dataProtection: isProtected, provider: this.provider }).name;
    }
    return new Volume(scope, id, { name, lifecycle: isProtected ? { preventDestroy: true } : undefined, provider: this.provider }).name;
  }

  /** @internal */
  public _run(scope: Construct, workload: Workload, id = 'Resource'): Running {
    claimContainerName(scope, this._key, workload.name);
    return new RunningContainers(scope, id, workload, this);
  }
}

/** The container of each task, keyed by the task's construct. */
const tasks = new WeakMap<object, HardenedContainer>();

class RunningContainers implements Running {
  public readonly resources: readonly HardenedContainer[];
  public readonly hostName: string;
  public readonly ready: Prerequisite;
  public readonly servers?: GatewayServer[];
  private readonly imagesGate: BuildGate;
  private readonly claimed = new Set<PublishedPort>();
  private readonly addresses = new Map<Prerequisite, string>();
  private readonly fixed: ReturnType<typeof fixedSettings>;

  public constructor(
    private readonly scope: Construct, id: string, private readonly workload: Workload, private readonly host: DockerHost,
  ) {
    this.hostName = workload.name;
    this.imagesGate = BuildGate.of(scope, host._provider);
    this.fixed = fixedSettings(scope, workload);
    const resources: HardenedContainer[] = [];
    for (let index = 0; index < workload.replicas; index++) {
      const predecessor = workload.oneAfterAnother ? resources[index - 1] : undefined;
      resources.push(new HardenedContainer(scope, index === 0 ? id : `${id}${index + 1}`, () => this.settings(predecessor)));
    }
    this.resources = resources;
    if (workload.lifetime === 'task') {
      tasks.set(scope, resources[0]);
    }
    this.ready = resources.length > 1 ? new TerraformData(scope, 'Ready', { dependsOn: resources }) : resources[0];
    // Docker's DNS resolves the short id. The name, with its random suffix, may be longer than DNS allows.
    this.servers = workload.beside ? resources.map(({ name, id: containerId }) => ({ name, hostName: Fn.substr(containerId, 0, 12) })) : undefined;
  }

  public memoryBytes(): number {
    // Also called before `resources` is set.
    return (this.resources?.[0]?.memoryMebibytes ?? this.workload.memory.toMebibytes()) * 1024 * 1024;
  }

  public refresh(): void {
    this.resources.forEach((resource) => resource.refresh());
  }

  private settings(predecessor: HardenedContainer | undefined): ContainerSettings {
    const { scope, workload, host } = this;
    const gate = this.gate();
    for (const { published } of workload.ports.filter((port) => !this.claimed.has(port.published))) {
      claimHostPort(scope, host._key, published, (other) => published._overlaps(other as PublishedPort));
      this.claimed.add(published);
    }
    const tmpfs = workload.mounts.flatMap((mount) => {
      const options = mount._tmpfs();
      return options === undefined ? [] : [[mount.containerPath, options] as const];
    });
    return {
      ...this.fixed,
      command: workload.command?.().map(literal),
      environment: workload.variables.rendered,
      ports: workload.ports.map(({ published, containerPort }) => ({
        ip: published.address, external: published.hostPort, internal: containerPort,
      })),
      networks: workload.networks.map(({ network, aliases }) => ({ name: network.networkName, aliases })),
      volumes: workload.mounts.flatMap((mount) => mount._volume() ?? []),
      tmpfs: Object.fromEntries(tmpfs),
      labels: Object.fromEntries([...workload.labels].map(([name, value]) => [name, literal(value)])),
      dependsOn: [...new Set([...workload.after, ...predecessor ? [predecessor] : []])].map((dependency) => this.addressOf(dependency)),
      provider: gate,
    };
  }

  /** Cached: cdktf creates a new token on every read of an address, and the check walks the dependency's tree. */
  private addressOf(dependency: Prerequisite): string {
    const known = this.addresses.get(dependency);
    if (known !== undefined) {
      return known;
    }
    if (this.workload.beside) {
      refuseExclusive(this.scope, dependency);
    }
    const address = dependable(dependency);
    this.addresses.set(dependency, address);
    return address;
  }

  /** The provider configuration of the containers, see {@link BuildGate}. */
  private gate(): BuildGate {
    const { scope, workload, host } = this;
    if (workload.beside || workload.lifetime === 'task') {
      return this.imagesGate;
    }
    const awaited = workload.after.flatMap((dependency) => taskOf(dependency) ?? []);
    if (awaited.length === 0) {
      return this.imagesGate;
    }
    const gate = BuildGate.behindTasks(scope, host._provider);
    awaited.forEach((task) => gate.waitFor(task, () => task.id));
    return gate;
  }
}

function taskOf(dependency: Prerequisite): Container | undefined {
  return tasks.get(dependency) ?? (isOneShot(dependency) ? dependency : undefined);
}

/** Settings that nothing can be added to later. */
function fixedSettings(scope: Construct, workload: Workload) {
  const { image, healthCheck, settleTime, logging, restart } = workload;
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
  const settle = healthySeconds === undefined ? undefined : settleTime;
  return {
    name: workload.name,
    image: image.reference,
    user: workload.user ?? image.user,
    entrypoint: workload.entrypoint?.map(literal),
    networkMode: workload.networkOf ? sharedWith(workload.networkOf) : workload.processesOf ? 'none' : undefined,
    pidMode: workload.processesOf && sharedWith(workload.processesOf),
    dnsOptions: workload.dnsOptions,
    init: workload.init || workload.liveness !== undefined || undefined,
    capabilities: workload.capabilities,
    memoryMebibytes: workload.memory.toMebibytes(),
    sharedMemoryMebibytes: workload.sharedMemory?.toMebibytes(),
    cpuShares: workload.cpuShares,
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
  };
}

function sharedWith({ resources }: Running): string {
  return `container:${(resources[0] as HardenedContainer).id}`;
}

function refuseExclusive(scope: Construct, dependency: Prerequisite): void {
  const exclusive = exclusiveContainer(dependency);
  if (exclusive) {
    reject(scope, {
      what: `a container that is replaced side by side must not depend on one that is not: ${exclusive.node.path}`,
      given: exclusive.node.path,
      allowed: 'tasks, blue/green services, and resources other than containers; databases through connectTo()',
      remedy: 'Terraform would start a second one beside it as well, which its name and data do not allow. '
        + 'Leave the dependency out and let the program retry, or give the other service a blue/green rollout',
    });
  }
}
