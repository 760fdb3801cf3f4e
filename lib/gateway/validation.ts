import { Construct } from 'constructs';
import { GatewayProps } from './props';
import { parseImageReference } from '../image/reference';
import { atConstruct, reject, rejectIf } from '../input/input-error';
import { BOOLEAN, DURATION, NUMBER, OPTIONS, PropType, SIZE, TEXT, objectWith, requirePropTypes } from '../input/prop-types';
import { memoryProblem, stopProblem } from '../service/validation';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { GatewayBackend, GatewayRouteProps } from '../workload/route';

// RFC 1123, section 2.1, in the lower case in which requests are compared.
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^(?:\\*\\.)?${HOST_LABEL}(?:\\.${HOST_LABEL})*$`);
const LONGEST_HOST = 253;

// The unreserved characters of RFC 3986, which mean themselves in URLs, in HAProxy's configuration and in its patterns.
const PATH_PREFIX = /^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/;
const LONGEST_PATH = 512;

/** The least that HAProxy runs in, with its buffers. */
const SMALLEST_MEMORY = Size.mebibytes(64);

const PROP_TYPES: Readonly<Record<string, PropType>> = {
  publish: objectWith('_overlaps', 'PublishedPort', 'PublishedPort.onAllInterfaces(80)'),
  tls: { ...OPTIONS, example: '{ publish: PublishedPort.onAllInterfaces(443), certificates: GatewayCertificates.fromHostDirectory("/etc/certificates") }' },
  metricsPort: { ...NUMBER, example: '9101' },
  maxBodySize: { ...SIZE, example: 'Size.mebibytes(10)' },
  maxHeaderSize: { ...SIZE, example: 'Size.kibibytes(32)' },
  headerTimeout: DURATION,
  idleTimeout: DURATION,
  tunnelTimeout: DURATION,
  reloadTimeout: DURATION,
  maxConnections: { ...NUMBER, example: '2000' },
  memory: SIZE,
  shutdownTimeout: DURATION,
  image: { ...TEXT, example: '"haproxy:3.0"' },
  containerName: TEXT,
  place: objectWith('_run', 'Place', 'DockerHost.local()'),
  logging: objectWith('_problem', 'ContainerLogging', 'ContainerLogging.jsonFile()'),
};

const TLS_TYPES: Readonly<Record<string, PropType>> = {
  publish: objectWith('_overlaps', 'PublishedPort', 'PublishedPort.onAllInterfaces(443)'),
  certificates: objectWith('_problem', 'GatewayCertificates', 'GatewayCertificates.fromHostDirectory("/etc/certificates")'),
  redirectHttp: BOOLEAN,
  strictTransportSecurity: { ...DURATION, example: 'Duration.hours(1)' },
};

/** Checks everything of a gateway's props. */
export function validateGatewayProps(scope: Construct, props: GatewayProps): void {
  requirePropTypes(scope, props, PROP_TYPES, ['publish']);
  if (props.tls) {
    requirePropTypes(scope, props.tls, TLS_TYPES, ['publish', 'certificates']);
  }
  if (props.containerName !== undefined && !isUnresolved(props.containerName)) {
    validateDockerName(scope, 'container', props.containerName);
  }
  if (props.image !== undefined && !isUnresolved(props.image)) {
    atConstruct(scope, () => parseImageReference(props.image!));
  }
  validatePorts(scope, props);
  rejectIf(scope, props.tls?.certificates._problem());
  rejectIf(scope, props.logging?._problem());
  rejectIf(scope, memoryProblem(props.memory) ?? props.memory?._problem({
    subject: 'the memory limit of the gateway', minimum: SMALLEST_MEMORY, maximum: Size.gibibytes(1024), multipleOf: Size.mebibytes(1),
  }));
  rejectIf(scope, stopProblem(props.shutdownTimeout));
  rejectIf(scope, props.maxBodySize?._problem({
    subject: 'the largest request body', minimum: Size.bytes(1), maximum: Size.gibibytes(1024), multipleOf: Size.bytes(1),
  }));
  rejectIf(scope, props.maxHeaderSize?._problem({
    subject: 'the largest request header', minimum: Size.kibibytes(1), maximum: Size.kibibytes(48), multipleOf: Size.bytes(1),
  }));
  for (const [subject, duration, maximum] of [
    ['the time for the request header', props.headerTimeout, Duration.minutes(10)],
    ['the idle timeout', props.idleTimeout, Duration.hours(24)],
    ['the tunnel timeout', props.tunnelTimeout, Duration.hours(24)],
    ['the reload timeout', props.reloadTimeout, Duration.hours(24)],
    ['the time for Strict-Transport-Security', props.tls?.strictTransportSecurity, Duration.hours(24 * 730)],
  ] as const) {
    rejectIf(scope, duration?._problem({ subject, minimum: Duration.seconds(1), maximum, multipleOf: Duration.seconds(1) }));
  }
  const connections = props.maxConnections;
  if (connections !== undefined && (!Number.isInteger(connections) || connections < 10 || connections > 100_000)) {
    reject(scope, {
      what: 'not a number of connections',
      given: connections,
      allowed: 'a whole number from 10 to 100000',
      remedy: 'give `maxConnections` such a number, or leave it out for 2000',
    });
  }
}

function validatePorts(scope: Construct, { publish, tls, metricsPort }: GatewayProps): void {
  const metrics = metricsPort === undefined ? [] : [PublishedPort.onLoopback(metricsPort)];
  const ports = [publish, ...tls ? [tls.publish] : [], ...metrics];
  for (const port of ports) {
    rejectIf(scope, port._problem());
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

/** A route in the form in which it is compared and written into the configuration. */
export interface ValidRoute {
  readonly host?: string;
  readonly pathPrefix: string;
}

/** Checks a route. */
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

/** Checks what is written into the configuration of what a target says about itself. */
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
