import { RouteProtocol } from './route-protocol';
import { Duration } from '../values/duration';

/** How often one client may ask. */
export interface RouteRateLimit {
  /**
   * The number of requests.
   * @range 1..1000000
   */
  readonly requests: number;

  /**
   * The time in which they may come, in whole seconds.
   * @default Duration.seconds(10)
   * @range 1s..1h/1s
   */
  readonly period?: Duration;
}

/** Who may use a route, by user name and password (RFC 7617). */
export interface RouteUsers {
  /**
   * The users' names and the hashes of their passwords: those of `openssl passwd -6` (`$6$…`) and `-5` (`$5$…`).
   *
   * Pass each hash as a `TerraformVariable` with `sensitive: true`. Plans, logs and the synthesized files then do not show it.
   * @sensitive
   */
  readonly passwordHashes: { readonly [name: string]: string };

  /**
   * What browsers show when they ask for the password.
   * @default "restricted" @tokens refused
   */
  readonly realm?: string;
}

/** What a gateway does with the requests of a route. */
export interface RouteSettings {
  /**
   * The protocol of the program.
   * @default RouteProtocol.http()
   */
  readonly protocol?: RouteProtocol;

  /**
   * The addresses and networks whose clients may use the route; others get 403. For example `10.0.0.0/8` or `2001:db8::/32`.
   *
   * Clients on the Docker host itself have the address of the bridge of the gateway's network.
   * @default - every client @tokens refused
   */
  readonly allowedSources?: string[];

  /**
   * How often one client may ask; further requests get 429. A client is an IPv4 address, or an IPv6 network of 64 bits.
   *
   * The count starts again when the gateway's configuration changes.
   * @default - no limit
   */
  readonly rateLimit?: RouteRateLimit;

  /**
   * The users of the route; others get 401. After 20 wrong passwords in a minute, a client gets 429 instead.
   * @default - every client
   */
  readonly basicAuthentication?: RouteUsers;

  /**
   * Headers that the program gets, by their names. An empty value removes the header.
   * @default - those of the client
   */
  readonly requestHeaders?: { readonly [name: string]: string };

  /**
   * Headers that the client gets, by their names. An empty value removes the header.
   * @default - those of the program
   */
  readonly responseHeaders?: { readonly [name: string]: string };

  /**
   * The most requests that all containers of the service work on at a time, WebSockets included. Further ones wait for up to 5 seconds
   * and then get 503. Among several routes of a service, the largest number counts.
   * @default - a quarter of the gateway's `maxConnections`
   * @range 1..100000
   */
  readonly maxRequests?: number;

  /**
   * Whether the containers that accept connections get requests while none reports that it is ready. One lock in a database can make all of
   * them report 503, also for requests that need no database.
   * @default true
   */
  readonly failOpen?: boolean;
}
