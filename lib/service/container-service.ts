import { Aspects, ITerraformDependable, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerProgram } from './container-program';
import { PortTarget } from './port-target';
import { RemoteReadiness } from './remote-readiness';
import { Rollout } from './rollout';
import { livenessOf } from './service-liveness';
import { ServiceProps } from './service-options';
import { Trial, leaveTrial, trialObstacle } from './trial';
import { refusePortOnHostNetwork, refusePublishing, unusedSignal, validatePorts, validateServiceOptions } from './validation';
import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkMethod, complete } from '../input/props';
import { placeOf } from '../places/default-place';
import { refuseOtherStack } from '../terraform/same-stack';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { RestartPolicy } from '../values/restart-policy';
import { Exclusive } from '../workload/exclusive';
import { DEFAULT_PROCESSES } from '../workload/helper';
import { IContainerNetwork } from '../workload/network';
import { GatewayBackend, IGatewayRoute, IGatewayTarget } from '../workload/route';
import { ServicePort } from '../workload/service-port';

/**
 * A container of any image that runs until it is stopped, for example Redis or NATS. It is hardened: no capabilities, no new privileges, a
 * read-only root file system, limited memory, rotated logs. An apply waits until it is healthy.
 * @example
 * const redis = new ContainerService(this, 'Redis', {
 *   image: ContainerImage.fromRegistry('redis:7', { user: '999:999' }),
 *   healthCheck: HealthCheck.command(['redis-cli', 'ping']),
 *   mounts: [ContainerMount.tmpfs('/data')],
 * });
 */
export class ContainerService extends ContainerProgram implements IGatewayTarget, ITerraformDependable {
  /** The port of the Docker host that leads to the service. @default - none */
  public readonly publishedPort?: PublishedPort;

