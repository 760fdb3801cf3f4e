import { Construct } from 'constructs';
import { ProgramOptions, ServiceOptions } from './service-options';
import { reject, rejectIf } from '../input/input-error';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { capabilityProblem } from '../values/capability';
import { PublishedPort } from '../values/published-port';
import { ContainerMount } from '../workload/storage';
import { isTemporaryDirectory } from '../workload/temporary-directory';

/** @param given the options without defaults from above */
export function validateServiceOptions(scope: Construct, options: ServiceOptions, given: ServiceOptions): void {
  validateProgramOptions(scope, options, given);
  validateRollout(scope, options);
}

/** @param given the options without defaults from above */
export function validateProgramOptions(scope: Construct, options: ProgramOptions, given: ProgramOptions): void {
  if (options.containerName !== undefined && !isUnresolved(options.containerName)) {
    validateDockerName(scope, 'container', options.containerName);
  }
  validateMounts(scope, options.mounts ?? []);
  if (given.tmpSize !== undefined && (options.mounts ?? []).some(isTemporaryDirectory)) {
    reject(scope, {
      what: '`tmpSize` has no effect beside a mount at /tmp',
      given: given.tmpSize,
      allowed: 'either `tmpSize` or a mount at /tmp',
      remedy: 'remove one of the two',
    });
  }
  validateCapabilities(scope, options.capabilities ?? []);
  validateArguments(scope, options.arguments ?? []);
  if (options.networks?.length === 0) {
    reject(scope, {
      what: '`networks` is empty: the program would run on the engine\'s default bridge, which all stacks share and which has no names',
      given: options.networks,
      allowed: 'at least one network',
      remedy: 'leave `networks` out for the network of the stack, or give it one of its own: new ContainerNetwork(…, { isolated: true })',
    });
  }
  validateLabels(scope, options.labels ?? {});
}

function validateRollout(scope: Construct, options: ServiceOptions): void {
  const sideBySide = options.rollout?._sideBySide ?? false;
  if (sideBySide && options.publish) {
    refusePublishing(scope, options.publish);
  }
  const replicas = options.replicas;
  if (!sideBySide && replicas !== undefined && replicas > 1) {
    reject(scope, {
      what: 'several replicas without a gateway that shares the requests among them',
      given: replicas,
      allowed: 'more than one replica with Rollout.blueGreen() only',
      remedy: 'add `rollout: Rollout.blueGreen()` and `routes` of a gateway, or leave `replicas` out',
    });
  }
}

export function refusePublishing(scope: Construct, port: PublishedPort): never {
  reject(scope, {
    what: 'a blue/green service cannot publish a port of its own: two of its containers run at a time, and only one could have the port',
    given: `${port.address}:${port.hostPort}`,
    allowed: 'either `publish` or Rollout.blueGreen()',
    remedy: 'leave `publish` out and give the port to the gateway: new Gateway(…, { publish: PublishedPort.… })',
  });
}

export function validateMounts(scope: Construct, mounts: readonly ContainerMount[]): void {
  const paths = new Set<string>();
  for (const mount of mounts) {
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
    rejectIf(scope, capabilityProblem(capability));
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
