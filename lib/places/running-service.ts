import { Fn, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { refuseOnSwarm, warnOnSwarm } from './swarm-limits';
import { SwarmOptions } from './swarm-options';
import { Converged } from '../docker/converged';
import { Gates } from '../docker/gate';
import { SwarmObject } from '../docker/swarm-object';
import { SwarmFile, SwarmService, SwarmServiceSettings } from '../docker/swarm-service';
import { reject } from '../input/input-error';
import { refuseOtherStack } from '../terraform/same-stack';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { PlacedFile, Running } from '../workload/running';
import { Prerequisite, Workload } from '../workload/workload';

/** What a running service knows of its cluster. */
export interface ServiceCluster {
  readonly provider?: TerraformProvider;
  readonly options: SwarmOptions;
  /** The id of a network, by its name. */
  networkId(scope: Construct, name: string): string;
}

/** How long Swarm watches new tasks after they have become healthy, unless the cluster has another time. */
const MONITOR = Duration.seconds(15);

/** Seconds for pulls of the image, and for the manager. */
const PATIENCE = 300;

/** Where a Swarm puts secrets that have a name and no path. */
const SECRETS = '/run/secrets';

/** A workload as one service of a Swarm. */
export class RunningService implements Running {
  public readonly resources: readonly SwarmService[];
  public readonly hostName: string;
  public readonly ready: Prerequisite;
  private readonly service: SwarmService;
  private readonly secrets = new Map<string, SwarmObject>();
  private readonly files: SwarmFile[] = [];
  private readonly addresses = new Map<Prerequisite, string>();

  public constructor(
    private readonly scope: Construct, id: string, private readonly workload: Workload, private readonly cluster: ServiceCluster,
  ) {
    this.hostName = workload.name;
    this.refresh();
    warnOnSwarm(scope, workload);
    this.service = new SwarmService(scope, id, () => this.settings(), cluster.provider);
    this.resources = [this.service];
    this.ready = new Converged(scope, id === 'Resource' ? 'Ready' : `${id}Ready`, {
      service: this.service,
      replicas: () => workload.replicas,
      seconds: () => this.patienceSeconds(),
      objects: () => [...this.secrets.values(), ...this.files.map(({ object }) => object)],
      engine: () => Gates.of(scope, cluster.provider).configuration,
    });
  }

  public memoryBytes(): number {
    // Also called before the service exists.
    return this.service?.overriddenMemory ?? this.workload.memory.toBytes();
  }

  public refresh(): void {
    const { scope, workload, secrets, cluster } = this;
    refuseOnSwarm(scope, workload);
    const values = workload.variables.secretArguments;
    for (const [name, value] of values) {
      if (!secrets.has(name)) {
        secrets.set(name, new SwarmObject(scope, `Secret-${name}`, {
          kind: 'secret', prefix: `${workload.name}-${name}`, data: Fn.base64encode(value), fingerprint: Fn.sha256(value), provider: cluster.provider,
        }));
      }
    }
    if (secrets.size > 0) {
      this.wrapper([...secrets.keys()]);
    }
  }

  /** The files as secrets and configurations. */
  public place(files: readonly PlacedFile[]): void {
    const { scope, workload, cluster } = this;
    for (const [index, { path, owner, mode, base64, fingerprint, isSecret, size }] of files.entries()) {
      if (size === 0 && !isSecret && base64 === '') {
        reject(scope, {
          what: 'a Swarm has no empty files', given: path, allowed: 'files with at least one byte', remedy: 'leave the file out, or put it into the image',
        });
      }
      const kind = isSecret ? 'secret' : 'config';
      const object = new SwarmObject(scope, `File${index + 1}`, {
        kind, prefix: `${workload.name}-${path.split('/').pop()}`, data: base64, fingerprint, provider: cluster.provider,
      });
      this.files.push({ object, kind, target: path, owner, mode });
    }
  }

  private settings(): SwarmServiceSettings {
    const { workload, cluster: { options } } = this;
    const { image, logging, restart, user = image.user, variables } = workload;
    refuseOnSwarm(this.scope, workload);
    const command = workload.command?.().map(literal);
    return {
      name: workload.name,
      image: literal(image.digestReference!),
      user: user === undefined ? undefined : literal(user),
      command: this.secrets.size > 0 ? this.wrapper([...this.secrets.keys()]).map(literal) : workload.entrypoint?.map(literal),
      arguments: command,
      environment: variables.renderedWithoutSecrets,
      files: [...[...this.secrets].map(([name, object]): SwarmFile => ({
        object, kind: 'secret', target: name, owner: user ?? '0:0', mode: user === undefined ? '0444' : '0400',
      })), ...this.files],
      workingDirectory: workload.workingDirectory && literal(workload.workingDirectory),
      extraHosts: workload.extraHosts ?? {},
      labels: Object.fromEntries(workload.labels),
      capabilities: workload.capabilities,
      tmpfs: workload.mounts.map(({ containerPath }) => containerPath),
      networks: workload.networks.map(({ network, aliases }) => ({
        id: this.cluster.networkId(this.scope, network.networkName), aliases: aliases.filter((alias) => alias !== workload.name),
      })),
      healthCheck: this.healthCheck(),
      stopSignal: workload.stopSignal,
      stopSeconds: workload.stopTimeout.toSeconds(),
      memoryMebibytes: workload.memory.toMebibytes(),
      cpuPercent: workload.cpuPercent,
      reservedMemoryMebibytes: options.reservedMemory?.toMebibytes(),
      reservedCpuPercent: options.reservedCpuPercent,
      restart: restart.name,
      maximumRetryCount: restart.maximumRetryCount,
      logDriver: logging.driver,
      logOptions: logging.options,
      replicas: workload.replicas,
      constraints: options.constraints ?? [],
      spreadOver: options.spreadOver ?? [],
      maxReplicasPerNode: options.maxReplicasPerNode,
      parallelism: workload.oneAfterAnother ? 1 : 0,
      startFirst: workload.beside,
      monitorSeconds: this.monitorSeconds(),
      dependsOn: workload.after.map((dependency) => this.addressOf(dependency)),
    };
  }

  /** The program, started by the image's probe, which reads variables from the files of secrets. */
  private wrapper(names: readonly string[]): string[] {
    const { scope, workload: { image, entrypoint = image.entrypoint } } = this;
    const { probePath, probeHasExec } = image;
    if (probePath === undefined || !probeHasExec || entrypoint === undefined) {
      reject(scope, {
        what: 'a Swarm has secrets only as files, and nothing in the image can give them to the program as variables',
        given: names.join(', '),
        allowed: 'secret variables for images of this library, or from a registry with `probePath`, `probeHasExec: true` and `entrypoint`',
        remedy: 'let the program read a file: connectTo(…, { file: "/run/secrets/database-url" }), or ContainerFile.secret() with `environmentVariable` '
          + 'in place of the secret variable; many images know variables that end in _FILE',
      });
    }
    return [probePath, 'exec', ...names.map((name) => `${name}=${SECRETS}/${name}`), '--', ...entrypoint];
  }

  /**
   * A task counts as running after its first good check, and the engine makes that after one interval. So the interval is the settle time.
   *
   * During a start period the engine checks every 5 seconds, and the provider cannot change that. The program gets the same time to start by
   * further retries.
   */
  private healthCheck(): SwarmServiceSettings['healthCheck'] {
    const { scope, workload: { healthCheck, image, port, stopTimeout, settleTime } } = this;
    const check = healthCheck?._render(scope, {
      port, probePath: image.probePath, probeHasTls: image.probeHasTls, stopTimeout, hasShell: image.hasShell, shell: image.shell,
    });
    if (check === undefined || healthCheck?._maxWait() === undefined) {
      return check && { test: check.test, interval: check.interval, timeout: check.timeout, retries: check.retries };
    }
    const interval = settleTime ?? healthCheck._interval;
    const allowance = healthCheck._startPeriod.toMilliseconds() + check.retries * healthCheck._interval.toMilliseconds();
    const retries = Math.max(2, Math.ceil(allowance / interval.toMilliseconds()));
    return { test: check.test, interval: interval.toGoDuration(), timeout: check.timeout, retries };
  }

  private monitorSeconds(): number {
    return (this.cluster.options.monitor ?? MONITOR).toSeconds();
  }

  /** All batches, with their rollback. */
  private patienceSeconds(): number {
    const { healthCheck, settleTime, oneAfterAnother, replicas, stopTimeout } = this.workload;
    const once = (healthCheck?._maxWait()?.toSeconds() ?? 30) + (settleTime?.toSeconds() ?? 0) + stopTimeout.toSeconds();
    return PATIENCE + 2 * (this.monitorSeconds() + once * (oneAfterAnother ? replicas : 1));
  }

  /** Cached: cdktf creates a new token on every read of an address. */
  private addressOf(dependency: Prerequisite): string {
    const known = this.addresses.get(dependency);
    if (known !== undefined) {
      return known;
    }
    refuseOtherStack(this.scope, dependency);
    const address = dependable(dependency);
    this.addresses.set(dependency, address);
    return address;
  }
}
