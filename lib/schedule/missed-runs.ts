/** What happens to runs of a {@link ScheduledTask} that were due while its container was stopped. */
export enum MissedRuns {
  /** They are counted and left out. One that is at most a minute late still starts. */
  SKIP = 'skip',

  /** One run makes up for all of them when the container starts. It also makes up for a run that was cut off. */
  RUN_ONCE = 'run-once',
}
