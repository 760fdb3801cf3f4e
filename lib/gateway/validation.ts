import { Construct } from 'constructs';
import { MOST_CONNECTIONS_PER_MEBIBYTE } from './haproxy/limits';
import { GatewayProps } from './props';
import { httpQuestionProblem } from '../health/http-question-rules';
import { parseImageReference } from '../image/reference';
import { atConstruct, reject, rejectIf } from '../input/input-error';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { GatewayBackend } from '../workload/route';

export function validateGatewayProps(scope: Construct, props: GatewayProps): void {
  if (props.containerName !== undefined && !isUnresolved(props.containerName)) {
    validateDockerName(scope, 'container', props.containerName);
  }
  if (props.image !== undefined && !isUnresolved(props.image)) {
    atConstruct(scope, () => parseImageReference(props.image!));
  }
  validatePorts(scope, props);
  validateMemory(scope, props);
  for (const [name, lines] of Object.entries(props.additionalConfiguration ?? {})) {
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

function validateMemory(scope: Construct, { maxConnections, memory }: GatewayProps): void {
  const mebibytes = (memory ?? Size.mebibytes(512)).toMebibytes();
  if (maxConnections !== undefined && maxConnections > mebibytes * MOST_CONNECTIONS_PER_MEBIBYTE) {
    reject(scope, {
      what: 'the gateway has too little memory for its connections',
      given: `${maxConnections} connections, ${mebibytes} MiB`,
      allowed: `${MOST_CONNECTIONS_PER_MEBIBYTE} connections for each MiB`,
      remedy: `set \`memory\` to at least Size.mebibytes(${Math.ceil(maxConnections / MOST_CONNECTIONS_PER_MEBIBYTE)})`,
    });
  }
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

/** The backends that every gateway has. HAProxy refuses a second one of the same name. */
const OWN_BACKENDS = ['all', 'next-http', 'next-https', 'nowhere', 'passwords', 'requests', 'sources'];

/** Refuses what could be read as HAProxy's configuration: a target may be a class of the user. */
export function validateBackend(scope: Construct, backend: GatewayBackend): void {
  const { name, hostName, port, healthPath, healthHost, healthPort, healthyStatusCodes } = backend;
  requireName(scope, name, isUnresolved(name));
  requireName(scope, hostName, isUnresolved(hostName));
  if (OWN_BACKENDS.includes(name)) {
    reject(scope, {
      what: 'the service has the name of a backend that every gateway has',
      given: name,
      allowed: `any other than ${OWN_BACKENDS.join(', ')}`,
      remedy: 'set `containerName` of the service to another name, or leave it out',
    });
  }
  for (const server of backend.servers ?? []) {
    // The names of containers of a blue/green service are known to Terraform.
    requireName(scope, server.name, false);
    requireName(scope, server.hostName, false);
  }
  for (const [what, number] of [['port', port], ['port of the health check', healthPort]] as const) {
    if (number !== undefined && !isUnresolved(number) && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
      reject(scope, { what: `not a ${what} of a service behind a gateway`, given: number, allowed: 'a whole number from 1 to 65535', remedy: 'correct the number' });
    }
  }
  rejectIf(scope, httpQuestionProblem({ path: healthPath ?? '/', hostHeader: healthHost, healthyStatusCodes }));
}

function requireName(scope: Construct, name: string, refused: boolean): void {
  if (refused || !(isUnresolved(name) || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))) {
    reject(scope, {
      what: 'not a name for a service behind a gateway',
      given: name,
      allowed: 'letters, digits, ".", "_" and "-", known at synth',
      remedy: 'set `containerName` of the service to such a name, or leave it out',
    });
  }
}
