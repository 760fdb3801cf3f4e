import * as path from 'path';
import type { MissedRuns } from './missed-runs';
import type { Schedule } from './schedule';
import type { Duration } from '../values/duration';

/** The Go module of the scheduler: a Dockerfile stage copies these files and compiles them. */
export const SCHEDULER_SOURCE_DIRECTORY = path.join(__dirname, 'scheduler');

/** What of that directory is compiled; its tests are not. */
export const SCHEDULER_SOURCE_FILES: readonly string[] = [
  'go.mod', 'arguments.go', 'attempt.go', 'control.go', 'daemon.go', 'history.go', 'main.go', 'metrics.go', 'schedule.go', 'serve.go', 'status.go',
  'text.go',
];

/** Flags of `go build` for the scheduler. Inlining is off because it mostly waits. */
export const SCHEDULER_BUILD_FLAGS: readonly string[] = ['-trimpath', '-gcflags=all=-l', '-ldflags=-s -w -buildid='];

/** Where the scheduler remembers runs. A volume is mounted there. */
export const HISTORY_DIRECTORY = '/var/lib/scheduler';

export interface SchedulerSettings {
  readonly name: string;
  readonly schedule: Schedule;
  readonly timeLimit: Duration;
  readonly killAfter: Duration;
  readonly shutdownTimeout: Duration;
  readonly retries: number;
  readonly retryDelay: Duration;
  readonly missedRuns: MissedRuns;
  readonly metricsPort: number;
}

/** The command line that runs a program on a schedule. */
export function serveCommand(schedulerPath: string, settings: SchedulerSettings, program: readonly string[]): string[] {
  return [
    schedulerPath, 'serve', ...settings.schedule._arguments,
    '--name', settings.name,
    '--time-limit', settings.timeLimit.toGoDuration(),
    '--kill-after', settings.killAfter.toGoDuration(),
    '--shutdown', settings.shutdownTimeout.toGoDuration(),
    '--retries', String(settings.retries),
    '--retry-delay', settings.retryDelay.toGoDuration(),
    '--missed', settings.missedRuns,
    '--metrics', String(settings.metricsPort),
    '--history', HISTORY_DIRECTORY,
    '--', ...program,
  ];
}

/** The command line that says how the last run went, and exits with 0 if it went well. */
export function statusCommand(schedulerPath: string): string[] {
  return [schedulerPath, 'status'];
}
