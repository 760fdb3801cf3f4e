import { execFileSync } from 'child_process';
import * as path from 'path';
import { Token } from 'cdktf';
import { Duration } from '../../lib/values/duration';
import { messageOf } from '../message';
import { ORACLE_TIMEOUT, describeWithGo } from '../oracles/go-oracle';
import { SeededRandom } from '../oracles/seeded-random';

describe('units', () => {
  test.each([
    [Duration.milliseconds(250), 250],
    [Duration.seconds(90), 90_000],
    [Duration.seconds(0.5), 500],
    [Duration.seconds(4.35), 4_350],
    [Duration.seconds(1.001), 1_001],
    [Duration.minutes(2), 120_000],
    [Duration.minutes(0.07), 4_200],
    [Duration.hours(3), 10_800_000],
    [Duration.days(2), 172_800_000],
  ])('%j', (duration, milliseconds) => {
    expect(duration.toMilliseconds()).toBe(milliseconds);
  });

  test('each conversion has its own factor', () => {
    const duration = Duration.hours(36);
    expect(duration.toMilliseconds()).toBe(129_600_000);
    expect(duration.toSeconds()).toBe(129_600);
  });

  test('a fraction of a unit is kept', () => {
    expect(Duration.milliseconds(1_500).toSeconds()).toBe(1.5);
  });
});

describeWithGo('toGoDuration prints what Go prints', () => {
  test('at every boundary of a unit, and for random durations', () => {
    const units = [1, 10, 100, 1_000, 10_000, 60_000, 3_600_000, 86_400_000, 86_400_000_000];
    const atBoundaries = units.flatMap((unit) => [unit - 1, unit, unit + 1, unit * 1.5 + 1, unit * 59, unit * 61 + 1].map(Math.round));
    const random = new SeededRandom(1);
    const anywhere = Array.from({ length: 5_000 }, () => random.below(10 ** (1 + random.below(12))));
    const given = [0, 9_223_372_036_854, ...atBoundaries, ...anywhere];

    const expected = execFileSync('go', ['run', '.'], {
      cwd: path.join(__dirname, 'go-duration'),
      input: given.map(String).join('\n'),
      encoding: 'utf8',
    }).trimEnd().split('\n');

    expect(given.map((milliseconds) => Duration.milliseconds(milliseconds).toGoDuration())).toEqual(expected);
  }, ORACLE_TIMEOUT);
});

describe('a duration that is none is refused', () => {
  test.each([
    ['Duration.seconds(-5)', 'is negative', () => Duration.seconds(-5)],
    ['Duration.milliseconds(1.5)', 'is not a whole number of the smallest unit', () => Duration.milliseconds(1.5)],
    ['Duration.seconds(1.0005)', 'is not a whole number of the smallest unit', () => Duration.seconds(1.0005)],
    ['Duration.seconds(NaN)', 'is not a finite number', () => Duration.seconds(NaN)],
    ['Duration.hours(Infinity)', 'is not a finite number', () => Duration.hours(Infinity)],
  ])('%s', (call, what, action) => {
    expect(messageOf(action)).toMatch(new RegExp([
      `^${call.replace(/[.()]/g, '\\$&')}: the argument \`amount\` ${what}`,
      `  given:   ${call.replace(/^.*\(|\)$/g, '')}`,
      '  allowed: 0 or more, in whole milliseconds',
      `  to do:   write it like ${call.replace(/\(.*/, '')}\\(5\\)`,
      '  at:      test/values/duration.test.ts:\\d+$',
    ].join('\n')));
  });

  test('a number that only Terraform knows', () => {
    expect(messageOf(() => Duration.seconds(Token.asNumber({ resolve: () => 256 })))).toContain(
      'Duration.seconds(<token>): the argument `amount` is a value that only Terraform knows, but it is needed at synth\n');
  });

  test('a text', () => {
    expect(messageOf(() => Duration.seconds('5' as any))).toContain('Duration.seconds("5"): the argument `amount` is not a number\n  given:   "5"\n');
  });
});
