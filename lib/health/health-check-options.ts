import type { Duration } from '../values/duration';

/** The timing of a health check. Docker refuses durations below 1 ms (`MinimumDuration` in moby's `api/types/container`). */
export interface HealthCheckOptions {
  /** The time between the end of one check and the start of the next. @default Duration.seconds(5) @range 1ms..24h */
  readonly interval?: Duration;

  /** The time after which a check counts as failed. @default Duration.seconds(3) @range 1ms..24h */
  readonly timeout?: Duration;

  /** The number of failures in a row that make the container unhealthy. @default 5 @range 1..1000 */
  readonly retries?: number;

  /**
   * The time after a container's start in which failures do not count. The first success ends it, so a long period does not
   * delay a service that starts quickly.
   *
   * @default Duration.seconds(30)
   * @range 1ms..24h
   */
  readonly startPeriod?: Duration;

  /**
   * The time between checks before the first success in the start period; at most the interval. A short one makes a container
   * healthy sooner. Needs Docker Engine 25 (API 1.44).
   *
   * @default - 500 ms, or the interval where that is shorter
   * @range 1ms..24h
   */
  readonly startInterval?: Duration;
}

/** Options of a TCP health check. */
export interface TcpHealthCheckOptions extends HealthCheckOptions {
  /** The port inside the container. @default - the service's port @range 1..65535 */
  readonly port?: number;
}

/** Options of an HTTP health check. */
export interface HttpHealthCheckOptions extends TcpHealthCheckOptions {
  /**
   * The request's `Host` header, for servers with virtual hosts, for example `shop.example` or `shop.example:8080`.
   *
   * @default - `localhost:` and the port
   */
  readonly hostHeader?: string;

  /**
   * The status codes that count as healthy: codes and ranges from 100 to 599, separated by commas, for example `200-299,401`.
   *
   * @default "200-399"
   */
  readonly healthyStatusCodes?: string;
}

/** Whom a health check trusts that connects with TLS, and which name it asks for. */
export interface HealthCheckTlsOptions {
  /**
   * The absolute path, in the container, of a file with the certificates of the authorities to trust, in PEM form; for example
   * `/etc/ssl/private-ca.pem`.
   *
   * @default - the authorities that the image trusts
   */
  readonly ca?: string;

  /**
   * Whether any certificate is good. The connection never leaves the container, so this is no risk that `ca` would lower.
   *
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * The name that the certificate must be for, without a port, for example `shop.example`.
   *
   * @default - the host header's name, which is `localhost` unless `hostHeader` says otherwise
   */
  readonly serverName?: string;
}

/** Options of a health check that sends an HTTP request over TLS. */
export interface HttpsHealthCheckOptions extends HttpHealthCheckOptions, HealthCheckTlsOptions {}

/** Options of a health check that calls `grpc.health.v1.Health`. */
export interface GrpcHealthCheckOptions extends TcpHealthCheckOptions {
  /** Connects with TLS. The image needs a probe with TLS: `probeTls`. @default - no TLS */
  readonly tls?: HealthCheckTlsOptions;
}
