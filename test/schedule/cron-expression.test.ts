import { Schedule } from '../../lib';
import { isProblem, normalized, parseCron } from '../../lib/schedule/cron-expression';
import { timeZoneProblem } from '../../lib/schedule/time-zone';
import { callMessageOf } from '../message';

function read(expression: string): string {
  const parsed = parseCron(expression);
  return isProblem(parsed) ? `${parsed.what} | ${parsed.remedy}` : normalized(parsed);
}

test.each([
  ['30 3 * * *', '30 3 * * *'],
  ['  5\t4  *   * * ', '5 4 * * *'],
  ['*/20 0-6/2 1,15 jan-mar,DEC Mon-Fri', '0,20,40 0,2,4,6 1,15 1,2,3,12 1,2,3,4,5'],
  ['0-59 */1 * 1-12 *', '* * * * *'],
  ['5,1,3,1 * * * *', '1,3,5 * * * *'],
  ['0 0 * * 7', '0 0 * * 0'],
  ['0 0 * * 5-7', '0 0 * * 0,5,6'],
  ['0 0 * * 0-7', '0 0 * * 0,1,2,3,4,5,6'],
  ['0 0 1-31 * 1', '0 0 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31 * 1'],
  ['0 0 */1 * 1', '0 0 * * 1'],
  ['0 0 */10 * *', '0 0 1,11,21,31 * *'],
  ['0 0 31 2,12 *', '0 0 31 2,12 *'],
  ['0 0 30 2 1', '0 0 30 2 1'],
  ['0 0 29 2 *', '0 0 29 2 *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])('%j is read as %j', (expression, expected) => {
  expect(read(expression)).toBe(expected);
});

test.each([
  ['', 'the cron expression has 1 field | write it like'],
  ['0 3 * *', 'the cron expression has 4 fields | write it like "30 3 * * *"'],
  ['*/2 * * * * *', 'the cron expression has 6 fields | remove the field for seconds, or use Schedule.every(Duration.seconds(…))'],
  ['@reboot', 'not a name of a schedule | use GoTask for a program that runs at a deploy, or MissedRuns.RUN_ONCE'],
  ['@every 5m', 'not a name of a schedule | use Schedule.every(Duration.…)'],
  ['@Daily', 'not a name of a schedule | use one of these names'],
  ['60 * * * *', 'the minute "60" is not understood | correct the field'],
  ['* 24 * * *', 'the hour "24" is not understood'],
  ['* * 0 * *', 'the day of the month "0" is not understood'],
  ['* * * 13 *', 'the month "13" is not understood'],
  ['* * * * 8', 'the day of the week "8" is not understood'],
  ['* * * * monday', 'the day of the week "monday" is not understood'],
  ['* * * mon *', 'the month "mon" is not understood'],
  ['jan * * * *', 'the minute "jan" is not understood'],
  ['1, * * * *', 'the minute "" is not understood'],
  ['-5 * * * *', 'the minute "-5" is not understood'],
  ['*/0 * * * *', 'the minute "*/0" is not understood'],
  ['* * L * *', 'the day of the month "L" is not understood | let the schedule start the program more often'],
  ['* * 15W * *', 'the day of the month "15W" is not understood | let the schedule start the program more often'],
  ['* * * * 5#2', 'the day of the week "5#2" is not understood | let the schedule start the program more often'],
  ['? * * * *', 'the minute "?" is not understood'],
  ['5/15 * * * *', 'the minute "5/15" has a step without a range, which cron programs read in different ways | write "5-59/15" or "*/15"'],
  ['* 22-6 * * *', 'the hour "22-6" ends before it begins | write two ranges: "22-23,0-6"'],
  ['* * * * fri-sun', 'the day of the week "fri-sun" ends before it begins | write two ranges: "fri-6,0-sun"'],
  ['0 0 */2 * 1', 'days of the month and of the week with a step'],
  ['0 0 13 * */2', 'days of the month and of the week with a step'],
  ['0 0 30 2 *', 'no date ever matches the cron expression'],
  ['0 0 31 4,6,9,11 *', 'no date ever matches the cron expression'],
])('%j is refused', (expression, expected) => {
  expect(read(expression)).toContain(expected);
});

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'US/Eastern', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/GMT+5', 'GMT', 'EST5EDT'])(
  'the time zone %s is accepted', (name) => {
    expect(timeZoneProblem(name)).toBeUndefined();
  });

test.each([
  ['europe/berlin', 'write "Europe/Berlin"'], ['Europe/Berln', 'write "Europe/Berlin"'], ['Local', expect.any(String)], ['', expect.any(String)],
  ['+01:00', expect.any(String)], ['CEST', expect.any(String)], ['../etc/passwd', expect.any(String)],
])('the time zone %j is refused', (name, remedy) => {
  expect(timeZoneProblem(name)).toMatchObject({ what: 'not the name of a time zone', given: name, remedy });
});

test.each([
  ['0 3 * *', 'the cron expression has 4 fields'],
  ['5/15 * * * *', 'the minute "5/15" has a step without a range, which cron programs read in different ways'],
  ['* 22-6 * * *', 'the hour "22-6" ends before it begins'],
  ['* * * * monday', 'the day of the week "monday" is not understood'],
  ['@reboot', 'not a name of a schedule'],
  ['0 0 */2 * 1', 'days of the month and of the week with a step'],
  ['0 0 30 2 *', 'no date ever matches the cron expression'],
])('a schedule %j names the call', (expression, text) => {
  expect(callMessageOf(() => Schedule.cron(expression))).toContain(`Schedule.cron(${JSON.stringify(expression)}, "UTC"): ${text}`);
});
