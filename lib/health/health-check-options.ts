import type { Duration } from '../values/duration';

/** When the engine runs a health check, and how often it must fail. */
export interface HealthCheckOptions {
  /**
   * Time between the end of one check and the start of the next: 1 ms to 24 hours.
   *
   * @default Duration.seconds(5)
   */
  readonly interval?: Duration;

  /**
   * How long one check may take before it counts as failed: 1 ms to 24 hours.
   *
   * @default Duration.seconds(3)
   */
  readonly timeout?: Duration;

  /**
   * How many checks in a row must fail before the container counts as unhealthy: 1 to 1000.
   *
   * @default 5
   */
  readonly retries?: number;

  /**
   * How long after its start a container may fail checks without consequence: 1 ms to 24 hours. The first check
   * that succeeds ends it, so a long period costs a service nothing that starts quickly.
   *
   * @default Duration.seconds(30)
   */
  readonly startPeriod?: Duration;

  /**
   * Time between checks during the start period, as long as none has succeeded: 1 ms up to the interval. It decides
   * how soon after its start a container counts as healthy. Needs Docker Engine 25 (API 1.44).
   *
   * @default - 500 ms, or the interval where that is shorter
   */
  readonly startInterval?: Duration;
}

/** Options of a health check that connects to a TCP port. */
export interface TcpHealthCheckOptions extends HealthCheckOptions {
  /**
   * The port inside the container: 1 to 65535.
   *
   * @default - the service's port
   */
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
