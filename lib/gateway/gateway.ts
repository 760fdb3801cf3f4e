import { Annotations, ITerraformDependable, TerraformOutput, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { CERTIFICATE_DIRECTORY } from './certificates';
import { haproxyConfiguration } from './haproxy/configuration';
import { haproxyLimits } from './haproxy/limits';
import { HTTPS_PORT, HTTP_PORT, HaproxyMatch, HaproxyRedirect, HaproxySettings, METRICS_PORT, STATE_DIRECTORY } from './haproxy/settings';
import { GatewayProps } from './props';
import { GatewayRoute } from './route';
import { ValidRoute, validatedRedirects, validatedRoute } from './route-validation';
import { GatewayRoutes } from './routes';
import { AUTHORITIES_VARIABLE, CONFIGURATION_VARIABLE, CONFIGURE_SCRIPT, GATEWAY_SCRIPT, HEALTH_COMMAND, USERS_VARIABLE } from './scripts';
import { validateBackend, validateGatewayProps } from './validation';
import { HealthCheck } from '../health/health-check';
import { ContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkMethod, checkStruct, complete } from '../input/props';
import { ContainerNetwork } from '../places/container-network';
import { placeOf } from '../places/default-place';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { helper } from '../workload/helper';
import { GatewayBackend, GatewayRouteProps, IGatewayTarget } from '../workload/route';
import { Running } from '../workload/running';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';

/** Linux's limit for one environment variable (MAX_ARG_STRLEN). One carries the configuration. */
const LONGEST_CONFIGURATION = 128 * 1024 - 256;

const DEFAULT_MEMORY = Size.mebibytes(512);

/** A worker that hangs is ended after three checks. */
const HEALTH_CHECK = { startPeriod: Duration.minutes(1), interval: Duration.seconds(2), timeout: Duration.seconds(5), retries: 3 };

/**
 * An HAProxy that publishes ports of the Docker host. It routes each request, by host name and path, to a healthy container of a service.
 *
 * When a connection fails, the gateway sends the request to another container. A request without an answer is repeated only if it is a GET,
 * HEAD or OPTIONS. WebSockets and server-sent events work. Services find the client in `X-Forwarded-For`, `X-Forwarded-Proto` and
 * `X-Forwarded-Host`; clients cannot forge them.
 *
 * A change of routes refuses and cuts no connection. Other changes (ports, image, certificates, …) replace the gateway's container, with a
 * downtime of a few seconds.
 *
 * It is hardened like a service.
 * @example
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   rollout: Rollout.blueGreen(),
 *   routes: [gateway.route({ host: 'shop.example', pathPrefix: '/api' })],
 *   replicas: 2,
 * });
 */
export class Gateway extends Construct implements ITerraformDependable {
  /** The network of the gateway and the services behind it. */
  public readonly network: ContainerNetwork;

  /** The container's name. */
  public readonly containerName: string;

  /** The URL for plain HTTP, as seen from the Docker host. */
  public readonly url: string;

  /** The URL for HTTPS, as seen from the Docker host. @default - none without `tls` */
  public readonly secureUrl?: string;

  /** The URL of the metrics, as seen from the Docker host. @default - none without `metricsPort` */
  public readonly metricsUrl?: string;

  private readonly props: GatewayProps;
  private readonly server: Running;
  private readonly loader: Running;
  private readonly backends = new Map<Construct | IGatewayTarget, GatewayBackend>();
  private readonly routes = new GatewayRoutes();
  private readonly redirects: readonly HaproxyRedirect[];
  private isWarned = false;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GatewayProps) {
    super(scope, id);
    const props = complete(this, 'GatewayProps', given);
    this.props = props;
    validateGatewayProps(this, props);
    this.redirects = validatedRedirects(this, props.redirects ?? []);
    const { tls } = props;
    const place = placeOf(this, props.place);
    this.containerName = props.containerName ?? dockerName(this);
    const ports = [
      { port: props.publish, internal: HTTP_PORT },
      ...tls ? [{ port: tls.publish, internal: HTTPS_PORT }] : [],
      ...props.metricsPort === undefined ? [] : [{ port: PublishedPort.onLoopback(props.metricsPort), internal: METRICS_PORT }],
    ];
    this.url = props.publish.url;
    this.secureUrl = tls?.publish.url.replace(/^http:/, 'https:');
    this.metricsUrl = props.metricsPort === undefined ? undefined : `http://127.0.0.1:${props.metricsPort}/metrics`;

    this.network = new ContainerNetwork(this, 'Network', { place });
    const state = place._volume(this, 'State', { name: `${this.containerName}-state`, isProtected: false });
    const shared = {
      image: place._image(this, ContainerImage.fromRegistry(props.image ?? 'haproxy:3.0')),
      mounts: [ContainerMount.volume(state, STATE_DIRECTORY), ...tls ? [tls.certificates._mount] : []],
      capabilities: [],
      logging: props.logging ?? defaultLogging(this),
    };
    this.server = place._run(this, helper({
      ...shared,
      name: this.containerName,
      lifetime: 'service',
      entrypoint: ['/bin/sh', '-c', GATEWAY_SCRIPT],
      variables: new Variables(this),
      networks: [{ network: this.network, aliases: [] }],
      ports: ports.map(({ port, internal }) => ({ published: port, containerPort: internal })),
      healthCheck: HealthCheck.shell(HEALTH_COMMAND, HEALTH_CHECK),
      init: true,
      // For a name that it does not know, the engine asks no other DNS server, which could be silent.
      dnsOptions: ['ndots:1'],
      // At its first start it has no configuration yet.
      awaitsHealth: false,
      settleTime: Duration.seconds(1),
      memory: props.memory ?? DEFAULT_MEMORY,
      cpuPercent: props.cpuPercent,
      stopSignal: 'SIGUSR1',
      stopTimeout: props.shutdownTimeout ?? Duration.seconds(5),
    }));
    const variables = new Variables(this);
    variables.addLate(CONFIGURATION_VARIABLE, () => literal(this.configuration()));
    variables.addLate(AUTHORITIES_VARIABLE, () => this.routes.authorities);
    variables.addLate(USERS_VARIABLE, () => this.routes.users);
    this.loader = place._run(this, helper({
      ...shared,
      name: `${this.containerName}-configuration`,
      entrypoint: ['/bin/sh', '-c', CONFIGURE_SCRIPT],
      variables,
      processesOf: this.server,
      memory: Size.mebibytes(128),
      stopTimeout: Duration.seconds(1),
    }), 'Configuration');
    new TerraformOutput(this, 'Url', { value: this.secureUrl ?? this.url });
    this.node.addValidation({ validate: () => this.warnWithoutRoutes() });
  }

  /** The underlying resource, for settings that this library has no property for. */
  public get resource(): TerraformResource {
    return this.server.resources[0];
  }

  /** The one-shot container that loads the configuration into the gateway. */
  public get configurationResource(): TerraformResource {
    return this.loader.resources[0];
  }

  /** The Terraform address to depend on: ready once the gateway answers. */
  public get fqn(): string {
    return this.loader.ready.fqn;
  }

  /**
   * A route for the `routes` of a service, or for its `addRoute`.
   * @param props which requests; by default all that match no other route
   * @throws an error with the construct's path when the route is invalid; `addRoute` throws it when another service has the same route
   */
  public route(props: GatewayRouteProps = {}): GatewayRoute {
    checkMethod(this, 'Gateway.route', { props });
    return GatewayRoute._of(validatedRoute(this, props), (target, route) => this.addRoute(target, route));
  }

  private addRoute(target: IGatewayTarget, route: ValidRoute): string {
    this.requireFree(route);
    const backend = this.backends.get(target) ?? this.newBackend(target);
    this.routes.add(backend, route);
    this.validateSize(this.configuration().length);
    return this.urlOf(route.host, route.pathPrefix);
  }

  private requireFree({ host, pathPrefix }: HaproxyMatch): void {
    const same = (other: HaproxyMatch) => other.host === host && other.pathPrefix === pathPrefix;
    const service = this.routes.all.find(same)?.backend;
    if (service !== undefined || this.redirects.some(same)) {
      reject(this, {
        what: service === undefined ? 'a redirect of the gateway has the same route' : `two services have the same route: ${service} has it already`,
        given: `${host ?? 'any host'} ${pathPrefix}`,
        allowed: 'each pair of host and path prefix once',
        remedy: 'give one of the two another host or path prefix: gateway.route({ pathPrefix: "/api" })',
      });
    }
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

  /** A warning, because a program may come to its first service later. */
  private warnWithoutRoutes(): string[] {
    if (!this.isWarned && this.routes.all.length === 0 && this.redirects.length === 0 && this.props.additionalConfiguration === undefined) {
      this.isWarned = true;
      Annotations.of(this).addWarning('The gateway has no route: it answers each request with 404. Give a service `routes: [gateway.route()]`.');
    }
    return [];
  }
}
