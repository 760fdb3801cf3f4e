import { Construct } from 'constructs';
import { ProgramOptions, ServiceOptions } from './service-options';
import { InputProblem, reject, rejectIf } from '../input/input-error';
import {
  DEPENDENCIES, DURATION, listOfObjectsWith, MAP, NETWORKS, NUMBER, objectWith, PropType, requirePropTypes, SIZE, TEXT, TEXTS, TEXT_MAP,
} from '../input/prop-types';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { ContainerMount } from '../workload/storage';

/** Docker's own lower limit. Source: moby `daemon/daemon_unix.go`, linuxMinMemory */
const SMALLEST_MEMORY = Size.mebibytes(6);
/** More on one machine is a mistyped number. */
const LARGEST_REPLICA_COUNT = 50;
const LARGEST_MEMORY = Size.gibibytes(64 * 1024);

/** The types of what services and tasks have in common. */
const PROGRAM_TYPES: Readonly<Record<string, PropType>> = {
  containerName: TEXT,
  environment: MAP,
  secretEnvironment: MAP,
  arguments: TEXTS,
  memory: { ...SIZE, example: 'Size.mebibytes(512)' },
  cpuShares: NUMBER,
  logging: objectWith('_problem', 'ContainerLogging', 'ContainerLogging.jsonFile()'),
  networks: NETWORKS,
  mounts: listOfObjectsWith('_problem', 'ContainerMounts', '[ContainerMount.tmpfs("/tmp")]'),
  capabilities: { ...TEXTS, example: '["NET_BIND_SERVICE"]' },
  labels: TEXT_MAP,
  after: DEPENDENCIES,
  place: objectWith('_run', 'Place', 'DockerHost.local()'),
};

/** The types of a service's own options. */
const SERVICE_TYPES: Readonly<Record<string, PropType>> = {
  port: NUMBER,
  publish: objectWith('_overlaps', 'PublishedPort', 'PublishedPort.onLoopback(8080)'),
  healthCheck: objectWith('_render', 'HealthCheck', 'HealthCheck.http("/healthz")'),
  restart: objectWith('_problem', 'RestartPolicy', 'RestartPolicy.unlessStopped()'),
  shutdownTimeout: { ...DURATION, example: 'Duration.seconds(30)' },
  rollout: objectWith('_problem', 'Rollout', 'Rollout.blueGreen()'),
  routes: listOfObjectsWith('leadTo', 'routes of a gateway', '[gateway.route({ host: "shop.example" })]'),
  replicas: { ...NUMBER, example: '2' },
};

/** What runs a container needs an image, whatever its class. */
const IMAGE: PropType = objectWith('bind', 'container image', 'new GoScratchImage(…) or ContainerImage.fromRegistry("…")');

/** Refuses options of another type than they must have, and an image that is missing. */
export function requireServicePropTypes(scope: Construct, props: object): void {
  requirePropTypes(scope, props, { image: IMAGE, ...PROGRAM_TYPES, ...SERVICE_TYPES }, ['image']);
}

/** Refuses options of another type than they must have, and an image that is missing. */
export function requireTaskPropTypes(scope: Construct, props: object): void {
  requirePropTypes(scope, props, { image: IMAGE, ...PROGRAM_TYPES }, ['image']);
}

/** Checks everything of a service's options that does not depend on its image. */
export function validateServiceOptions(scope: Construct, options: ServiceOptions): void {
  validateProgramOptions(scope, options);
  rejectIf(scope, options.publish?._problem());
  rejectIf(scope, options.restart?._problem());
  rejectIf(scope, stopProblem(options.shutdownTimeout));
  if (options.port !== undefined && (!Number.isInteger(options.port) || options.port < 1 || options.port > 65535)) {
    reject(scope, {
      what: 'not a port for the service',
      given: options.port,
      allowed: 'a whole number from 1 to 65535',
      remedy: 'give the port that the program listens on, or leave `port` out for the image\'s own',
    });
  }
  validateRollout(scope, options);
}

/** Checks everything that services and tasks have in common. */
export function validateProgramOptions(scope: Construct, options: ProgramOptions): void {
  if (options.containerName !== undefined && !isUnresolved(options.containerName)) {
    validateDockerName(scope, 'container', options.containerName);
  }
  rejectIf(scope, options.logging?._problem());
  rejectIf(scope, memoryProblem(options.memory));
  const shares = options.cpuShares;
  if (shares !== undefined && (!Number.isInteger(shares) || shares < 2 || shares > 262144)) {
    reject(scope, {
      what: 'not a share of processor time',
      given: shares,
      allowed: 'a whole number from 2 to 262144, where 1024 is the usual share',
      remedy: 'give `cpuShares` such a number, or leave it out',
    });
  }
  validateMounts(scope, options.mounts ?? []);
  validateCapabilities(scope, options.capabilities ?? []);
  validateArguments(scope, options.arguments ?? []);
  validateLabels(scope, options.labels ?? {});
}

