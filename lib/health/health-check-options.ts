import type { Duration } from '../values/duration';

/**
 * When the engine runs a health check, and how often it must fail.
 *
 * Docker refuses less than a millisecond (`MinimumDuration` in moby's `api/types/container`).
 */
export interface HealthCheckOptions {
  /** Time between the end of one check and the start of the next. @default Duration.seconds(5) @range 1ms..24h */
  readonly interval?: Duration;

  /** How long one check may take before it counts as failed. @default Duration.seconds(3) @range 1ms..24h */
  readonly timeout?: Duration;

  /** How many checks in a row must fail before the container counts as unhealthy. @default 5 @range 1..1000 */
  readonly retries?: number;

  /**
   * How long after its start a container may fail checks without consequence. The first check
   * that succeeds ends it, so a long period costs a service nothing that starts quickly.
   *
   * @default Duration.seconds(30)
   * @range 1ms..24h
   */
  readonly startPeriod?: Duration;

  /**
   * Time between checks during the start period, as long as none has succeeded; at most the interval. It decides
   * how soon after its start a container counts as healthy. Needs Docker Engine 25 (API 1.44).
   *
   * @default - 500 ms, or the interval where that is shorter
   * @range 1ms..24h
   */
  readonly startInterval?: Duration;
}

/** Options of a health check that connects to a TCP port. */
export interface TcpHealthCheckOptions extends HealthCheckOptions {
  /** The port inside the container. @default - the service's port @range 1..65535 */
  readonly port?: number;
}

/** Options of a health check that sends an HTTP request. */
export interface HttpHealthCheckOptions extends TcpHealthCheckOptions {
  /**
   * The host name of the request, for servers that answer by name, for example `shop.example` or `shop.example:8080`.
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
