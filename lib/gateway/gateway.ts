import { Container } from '@cdktf/provider-docker/lib/container';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { ITerraformDependable, Lazy, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { CERTIFICATE_DIRECTORY } from './certificates';
import { HTTPS_PORT, HTTP_PORT, HaproxyRoute, METRICS_PORT, haproxyConfiguration } from './haproxy-configuration';
import { GatewayProps } from './props';
import { CONFIGURE_SCRIPT, GATEWAY_SCRIPT, HEALTH_COMMAND, STATE_DIRECTORY } from './scripts';
import { validateBackend, validateGatewayProps, validatedRoute } from './validation';
import { hardenedContainer } from '../docker/container';
import { HealthCheck } from '../health/health-check';
import { ContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkMethod, checkStruct, complete } from '../input/props';
import { claimContainerName, claimHostPort, claimVolumeName } from '../terraform/claims';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { ContainerNetwork } from '../workload/network';
import { GatewayBackend, GatewayRoute, IGateway, IGatewayTarget } from '../workload/route';

/** The longest environment variable of Linux (MAX_ARG_STRLEN), in which the configuration travels. */
const LONGEST_CONFIGURATION = 128 * 1024 - 256;

/**
 * The front door: one HAProxy that owns ports of the Docker host and sends each request to a healthy container of the service that its
 * host name and path belong to.
 *
 * A request whose connection fails is sent to another container; one that was sent and got no answer only if it is a GET, HEAD or
 * OPTIONS, which nothing changes by. WebSockets and server-sent events pass. Services see the client in `X-Forwarded-For`,
 * `X-Forwarded-Proto` and `X-Forwarded-Host`, which clients cannot make up.
 *
 * Changed routes are loaded without refusing or cutting a connection. Other changes (ports, image, certificates, …) replace the
 * gateway's container, which takes a few seconds in which nobody is answered.
 *
 * It is hardened as services are.
 *
 * @example
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   rollout: Rollout.blueGreen(gateway, { routes: [{ host: 'shop.example', pathPrefix: '/api' }] }),
 *   replicas: 2,
 * });
 */
export class Gateway extends Construct implements IGateway, ITerraformDependable {
  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Container;

  /** The one-shot container that brings the configuration into the gateway. */
  public readonly configurationResource: Container;

  /** The network of the gateway and the services behind it. */
  public readonly network: ContainerNetwork;

  /** The container's name. */
  public readonly containerName: string;

  /** The URL for plain HTTP, as seen from the Docker host. */
  public readonly url: string;

  /**
   * The URL for HTTPS, as seen from the Docker host.
   *
   * @default - none without `tls`
   */
  public readonly secureUrl?: string;

  /**
   * The URL of the metrics, as seen from the Docker host.
   *
   * @default - none without `metricsPort`
   */
  public readonly metricsUrl?: string;

  private readonly props: GatewayProps;
  private readonly backends = new Map<Construct | IGatewayTarget, GatewayBackend>();
  private readonly routes: HaproxyRoute[] = [];

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GatewayProps) {
    super(scope, id);
    const props = complete(this, 'GatewayProps', given);
    this.props = props;
    validateGatewayProps(this, props);
    const { tls, provider } = props;
    this.containerName = props.containerName ?? dockerName(this);
    claimContainerName(this, provider, this.containerName);
    const ports = [
      { port: props.publish, internal: HTTP_PORT },
      ...tls ? [{ port: tls.publish, internal: HTTPS_PORT }] : [],
      ...props.metricsPort === undefined ? [] : [{ port: PublishedPort.onLoopback(props.metricsPort), internal: METRICS_PORT }],
    ];
    for (const { port } of ports) {
      claimHostPort(this, provider, port, (other) => port._overlaps(other as PublishedPort));
    }
    this.url = props.publish.url;
    this.secureUrl = tls?.publish.url.replace(/^http:/, 'https:');
    this.metricsUrl = props.metricsPort === undefined ? undefined : `http://127.0.0.1:${props.metricsPort}/metrics`;

    this.network = new ContainerNetwork(this, 'Network', { provider });
    const image = ContainerImage.fromRegistry(props.image ?? 'haproxy:3.0').bind(this, provider);
    claimVolumeName(this, provider, `${this.containerName}-state`);
    const volume = new Volume(this, 'State', { name: `${this.containerName}-state`, provider });
    const logging = props.logging ?? defaultLogging(this);
    const healthCheck = HealthCheck.shell(HEALTH_COMMAND, { startPeriod: Duration.minutes(1) });
    const shared = {
      image: image.reference,
      volumes: [
        { volumeName: volume.name, containerPath: STATE_DIRECTORY, readOnly: false },
        ...[tls?.certificates._mount._volume() ?? []].flat(),
      ],
      tmpfs: {},
      capabilities: [],
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      provider,
    };

    this.resource = hardenedContainer(this, 'Resource', {
      ...shared,
      name: this.containerName,
      entrypoint: ['/bin/sh', '-c', GATEWAY_SCRIPT],
      environment: new Map(),
      ports: ports.map(({ port, internal }) => ({ ip: port.address, external: port.hostPort, internal })),
      networks: [{ name: this.network.networkName, aliases: [] }],
      memoryMebibytes: (props.memory ?? Size.mebibytes(512)).toMebibytes(),
      // Not waited for: it has no configuration yet when it starts for the first time.
      healthCheck: healthCheck._render(this, { hasShell: true }),
      restart: 'unless-stopped',
      stopSignal: 'SIGUSR1',
      stopSeconds: this.shutdownSeconds,
    });
    this.configurationResource = hardenedContainer(this, 'Configuration', {
      ...shared,
      name: `${this.containerName}-configuration`,
      entrypoint: ['/bin/sh', '-c', literal(CONFIGURE_SCRIPT)],
      environment: new Map([['CONFIGURATION', Lazy.stringValue({ produce: () => literal(this.configuration()) })]]),
      ports: [],
      networks: [],
      networkMode: 'none',
      pidMode: `container:${this.resource.id}`,
      memoryMebibytes: 128,
      restart: 'no',
      stopSeconds: 1,
      runsOnce: true,
    });
    new TerraformOutput(this, 'Url', { value: this.secureUrl ?? this.url });
  }

  /** The Terraform address of what loads the configuration, so that other resources can wait until the gateway answers. */
  public get fqn(): string {
    return this.configurationResource.fqn;
  }

  /**
   * Sends requests to a service.
   *
   * @param target for example a {@link GoService}
   * @param route which requests
   * @returns the URL of the route, as seen from the Docker host
   * @throws an error with the construct's path when the route is invalid or taken
   */
  public addRoute(target: IGatewayTarget, route: GatewayRoute = {}): string {
    checkMethod(this, 'Gateway.addRoute', { target, route });
    const { host, pathPrefix } = validatedRoute(this, route);
    const taken = this.routes.find((other) => other.host === host && other.pathPrefix === pathPrefix);
    if (taken) {
      reject(this, {
        what: `two services have the same route: ${taken.backend} has it already`,
        given: `${host ?? 'any host'} ${pathPrefix}`,
        allowed: 'each pair of host and path prefix once',
        remedy: 'give one of the two another host or path prefix: Rollout.blueGreen(gateway, { routes: [{ pathPrefix: "/api" }] })',
      });
    }
    const backend = this.backends.get(target) ?? this.newBackend(target);
    this.routes.push({ host, pathPrefix, backend: backend.name });
    this.validateSize(this.configuration().length);
    return this.urlOf(host, pathPrefix);
  }

  private newBackend(target: IGatewayTarget): GatewayBackend {
    const backend = target.bindToGateway(this.network);
    checkStruct(this, 'GatewayBackend', backend);
    validateBackend(this, backend);
    this.backends.set(target, backend);
    return backend;
  }

  private urlOf(host: string | undefined, pathPrefix: string): string {
    const base = this.secureUrl ?? this.url;
    const path = pathPrefix === '/' ? '' : pathPrefix;
    if (host === undefined || host.startsWith('*.')) {
      return `${base}${path}`;
    }
    const { protocol, port } = new URL(base);
    return `${protocol}//${host}${port === '' ? '' : `:${port}`}${path}`;
  }

  private get shutdownSeconds(): number {
    return (this.props.shutdownTimeout ?? Duration.seconds(5)).toSeconds();
  }

  private configuration(): string {
    const { props } = this;
    const { tls } = props;
    return haproxyConfiguration({
      maxConnections: props.maxConnections ?? 2000,
      maxHeaderBytes: (props.maxHeaderSize ?? Size.kibibytes(32)).toBytes(),
      maxBodyBytes: (props.maxBodySize ?? Size.mebibytes(10)).toBytes(),
      headerMilliseconds: (props.headerTimeout ?? Duration.seconds(10)).toMilliseconds(),
      idleMilliseconds: (props.idleTimeout ?? Duration.seconds(60)).toMilliseconds(),
      tunnelMilliseconds: (props.tunnelTimeout ?? Duration.hours(1)).toMilliseconds(),
      reloadSeconds: (props.reloadTimeout ?? Duration.minutes(10)).toSeconds(),
      metrics: props.metricsPort !== undefined,
      tls: tls && {
        certificateDirectory: CERTIFICATE_DIRECTORY,
        publicPort: tls.publish.hostPort,
        redirectHttp: tls.redirectHttp ?? true,
        strictTransportSecuritySeconds: tls.strictTransportSecurity?.toSeconds(),
      },
      routes: this.routes,
      backends: [...this.backends.values()],
    });
  }

  private validateSize(length: number): void {
    if (length > LONGEST_CONFIGURATION) {
      reject(this, {
        what: 'the gateway has too many routes and services',
        given: `${this.routes.length} routes, ${this.backends.size} services`,
        allowed: `a configuration of at most ${LONGEST_CONFIGURATION} characters; this one has ${length}`,
        remedy: 'divide them among several gateways',
      });
    }
  }
}
