/** One network that a container is on, as `POST /networks/{id}/connect` takes it. */
export interface NetworkConnection {
  readonly network: string;
  readonly aliases: string[];
}

/** A `docker_container` as the Docker Engine takes it. */
export interface ContainerSettings {
  /** Body of `POST /containers/create`. */
  readonly body: Record<string, any>;
  readonly connections: NetworkConnection[];
}

/** Attributes that say what Terraform does around the container; the deployment heeds those that matter. */
const NOT_FOR_THE_ENGINE = new Set(['name', 'provider', 'depends_on', 'lifecycle', 'wait', 'wait_timeout', 'destroy_grace_seconds', 'must_run',
  'attach', 'logs', 'upload', 'networks_advanced', 'remove_volumes', 'container_read_refresh_timeout_milliseconds']);

const MEBIBYTE = 1024 * 1024;

/** What one attribute contributes: parts of the body itself, and of its `HostConfig`. */
type Translation = (value: any) => { readonly config?: Record<string, unknown>; readonly host?: Record<string, unknown> };

/** The provider's own mapping. Source: internal/provider/resource_docker_container_funcs.go in kreuzwerker/terraform-provider-docker 3.6.2 */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  image: (value) => ({ config: { Image: value } }),
  user: (value) => ({ config: { User: value } }),
  entrypoint: (value) => ({ config: { Entrypoint: value } }),
  command: (value) => ({ config: { Cmd: value } }),
  env: (value) => ({ config: { Env: value } }),
  hostname: (value) => ({ config: { Hostname: value } }),
  working_dir: (value) => ({ config: { WorkingDir: value } }),
  labels: (value) => ({ config: { Labels: Object.fromEntries(value.map((item: any) => [item.label, item.value])) } }),
  stop_signal: (value) => ({ config: { StopSignal: value } }),
  stop_timeout: (value) => ({ config: { StopTimeout: value } }),
  healthcheck: (value) => ({
    config: {
      Healthcheck: {
        Test: value.test,
        Interval: nanoseconds(value.interval),
        Timeout: nanoseconds(value.timeout),
        StartPeriod: nanoseconds(value.start_period),
        StartInterval: nanoseconds(value.start_interval),
        Retries: value.retries,
      },
    },
  }),
  ports: (value) => ({
    config: { ExposedPorts: Object.fromEntries(value.map((port: any) => [`${port.internal}/${port.protocol}`, {}])) },
    host: {
      PortBindings: Object.fromEntries(value.map((port: any) =>
        [`${port.internal}/${port.protocol}`, [{ HostIp: port.ip, HostPort: port.external === undefined ? '' : String(port.external) }]])),
    },
  }),
  volumes: (value) => ({
    host: {
      Binds: value.map((volume: any) =>
        `${volume.volume_name ?? volume.host_path}:${volume.container_path}:${volume.read_only ? 'ro' : 'rw'}`),
    },
  }),
  tmpfs: (value) => ({ host: { Tmpfs: value } }),
  network_mode: (value) => ({ host: { NetworkMode: value } }),
  pid_mode: (value) => ({ host: { PidMode: value } }),
  dns_opts: (value) => ({ host: { DnsOptions: value } }),
  read_only: (value) => ({ host: { ReadonlyRootfs: value } }),
  init: (value) => ({ host: { Init: value } }),
  capabilities: (value) => ({ host: { CapAdd: value.add ?? [], CapDrop: value.drop ?? [] } }),
  security_opts: (value) => ({ host: { SecurityOpt: value } }),
  memory: (value) => ({ host: { Memory: value * MEBIBYTE } }),
  memory_swap: (value) => ({ host: { MemorySwap: value > 0 ? value * MEBIBYTE : value } }),
  shm_size: (value) => ({ host: { ShmSize: value * MEBIBYTE } }),
  cpu_shares: (value) => ({ host: { CpuShares: value } }),
  cpu_period: (value) => ({ host: { CpuPeriod: value } }),
  cpu_quota: (value) => ({ host: { CpuQuota: value } }),
  ulimit: (value) => ({ host: { Ulimits: value.map(({ name, soft, hard }: any) => ({ Name: name, Soft: soft, Hard: hard })) } }),
  restart: (value) => ({ host: { RestartPolicy: { Name: value } } }),
  max_retry_count: (value) => ({ host: { RestartPolicy: { MaximumRetryCount: value } } }),
  log_driver: (value) => ({ host: { LogConfig: { Type: value } } }),
  log_opts: (value) => ({ host: { LogConfig: { Config: value } } }),
};

/**
 * Translates the evaluated attributes of a `docker_container`. An attribute without a translation is an error, so that no
 * setting is lost on the way to the engine.
 */
export function containerSettings(attributes: Readonly<Record<string, any>>): ContainerSettings {
  const body: Record<string, any> = {};
  const host: Record<string, any> = { Init: false };
  for (const [name, value] of Object.entries(attributes)) {
    if (NOT_FOR_THE_ENGINE.has(name)) {
      continue;
    }
    const translate = TRANSLATIONS[name];
    if (!translate) {
      throw new Error(`The engine tests have no translation of docker_container's attribute ${name}`);
    }
    const translation = translate(value);
    Object.assign(body, translation.config);
    for (const [setting, part] of Object.entries(translation.host ?? {})) {
      // Two attributes share RestartPolicy, and two LogConfig.
      host[setting] = isPlainObject(host[setting]) && isPlainObject(part) ? { ...host[setting], ...part } : part;
    }
  }
  return {
    body: { ...body, HostConfig: host },
    connections: (attributes.networks_advanced ?? []).map((network: any) => ({ network: network.name, aliases: network.aliases ?? [] })),
  };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, ns: 1 };

/** A duration as Go prints it, for example `1m30s` or `500ms`. */
function nanoseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) {
    return undefined;
  }
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g)];
  if (parts.map(([part]) => part).join('') !== duration) {
    throw new Error(`not a duration: ${duration}`);
  }
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit], 0));
}
