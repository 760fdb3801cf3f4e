import { setTimeout as sleep } from 'timers/promises';
import { Role, Stand } from './stand';
import { dockerApi } from '../engine/harness/docker-api';

const PAUSE = 500;

/** What was seen of one container. */
export interface Seen {
  readonly role: Role;
  /** When its program was started. */
  readonly starts: Set<string>;
  restartCounts: Set<number>;
  hasFailedCheck: boolean;
  /** Whether a health check that succeeded has warned. */
  hasWarned: boolean;
  /** The present state: `healthy`, `unhealthy`, `starting`, `exited`, … */
  state: string;
}

/** Looks at the containers of a stand twice a second. While the engine is away there is nothing to see. */
export class Observer {
  private readonly seen = new Map<string, Seen>();
  private readonly since = Date.now();
  private isOver = false;
  private readonly watch: Promise<void>;

  public constructor(private readonly stand: Stand) {
    this.watch = this.look();
  }

  /** Ends the observation. */
  public async end(): Promise<Seen[]> {
    this.isOver = true;
    await this.watch;
    return [...this.seen.values()];
  }

  /** Containers that are not as they should be, as `role: state`. */
  public get ill(): string[] {
    return [...this.seen.values()].filter(({ state }) => !['healthy', 'starting', 'running', 'gone'].includes(state)).map(({ role, state }) => `${role}: ${state}`);
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      try {
        const containers = this.stand.all();
        for (const [id, role] of containers) {
          this.note(id, role as Role, await dockerApi.get(`/containers/${id}/json`));
        }
        for (const [id, seen] of this.seen) {
          if (!containers.has(id)) {
            seen.state = 'gone';
          }
        }
      } catch {
        // The engine is away, or a container went while it was looked at.
      }
      await sleep(PAUSE);
    }
  }

  private note(id: string, role: Role, { State: state, RestartCount: restarts }: any): void {
    const seen = this.seen.get(id) ?? { role, starts: new Set(), restartCounts: new Set(), hasFailedCheck: false, hasWarned: false, state: '' };
    this.seen.set(id, seen);
    if (state.Running) {
      seen.starts.add(state.StartedAt);
    }
    seen.restartCounts.add(restarts);
    seen.hasFailedCheck ||= state.Health?.Status === 'unhealthy' || state.Running && state.Health?.FailingStreak > 0 && state.Health?.Status === 'healthy';
    // The engine keeps the last five checks, and some of them may be from before the fault.
    seen.hasWarned ||= state.Running && (state.Health?.Log ?? [])
      .some(({ Start: start, Output: output }: { Start: string; Output: string }) => Date.parse(start) >= this.since && output.includes('WARNING'));
    seen.state = state.Running ? state.Health?.Status ?? 'running' : state.Status;
  }
}

/** How often containers were started again: one that ends at once is not seen each time, but counted by the engine. */
export function restartsOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { starts, restartCounts }) => sum + Math.max(starts.size - 1, Math.max(...restartCounts) - Math.min(...restartCounts)), 0);
}
