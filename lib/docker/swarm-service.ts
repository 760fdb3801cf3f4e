import { createHash } from 'crypto';
import { Fn, Lazy, Op, TerraformLocal, TerraformProvider, TerraformResource, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { Features } from './features';
import { CONSTRUCT_LABEL } from './labels';
import { SwarmObject } from './swarm-object';
import { resolved } from '../terraform/resolved';
import { isUnresolved, literal, literalArgument } from '../terraform/text';

/** A file in each task: a secret or a configuration. */
export interface SwarmFile {
  readonly object: SwarmObject;
  readonly kind: 'secret' | 'config';
  /** An absolute path; or a name below `/run/secrets`. */
  readonly target: string;
  /** `uid:gid` or `uid`. */
  readonly owner: string;
  /** Four octal digits. */
  readonly mode: string;
}

export interface SwarmServiceSettings {
  readonly name: string;
  /** By digest: a tag plans a change each time. */
  readonly image: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly arguments?: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly files: readonly SwarmFile[];
  readonly workingDirectory?: string;
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** The paths of file systems in memory. */
  readonly tmpfs: readonly string[];
  readonly networks: readonly { readonly id: string; readonly aliases: readonly string[] }[];
  readonly healthCheck?: { readonly test: readonly string[]; readonly interval: string; readonly timeout: string; readonly retries: number };
  readonly stopSignal?: string;
  readonly stopSeconds: number;
  readonly memoryMebibytes: number;
  readonly cpuPercent?: number;
  readonly reservedMemoryMebibytes?: number;
  readonly reservedCpuPercent?: number;
  readonly restart: string;
  readonly maximumRetryCount?: number;
  readonly logDriver: string;
  readonly logOptions: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly constraints: readonly string[];
  readonly spreadOver: readonly string[];
  readonly maxReplicasPerNode?: number;
  /** How many tasks are replaced at a time; 0 for all. */
  readonly parallelism: number;
  readonly startFirst: boolean;
  /** How long a new task may fail an update after it has become healthy. */
  readonly monitorSeconds: number;
  /** Terraform addresses. */
  readonly dependsOn: readonly string[];
}

const CONDITIONS: Readonly<Record<string, string>> = { 'no': 'none', 'on-failure': 'on-failure', 'unless-stopped': 'any', 'always': 'any' };

/**
 * A `docker_service`: one service of a Swarm with its replicas. Its settings may grow until synth.
 *
 * Quirks, each measured with provider 3.6.2 and 4.5.0 on Engine 26.1:
 * - An image by tag plans a change each time, because the engine stores the digest. By digest it does not.
 * - The engine fills in the platforms of the image. They are not watched.
 * - A network is read back as an id. 3.6.2 has only `name`, which takes the id; in 4.5.0 an id in `name` replaces the service with each plan.
 * - `stop_grace_period = "2m0s"` plans a change each time, and `2m` does not.
 * - A changed label replaces the service. Nothing that changes with a version is a label.
 * - `mounts.tmpfs_options.size_bytes` ends in a panic.
 * - `converge_config` calls an update done as soon as all tasks run, while Swarm still watches them and may roll back. It is not used:
 *   `Converged` waits instead.
 * - Virtual IP addresses need IPVS in the kernel, and HAProxy balances itself: names lead to the tasks (`dnsrr`).
 */
export class SwarmService extends TerraformResource {
  private readonly fingerprinted: TerraformLocal;

  public constructor(scope: Construct, id: string, private readonly settings: () => SwarmServiceSettings, provider?: TerraformProvider) {
    super(scope, id, {
      terraformResourceType: 'docker_service',
      lifecycle: { ignoreChanges: ['task_spec[0].placement[0].platforms'] },
      provider,
    });
    this.fingerprinted = new TerraformLocal(this, 'Settings', Lazy.anyValue({ produce: () => this.fingerprint() }));
  }

  /**
   * A hash of the task's settings, as Terraform reads it: a whole number. The service has it as `force_update`, and a rollback brings back that of
   * the earlier version.
   */
  public get version(): string {
    return Token.asString(Fn.parseint(Fn.substr(Fn.sha256(Fn.jsonencode(this.fingerprinted.expression)), 0, 8), 16));
  }

  public get serviceId(): string {
    return this.getStringAttribute('id');
  }

  /** The memory limit in bytes that the user has put in place of the service's own. */
  public get overriddenMemory(): number | undefined {
    const override: unknown = this.rawOverrides.task_spec?.resources?.limits?.memory_bytes;
    return typeof override === 'number' ? override : undefined;
  }

  public toTerraform(): any {
    const { dependsOn, image } = this.settings();
    if (isUnresolved(image) && !image.includes('@')) {
      this.lifecycle = {
        ...this.lifecycle,
        precondition: [{
          condition: Op.gte(Fn.lengthOf(Fn.regexall('@sha256:', literalArgument(image))), 1),
          errorMessage: `${literal(this.node.scope!.node.path)}: the manager has the image of this service from no registry, so the other nodes of the Swarm cannot pull it. Push it to a registry that all nodes reach.`,
        }],
      };
    }
    this.dependsOn = dependsOn.length > 0 ? [...dependsOn] : undefined;
    return super.toTerraform();
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    const now = this.settings();
    const pace = {
      parallelism: now.parallelism,
      delay: '0s',
      monitor: duration(now.monitorSeconds),
      max_failure_ratio: '0.0',
      order: now.startFirst ? 'start-first' : 'stop-first',
    };
    return {
      name: literal(now.name),
      task_spec: { ...this.task(now), force_update: this.version },
      mode: { replicated: { replicas: now.replicas } },
      endpoint_spec: { mode: 'dnsrr' },
      update_config: { ...pace, failure_action: 'rollback' },
      rollback_config: { ...pace, failure_action: 'pause' },
    };
  }

  private task(now: SwarmServiceSettings) {
    const { healthCheck, files } = now;
    const filesOf = (kind: SwarmFile['kind']) => filled(files.filter((file) => file.kind === kind).map((file) => rendered(file)));
    const hasId = Features.of(this).serviceNetworkId;
    return {
      container_spec: {
        image: now.image,
        user: now.user,
        command: now.command,
        args: now.arguments,
        env: now.environment.size === 0 ? undefined : Object.fromEntries(now.environment),
        dir: now.workingDirectory,
        read_only: true,
        cap_drop: ['ALL'],
        cap_add: filled(now.capabilities.map((name) => `CAP_${name}`)),
        hosts: filled(Object.entries(now.extraHosts).map(([host, ip]) => ({ host: literal(host), ip: literal(ip) }))),
        labels: Object.entries({ ...now.labels, [CONSTRUCT_LABEL]: this.node.scope!.node.path })
          .map(([label, value]) => ({ label: literal(label), value: literal(value) })),
        mounts: filled(now.tmpfs.map((target) => ({ type: 'tmpfs', target: literal(target) }))),
        secrets: filesOf('secret'),
        configs: filesOf('config'),
        healthcheck: healthCheck && { ...withoutUndefined(healthCheck), start_period: '0s' },
        stop_signal: now.stopSignal,
        stop_grace_period: duration(now.stopSeconds),
      },
      resources: {
        limits: { memory_bytes: now.memoryMebibytes * 1024 * 1024, nano_cpus: nanoCpus(now.cpuPercent) },
        reservation: now.reservedMemoryMebibytes === undefined && now.reservedCpuPercent === undefined ? undefined : {
          memory_bytes: now.reservedMemoryMebibytes === undefined ? undefined : now.reservedMemoryMebibytes * 1024 * 1024,
          nano_cpus: nanoCpus(now.reservedCpuPercent),
        },
      },
      restart_policy: {
        condition: CONDITIONS[now.restart], delay: '1s', max_attempts: now.maximumRetryCount ?? 0, window: '0s',
      },
      placement: {
        constraints: filled(now.constraints.map(literal)),
        prefs: filled(now.spreadOver.map((label) => literal(`spread=${label}`))),
        max_replicas: now.maxReplicasPerNode,
      },
      networks_advanced: filled(now.networks.map(({ id, aliases }) => ({ [hasId ? 'id' : 'name']: id, aliases: filled(aliases) }))),
      log_driver: { name: now.logDriver, options: Object.fromEntries(Object.entries(now.logOptions).map(([name, value]) => [name, literal(value)])) },
    };
  }

  /** A hash of what is known at synth, and what only Terraform knows. */
  private fingerprint(): readonly string[] {
    const stack = TerraformStack.of(this);
    const known = JSON.stringify(resolved(stack, { ...this.task(this.settings()), overrides: this.rawOverrides }));
    const references: string[] = [];
    JSON.parse(known, (_, value) => {
      if (typeof value === 'string' && value.includes('${')) {
        references.push(value);
      }
      return value;
    });
    return [createHash('sha256').update(known).digest('hex'), ...references];
  }
}

function rendered({ object, kind, target, owner, mode }: SwarmFile): Record<string, unknown> {
  const [user, group = user] = owner.split(':');
  return {
    [`${kind}_id`]: object.objectId,
    [`${kind}_name`]: object.objectName,
    file_name: literal(target),
    file_uid: user,
    file_gid: group,
    file_mode: parseInt(mode, 8),
  };
}

/** As the engine writes it back: `2m`, not `2m0s`. */
function duration(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']] as const;
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join('') || '0s';
}

function nanoCpus(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent * 10_000_000;
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}

