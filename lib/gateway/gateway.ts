import { Container } from '@cdktf/provider-docker/lib/container';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { ITerraformDependable, Lazy, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { CERTIFICATE_DIRECTORY } from './certificates';
import { haproxyConfiguration } from './haproxy/configuration';
import { haproxyLimits } from './haproxy/limits';
import { HTTPS_PORT, HTTP_PORT, HaproxyMatch, HaproxyRedirect, HaproxySettings, METRICS_PORT, STATE_DIRECTORY } from './haproxy/settings';
import { GatewayProps } from './props';
import { validatedMatch, validatedRedirects, validatedRoute } from './route-validation';
import { GatewayRoutes } from './routes';
import { AUTHORITIES_VARIABLE, CONFIGURATION_VARIABLE, CONFIGURE_SCRIPT, GATEWAY_SCRIPT, HEALTH_COMMAND, USERS_VARIABLE } from './scripts';
import { validateBackend, validateGatewayProps } from './validation';
import { hardenedContainer } from '../docker/container';
import { HealthCheck } from '../health/health-check';
import { ContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { claimContainerName, claimHostPort, claimVolumeName } from '../terraform/claims';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { ContainerNetwork } from '../workload/network';
import { GatewayBackend, GatewayRoute, IGateway, IGatewayTarget } from '../workload/route';

/** The longest environment variable of Linux (MAX_ARG_STRLEN), in which the configuration travels. */
const LONGEST_CONFIGURATION = 128 * 1024 - 256;

const DEFAULT_MEMORY = Size.mebibytes(512);

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

  private readonly backends = new Map<Construct | IGatewayTarget, GatewayBackend>();
  private readonly routes = new GatewayRoutes();
  private readonly redirects: readonly HaproxyRedirect[];

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, private readonly props: GatewayProps) {
    super(scope, id);
    validateGatewayProps(this, props);
    this.redirects = validatedRedirects(this, props.redirects ?? []);
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
    const logging = props.logging ?? ContainerLogging.jsonFile();
    const healthCheck = HealthCheck.shell(HEALTH_COMMAND, {
      startPeriod: Duration.minutes(1), interval: Duration.seconds(2), timeout: Duration.seconds(5), retries: 3,
    });
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
      entrypoint: ['/bin/sh', '-c', literal(GATEWAY_SCRIPT)],
      init: true,
      // For a name that it does not know, the engine asks no other DNS server, which could be silent.
      dnsOptions: ['ndots:1'],
      environment: new Map(),
      ports: ports.map(({ port, internal }) => ({ ip: port.address, external: port.hostPort, internal })),
      networks: [{ name: this.network.networkName, aliases: [] }],
      memoryMebibytes: (props.memory ?? DEFAULT_MEMORY).toMebibytes(),
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
      environment: new Map([
        [CONFIGURATION_VARIABLE, Lazy.stringValue({ produce: () => literal(this.configuration()) })],
        [AUTHORITIES_VARIABLE, Lazy.stringValue({ produce: () => this.routes.authorities })],
        [USERS_VARIABLE, Lazy.stringValue({ produce: () => this.routes.users })],
      ]),
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
    const match = validatedMatch(this, route);
    const valid = validatedRoute(this, route, match);
    this.requireFree(match);
    const backend = this.backends.get(target) ?? this.newBackend(target);
    this.routes.add(backend, match, valid);
    this.validateSize(this.configuration().length);
    return this.urlOf(match.host, match.pathPrefix);
  }

  private requireFree({ host, pathPrefix }: HaproxyMatch): void {
    const same = (other: HaproxyMatch) => other.host === host && other.pathPrefix === pathPrefix;
    const taken = this.routes.all.find(same)?.backend ?? (this.redirects.some(same) ? 'a redirect' : undefined);
    if (taken !== undefined) {
      reject(this, {
        what: `two services have the same route: ${taken} has it already`,
        given: `${host ?? 'any host'} ${pathPrefix}`,
        allowed: 'each pair of host and path prefix once',
        remedy: 'give one of the two another host or path prefix: Rollout.blueGreen(gateway, { routes: [{ pathPrefix: "/api" }] })',
      });
    }
  }

  private newBackend(target: IGatewayTarget): GatewayBackend {
    const backend = target.bindToGateway(this.network);
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
    return haproxyConfiguration(this.haproxySettings());
  }

  private haproxySettings(): HaproxySettings {
    const { props } = this;
    const { tls, additionalConfiguration } = props;
    return {
      limits: haproxyLimits((props.memory ?? DEFAULT_MEMORY).toMebibytes(), props.maxConnections, props.connectionsPerSource),
      maxHeaderBytes: (props.maxHeaderSize ?? Size.kibibytes(32)).toBytes(),
      maxBodyBytes: (props.maxBodySize ?? Size.mebibytes(10)).toBytes(),
      headerMilliseconds: (props.headerTimeout ?? Duration.seconds(10)).toMilliseconds(),
      idleMilliseconds: (props.idleTimeout ?? Duration.seconds(60)).toMilliseconds(),
      tunnelMilliseconds: (props.tunnelTimeout ?? Duration.hours(1)).toMilliseconds(),
      reloadSeconds: (props.reloadTimeout ?? Duration.minutes(10)).toSeconds(),
      metrics: props.metricsPort !== undefined,
      encodedSlashes: props.allowEncodedSlashes ?? false,
      logQueryStrings: props.logQueryStrings ?? false,
      tls: tls && {
        certificateDirectory: CERTIFICATE_DIRECTORY,
        publicPort: tls.publish.hostPort,
        redirectHttp: tls.redirectHttp ?? true,
        strictTransportSecuritySeconds: tls.strictTransportSecurity?.toSeconds(),
      },
      routes: this.routes.all,
      redirects: this.redirects,
      backends: this.routes.backends,
      additions: {
        global: additionalConfiguration?.global ?? [],
        frontend: additionalConfiguration?.frontend ?? [],
        sections: additionalConfiguration?.sections ?? [],
      },
    };
  }

  private validateSize(length: number): void {
    if (length > LONGEST_CONFIGURATION) {
      reject(this, {
        what: 'the gateway has too many routes and services',
        given: `${this.routes.all.length} routes, ${this.backends.size} services`,
        allowed: `a configuration of at most ${LONGEST_CONFIGURATION} characters; this one has ${length}`,
        remedy: 'divide them among several gateways',
      });
    }
  }
}
