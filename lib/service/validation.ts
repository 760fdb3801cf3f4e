import { isIP } from 'net';
import { Construct } from 'constructs';
import { ProgramOptions, ServiceOptions } from './service-options';
import { InputError, reject, rejectIf } from '../input/input-error';
import { validateDockerName } from '../terraform/names';
import { isUnresolved } from '../terraform/text';
import { capabilityProblem } from '../values/capability';
import { PublishedPort } from '../values/published-port';
import { FileChange } from '../workload/file-change';
import { IContainerNetwork } from '../workload/network';
import { ServicePort } from '../workload/service-port';
import { ContainerMount } from '../workload/storage';
import { isTemporaryDirectory } from '../workload/temporary-directory';

/** @param given the options without defaults from above */
export function validateServiceOptions(scope: Construct, options: ServiceOptions, given: ServiceOptions): void {
  validateProgramOptions(scope, options, given);
  validateRollout(scope, options);
  const published = [...options.publish ? [options.publish] : [], ...(options.ports ?? []).flatMap((port) => port._published ?? [])];
  if (options.hostNetwork && published.length > 0) {
    refusePortOnHostNetwork(scope, published[0]);
  }
  if (options.hostProcesses && options.onFileChange?._signal !== undefined) {
    reject(scope, {
      what: 'changed files cannot be signalled to a program among the processes of the host: the signal would reach process 1 of the host',
      given: 'hostProcesses: true',
      allowed: '`hostProcesses` together with FileChange.replace()',
      remedy: 'leave `onFileChange` out, or `hostProcesses`',
    });
  }
  if (options.stopSignal !== undefined && !/^(SIG[A-Z]+[0-9]*([+-][0-9]+)?|[1-9]|[1-5][0-9]|6[0-4])$/.test(options.stopSignal)) {
    reject(scope, {
      what: 'not a signal',
      given: options.stopSignal,
      allowed: 'a name such as "SIGINT" or "SIGQUIT", or a number from 1 to 64',
      remedy: 'write the name in capital letters, with SIG in front',
    });
  }
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
  validateSurroundings(scope, options);
}

function validateSurroundings(scope: Construct, { workingDirectory, extraHosts, hostNetwork, networks }: ProgramOptions): void {
  if (workingDirectory !== undefined && !isUnresolved(workingDirectory) && (!workingDirectory.startsWith('/') || /[\u0000-\u001f]/.test(workingDirectory))) {
    reject(scope, {
      what: 'not a working directory',
      given: workingDirectory,
      allowed: 'an absolute path in the container, for example "/data"',
      remedy: 'start the path with "/"',
    });
  }
  for (const [hostName, address] of Object.entries(extraHosts ?? {})) {
    const isName = isUnresolved(hostName) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(hostName);
    if (!isName || !isUnresolved(address) && address !== 'host-gateway' && isIP(address) === 0) {
      reject(scope, {
        what: isName ? 'not an address for `extraHosts`' : 'not a host name for `extraHosts`',
        given: isName ? address : hostName,
        allowed: 'a host name, and an IPv4 or IPv6 address or "host-gateway"',
        remedy: isName ? 'give the address itself: /etc/hosts resolves no names' : 'write the name alone, without a scheme or port',
      });
    }
  }
  if (hostNetwork && networks) {
    reject(scope, {
      what: 'a program with the network of the host cannot be on other networks',
      given: 'hostNetwork: true',
      allowed: 'either `hostNetwork` or `networks`',
      remedy: 'leave one of the two out',
    });
  }
}

/** For a network that is added to a program with the network of the host. */
export function refuseNetwork(scope: Construct, network: IContainerNetwork): never {
  reject(scope, {
    what: 'a program with the network of the host cannot join a network: that of a database, a gateway or another one',
    // The name of a network of this stack is a token.
    given: isUnresolved(network.networkName) ? 'hostNetwork: true' : network.networkName,
    allowed: 'programs without `hostNetwork`',
    remedy: 'leave `hostNetwork` out; or publish a port of the database and connect to it by PostgresDatabase.fromConnection({ host: "127.0.0.1", … })',
  });
}

/** The problem of a signal that the library never sends: it does not watch mounted directories. */
export function unusedSignal(scope: Construct, hasFiles: boolean, change: FileChange): string[] {
  return hasFiles ? [] : [new InputError({
    what: 'nothing sends this signal, because the service has no `files`: directories and volumes in `mounts` are not watched',
    given: `onFileChange: FileChange.signal('${change._signal}')`,
    allowed: 'FileChange.signal(…) together with `files`',
    remedy: 'give the files with `files` or addFile(), for example ContainerFile.fromDirectory(…), or leave `onFileChange` out',
  }, scope.node.path).message];
}

export function refusePortOnHostNetwork(scope: Construct, port: PublishedPort): never {
  reject(scope, {
    what: 'a program with the network of the host publishes no port: the one that it listens on is a port of the host',
    given: `${port.address}:${port.hostPort}`,
    allowed: 'either a published port or `hostNetwork`',
    remedy: 'leave the port out, and let the program listen on the address that you want',
  });
}

function validateRollout(scope: Construct, options: ServiceOptions): void {
  const sideBySide = options.rollout?._sideBySide ?? false;
  const further = options.ports?.find((port) => port._published);
  if (sideBySide && options.publish) {
    refusePublishing(scope, options.publish);
  }
  if (sideBySide && further) {
    refusePublishing(scope, further._published!, true);
  }
  const replicas = options.replicas;
  if (sideBySide && options.hostNetwork) {
    reject(scope, {
      what: 'a blue/green service cannot have the network of the host: two of its containers run at a time, and both would listen on one port',
      given: 'hostNetwork: true',
      allowed: 'either `hostNetwork` or Rollout.blueGreen()',
      remedy: 'leave one of the two out',
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

/** @param isFurther whether it is one of `ports` */
export function refusePublishing(scope: Construct, port: PublishedPort, isFurther = false): never {
  reject(scope, {
    what: 'a blue/green service cannot publish a port of its own: two of its containers run at a time, and only one could have the port',
    given: `${port.address}:${port.hostPort}`,
    allowed: 'either `publish` or Rollout.blueGreen()',
    remedy: isFurther
      ? 'leave `publish` of the port out, and give it `routes` of a gateway: ServicePort.tcp(…, { routes: [gateway.route(…)] })'
      : 'leave `publish` out and give the port to the gateway: new Gateway(…, { publish: PublishedPort.… })',
  });
}

/** @param servicePort the service's own port */
export function validatePorts(scope: Construct, ports: readonly ServicePort[], servicePort: number | undefined): void {
  for (const [index, { name, port, protocol }] of ports.entries()) {
    const before = ports.slice(0, index);
    if (before.some((other) => other.name === name)) {
      reject(scope, { what: 'two of the service\'s `ports` have one name', given: name, allowed: 'each name once', remedy: 'rename one of the two' });
    }
    const isOwn = protocol === 'tcp' && port === servicePort;
    if (isOwn || before.some((other) => other.port === port && other.protocol === protocol)) {
      reject(scope, {
        what: isOwn ? 'one of the service\'s `ports` is its `port`' : 'two of the service\'s `ports` are one port',
        given: `${name}: ${port}/${protocol}`,
        allowed: 'each port once for TCP and once for UDP, `port` included',
        remedy: isOwn ? 'leave it out of `ports`; `publish` and `routes` lead to `port`' : 'leave one of the two out',
      });
    }
  }
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