  private readonly servicePort?: number;
  private readonly furtherPorts: readonly ServicePort[];
  private routeUrl?: string;
  private readiness?: RemoteReadiness;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: ServiceProps) {
    super(scope, id);
    const props = complete(this, 'ServiceProps', given);
    validateServiceOptions(this, props, given);
    const place = placeOf(this, props.place);
    const image = place._image(this, props.image);
    const rollout = props.rollout ?? Rollout.recreate();
    this.publishedPort = props.publish;
    this.servicePort = this._port(props, image);
    const healthCheck = props.healthCheck ?? this._defaultHealthCheck();
    this._describe(place, props, image, {
      lifetime: 'service',
      replicas: props.replicas ?? 1,
      spreads: true,
      processes: props.processes ?? DEFAULT_PROCESSES,
      beside: rollout._sideBySide,
      oneAfterAnother: rollout._oneAfterAnother,
      settleTime: rollout._settleTime,
      port: this.servicePort,
      healthCheck,
      liveness: livenessOf(this, props, healthCheck, image, given.liveness !== undefined),
      awaitsHealth: true,
      restart: props.restart ?? RestartPolicy.unlessStopped(),
      stopSignal: props.stopSignal,
      stopTimeout: props.shutdownTimeout ?? Duration.seconds(30),
    }, props.onFileChange);
    this._complete();
    if (given.onFileChange?._signal !== undefined) {
      // At synth, when all files are known.
      this.node.addValidation({ validate: () => unusedSignal(this, this._hasFiles, given.onFileChange!) });
    }
    if (props.publish) {
      this.open(props.publish);
    }
    this.furtherPorts = props.ports ?? [];
    validatePorts(this, this.furtherPorts, this.servicePort);
    this.furtherPorts.forEach((port) => port._published && this.open(port._published, port));
    this._start();
    if (rollout._sideBySide) {
      leaveTrial(this);
    }
    if (rollout._trial) {
      // At synth, when mounts and prerequisites are known.
      Aspects.of(this).add({ visit: (node) => node === this && this.tryOut() });
    }
    const urls = (props.routes ?? []).map((route) => this.addRoute(route));
    for (const port of this.furtherPorts.filter(({ _routes: routes }) => routes.length > 0)) {
      const target = new PortTarget(this, port);
      port._routes.forEach((route) => route.leadTo(target));
    }
    if (urls.length > 0) {
      new TerraformOutput(this, 'Url', { value: urls[0] });
    }
  }

  /** The service's URL as seen from the Docker host: of its first route, or of its published port. */
  public get url(): string | undefined {
    return this.routeUrl ?? this.publishedPort?.url;
  }

  /**
   * The address of one of the service's `ports`, as `host:port`, for containers on the same networks.
   * @param portName the name of the port, for example `metrics`
   * @throws an error with the construct's path when the service has no port of this name
   * @tokens refused portName
   */
  public addressOf(portName: string): string {
    checkMethod(this, 'ContainerService.addressOf', { portName });
    const port = this.furtherPorts.find(({ name }) => name === portName) ?? reject(this, {
      what: 'the service has no port of this name',
      given: portName,
      allowed: this.furtherPorts.map(({ name }) => name).join(', ') || 'none: the service has no `ports`',
      remedy: 'add ServicePort.tcp(…) or ServicePort.udp(…) to `ports`',
    });
    return `${this._running!.hostName}:${port.port}`;
  }

  /**
   * Publishes a further port of the Docker host.
   * @param port for example PublishedPort.onLoopback(9090, 9090)
   * @throws an error with the construct's path when the port is taken, or when the service is replaced side by side
   */
  public addPort(port: PublishedPort): void {
    checkMethod(this, 'ContainerService.addPort', { port });
    if (this._workload.beside) {
      refusePublishing(this, port);
    }
    if (this._workload.hostNetwork) {
      refusePortOnHostNetwork(this, port);
    }
    this.open(port);
    this._running!.refresh();
  }

  /**
   * Sends requests of a gateway to the service, beside its `routes`.
   * @param route of a {@link Gateway}: `gateway.route({ host: 'shop.example' })`
   * @returns the URL of the route, as seen from the Docker host
   */
  public addRoute(route: IGatewayRoute): string {
    checkMethod(this, 'ContainerService.addRoute', { route });
    const url = route.leadTo(this);
    this.routeUrl ??= url;
    return url;
  }

  /**
   * Called by a gateway.
   * @param network the gateway's network
   */
  public bindToGateway(network: IContainerNetwork): GatewayBackend {
    checkMethod(this, 'ContainerService.bindToGateway', { network });
    refuseOtherStack(this, network, 'create the gateway and its services in one stack');
    this.joinNetwork(network);
    const question = this._workload.healthCheck?._question;
    return {
      name: this.containerName,
      hostName: this._running!.hostName,
      port: this.requiredPort(),
      servers: this._running!.servers,
      healthPath: question?.path,
      healthHost: question?.hostHeader,
      healthPort: question?.port,
      healthyStatusCodes: question?.healthyStatusCodes,
    };
  }

  /** @internal */
  protected _port(props: ServiceProps, image: ContainerImageBinding): number | undefined {
    return props.port ?? image.port;
  }

  /** @internal */
  protected _defaultHealthCheck(): HealthCheck | undefined {
    return undefined;
  }

  /** @internal */
  public _exclusive(): Exclusive | undefined {
    this.readiness ??= new RemoteReadiness(this, this._workload, () => this._running);
    return this._workload.beside ? undefined : this.readiness;
  }

  /** A hook for subclasses. @internal */
  protected _complete(): void {}

  private tryOut(): void {
    if (this.node.tryFindChild('Trial') === undefined && trialObstacle(this, this._workload) === undefined) {
      this._workload.isTriedOut = true;
      this._workload.after.push(new Trial(this, 'Trial', this._place, this._workload));
      this._running!.refresh();
    }
  }

  private open(published: PublishedPort, further?: ServicePort): void {
    const containerPort = further?.port ?? published.containerPort ?? this.requiredPort();
    this._workload.ports.push({ published, containerPort, protocol: further?.protocol });
  }

  private requiredPort(): number {
    return this.servicePort ?? reject(this, {
      what: 'the port that the program listens on is not known',
      allowed: 'a whole number from 1 to 65535',
      remedy: 'give `port`',
    });
  }
}
