import { ITerraformDependable, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { DatabaseConnectionOptions, IDatabase } from './binding';
import { ContainerNetwork, IContainerNetwork } from './network';
import { GoProgramOptions } from './options';
import { ContainerMount } from './storage';
import { Environment } from './variables';
import { ContainerNetworkAttachment, ContainerSettings } from '../docker/container';
import { exclusiveContainer, isSideBySide } from '../docker/side-by-side';
import { ContainerImageBinding } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkStruct } from '../input/props';
import { claimContainerName } from '../terraform/claims';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';

/** Go's collector gets this share of the container's memory; the rest is for stacks of the runtime, cgo and the page cache. */
const MEMORY_LIMIT_SHARE = 0.9;

/** What services and tasks have in common: a Go program in a container, what it is told, reaches and waits for. */
export class Workload {
  public readonly containerName: string;
  public readonly environment: Environment;
  private readonly networks: ContainerNetworkAttachment[] = [];
  private readonly awaited: ITerraformDependable[] = [];

  public constructor(private readonly scope: Construct, private readonly options: GoProgramOptions) {
    this.containerName = options.containerName ?? dockerName(scope);
    claimContainerName(scope, options.provider, this.containerName);
    this.environment = this.initialEnvironment();
    (options.networks ?? [ContainerNetwork._ofStack(scope, options.provider)]).forEach((network) => this.join(network));
    for (const dependency of options.dependsOn ?? []) {
      this.waitFor(dependency);
    }
  }

  /** References for `depends_on`, without duplicates. */
  public get dependencies(): string[] | undefined {
    return this.awaited.length > 0 ? [...new Set(this.awaited)].map(dependable) : undefined;
  }

  public waitFor(dependency: ITerraformDependable): void {
    const exclusive = isSideBySide(this.scope) ? exclusiveContainer(dependency) : undefined;
    if (exclusive) {
      reject(this.scope, {
        what: `a container that is replaced side by side must not depend on one that is not: ${exclusive.node.path}`,
        given: exclusive.node.path,
        allowed: 'tasks, blue/green services, and resources other than containers; databases through connectTo()',
        remedy: 'Terraform would start a second one beside it as well, which its name and data do not allow. '
          + 'Leave the dependency out and let the program retry, or give the other service a blue/green rollout',
      });
    }
    this.awaited.push(dependency);
  }

  public connectTo(database: IDatabase, options: DatabaseConnectionOptions): void {
    const connection = database.connect(this.scope, options);
    checkStruct(this.scope, 'DatabaseConnection', connection);
    this.environment.addSensitive(options.variable ?? 'DATABASE_URL', connection.url);
    for (const network of connection.networks ?? []) {
      this.join(network);
    }
    for (const dependency of connection.dependencies ?? []) {
      this.waitFor(dependency);
    }
  }

  public join(network: IContainerNetwork): void {
    if (!this.networks.some(({ name }) => name === network.networkName)) {
      this.networks.push(this.attachment(network));
    }
  }

  /** The part of the container's settings that services and tasks have in common. */
  public settings(image: ContainerImageBinding) {
    const { options } = this;
    const logging = options.logging ?? defaultLogging(this.scope);
    const mounts = options.mounts ?? [ContainerMount.tmpfs('/tmp')];
    return {
      name: this.containerName,
      image: image.reference,
      user: image.user,
      command: options.arguments?.map(literal),
      environment: this.environment.rendered,
      networks: this.networks,
      volumes: mounts.flatMap((mount) => mount._volume() ?? []),
      tmpfs: Object.fromEntries(mounts.flatMap((mount) => {
        const tmpfs = mount._tmpfs();
        return tmpfs === undefined ? [] : [[mount.containerPath, tmpfs]];
      })),
      capabilities: options.capabilities ?? [],
      memoryMebibytes: memoryOf(options).toMebibytes(),
      cpuShares: options.cpuShares,
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: Object.fromEntries(Object.entries(options.labels ?? {}).map(([name, value]) => [name, literal(value)])),
      sideBySide: isSideBySide(this.scope),
      provider: options.provider,
    } satisfies Partial<ContainerSettings>;
  }

  private initialEnvironment(): Environment {
    const environment = new Environment(this.scope);
    for (const [name, value] of Object.entries(this.options.environment ?? {})) {
      environment.add(name, value);
    }
    for (const [name, value] of Object.entries(this.options.secretEnvironment ?? {})) {
      environment.addSecret(name, value);
    }
    if (!environment.has('GOMEMLIMIT')) {
      environment.add('GOMEMLIMIT', `${Math.floor(memoryOf(this.options).toBytes() * MEMORY_LIMIT_SHARE)}B`);
    }
    return environment;
  }

  /** Names of containers that are replaced side by side change, so that others need an alias to reach them by. */
  private attachment(network: IContainerNetwork): ContainerNetworkAttachment {
    return { name: network.networkName, aliases: isSideBySide(this.scope) ? [this.containerName] : [] };
  }
}

function memoryOf(options: GoProgramOptions): Size {
  return options.memory ?? Size.mebibytes(512);
}
