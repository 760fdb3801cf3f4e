import { Construct } from 'constructs';
import { MOST_CONNECTIONS_PER_MEBIBYTE } from './haproxy/limits';
import { GatewayProps } from './props';
import { parseImageReference } from '../image/reference';
import { atConstruct, reject, rejectIf } from '../input/input-error';
import { BOOLEAN, DURATION, NUMBER, OPTIONS, PropType, SIZE, TEXT, TEXTS, listOfOptions, objectWith, requirePropTypes } from '../input/prop-types';
import { memoryProblem, stopProblem } from '../service/go-service-validation';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { GatewayBackend } from '../workload/route';

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
  connectionsPerSource: { ...NUMBER, example: '500' },
  redirects: listOfOptions('redirects', '[{ host: "www.shop.example", location: "https://shop.example" }]'),
  logQueryStrings: BOOLEAN,
  allowEncodedSlashes: BOOLEAN,
  additionalConfiguration: { ...OPTIONS, example: '{ frontend: ["http-request set-header X-Env test"] }' },
  memory: SIZE,
  shutdownTimeout: DURATION,
  image: { ...TEXT, example: '"haproxy:3.0"' },
  containerName: TEXT,
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
  validateConnections(scope, props);
  for (const [name, lines] of Object.entries(props.additionalConfiguration ?? {})) {
    requirePropTypes(scope, { [name]: lines }, { [name]: TEXTS });
    const broken = (lines as readonly string[]).find((line) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(line));
    if (broken !== undefined) {
      reject(scope, {
        what: `a line of the additional configuration (\`${name}\`) holds a line break or another control character`,
        given: broken,
        allowed: 'one line of HAProxy\'s configuration in each entry',
        remedy: 'divide it into several entries',
      });
    }
  }
}

function validateConnections(scope: Construct, { maxConnections, connectionsPerSource, memory }: GatewayProps): void {
  const integer = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
  if (maxConnections !== undefined && !integer(maxConnections, 10, 100_000)) {
    reject(scope, {
      what: 'not a number of connections',
      given: maxConnections,
      allowed: 'a whole number from 10 to 100000',
      remedy: 'give `maxConnections` such a number, or leave it out for a number that fits the memory',
    });
  }
  const mebibytes = (memory ?? Size.mebibytes(512)).toMebibytes();
  if (maxConnections !== undefined && maxConnections > mebibytes * MOST_CONNECTIONS_PER_MEBIBYTE) {
    reject(scope, {
      what: 'the gateway has too little memory for its connections',
      given: `${maxConnections} connections, ${mebibytes} MiB`,
      allowed: `${MOST_CONNECTIONS_PER_MEBIBYTE} connections for each MiB`,
      remedy: `set \`memory\` to at least Size.mebibytes(${Math.ceil(maxConnections / MOST_CONNECTIONS_PER_MEBIBYTE)})`,
    });
  }
  if (connectionsPerSource !== undefined && !integer(connectionsPerSource, 1, 100_000)) {
    reject(scope, {
      what: 'not a number of connections of one client',
      given: connectionsPerSource,
      allowed: 'a whole number from 1 to 100000',
      remedy: 'give `connectionsPerSource` such a number, or leave it out for a quarter of `maxConnections`',
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
