import { Container } from '@cdktf/provider-docker/lib/container';
import { Fn, ITerraformDependable, TerraformOutput, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { GoServiceOptions } from './go-service-props';
import { validateServiceOptions } from './go-service-validation';
import { Rollout } from './rollout';
import { hardenedContainer } from '../docker/container';
import { BuildGate } from '../docker/gate';
import { oneShotContainer } from '../docker/one-shot';
import { isSideBySide, markSideBySide } from '../docker/side-by-side';
import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { checkMethod, checkStruct, complete } from '../input/props';
import { claimHostPort } from '../terraform/claims';
import { TerraformData } from '../terraform/data';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { RestartPolicy } from '../values/restart-policy';
import { DatabaseConnectionOptions, IDatabase } from '../workload/binding';
import { IContainerNetwork } from '../workload/network';
import { GatewayBackend, GatewayRoute, GatewayServer, IGateway, IGatewayTarget } from '../workload/route';
import { Workload } from '../workload/workload';

/**
 * Properties of a {@link GoService}.
 *
 * @defaults services
 */
export interface GoServiceProps extends GoServiceOptions {
  /** The image to run: a {@link GoScratchImage}, or one from a registry with {@link ContainerImage.fromRegistry}. */
  readonly image: IContainerImage;
}

/**
 * A Go program that runs in a hardened container: not root, no capabilities, no new privileges, a read-only root file system,
 * limited memory, rotated logs. An apply waits until it is healthy.
 *
 * Nothing that runs is touched until all images of the stack are there: after a compile error the old version keeps serving.
 * With `Rollout.blueGreen()` it also keeps serving until the new version is healthy.
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
export class GoService extends Construct implements ITerraformDependable, IGatewayTarget {
  /** The underlying resource, for what this library has no property for; the first one where there are replicas. */
  public readonly resource: Container;

  /** The underlying resources: as many as there are replicas. */
  public readonly resources: Container[];

  /** The name by which containers on the same networks reach the service. */
  public readonly containerName: string;

  /** The TCP port that the program listens on. */
  public readonly port: number;

  /**
   * The port of the Docker host that leads to the service.
   *
   * @default - none
   */
  public readonly publishedPort?: PublishedPort;

  private readonly workload: Workload;
  private readonly rollout: Rollout;
  private readonly healthCheck: HealthCheck;
  private readonly barrier?: TerraformData;
  private readonly gatedProvider?: TerraformProvider;
  private routeUrl?: string;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GoServiceProps) {
    super(scope, id);
    const props = complete(this, 'GoServiceProps', given);
    validateServiceOptions(this, props);
    this.rollout = props.rollout ?? Rollout.recreate();
    if (this.rollout._sideBySide) {
      markSideBySide(this);
    }
    this.gatedProvider = props.provider;
    const image = props.image.bind(this, props.provider);
    checkStruct(this, 'ContainerImageBinding', image);
    this.port = props.port ?? image.port ?? 8080;
    this.publishedPort = props.publish;
    this.healthCheck = props.healthCheck ?? HealthCheck.http('/healthz');
    this.workload = new Workload(this, props);
    this.containerName = this.workload.containerName;
    if (!this.workload.environment.has('PORT')) {
      this.workload.environment.add('PORT', String(this.port));
    }
    if (props.publish) {
      const published = props.publish;
      claimHostPort(this, props.provider, published, (other) => published._overlaps(other as PublishedPort));
    }

    const settings = this.settings(props, image);
    this.resources = Array.from({ length: props.replicas ?? 1 }, (_, index) =>
      hardenedContainer(this, index === 0 ? 'Resource' : `Resource${index + 1}`, settings));
    this.resource = this.resources[0];
    if (this.resources.length > 1) {
      this.barrier = new TerraformData(this, 'Ready', { dependsOn: this.resources });
    }
    this.updateDependencies();

    const gateway = this.rollout._gateway;
    for (const route of gateway ? this.rollout._routes : []) {
      const url = gateway!.addRoute(this, route);
      this.routeUrl ??= url;
    }
    if (this.routeUrl !== undefined) {
      new TerraformOutput(this, 'Url', { value: this.routeUrl });
    }
  }

  /**
   * The Terraform address of the container, or of a barrier behind all replicas, so that other resources can depend on the service:
   * they then wait until it is healthy.
   */
  public get fqn(): string {
    return (this.barrier ?? this.resource).fqn;
  }

  /** The service's URL as seen from the Docker host: of its first route, or of its published port. */
  public get url(): string | undefined {
    return this.routeUrl ?? this.publishedPort?.url;
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
    checkMethod(this, 'GoService.connectTo', { database, options });
    this.workload.connectTo(database, options);
    this.updateDependencies();
  }

  /**
   * Connects the service to a further network.
   *
   * @param network one of this stack, or one that exists already: {@link ContainerNetwork.fromName}
   */
  public joinNetwork(network: IContainerNetwork): void {
    checkMethod(this, 'GoService.joinNetwork', { network });
    this.workload.join(network);
  }

  /**
   * Starts the service only when something else is done, for example a {@link GoTask} that migrates its database: when the task fails,
   * the apply fails, and the service's old version keeps serving. It also serves while the task runs.
   *
   * @param dependency a task, or any other Terraform resource
   */
  public runAfter(dependency: ITerraformDependable): void {
    checkMethod(this, 'GoService.runAfter', { dependency });
    this.workload.waitFor(dependency);
    this.updateDependencies();
    const task = isSideBySide(this) ? undefined : oneShotContainer(dependency);
    if (task) {
      const gate = BuildGate.behindTasks(this, this.gatedProvider);
      gate.waitFor(task.id, task);
      this.resources.forEach((resource) => { resource.provider = gate; });
    }
  }

  /**
   * Sends requests of a gateway to the service, beside the routes of a blue/green rollout.
   *
   * @param gateway the {@link Gateway}
   * @param route which requests
   * @returns the URL of the route, as seen from the Docker host
   */
  public addRoute(gateway: IGateway, route: GatewayRoute = {}): string {
    checkMethod(this, 'GoService.addRoute', { gateway, route });
    return gateway.addRoute(this, route);
  }

  /**
   * Called by a gateway.
   *
   * @param network the gateway's network
   */
  public bindToGateway(network: IContainerNetwork): GatewayBackend {
    checkMethod(this, 'GoService.bindToGateway', { network });
    this.workload.join(network);
    const question = this.healthCheck._question;
    return {
      name: this.containerName,
      hostName: this.containerName,
      port: this.port,
      servers: this.rollout._sideBySide ? this.resources.map(server) : undefined,
      healthPath: question?.path,
      healthHost: question?.hostHeader,
      healthPort: question?.port,
      healthyStatusCodes: question?.healthyStatusCodes,
    };
  }

  private settings(props: GoServiceProps, image: ContainerImageBinding) {
    const restart = props.restart ?? RestartPolicy.unlessStopped();
    const healthCheck = this.healthCheck._render(this, { port: this.port, probePath: image.probePath, hasShell: image.hasShell, shell: image.shell });
    const healthySeconds = this.healthCheck._maxWait()?.toSeconds();
    const settle = this.rollout._sideBySide && healthySeconds !== undefined ? this.rollout._settleTime : undefined;
    return {
      ...this.workload.settings(image),
      ports: props.publish ? [{
        ip: props.publish.address, external: props.publish.hostPort, internal: props.publish.containerPort ?? this.port,
      }] : [],
      // The engine waits for the start interval before the first check, and starts again when the program does.
      healthCheck: settle ? { ...healthCheck, startInterval: settle.toGoDuration() } : healthCheck,
      healthySeconds: settle ? healthySeconds! + 2 * settle.toSeconds() : healthySeconds,
      restart: restart.name,
      maximumRetryCount: restart.maximumRetryCount,
      stopSeconds: (props.shutdownTimeout ?? Duration.seconds(30)).toSeconds(),
    };
  }

  private updateDependencies(): void {
    const dependencies = this.workload.dependencies;
    this.resources.forEach((resource, index) => {
      const predecessor = this.rollout._oneAfterAnother && index > 0 ? [dependable(this.resources[index - 1])] : [];
      const all = [...dependencies ?? [], ...predecessor];
      resource.dependsOn = all.length > 0 ? all : undefined;
    });
  }
}

/** The engine answers to a container's short id on each network; a name with its random part may be longer than DNS allows. */
function server(resource: Container): GatewayServer {
  return { name: resource.name, hostName: Fn.substr(resource.id, 0, 12) };
}
