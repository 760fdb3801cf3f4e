import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerLogging } from './container-logging';
import { ContainerMount } from './container-mount';
import { ContainerNetwork, IContainerNetwork } from './container-network';
import { DatabaseConnectionOptions, IDatabase } from './database';
import { Environment } from './environment';
import { GoServiceOptions } from './go-service-props';
import { requireServicePropTypes, validateServiceOptions } from './go-service-validation';
import { PublishedPort } from './published-port';
import { RestartPolicy } from './restart-policy';
import { HealthCheck } from '../health/health-check';
import { IContainerImage } from '../image/container-image';
import { ContainerNetworkAttachment, hardenedContainer } from '../private/docker-provider/container';
import { claimContainerName, claimHostPort } from '../private/host-claims';
import { dockerName } from '../private/names';
import { NETWORK, objectWith, requireArgumentAt, requirePropTypes, TEXT, TEXT_MAP } from '../private/prop-types';
import { literal } from '../private/terraform-text';
import { Duration } from '../values/duration';
import { Size } from '../values/size';

/** Properties of a {@link GoService}. */
export interface GoServiceProps extends GoServiceOptions {
  /** The image to run: a {@link GoScratchImage}, or one from a registry with {@link ContainerImage.fromRegistry}. */
  readonly image: IContainerImage;
}

const DATABASE = objectWith('connect', 'database', 'new PostgresDatabase(…)');

/** Go's collector gets this share of the container's memory; the rest is for stacks of the runtime, cgo and the page cache. */
const MEMORY_LIMIT_SHARE = 0.9;

/**
 * A Go program that runs as one hardened container: not root, no capabilities, no new privileges, a read-only root file system,
 * limited memory, rotated logs. An apply waits until it is healthy.
 *
 * Nothing that runs is touched until all images of the stack are there: after a compile error the old version keeps serving.
 *
 * @example
 * const service = new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   publish: PublishedPort.onLoopback(8080),
 *   environment: { LOG_LEVEL: 'info' },
 *   memory: Size.mebibytes(256),
 * });
 * service.connectTo(new PostgresDatabase(this, 'Database'));
 */
export class GoService extends Construct implements ITerraformDependable {
  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Container;

  /** The container's name; containers on the same networks reach the service by it. */
  public readonly containerName: string;

  /** The TCP port that the program listens on. */
  public readonly port: number;

  /**
   * The port of the Docker host that leads to the service.
   *
   * @default - none
   */
  public readonly publishedPort?: PublishedPort;

  private readonly environment: Environment;
  private readonly networks: ContainerNetworkAttachment[] = [];
  private readonly dependencies: ITerraformDependable[];

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, props: GoServiceProps) {
    super(scope, id);
    requireServicePropTypes(this, props);
    validateServiceOptions(this, props);
    const image = props.image.bind(this, props.provider);
    const memory = props.memory ?? Size.mebibytes(512);
    const stopSeconds = (props.shutdownTimeout ?? Duration.seconds(30)).toSeconds();
    const restart = props.restart ?? RestartPolicy.unlessStopped();
    const logging = props.logging ?? ContainerLogging.jsonFile();
    const healthCheck = props.healthCheck ?? HealthCheck.http('/healthz');
    const mounts = props.mounts ?? [ContainerMount.tmpfs('/tmp')];

    this.containerName = props.containerName ?? dockerName(this);
    this.port = props.port ?? image.port ?? 8080;
    this.publishedPort = props.publish;
    claimContainerName(this, props.provider, this.containerName);
    if (props.publish) {
      const published = props.publish;
      claimHostPort(this, props.provider, published, (other) => published._overlaps(other as PublishedPort));
    }

    this.environment = this.initialEnvironment(props, memory);
    (props.networks ?? [ContainerNetwork._ofStack(this, props.provider)]).forEach((network) => this.joinNetwork(network));
    this.dependencies = [...props.dependsOn ?? []];

    this.resource = hardenedContainer(this, 'Resource', {
      name: this.containerName,
      image: image.reference,
      user: image.user,
      command: props.arguments?.map(literal),
      environment: this.environment.rendered,
      ports: props.publish ? [{
        ip: props.publish.address, external: props.publish.hostPort, internal: props.publish.containerPort ?? this.port,
      }] : [],
      networks: this.networks,
      volumes: mounts.flatMap((mount) => mount._volume() ?? []),
      tmpfs: Object.fromEntries(mounts.flatMap((mount) => {
        const options = mount._tmpfs();
        return options === undefined ? [] : [[mount.containerPath, options]];
      })),
      capabilities: props.capabilities ?? [],
      memoryMebibytes: memory.toMebibytes(),
      cpuShares: props.cpuShares,
      healthCheck: healthCheck._render(this, { port: this.port, probePath: image.probePath, hasShell: image.hasShell, shell: image.shell }),
      healthySeconds: healthCheck._maxWait()?.toSeconds(),
      restart: restart.name,
      maximumRetryCount: restart.maximumRetryCount,
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: Object.fromEntries(Object.entries(props.labels ?? {}).map(([name, value]) => [name, literal(value)])),
      stopSeconds,
      provider: props.provider,
    });
    this.updateDependencies();
  }

  /** The Terraform address of the container, so that other resources can depend on the service: they then wait until it is healthy. */
  public get fqn(): string {
    return this.resource.fqn;
  }

  /**
   * Gives the service a database: the connection URL as an environment variable, a connection to the database's network, and a
   * start only after the database is ready.
   *
   * @param database for example a {@link PostgresDatabase}
   * @param options the variable's name, and parameters of the URL
   * @throws an error with the construct's path when the variable is taken
   */
  public connectTo(database: IDatabase, options: DatabaseConnectionOptions = {}): void {
    requireArgumentAt(this, 'database', database, DATABASE);
    requirePropTypes(this, options, { variable: { ...TEXT, example: '"DATABASE_URL"' }, parameters: TEXT_MAP });
    const connection = database.connect(this, options);
    this.environment.addSensitive(options.variable ?? 'DATABASE_URL', connection.url);
    for (const network of connection.networks ?? []) {
      this.joinNetwork(network);
    }
    this.dependencies.push(...connection.dependencies ?? []);
    this.updateDependencies();
  }

  /**
   * Connects the service to a further network.
   *
   * @param network one of this stack, or one that exists already: {@link ContainerNetwork.fromName}
   */
  public joinNetwork(network: IContainerNetwork): void {
    requireArgumentAt(this, 'network', network, NETWORK);
    if (!this.networks.some(({ name }) => name === network.networkName)) {
      this.networks.push(attachment(network));
    }
  }

  private initialEnvironment(props: GoServiceProps, memory: Size): Environment {
    const environment = new Environment(this);
    for (const [name, value] of Object.entries(props.environment ?? {})) {
      environment.add(name, value);
    }
    for (const [name, value] of Object.entries(props.secretEnvironment ?? {})) {
      environment.addSecret(name, value);
    }
    if (!environment.has('PORT')) {
      environment.add('PORT', String(this.port));
    }
    if (!environment.has('GOMEMLIMIT')) {
      environment.add('GOMEMLIMIT', `${Math.floor(memory.toBytes() * MEMORY_LIMIT_SHARE)}B`);
    }
    return environment;
  }

  private updateDependencies(): void {
    const dependencies = [...new Set(this.dependencies)];
    this.resource.dependsOn = dependencies.length > 0 ? dependencies.map(dependable) : undefined;
  }
}

function attachment(network: IContainerNetwork): ContainerNetworkAttachment {
  return { name: network.networkName, aliases: [] };
}
