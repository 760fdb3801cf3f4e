import { IContainerNetwork } from './network';
import { RouteSettings } from './route-settings';

/** Which requests of a gateway go to a service, and under which conditions. */
export interface GatewayRouteProps extends RouteSettings {
  /**
   * The host name of the requests, for example `shop.example`; or `*.shop.example` for all names below it.
   * @default - every host name that no other route names @tokens refused
   */
  readonly host?: string;

  /**
   * The start of the request path, in whole segments: `/api` matches `/api` and `/api/v1`, but not `/apis`. The longest match wins. The
   * service receives the whole path.
   * @default "/" @tokens refused
   */
  readonly pathPrefix?: string;
}

/** One container behind a gateway. */
export interface GatewayServer {
  /** Its name in the gateway's log and metrics. */
  readonly name: string;

  /** Its host name on the gateway's network. */
  readonly hostName: string;
}

/** A service as a gateway sees it. */
export interface GatewayBackend {
  /** The service's name in the gateway's log and metrics: letters, digits, `.`, `_` and `-`. @tokens refused */
  readonly name: string;

  /** The host name of all its containers on the gateway's network. @tokens refused */
  readonly hostName: string;

  /** The port that the containers listen on. */
  readonly port: number;

  /**
   * The containers behind the gateway. Each is healthy once Terraform has created it. The gateway switches to new ones before the old ones
   * stop.
   * @default - all containers that `hostName` leads to and that pass the gateway's check
   */
  readonly servers?: GatewayServer[];

  /** The path of the service's health check. @default - the gateway checks that connections are accepted @tokens refused */
  readonly healthPath?: string;

  /** The host name of the health check's request. @default "localhost" @tokens refused */
  readonly healthHost?: string;

  /** The port of the service's health check. @default - `port` */
  readonly healthPort?: number;

  /** The status codes that count as healthy. @default "200-399" @tokens refused */
  readonly healthyStatusCodes?: string;
}

/** What a gateway can send requests to. */
export interface IGatewayTarget {
  /**
   * Joins the gateway's network. Called by the gateway, once for each gateway.
   * @param network the gateway's network
   */
  bindToGateway(network: IContainerNetwork): GatewayBackend;
}

/** A route from a gateway to a service. `Gateway.route` creates one. */
export interface IGatewayRoute {
  /**
   * Sends the requests of the route to a service. Called by the service.
   * @param target for example a {@link GoService}
   * @returns the URL of the route, as seen from the Docker host
   */
  leadTo(target: IGatewayTarget): string;
}
