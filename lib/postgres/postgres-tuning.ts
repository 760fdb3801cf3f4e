import { InputProblem } from '../input/input-error';
import { Size } from '../values/size';

/** What of the tuning is not to follow from the container's memory. */
export interface PostgresTuningOptions {
  /**
   * The most connections, `max_connections`: 10 to 10000. What a service opens comes out of it.
   *
   * @default 100, PostgreSQL's own. Source: https://www.postgresql.org/docs/17/runtime-config-connection.html
   */
  readonly maxConnections?: number;

  /**
   * The cache of the server itself, `shared_buffers`.
   *
   * @default - a quarter of the memory. Source: https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-SHARED-BUFFERS
   */
  readonly sharedBuffers?: Size;

  /**
   * What the planner takes the caches of server and kernel for together, `effective_cache_size`. It reserves nothing.
   *
   * @default - three quarters of the memory. Source: https://wiki.postgresql.org/wiki/Tuning_Your_PostgreSQL_Server
   */
  readonly effectiveCacheSize?: Size;

  /**
   * The memory of one sort or hash table, of which a query may have several, `work_mem`.
   *
   * @default - half of what remains beside shared buffers and maintenance, divided by `maxConnections`: at least 1 MiB, at most
   * 64 MiB. Source of the way to reckon: https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-WORK-MEM
   */
  readonly workMemory?: Size;

  /**
   * The memory of VACUUM and CREATE INDEX, `maintenance_work_mem`. Up to three automatic VACUUMs may have as much each.
   *
   * @default - a sixteenth of the memory: at least 16 MiB, at most 1 GiB. Source:
   * https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM
   */
  readonly maintenanceWorkMemory?: Size;
}

const MINIMUM_MEMORY = Size.mebibytes(128);

/** How much of the container's memory the server uses for what. Entries of `parameters` win over it. */
export class PostgresTuning {
  /**
   * Settings that follow from the container's `memory`, each by the rule in {@link PostgresTuningOptions}.
   *
   * @param options what is not to follow from it
   */
  public static byMemory(options: PostgresTuningOptions = {}): PostgresTuning {
    return new PostgresTuning(options);
  }

  private constructor(private readonly options: PostgresTuningOptions) {}

  /** @internal */
  public _problem(memory: Size): InputProblem | undefined {
    const { maxConnections, sharedBuffers, effectiveCacheSize, workMemory, maintenanceWorkMemory } = this.options;
    if (maxConnections !== undefined && !(Number.isInteger(maxConnections) && maxConnections >= 10 && maxConnections <= 10_000)) {
      return {
        what: 'not a number of connections for a server',
        given: maxConnections,
        allowed: 'a whole number from 10 to 10000',
        remedy: 'leave it out for 100; for many clients put a pooler such as PgBouncer before the server',
      };
    }
    if (memory.toBytes() < MINIMUM_MEMORY.toBytes()) {
      return {
        what: 'the memory is too small to derive settings from',
        given: `${memory.toMebibytes()} MiB`,
        allowed: '128 MiB or more',
        remedy: 'give the database more `memory`, or leave `tuning` out',
      };
    }
    const unit = Size.kibibytes(1);
    const problem = sharedBuffers?._problem({
      subject: 'the shared buffers',
      minimum: Size.kibibytes(128),
      maximum: Size.mebibytes(Math.floor(memory.toMebibytes() / 2)),
      multipleOf: unit,
      remedy: 'give at most half of `memory`: the kernel\'s cache and the sessions need the rest',
    }) ?? effectiveCacheSize?._problem({
      subject: 'the effective cache size',
      minimum: Size.mebibytes(1),
      maximum: memory,
      multipleOf: unit,
      remedy: 'give at most `memory`: the kernel\'s cache for the container counts towards it',
    }) ?? workMemory?._problem({
      subject: 'the work memory', minimum: Size.kibibytes(64), maximum: memory, multipleOf: unit,
    }) ?? maintenanceWorkMemory?._problem({
      subject: 'the maintenance work memory', minimum: Size.mebibytes(1), maximum: memory, multipleOf: unit,
    });
    if (problem) {
      return problem;
    }
    const settings = this.kibibytes(memory);
    const needed = settings.sharedBuffers + settings.maintenanceWorkMemory + settings.workMemory * this._maxConnections;
    // Each connection at work with one sort or hash table; idle ones have none, busy ones may have more.
    return needed <= memory.toKibibytes() ? undefined : {
      what: 'the settings add up to more than the container\'s memory',
      given: `${Math.ceil(needed / 1024)} MiB = shared buffers ${Math.ceil(settings.sharedBuffers / 1024)} MiB`
        + ` + maintenance ${Math.ceil(settings.maintenanceWorkMemory / 1024)} MiB`
        + ` + ${this._maxConnections} connections × work memory ${settings.workMemory} KiB`,
      allowed: `${memory.toMebibytes()} MiB`,
      remedy: 'give the database more `memory`, allow fewer connections, or make the other settings smaller',
    };
  }

  /** @internal */
  public get _maxConnections(): number {
    return this.options.maxConnections ?? 100;
  }

  /**
   * The settings, by their names in `postgresql.conf`.
   *
   * @internal
   */
  public _parameters(memory: Size): Record<string, string> {
    const settings = this.kibibytes(memory);
    return {
      max_connections: String(this._maxConnections),
      shared_buffers: `${settings.sharedBuffers}kB`,
      effective_cache_size: `${settings.effectiveCacheSize}kB`,
      work_mem: `${settings.workMemory}kB`,
      maintenance_work_mem: `${settings.maintenanceWorkMemory}kB`,
    };
  }

  private kibibytes(memory: Size) {
    const total = memory.toKibibytes();
    const sharedBuffers = this.options.sharedBuffers?.toKibibytes() ?? wholeMebibytes(total / 4);
    const maintenanceWorkMemory = this.options.maintenanceWorkMemory?.toKibibytes() ?? wholeMebibytes(within(16 * 1024, total / 16, 1024 * 1024));
    const workMemory = this.options.workMemory?.toKibibytes()
      ?? Math.floor(within(1024, (total - sharedBuffers - maintenanceWorkMemory) / 2 / this._maxConnections, 64 * 1024));
    const effectiveCacheSize = this.options.effectiveCacheSize?.toKibibytes() ?? wholeMebibytes(total * 3 / 4);
    return { sharedBuffers, maintenanceWorkMemory, workMemory, effectiveCacheSize };
  }
}

function within(least: number, wanted: number, most: number): number {
  return Math.max(least, Math.min(wanted, most));
}

function wholeMebibytes(kibibytes: number): number {
  return Math.floor(kibibytes / 1024) * 1024;
}
