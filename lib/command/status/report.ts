/** How bad it is: only what is sick fails the command. */
export type Verdict = 'well' | 'attention' | 'sick';

/** Why a container's program ended the last time. */
export interface LastEnd {
  /** ISO 8601. */
  readonly at: string;
  /** A sentence's part, for example: out of memory. Undefined when nobody remembers it. */
  readonly reason?: string;
  readonly exitCode?: number;
  readonly outOfMemory?: boolean;
  /** What remembers the reason. */
  readonly source?: 'state' | 'events' | 'kernel log';
  /** What the program wrote at its end. */
  readonly lastWords?: string;
}

export interface ContainerReport {
  readonly name: string;
  readonly verdict: Verdict;
  /** Docker's state, such as `running`; or `missing`. */
  readonly state: string;
  /** Docker's health; undefined without a health check. */
  readonly health?: string;
  /** The last answer of the health check. */
  readonly lastAnswer?: string;
  readonly startedAt?: string;
  readonly restarts: number;
  readonly image?: string;
  readonly lastEnd?: LastEnd;
  /** What is wrong or worth knowing, one sentence's part each. */
  readonly remarks: readonly string[];
}

/** How full the disk under a directory of a container is. */
export interface DiskReport {
  readonly directory: string;
  readonly usedPercent: number;
  readonly freeBytes: number;
}

export interface BackupReport {
  readonly database: string;
  /** ISO 8601. */
  readonly lastAt: string;
  readonly bytes: number;
}

export interface ServiceReport {
  readonly name: string;
  readonly path: string;
  readonly kind: string;
  readonly verdict: Verdict;
  readonly replicas: number;
  /** The engine, where the stack uses several. */
  readonly engine: string;
  readonly containers: readonly ContainerReport[];
  readonly disk?: DiskReport;
  readonly backups?: readonly BackupReport[];
  readonly remarks: readonly string[];
}

export interface StackReport {
  readonly stack: string;
  readonly verdict: Verdict;
  /** The engine's time, ISO 8601. */
  readonly at: string;
  readonly services: readonly ServiceReport[];
}

const ORDER: readonly Verdict[] = ['well', 'attention', 'sick'];

export function worst(verdicts: readonly Verdict[]): Verdict {
  return ORDER[Math.max(0, ...verdicts.map((verdict) => ORDER.indexOf(verdict)))];
}
