import { Container, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { Lazy, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { BuildGate } from './gate';
import { healthCheckFingerprint } from './health-check-fingerprint';
import { UNTIL_IT_ENDS, failUnlessZero } from './one-shot';
import { SIDE_BY_SIDE, releaseName } from './side-by-side';
import type { RenderedHealthCheck } from '../health/health-check';
import { literal } from '../terraform/text';

/** A network that a container is connected to, and the further names that it has there. */
export interface ContainerNetworkAttachment {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A port of the host that is forwarded to the container. */
export interface ContainerPort {
  readonly ip: string;
  readonly external: number;
  readonly internal: number;
}

/** A volume or directory of the host that is visible in the container. */
export interface ContainerVolume {
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/**
 * All that this library says about a container.
 *
 * Environment and networks are read when the stack is synthesized, so that they may grow until then.
 */
export interface ContainerSettings {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly ports: readonly ContainerPort[];
  readonly networks: readonly ContainerNetworkAttachment[];
  readonly volumes: readonly ContainerVolume[];
  readonly tmpfs: Readonly<Record<string, string>>;
  /** Added to none: all capabilities are dropped first. Names without `CAP_`. */
  readonly capabilities: readonly string[];
  readonly memoryMebibytes: number;
  readonly sharedMemoryMebibytes?: number;
  readonly cpuShares?: number;
  readonly healthCheck?: RenderedHealthCheck;
  /** How long an apply waits until the container is healthy; undefined: it does not wait. */
  readonly healthySeconds?: number;
  readonly restart: string;
  readonly maximumRetryCount?: number;
  readonly logDriver: string;
  readonly logOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly stopSeconds: number;
  /**
   * The new container is created beside the old one, which goes when the new one is there. `name` is then followed by a hyphen and
   * eight random characters.
   */
  readonly sideBySide?: boolean;
  /** The program ends by itself; an apply waits for that, and fails unless it ends with 0. */
  readonly runsOnce?: boolean;
  /** `bridge`, `none`, or `container:` and the id of the container whose network this one shares; by default `bridge`. */
  readonly networkMode?: string;
  /** `container:` and the id of the container whose processes this one sees. */
  readonly pidMode?: string;
  /** Whether the engine's own init is process 1: it passes signals on, and takes care of processes whose parent has ended. */
  readonly init?: boolean;
  /** Options for the resolver of the container, as in `/etc/resolv.conf`. */
  readonly dnsOptions?: readonly string[];
  readonly provider?: TerraformProvider;
}

/** The label whose value changes with the health check. Part of what users see in `docker inspect`. */
const HEALTH_CHECK_LABEL = 'cdktf-go-docker.health-check';

/** The label by which the containers of a construct are found whose names nobody knows beforehand. */
const CONSTRUCT_LABEL = 'cdktf-go-docker.construct';

/**
 * A hardened `docker_container`: no capabilities but those asked for, no new privileges, a read-only root file system.
 *
 * Quirks, each measured with provider 3.6.2:
 * - `network_mode`, `log_driver` and `log_opts` drift when they are left out: the next plan replaces the container.
 * - A changed health check is planned as an update in place and silently not applied. A label with its hash forces the replacement.
 * - Without `destroy_grace_seconds` the container is killed at once; `stop_timeout` only serves `docker stop`.
 * - The engine reports capabilities with the prefix `CAP_`; without it the next plan replaces the container. `ALL` has no prefix.
 * - `cpus` crashes the provider; `cpu_shares` works.
 * - `memory_swap` left out lets the container swap as much again as its memory limit.
 * - `mounts.volume_options` fails below API 1.45, so that volumes are `volumes` blocks.
 * - `upload` cannot write into a read-only root file system.
 * - All operations go through the {@link BuildGate}.
 */
export function hardenedContainer(scope: Construct, id: string, settings: ContainerSettings): Container {
  const { healthCheck } = settings;
  return new Container(scope, id, {
    ...settings.runsOnce ? { ...UNTIL_IT_ENDS, provisioners: [failUnlessZero(scope.node.path)] } : {},
    name: settings.sideBySide ? releaseName(settings.name) : settings.name,
    image: settings.image,
    user: settings.user,
    entrypoint: settings.entrypoint && [...settings.entrypoint],
    command: settings.command && [...settings.command],
    env: Lazy.listValue({ produce: () => environmentList(settings.environment) }, { omitEmpty: true }),
    ports: settings.ports.length > 0 ? settings.ports.map((port) => ({ ...port, protocol: 'tcp' })) : undefined,
    networkMode: settings.networkMode ?? 'bridge',
    pidMode: settings.pidMode,
    init: settings.init,
    dnsOpts: settings.dnsOptions && [...settings.dnsOptions],
    networksAdvanced: Lazy.anyValue({ produce: () => settings.networks.map(networkBlock) }, { omitEmptyArray: true }),
    volumes: settings.volumes.length > 0 ? settings.volumes.map(volumeBlock) : undefined,
    tmpfs: literalEntries(settings.tmpfs),
    readOnly: true,
    capabilities: { drop: ['ALL'], add: capabilityNames(settings.capabilities) },
    securityOpts: ['no-new-privileges:true'],
    memory: settings.memoryMebibytes,
    memorySwap: settings.memoryMebibytes,
    shmSize: settings.sharedMemoryMebibytes,
    cpuShares: settings.cpuShares,
    healthcheck: healthCheck && { ...healthCheck, test: [...healthCheck.test] },
    wait: settings.healthySeconds === undefined ? undefined : true,
    waitTimeout: settings.healthySeconds,
    restart: settings.restart,
    maxRetryCount: settings.maximumRetryCount,
    logDriver: settings.logDriver,
    logOpts: literalEntries(settings.logOptions),
    labels: labelBlocks(scope, settings),
    stopSignal: settings.stopSignal,
    stopTimeout: settings.stopSeconds,
    destroyGraceSeconds: settings.stopSeconds,
    lifecycle: settings.sideBySide ? SIDE_BY_SIDE : undefined,
    provider: BuildGate.of(scope, settings.provider),
  });
}

function capabilityNames(capabilities: readonly string[]): string[] | undefined {
  return capabilities.length > 0 ? capabilities.map((name) => `CAP_${name}`) : undefined;
}

function environmentList(environment: ReadonlyMap<string, string>): string[] {
  return [...environment].map(([name, value]) => `${literal(name)}=${value}`).sort();
}

function networkBlock({ name, aliases }: ContainerNetworkAttachment): Record<string, unknown> {
  return { name, aliases: aliases.length > 0 ? [...aliases] : undefined };
}

function volumeBlock({ volumeName, hostPath, containerPath, readOnly }: ContainerVolume): ContainerVolumes {
  return { volumeName, hostPath: hostPath === undefined ? undefined : literal(hostPath), containerPath: literal(containerPath), readOnly };
}

/** Terraform reads the names of a map's entries as templates too. */
function literalEntries(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [literal(name), literal(value)]));
}

function labelBlocks(scope: Construct, { labels, healthCheck, sideBySide }: ContainerSettings) {
  const all = { ...labels };
  if (healthCheck) {
    all[HEALTH_CHECK_LABEL] = healthCheckFingerprint(healthCheck);
  }
  if (sideBySide) {
    all[CONSTRUCT_LABEL] = literal(scope.node.path);
  }
  return Object.keys(all).sort().map((label) => ({ label, value: all[label] }));
}
