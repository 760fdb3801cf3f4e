import { isProblem, normalized, parseCron } from './cron-expression';
import { timeZoneProblem } from './time-zone';
import { checkArguments } from '../input/props';
import { Duration } from '../values/duration';

/**
 * When a {@link ScheduledTask} runs.
 *
 * @example
 * Schedule.cron('30 3 * * *', 'Europe/Berlin');      // 03:30 each night, also in the nights in which the clock changes
 * Schedule.cron('0 8-18/2 * * mon-fri');             // every two hours on working days, UTC
 * Schedule.every(Duration.minutes(5));
 */
export class Schedule {
  /**
   * The times of a cron expression: minute, hour, day of the month, month, day of the week.
   *
   * With certain hours, each time of the day happens once. If the clock is set forward and skips it, the run starts when the clock goes on.
   * If the clock is set back and repeats it, the first one counts. With `*` as the hour, runs follow real time.
   *
   * @param expression as in crontab(5), for example `30 3 * * *`: numbers, names (`mon`, `jan`), ranges (`1-5`), steps (`0-30/10`), lists of
   * these, and the names from `@hourly` to `@yearly`. If both kinds of days are given, one of them is enough
   * @param timeZone its name in the IANA database, for example `Europe/Berlin`; by default `UTC`
   * @see https://man7.org/linux/man-pages/man5/crontab.5.html
   */
  public static cron(expression: string, timeZone: string = 'UTC'): Schedule {
    let fields = '';
    checkArguments('Schedule.cron', { expression, timeZone }, () => {
      const read = parseCron(expression);
      if (isProblem(read)) {
        return read;
      }
      fields = normalized(read);
      return timeZoneProblem(timeZone);
    });
    return new Schedule(['--cron', fields, '--zone', timeZone]);
  }

  /**
   * A fixed interval. It is counted from the start of 1970 in UTC, so a restart does not shift it: five minutes are at :00, :05, :10.
   * @param interval whole seconds: 1s..8760h/1s
   */
  public static every(interval: Duration): Schedule {
    checkArguments('Schedule.every', { interval });
    return new Schedule(['--every', interval.toGoDuration()]);
  }

  private constructor(
    /** The schedule for the scheduler's command line. @internal */
    public readonly _arguments: readonly string[],
  ) {}
}
