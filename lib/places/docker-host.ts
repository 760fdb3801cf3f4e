import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Annotations, TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { HostConnection, sshConnection, sshProblem, tcpConnection, tcpProblem } from './host-connection';
import { SshHostOptions, TcpHostOptions } from './host-options';
import { NetworkSettings, Place, VolumeSettings } from './place';
import { RunningContainers } from './running-containers';
import { dataVolume } from '../docker/data-volume';
import { hasSshHost } from '../docker/docker-command';
import { Gates } from '../docker/gate';
import { bridgeNetwork } from '../docker/network';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkArguments, checkStruct } from '../input/props';
import { sharedMap } from '../input/shared';
import { claimContainerName, claimNetworkName, claimVolumeName } from '../terraform/claims';
import { forget } from '../terraform/moves';
import { refuseOtherStack } from '../terraform/same-stack';
import { isUnresolved, literal } from '../terraform/text';
import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/**
 * Thirty networks exhaust the default address pools of an engine, and other programs need some of them.
 * The engine says so only in the middle of an apply: `all predefined address pools have been fully subnetted`.
 */
const MANY_NETWORKS = 25;

/**
 * One Docker Engine: of this machine, or of another one. Each replica of a workload is a `docker_container`.
 *
 * The stack's default provider builds the images of other machines, too. They travel over the same connection, without a registry, before any
 * container is touched; only the layers that the other machine lacks are sent. An image with a `registry` is pulled from there.
 * @example
 * Defaults.apply(this, { place: DockerHost.ssh('deploy@server.example.com') });
 */
export class DockerHost extends Place {
  /** The engine of the stack's default Docker provider. */
  public static local(): DockerHost {
    return new DockerHost();
  }

  /**
   * The engine of a machine that is reached by ssh. It needs Docker, and a user who may use it. Keys, ports, jump hosts and known hosts are those of
   * the user's ssh configuration. Whoever holds the key is root on that machine.
   * @param destination a host, optionally with a user and a port: `deploy@server.example.com`, `server`, `ssh://deploy@server:2222`
   * @param options the machine's name in the stack, and options for ssh
   * @throws when the destination is none that ssh takes
   * @tokens refused destination
   */
  public static ssh(destination: string, options: SshHostOptions = {}): DockerHost {
    checkArguments('DockerHost.ssh', { destination, options }, () => sshProblem(destination, options));
    return new DockerHost(undefined, sshConnection(destination, options));
  }

  /**
   * The engine of a machine that is reached over TCP.
   * @param address `tcp://`, a host and a port, for example `tcp://docker.example.com:2376`
   * @param options the machine's name in the stack, and certificates
   * @throws when another machine is reached without TLS, and when certificates are incomplete
   * @tokens refused address
   */
  public static tcp(address: string, options: TcpHostOptions = {}): DockerHost {
    checkArguments('DockerHost.tcp', { address, options }, () => tcpProblem(address, options));
    return new DockerHost(undefined, tcpConnection(address, options));
  }

  /**
   * The engine of a Docker provider, which also builds its images, unless its host is reached by ssh.
   * @param provider with an `alias`; without one it is the stack's default provider
   */
  public static fromProvider(provider: TerraformProvider): DockerHost {
    checkArguments('DockerHost.fromProvider', { provider });
    return new DockerHost(provider);
  }

  private constructor(private readonly provider?: TerraformProvider, private readonly connection?: HostConnection) {
    super();
  }

  /**
   * Declares the engine in a stack that may lose its last service. Terraform needs the declaration to remove containers that have left the
   * program. A stack with a service, task, database or gateway has it without this call.
   * @param stack the stack, or any construct in it
   */
  public declareIn(stack: Construct): void {
    checkArguments('DockerHost.declareIn', { stack });
    Gates.of(stack, this._providerIn(stack));
  }

  /** @internal */
  public get _key(): string {
    return this.connection?.name ?? this.provider?.alias ?? '';
  }

  /** The provider of the engine. A stack gets one for each machine. @internal */
  public _providerIn(scope: Construct): TerraformProvider | undefined {
    if (this.connection === undefined) {
      refuseOtherStack(scope, this.provider, 'declare a provider of this engine in each stack, and a DockerHost for each');
      return this.provider;
    }
    return machineIn(scope, this.connection);
  }

  /** @internal */
  public _builder(scope: Construct): TerraformProvider | undefined {
    const isElsewhere = this.connection !== undefined || this.provider !== undefined && hasSshHost(this.provider);
    return isElsewhere ? undefined : this._providerIn(scope);
  }

  /** @internal */
  public _image(scope: Construct, image: IContainerImage): ContainerImageBinding {
    const binding = image.bind(scope, this._providerIn(scope));
    checkStruct(scope, 'ContainerImageBinding', binding);
    return binding;
  }

  /** @internal */
  public _network(scope: Construct, id: string, { name, isolated }: NetworkSettings): string {
    // Exactly, so that the stack has one warning.
    if (claimNetworkName(scope, this._key, name) === MANY_NETWORKS) {
      Annotations.of(TerraformStack.of(scope)).addWarning(
        `The stack makes ${MANY_NETWORKS} networks or more on one engine, which has room for about thirty with its default address pools. ` +
        'Set `default-address-pools` in the engine\'s /etc/docker/daemon.json, for example [{"base":"10.200.0.0/16","size":24}].');
    }
    return bridgeNetwork(scope, id, { name, isolated, provider: this._providerIn(scope) }).name;
  }

  /** @internal */
  public _volume(scope: Construct, id: string, { name, isProtected, postgresMajor, beside }: VolumeSettings): string {
    if (!isUnresolved(name)) {
      claimVolumeName(scope, this._key, name);
    }
    if (isProtected) {
      // The engine creates the volume with its first container. Terraform forgets the one that earlier versions of the library declared.
      forget(scope, 'docker_volume', id);
      return name;
    }
    if (postgresMajor !== undefined) {
      return dataVolume(scope, id, { name, major: postgresMajor, provider: this._providerIn(scope) }).name;
    }
    const lifecycle = beside ? { createBeforeDestroy: true } : undefined;
    return new Volume(scope, id, { name: literal(name), lifecycle, provider: this._providerIn(scope) }).name;
  }

  /** @internal */
  public _run(scope: Construct, workload: Workload, id = 'Resource'): Running {
    claimContainerName(scope, this._key, workload.name);
    return new RunningContainers(scope, id, workload, { key: this._key, provider: this._providerIn(scope) });
  }
}

/** The connections of a stack's machines, by name. */
const machines = sharedMap<TerraformStack, Map<string, HostConnection>>('machines');

function machineIn(scope: Construct, connection: HostConnection): TerraformProvider {
  const stack = TerraformStack.of(scope);
  const { name, configuration } = connection;
  const ofStack = machines.get(stack) ?? new Map<string, HostConnection>();
  machines.set(stack, ofStack);
  const id = `Machine-${name}-Provider`;
  const known = ofStack.get(name);
  if (known === undefined) {
    ofStack.set(name, connection);
    return new DockerProvider(stack, id, { ...configuration, alias: name });
  }
  if (JSON.stringify(known.configuration) !== JSON.stringify(configuration)) {
    reject(scope, {
      what: 'two machines of the stack have one name, or one machine is reached in two ways',
      given: `${name}: ${known.configuration.host} and ${configuration.host}`,
      allowed: 'one name for each machine, with the same options wherever it is used',
      remedy: 'make the DockerHost once and pass it on, or give one of them another `name`',
    });
  }
  return stack.node.findChild(id) as TerraformProvider;
}
