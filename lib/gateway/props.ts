import { GatewayAdditionalConfiguration } from './additional-configuration';
import { GatewayCertificates } from './certificates';
import { GatewayRedirect } from './redirect';
import { Place } from '../places/place';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';

/** How a gateway speaks HTTPS. */
export interface GatewayTls {
  /** The port of the Docker host for HTTPS. */
  readonly publish: PublishedPort;

  /** The certificates and their private keys. */
  readonly certificates: GatewayCertificates;

  /** Whether plain HTTP requests are redirected to HTTPS, with status 308. @default true */
  readonly redirectHttp?: boolean;

  /**
   * How long browsers use only HTTPS for the gateway's hosts (header `Strict-Transport-Security`), in whole seconds. Browsers remember it
   * for that long: start with a short time.
   * @default - the header is not sent @range 1s..17520h/1s
   */
  readonly strictTransportSecurity?: Duration;
}

/** How a gateway runs. */
export interface GatewayOptions {
  /** HTTPS. @default - HTTP only */
  readonly tls?: GatewayTls;

  /** The host's loopback port for HAProxy's Prometheus metrics, at `/metrics`. @default - no metrics @range 1..65535 */
  readonly metricsPort?: number;

  /**
   * The largest request body, in whole bytes; larger ones get 413. The gateway reads `Content-Length`. Chunked requests pass: limit them in
   * the service, with Go's `http.MaxBytesReader`.
   * @default Size.mebibytes(10) @range 1B..1TiB
   */
  readonly maxBodySize?: Size;

  /**
   * The largest header of a request, all lines together; larger ones get 431. Its first line has the same limit; longer ones get 414. From
   * 63 KiB on, HAProxy itself answers 400.
   * @default Size.kibibytes(32) @range 1KiB..48KiB
   */
  readonly maxHeaderSize?: Size;

  /** How long a client may take to send a request's header; slower ones get 408. @default Duration.seconds(10) @range 1s..10m/1s */
  readonly headerTimeout?: Duration;

  /**
   * The idle timeout: how long a request may go without a byte in either direction, for example between server-sent events.
   * @default Duration.seconds(60) @range 1s..24h/1s
   */
  readonly idleTimeout?: Duration;

  /** How long a WebSocket may be silent. @default Duration.hours(1) @range 1s..24h/1s */
  readonly tunnelTimeout?: Duration;

  /** How long open connections, such as WebSockets, may last after a change of routes. @default Duration.minutes(10) @range 1s..24h/1s */
  readonly reloadTimeout?: Duration;

  /**
   * The most client connections at a time to each of the ports for HTTP and HTTPS; further ones wait. The memory must be at least 1 MiB for 8
   * connections.
   * @default - 4 for each MiB of memory, at most 2000 @range 10..100000
   */
  readonly maxConnections?: number;

  /**
   * The most connections of one client, and the most requests that the gateway works on for one client at a time. It closes further
   * connections, and answers further requests with 429. While the gateway is half full, each client may have a fifth of this number; while it
   * is nearly full, a twenty-fifth.
   *
   * A client is an IPv4 address, or an IPv6 network of 64 bits. All clients that come through the host's loopback interface, or through a
   * proxy in front, are one client. Set this to `maxConnections` for these: it switches the limits of each client off.
   * @default - a quarter of `maxConnections` @range 1..100000
   */
  readonly connectionsPerSource?: number;

  /**
   * Requests that the gateway sends elsewhere, for example from `www.shop.example` to `shop.example`. They compete with the routes of
   * services: the most specific one wins.
   * @default - none
   */
  readonly redirects?: GatewayRedirect[];

  /** Whether the access log shows the query of a request. Queries often hold tokens. @default false */
  readonly logQueryStrings?: boolean;

  /**
   * Whether paths may hold encoded slashes (`%2F`), which programs read as slashes: `/public/..%2Fadmin`. Without them, such requests get
   * 400. With them, an encoded slash is a slash for routes, too, and paths with encoded `.` or `..` segments still get 400.
   * @default false
   */
  readonly allowEncodedSlashes?: boolean;

  /** Lines of HAProxy's configuration for what no property is for. @default - none */
  readonly additionalConfiguration?: GatewayAdditionalConfiguration;

  /** The most memory that the container may use, without swap, in whole MiB. @default Size.mebibytes(512) @range 64MiB..1TiB/1MiB */
  readonly memory?: Size;

  /**
   * The most processor time that the container may use, in percent of one processor. A change replaces the container.
   * @default - no limit @range 1..102400
   */
  readonly cpuPercent?: number;

  /**
   * How long open connections may take to end at a shutdown, in whole seconds. The gateway refuses new ones in the meantime.
   * @default Duration.seconds(5)
   * @range 1s..24h/1s
   */
  readonly shutdownTimeout?: Duration;

  /** The image: HAProxy 3.0 or later with a shell and `/var/lib/haproxy`, as the official ones have. @default "haproxy:3.0" */
  readonly image?: string;

  /** The container's name. @default - derived from the stack's id and the construct's path */
  readonly containerName?: string;

  /** Where the access log goes: JSON lines. @default ContainerLogging.jsonFile(), three files of 10 MiB */
  readonly logging?: ContainerLogging;

  /** Where the gateway runs. @default DockerHost.local() */
  readonly place?: Place;
}

/** Properties of a {@link Gateway}. @defaults gateways */
export interface GatewayProps extends GatewayOptions {
  /** The port of the Docker host for HTTP. */
  readonly publish: PublishedPort;
}