function validateRollout(scope: Construct, options: ServiceOptions): void {
  rejectIf(scope, options.rollout?._problem());
  const sideBySide = options.rollout?._sideBySide ?? false;
  if (sideBySide && options.publish) {
    refusePublishing(scope, options.publish);
  }
  const replicas = options.replicas;
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1 || replicas > LARGEST_REPLICA_COUNT)) {
    reject(scope, {
      what: 'not a number of replicas',
      given: replicas,
      allowed: `a whole number from 1 to ${LARGEST_REPLICA_COUNT}`,
      remedy: 'give `replicas` such a number, or leave it out for one container',
    });
  }
  if (!sideBySide && replicas !== undefined && replicas > 1) {
    reject(scope, {
      what: 'several replicas without a gateway that shares the requests among them',
      given: replicas,
      allowed: 'more than one replica with Rollout.blueGreen() only',
      remedy: 'add `rollout: Rollout.blueGreen()` and `routes` of a gateway, or leave `replicas` out',
    });
  }
}

/** Refuses a host port of a service that is replaced side by side. */
export function refusePublishing(scope: Construct, port: PublishedPort): never {
  reject(scope, {
    what: 'a blue/green service cannot publish a port of its own: two of its containers run at a time, and only one could have the port',
    given: `${port.address}:${port.hostPort}`,
    allowed: 'either `publish` or Rollout.blueGreen()',
    remedy: 'leave `publish` out and give the port to the gateway: new Gateway(…, { publish: PublishedPort.… })',
  });
}

/** Refuses two mounts at one path. */
export function validateMounts(scope: Construct, mounts: readonly ContainerMount[]): void {
  const paths = new Set<string>();
  for (const mount of mounts) {
    rejectIf(scope, mount._problem());
    if (paths.has(mount.containerPath)) {
      reject(scope, {
        what: 'two mounts at one path of the container',
        given: mount.containerPath,
        allowed: 'each path once in `mounts`',
        remedy: 'remove one of them',
      });
    }
    paths.add(mount.containerPath);
  }
}

function validateCapabilities(scope: Construct, capabilities: readonly string[]): void {
  for (const capability of capabilities) {
    if (!/^(?!CAP_)[A-Z][A-Z_]*$/.test(capability) || capability === 'ALL') {
      reject(scope, {
        what: 'not a capability to keep',
        given: capability,
        allowed: 'names as in `man 7 capabilities` without "CAP_", for example "NET_BIND_SERVICE"',
        remedy: capability.startsWith('CAP_') ? `write ${JSON.stringify(capability.slice(4))}` : 'name each capability that the program needs',
      });
    }
  }
}

function validateArguments(scope: Construct, given: readonly string[]): void {
  for (const argument of given) {
    // The provider refuses empty words ("values for command may not be empty") in the middle of an apply.
    if (argument === '' || argument.includes('\u0000')) {
      reject(scope, {
        what: 'an argument for the program is empty or holds a NUL character',
        given: argument,
        allowed: 'at least one character',
        remedy: 'leave the argument out, or pass the value in an environment variable',
      });
    }
  }
}

/** Refuses names that are not names of labels. */
export function validateLabels(scope: Construct, labels: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(labels)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) || name.startsWith('cdktf-go-docker.')) {
      reject(scope, {
        what: 'not the name of a label',
        given: name,
        allowed: 'letters, digits, ".", "_", "/" and "-"; names that start with "cdktf-go-docker." are the library\'s own',
        remedy: 'rename the label, for example to "com.example.team"',
      });
    }
  }
}

/** What is wrong with a memory limit. */
export function memoryProblem(memory: Size | undefined): InputProblem | undefined {
  return memory?._problem({ subject: 'the memory limit', minimum: SMALLEST_MEMORY, maximum: LARGEST_MEMORY, multipleOf: Size.mebibytes(1) });
}

/** What is wrong with the time that a program may take to end. */
export function stopProblem(timeout: Duration | undefined): InputProblem | undefined {
  return timeout?._problem({
    subject: 'the shutdown timeout', minimum: Duration.seconds(1), maximum: Duration.hours(24), multipleOf: Duration.seconds(1),
  });
}
