import { GatewayBackend } from '../../workload/route';
import type { RenderedProtocol } from '../../workload/route-protocol';

/** Ports in the container: above 1023, so that no capability is needed. */
export const HTTP_PORT = 8080;
export const HTTPS_PORT = 8443;
export const METRICS_PORT = 8404;

/** On loopback in the container: answers the health check, and takes orders for HAProxy's master process. */
export const ALIVE_PORT = 8405;
export const MASTER_PORT = 8406;

/** Where the configuration, HAProxy's sockets and certificate authorities are. */
export const STATE_DIRECTORY = '/var/lib/haproxy';

/** The environment variable that tells HAProxy from where the metrics may be asked for. */
export const METRICS_SOURCE_VARIABLE = 'METRICS_SOURCE';

/** Which requests something is about. */
export interface HaproxyMatch {
  readonly host?: string;
  readonly pathPrefix: string;
}

/** How often one client may ask. */
export interface HaproxyRateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** A route, validated. */
export interface HaproxyRoute extends HaproxyMatch {
  readonly backend: string;
  readonly failOpen: boolean;
  readonly allowedSources?: readonly string[];
  readonly rateLimit?: HaproxyRateLimit;
  readonly users?: { readonly list: string; readonly realm: string };
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly responseHeaders: readonly (readonly [string, string])[];
}

/** A redirect, validated. */
export interface HaproxyRedirect extends HaproxyMatch {
  readonly location: string;
  readonly status: number;
  readonly keepPath: boolean;
}

/** A service as one protocol reaches it. */
export interface HaproxyBackend {
  readonly name: string;
  readonly target: GatewayBackend;
  readonly protocol: RenderedProtocol;
  /** The most requests that all containers of the service work on at a time. */
  readonly maxRequests?: number;
}

/** The limits that keep one client from taking the gateway from all others. */
export interface HaproxyLimits {
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** How many requests may be in work at a time, of all clients. */
  readonly requests: number;
}

/** Lines that users add for what no prop is for. */
export interface HaproxyAdditions {
  readonly global: readonly string[];
  readonly frontend: readonly string[];
  readonly sections: readonly string[];
}

/** All that makes one configuration differ from another. */
export interface HaproxySettings {
  readonly limits: HaproxyLimits;
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
  readonly headerMilliseconds: number;
  readonly idleMilliseconds: number;
  readonly tunnelMilliseconds: number;
  readonly reloadSeconds: number;
  readonly metrics: boolean;
  readonly encodedSlashes: boolean;
  readonly logQueryStrings: boolean;
  readonly tls?: {
    readonly certificateDirectory: string;
    /** The port that clients connect to. */
    readonly publicPort: number;
    readonly redirectHttp: boolean;
    readonly strictTransportSecuritySeconds?: number;
  };
  readonly routes: readonly HaproxyRoute[];
  readonly redirects: readonly HaproxyRedirect[];
  readonly backends: readonly HaproxyBackend[];
  readonly additions: HaproxyAdditions;
}
