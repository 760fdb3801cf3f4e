import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { rangeProblem } from '../input/range';
import { Size } from '../values/size';

/** Settings that override those derived from the container's memory. */
export interface PostgresTuningOptions {
  /**
   * The most connections, `max_connections`. All services share them.
   * @default 100, PostgreSQL's own. Source: https://www.postgresql.org/docs/17/runtime-config-connection.html @range 10..10000
   */
  readonly maxConnections?: number;

  /**
   * The server's cache, `shared_buffers`.
   * @default - a quarter of the memory. Source: https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-SHARED-BUFFERS
   * @range 128KiB..64TiB/1KiB
   */
  readonly sharedBuffers?: Size;

  /**
   * The planner's estimate of all caches, `effective_cache_size`. It reserves no memory.
   * @default - three quarters of the memory. Source: https://wiki.postgresql.org/wiki/Tuning_Your_PostgreSQL_Server @range 1MiB..64TiB/1KiB
   */
  readonly effectiveCacheSize?: Size;

  /**
   * The memory of one sort or hash table, `work_mem`. A query may have several.
   * @default - half of what remains beside shared buffers and maintenance, divided by `maxConnections`: at least 1 MiB, at most 64 MiB.
   * Source of the way to reckon: https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-WORK-MEM
   * @range 64KiB..64TiB/1KiB
   */
  readonly workMemory?: Size;

  /**
   * The memory of VACUUM and CREATE INDEX, `maintenance_work_mem`. Up to three automatic VACUUMs may each use as much.
   * @default - a sixteenth of the memory: at least 16 MiB, at most 1 GiB.
   * Source: https://www.postgresql.org/docs/17/runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM
   * @range 1MiB..64TiB/1KiB
   */
  readonly maintenanceWorkMemory?: Size;
}

const MINIMUM_MEMORY = Size.mebibytes(128);

/**
 * How the server divides the container's memory. Entries of `parameters` take precedence.
 * @example
 * new PostgresDatabase(this, 'Database', {
 *   memory: Size.gibibytes(4),
 *   tuning: PostgresTuning.byMemory({ maxConnections: 200 }),
 * });
 */
export class PostgresTuning {
  /**
   * Derives settings from the container's `memory`, by the rules in {@link PostgresTuningOptions}.
   * @param options settings that override derived ones
   */
  public static byMemory(options: PostgresTuningOptions = {}): PostgresTuning {
    checkArguments('PostgresTuning.byMemory', { options });
    return new PostgresTuning(options);
  }

  private constructor(private readonly options: PostgresTuningOptions) {}

  /** The problem with the settings for a container with this much memory. @internal */
  public _problemWith(memory: Size): InputProblem | undefined {
    if (memory.toBytes() < MINIMUM_MEMORY.toBytes()) {
      return {
        what: 'the memory is too small to derive settings from',
        given: `${memory.toMebibytes()} MiB`,
        allowed: '128 MiB or more',
        remedy: 'give the database more `memory`, or leave `tuning` out',
      };
    }
    const problem = this.excessOf(memory);
    if (problem) {
      return problem;
    }
    const settings = this.kibibytes(memory);
    const needed = settings.sharedBuffers + settings.maintenanceWorkMemory + settings.workMemory * this._maxConnections;
    // Assumes one sort or hash table for each connection.
    return needed <= memory.toKibibytes() ? undefined : {
      what: 'the settings add up to more than the container\'s memory',
      given: `${Math.ceil(needed / 1024)} MiB = shared buffers ${Math.ceil(settings.sharedBuffers / 1024)} MiB`
        + ` + maintenance ${Math.ceil(settings.maintenanceWorkMemory / 1024)} MiB`
        + ` + ${this._maxConnections} connections × work memory ${settings.workMemory} KiB`,
      allowed: `${memory.toMebibytes()} MiB`,
      remedy: 'give the database more `memory`, allow fewer connections, or make the other settings smaller',
    };
  }

  private excessOf(memory: Size): InputProblem | undefined {
    const total = Math.floor(memory.toKibibytes());
    const half = Math.floor(memory.toMebibytes() / 2) * 1024;
    const remedy = 'give at most `memory`, which the server has';
    const limits: [name: keyof PostgresTuningOptions, kibibytes: number, remedy: string][] = [
      ['sharedBuffers', half, 'give at most half of `memory`: the kernel\'s cache and the sessions need the rest'],
      ['effectiveCacheSize', total, 'give at most `memory`: the kernel\'s cache for the container counts towards it'],
      ['workMemory', total, remedy],
      ['maintenanceWorkMemory', total, remedy],
    ];
    for (const [name, kibibytes, advice] of limits) {
      const size = this.options[name];
      const problem = size === undefined ? undefined : rangeProblem(`the option \`${name}\` of the tuning`, `0KiB..${kibibytes}KiB`, size, advice);
      if (problem) {
        return problem;
      }
    }
    return undefined;
  }

  /** @internal */
  public get _maxConnections(): number {
    return this.options.maxConnections ?? 100;
  }

  /** The settings, by their names in `postgresql.conf`. @internal */
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
