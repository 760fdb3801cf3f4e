import { Construct } from 'constructs';
import { GatewayProps } from './props';
import { parseImageReference } from '../image/reference';
import { atConstruct, reject } from '../input/input-error';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { PublishedPort } from '../values/published-port';
import { GatewayBackend, GatewayRouteProps } from '../workload/route';

// RFC 1123, section 2.1, in lower case.
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);
const LONGEST_HOST = 253;

// The unreserved characters of RFC 3986. They need no escaping in URLs and in HAProxy's configuration.
const PATH_PREFIX = /^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/;
const LONGEST_PATH = 512;

export function validateGatewayProps(scope: Construct, props: GatewayProps): void {
  if (props.containerName !== undefined && !isUnresolved(props.containerName)) {
    validateDockerName(scope, 'container', props.containerName);
  }
  if (props.image !== undefined && !isUnresolved(props.image)) {
    atConstruct(scope, () => parseImageReference(props.image!));
  }
  validatePorts(scope, props);
}

function validatePorts(scope: Construct, { publish, tls, metricsPort }: GatewayProps): void {
  const metrics = metricsPort === undefined ? [] : [PublishedPort.onLoopback(metricsPort)];
  const ports = [publish, ...tls ? [tls.publish] : [], ...metrics];
  for (const port of ports) {
    if (port.containerPort !== undefined) {
      reject(scope, {
        what: 'the gateway chooses its ports in the container itself',
        given: port.containerPort,
        allowed: 'a published port without a container port',
        remedy: 'give the port of the host only',
      });
    }
  }
  ports.forEach((port, index) => {
    if (ports.slice(0, index).some((other) => other._overlaps(port))) {
      reject(scope, {
        what: 'the gateway publishes a port of the host twice',
        given: port.hostPort,
        allowed: 'different ports for HTTP, HTTPS and metrics',
        remedy: 'change one of `publish`, `tls.publish` and `metricsPort`',
      });
    }
  });
}

export interface ValidRoute {
  readonly host?: string;
  readonly pathPrefix: string;
}

export function validatedRoute(scope: Construct, route: GatewayRouteProps): ValidRoute {
  const { host, pathPrefix = '/' } = route;
  if (host !== undefined && (host.length > LONGEST_HOST || !HOST.test(host))) {
    reject(scope, {
      what: 'not a host name for a route',
      given: host,
      allowed: 'a host name in lower case without a port, for example "shop.example", or all names below one: "*.shop.example"',
      remedy: host.toLowerCase() !== host && HOST.test(host.toLowerCase())
        ? `write ${JSON.stringify(host.toLowerCase())}`
        : 'give the name that clients put into the address, in its ASCII form',
    });
  }
  const segments = pathPrefix.split('/');
  if (pathPrefix.length > LONGEST_PATH || !PATH_PREFIX.test(pathPrefix) || segments.includes('.') || segments.includes('..')) {
    reject(scope, {
      what: 'not a path prefix for a route',
      given: pathPrefix,
      allowed: '"/", or segments of letters, digits, ".", "_", "~" and "-", each after a slash and none "." or "..", for example "/api/v1"',
      remedy: /^\/.*\/$/.test(pathPrefix) ? 'leave the slash at the end out: "/api" stands for all below it as well' : 'correct the prefix',
    });
  }
  return { host, pathPrefix };
}

export function validateBackend(scope: Construct, backend: GatewayBackend): void {
  for (const name of [backend.name, backend.hostName]) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      reject(scope, {
        what: 'not a name for a service behind a gateway',
        given: name,
        allowed: 'letters, digits, ".", "_" and "-", known at synth',
        remedy: 'set `containerName` of the service to such a name, or leave it out',
      });
    }
  }
}
