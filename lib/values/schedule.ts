import { Duration } from './duration';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/** A day of the week. */
export enum Weekday {
  /** Monday. */
  MONDAY = 'monday',
  /** Tuesday. */
  TUESDAY = 'tuesday',
  /** Wednesday. */
  WEDNESDAY = 'wednesday',
  /** Thursday. */
  THURSDAY = 'thursday',
  /** Friday. */
  FRIDAY = 'friday',
  /** Saturday. */
  SATURDAY = 'saturday',
  /** Sunday. */
  SUNDAY = 'sunday',
}

/** The week starts on Thursday, because 1970-01-01 was one. */
const WEEK = [
  Weekday.THURSDAY, Weekday.FRIDAY, Weekday.SATURDAY, Weekday.SUNDAY, Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY,
];
const DAY = 86_400;

/**
 * The schedule of backups. Times are UTC, so daylight saving time neither skips nor repeats a backup.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 14, to: BackupStorage.volume() });
 */
export class BackupSchedule {
  /** Once a day. @param time UTC, for example `03:30` */
  public static dailyAt(time: string): BackupSchedule {
    checkArguments('BackupSchedule.dailyAt', { time }, () => timeProblem(time));
    return new BackupSchedule(DAY, secondsOf(time));
  }

  /** Once a week. @param time UTC, for example `03:30` */
  public static weeklyOn(day: Weekday, time: string): BackupSchedule {
    checkArguments('BackupSchedule.weeklyOn', { day, time }, () => timeProblem(time));
    return new BackupSchedule(7 * DAY, WEEK.indexOf(day) * DAY + secondsOf(time));
  }

  /** At a fixed interval, counted from midnight UTC if it divides the day. @param interval whole seconds: 1m..168h/1s */
  public static every(interval: Duration): BackupSchedule {
    checkArguments('BackupSchedule.every', { interval });
    return new BackupSchedule(interval.toSeconds(), 0);
  }

  private constructor(
    /** Seconds between two backups. @internal */
    public readonly _interval: number,
    /** Seconds from the start of 1970 to any backup of the schedule. @internal */
    public readonly _offset: number,
  ) {}
}

function secondsOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60;
}

function timeProblem(time: string): InputProblem | undefined {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? undefined : {
    what: 'not a time of the day',
    given: time,
    allowed: 'hours and minutes in UTC from "00:00" to "23:59"',
    remedy: 'write both with two digits, for example "03:30"',
  };
}
