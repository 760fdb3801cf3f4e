import { createHash } from 'crypto';
import { isDeepStrictEqual } from 'util';
import { Container, ContainerMounts, ContainerNetworksAdvanced, ContainerPorts, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { Fn, LocalExecProvisioner, TerraformProvider, TerraformResourceLifecycle, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { EngineConfiguration } from './docker-command';
import { Features } from './features';
import { WantedPorts, failUnlessFree } from './free-ports';
import { ContainerHealthCheck, healthCheckFingerprint } from './health-check-fingerprint';
import { CONSTRUCT_LABEL } from './labels';
import { LONGEST_RUN, UNTIL_IT_ENDS, failUnlessZero } from './one-shot';
import { SIDE_BY_SIDE, releaseName } from './side-by-side';
import { KEPT_WHEN_STOPPED } from './start-stopped';
import { Readiness, failUnlessReady, providerWaits } from './until-ready';
import { reject } from '../input/input-error';
import { resolved } from '../terraform/resolved';
import { isUnresolved, literal, literalBesideTokens } from '../terraform/text';
import { ContainerLogging } from '../values/logging';

/** A network of a container, and the container's aliases in it. */
export interface ContainerNetworkAttachment {
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface ContainerPort {
  readonly ip: string;
  readonly external: number;
  readonly internal: number;
  /** `tcp` or `udp`. */
  readonly protocol: string;
}

/** A mounted volume or host directory. */
export interface ContainerVolume {
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  /** Whether the engine refuses a directory of the host that does not exist. Otherwise it creates one that belongs to root. */
  readonly mustExist?: boolean;
}

/** A file that is in the container when it starts. */
export interface ContainerUploadedFile {
  readonly file: string;
  /** Escaped for Terraform. */
  readonly content?: string;
  readonly contentBase64?: string;
  /** Four octal digits. */
  readonly permissions: string;
}

export interface ContainerSettings {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** At least one makes the root file system writable. */
  readonly uploads: readonly ContainerUploadedFile[];
  readonly ports: readonly ContainerPort[];
  readonly networks: readonly ContainerNetworkAttachment[];
  readonly volumes: readonly ContainerVolume[];
  readonly tmpfs: Readonly<Record<string, string>>;
  /** The only capabilities, without `CAP_`. All others are dropped. */
  readonly capabilities: readonly string[];
  readonly memoryMebibytes: number;
  readonly sharedMemoryMebibytes?: number;
  /** Whether the engine's own init is process 1: it passes signals on, and takes care of processes whose parent has ended. */
  readonly init?: boolean;
  /** Options for the resolver of the container, as in `/etc/resolv.conf`. */
  readonly dnsOptions?: readonly string[];
  readonly cpuShares?: number;
  /** The most processor time, in percent of one processor. */
  readonly cpuPercent?: number;
  /** The most files that a process may have open. Undefined: the engine's own limit. */
  readonly openFiles?: number;
  readonly healthCheck?: ContainerHealthCheck;
  /** The longest wait of an apply until the container is healthy. Undefined: no wait for its health. */
  readonly healthySeconds?: number;
  /** When an apply may go on after the start of a container that keeps running. Undefined: at once. */
  readonly readiness?: Readiness;
  readonly restart: string;
  readonly maximumRetryCount?: number;
  readonly logDriver: string;
  readonly logOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly stopSeconds: number;
  /** Whether the new container starts beside the old one. A hyphen and eight random characters then follow the name. */
  readonly sideBySide?: boolean;
  /** Whether an apply waits until the program exits, and fails unless it exits with 0. */
  readonly runsOnce?: boolean;
  /** What it means when a program that runs once fails, as a sentence. */
  readonly failure?: string;
  /** Host ports that must be free when a program that runs once has ended. */
  readonly wantedPorts?: WantedPorts;
  /** `bridge` (default), `host`, `none`, or `container:<id>` to share the network of that container. */
  readonly networkMode?: string;
  /** `host`, or `container:<id>` to see the processes of that container. */
  readonly pidMode?: string;
  readonly workingDirectory?: string;
  /** Host names and addresses for `/etc/hosts`. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  /** Terraform addresses. */
  readonly dependsOn: readonly string[];
  /** The provider configuration, which is known at synth: see `Order`. Undefined: the stack's default provider. */
  readonly provider: () => TerraformProvider | undefined;
  /** The user's configuration of the engine's provider. */
  readonly engine: EngineConfiguration;
}

/** The label whose value changes with the health check. */
const HEALTH_CHECK_LABEL = 'cdktf-go-docker.health-check';

/** The label whose value changes with the host ports to check. */
const WANTED_PORTS_LABEL = 'cdktf-go-docker.wanted-ports';

/**
 * The labels that stand for attributes: a change of one replaces the container.
 *
 * Quirk (3.6.2): the provider plans a changed `cpu_quota` as an update in place and does not apply it.
 */
const ATTRIBUTE_LABELS: Readonly<Record<string, string>> = {
  ports: 'cdktf-go-docker.ports',
  ulimit: 'cdktf-go-docker.ulimit',
  cpu_period: 'cdktf-go-docker.cpu-period',
  cpu_quota: 'cdktf-go-docker.cpu-quota',
  log_opts: 'cdktf-go-docker.log-opts',
};

/** Values without a label: containers of earlier versions have none. */
const WITHOUT_LABEL: Readonly<Record<string, unknown>> = { log_opts: ContainerLogging.jsonFile().options };

/** Microseconds in which a container may use its share of processor time: the engine's own default. */
const CPU_PERIOD = 100_000;

/**
 * A hardened `docker_container`: no capabilities but those asked for, no new privileges, a read-only root file system
 * unless a file is uploaded.
 *
 * Settings may grow until synth: the container reads them again after each change and at synth.
 *
 * Quirks, each measured with provider 3.6.2:
 * - Without `network_mode`, `log_driver` and `log_opts`, the next plan replaces the container.
 * - The provider plans a changed health check as an update in place and does not apply it. A label with its hash forces the replacement.
 * - Without `destroy_grace_seconds` the provider kills the container at once; only `docker stop` uses `stop_timeout`.
 * - The engine reports capabilities with the prefix `CAP_`; without it the next plan replaces the container. `ALL` has no prefix.
 * - `cpus` crashes the provider, until 3.7; `cpu_shares`, and `cpu_quota` with `cpu_period`, work.
 * - `ulimit` and `log_opts` are not watched. The engine's configuration adds to both (`default-ulimits`, `log-opts`), and each plan would
 *   replace the container. For `log_opts` also measured with 4.5.0.
 * - Without `memory_swap` the container can swap as much as its memory limit.
 * - `mounts.volume_options` fails below API 1.45. `volumes` blocks work.
 * - With `pid_mode = "host"` the engine adds `label=disable` to the security options, and the next plan replaces the container.
 * - `upload` cannot write into a read-only root file system, so the file system of a container with one is writable.
 */
export class HardenedContainer extends Container {
  private rendered: GrowingConfig;
  private readonly gate: () => TerraformProvider | undefined;

  public constructor(scope: Construct, id: string, private readonly settings: () => ContainerSettings) {
    const now = settings();
    const { dependsOn, ...growing } = growingConfig(scope, now);
    super(scope, id, {
      ...now.runsOnce ? UNTIL_IT_ENDS : KEPT_WHEN_STOPPED,
      provisioners: checksOf(scope, now),
      name: now.sideBySide ? releaseName(now.name) : literal(now.name),
      image: now.image,
      user: now.user,
      entrypoint: now.entrypoint && [...now.entrypoint],
      networkMode: now.networkMode ?? 'bridge',
      pidMode: now.pidMode,
      init: now.init,
      workingDir: now.workingDirectory,
      host: filled(Object.entries(now.extraHosts ?? {}).map(([host, ip]) => ({ host: literal(host), ip: literal(ip) }))),
      dnsOpts: now.dnsOptions && [...now.dnsOptions],
      readOnly: now.uploads.length === 0,
      upload: filled(now.uploads.map(({ file, ...rest }) => ({ file: literal(file), ...rest }))),
      capabilities: { drop: ['ALL'], add: capabilityNames(now.capabilities) },
      securityOpts: ['no-new-privileges:true'],
      memory: now.memoryMebibytes,
      memorySwap: now.memoryMebibytes,
      shmSize: now.sharedMemoryMebibytes,
      cpuShares: now.cpuShares,
      ...now.cpuPercent === undefined ? {} : { cpuPeriod: CPU_PERIOD, cpuQuota: now.cpuPercent * CPU_PERIOD / 100 },
      ulimit: now.openFiles === undefined ? undefined : [{ name: 'nofile', soft: now.openFiles, hard: now.openFiles }],
      healthcheck: now.healthCheck && { ...now.healthCheck, test: [...now.healthCheck.test] },
      wait: now.healthySeconds === undefined ? undefined : providerWaits(scope, now.engine),
      waitTimeout: now.healthySeconds,
      restart: now.restart,
      maxRetryCount: now.maximumRetryCount,
      logDriver: now.logDriver,
      logOpts: literalEntries(now.logOptions),
      stopSignal: now.stopSignal,
      stopTimeout: now.stopSeconds,
      destroyGraceSeconds: now.stopSeconds,
      lifecycle: lifecycleOf(now),
      mounts: filled(now.volumes.filter(({ mustExist }) => mustExist).map(existingDirectory)),
      ...growing,
    });
    this.dependsOn = dependsOn;
    this.rendered = { ...growing, dependsOn };
    this.gate = now.provider;
  }

  /** The memory limit in MiB, after the user's overrides. */
  public get memoryMebibytes(): number {
    const override: unknown = this.rawOverrides.memory;
    return typeof override === 'number' ? override : this.memoryInput!;
  }

  /** Applies changed settings. Attributes that the user has overridden stay. */
  public refresh(): void {
    const settings = this.settings();
    const now = growingConfig(this.node.scope!, settings);
    for (const key of Object.keys(now) as (keyof GrowingConfig)[]) {
      if (JSON.stringify(now[key]) !== JSON.stringify(this.rendered[key])) {
        this.set(key, now);
      }
    }
    this.provisioners = checksOf(this.node.scope!, settings);
    this.rendered = now;
    if (this.memorySwapInput === this.memoryInput) {
      this.memorySwap = this.memoryMebibytes;
    }
  }

  public toTerraform(): any {
    this.refresh();
    this.provider = this.gate();
    return this.withoutGate();
  }

  /** What Terraform reads, but for the provider. */
  public withoutGate(): any {
    this.refresh();
    const json = super.toTerraform();
    const attributes = json.resource[this.terraformResourceType][this.friendlyUniqueId];
    if (attributes.pid_mode === 'host' && !attributes.security_opts?.includes(NOT_CONFINED)) {
      // Here, because the user may have overridden the mode.
      attributes.security_opts = [...attributes.security_opts ?? [], NOT_CONFINED];
    }
    if (attributes.cpus !== undefined && !Features.of(this).cpus) {
      reject(this.node.scope!, {
        what: 'this version of the Docker provider crashes on `cpus`',
        given: attributes.cpus,
        allowed: '`cpus` with version 3.7 or newer of the provider',
        remedy: 'give `cpuPercent` instead: 150 is one and a half processors. Or take a newer provider: see `terraform.required_providers.docker.version`',
      });
    }
    if (this.settings().runsOnce && Features.of(this).containerTimeouts) {
      // Here, because older bindings do not know it.
      attributes.timeouts ??= LONGEST_RUN;
    }
    // Here, because the user may have overridden them.
    const labels = Object.entries(ATTRIBUTE_LABELS)
      .filter(([name]) => attributes[name] !== undefined && !isDeepStrictEqual(attributes[name], WITHOUT_LABEL[name]))
      .map(([name, label]) => ({ label, value: this.fingerprint(attributes[name]) }));
    attributes.labels = [...attributes.labels, ...labels];
    return json;
  }

  private fingerprint(attribute: unknown): string {
    const known = JSON.stringify(resolved(TerraformStack.of(this), attribute));
    return known.includes('${') ? Fn.sha256(Fn.jsonencode(attribute)) : createHash('sha256').update(known).digest('hex');
  }

  private set(key: keyof GrowingConfig, now: GrowingConfig): void {
    switch (key) {
      case 'env': return now.env ? void (this.env = now.env) : this.resetEnv();
      case 'command': return now.command ? void (this.command = now.command) : this.resetCommand();
      case 'tmpfs': return void (this.tmpfs = now.tmpfs!);
      case 'ports': return now.ports ? this.putPorts(now.ports) : this.resetPorts();
      case 'networksAdvanced': return now.networksAdvanced ? this.putNetworksAdvanced(now.networksAdvanced) : this.resetNetworksAdvanced();
      case 'volumes': return now.volumes ? this.putVolumes(now.volumes) : this.resetVolumes();
      case 'labels': return this.putLabels(now.labels);
      case 'dependsOn': return void (this.dependsOn = now.dependsOn);
    }
  }
}

/** What fails the apply after the start of a container, or after the end of one that runs once. */
function checksOf(scope: Construct, { engine, failure, readiness, runsOnce, wantedPorts }: ContainerSettings): LocalExecProvisioner[] | undefined {
  if (!runsOnce) {
    return readiness && [failUnlessReady(scope, engine, readiness)];
  }
  return [
    failUnlessZero(scope, engine, failure),
    ...wantedPorts && wantedPorts.ports.length > 0 ? [failUnlessFree(wantedPorts, engine)] : [],
  ];
}

/** What the engine adds for a container that sees the processes of the host. */
const NOT_CONFINED = 'label=disable';

/** The settings that may grow after the construct exists. */
interface GrowingConfig {
  readonly env?: string[];
  readonly command?: string[];
  readonly ports?: ContainerPorts[];
  readonly networksAdvanced?: ContainerNetworksAdvanced[];
  readonly volumes?: ContainerVolumes[];
  readonly tmpfs?: Record<string, string>;
  readonly labels: { label: string; value: string }[];
  readonly dependsOn?: string[];
}

function growingConfig(scope: Construct, settings: ContainerSettings): GrowingConfig {
  return {
    env: filled([...settings.environment].map(([name, value]) => `${isUnresolved(value) ? literalBesideTokens(name) : literal(name)}=${value}`).sort()),
    command: settings.command && [...settings.command],
    ports: filled(settings.ports.map((port) => ({ ...port }))),
    networksAdvanced: filled(settings.networks.map(({ name, aliases }) => ({ name: literal(name), aliases: filled(aliases.map(literal)) }))),
    volumes: filled(settings.volumes.filter(({ mustExist }) => !mustExist).map(volumeBlock)),
    tmpfs: literalEntries(settings.tmpfs),
    labels: labelBlocks(scope, settings),
    dependsOn: filled([...settings.dependsOn]),
  };
}

function lifecycleOf({ runsOnce, sideBySide }: ContainerSettings): TerraformResourceLifecycle {
  const lifecycle = sideBySide ? SIDE_BY_SIDE : undefined;
  // `wait` matters to a new container only, and depends on the machine.
  return { ...lifecycle, ignoreChanges: [...lifecycle?.ignoreChanges ?? [], ...runsOnce ? [] : ['ports', 'wait'], 'ulimit', 'log_opts'] };
}

/** Omits empty lists, which cdktf would write. The provider does not tell them from missing ones. */
function filled<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function capabilityNames(capabilities: readonly string[]): string[] | undefined {
  return filled(capabilities.map((name) => `CAP_${name}`));
}

function existingDirectory({ hostPath, containerPath, readOnly }: ContainerVolume): ContainerMounts {
  return { type: 'bind', source: literal(hostPath!), target: literal(containerPath), readOnly };
}

function volumeBlock({ volumeName, hostPath, containerPath, readOnly }: ContainerVolume): ContainerVolumes {
  const optional = (text: string | undefined) => text === undefined ? undefined : literal(text);
  return { volumeName: optional(volumeName), hostPath: optional(hostPath), containerPath: literal(containerPath), readOnly };
}

/** Escapes the keys as well, because Terraform also reads them as templates. */
function literalEntries(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [literal(name), literal(value)]));
}

function labelBlocks(scope: Construct, { labels, healthCheck, sideBySide, wantedPorts }: ContainerSettings): { label: string; value: string }[] {
  const all = { ...labels };
  if (healthCheck) {
    all[HEALTH_CHECK_LABEL] = healthCheckFingerprint(healthCheck);
  }
  if (wantedPorts && wantedPorts.ports.length > 0) {
    all[WANTED_PORTS_LABEL] = wantedPorts.ports.map(({ ip, external, protocol }) => `${ip}:${external}${protocol === 'udp' ? '/udp' : ''}`).join(' ');
  }
  if (sideBySide) {
    all[CONSTRUCT_LABEL] = literal(scope.node.path);
  }
  return Object.keys(all).sort().map((label) => ({ label, value: all[label] }));
}
