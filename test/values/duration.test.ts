import { execFileSync } from 'child_process';
import * as path from 'path';
import { InputError } from '../../lib/input/input-error';
import { Duration, DurationLimits } from '../../lib/values/duration';
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
    const given = [0, 9_223_372_036_854, ...atBoundaries, ...anywhere].flatMap((milliseconds) => [milliseconds, -milliseconds]);

    const expected = execFileSync('go', ['run', '.'], {
      cwd: path.join(__dirname, 'go-duration'),
      input: given.map(String).join('\n'),
      encoding: 'utf8',
    }).trimEnd().split('\n');

    expect(given.map((milliseconds) => Duration.milliseconds(milliseconds).toGoDuration())).toEqual(expected);
  }, ORACLE_TIMEOUT);
});

describe('_problem', () => {
  const limits: DurationLimits = {
    subject: 'the interval',
    minimum: Duration.milliseconds(1),
    maximum: Duration.hours(24),
  };

  test.each([
    [Duration.milliseconds(1)],
    [Duration.seconds(0.001)],
    [Duration.seconds(1.5)],
    [Duration.minutes(0.07)],
    [Duration.hours(24)],
    [Duration.days(1)],
  ])('accepts %j', (duration) => {
    expect(duration._problem(limits)).toBeUndefined();
  });

  test.each([
    [Duration.milliseconds(0), 'is too small', 'Duration.milliseconds(0)'],
    [Duration.seconds(-5), 'is too small', 'Duration.seconds(-5)'],
    [Duration.milliseconds(86_400_001), 'is too large', 'Duration.milliseconds(86400001)'],
    [Duration.days(1.001), 'is too large', 'Duration.days(1.001)'],
    [Duration.milliseconds(1.5), 'is not a whole multiple of 1ms', 'Duration.milliseconds(1.5)'],
    [Duration.seconds(1.0005), 'is not a whole multiple of 1ms', 'Duration.seconds(1.0005)'],
    [Duration.seconds(NaN), 'is not a finite number', 'Duration.seconds(NaN)'],
    [Duration.hours(Infinity), 'is not a finite number', 'Duration.hours(Infinity)'],
    [Duration.seconds(-1.8881545897087626e+289), 'is a value that only Terraform knows, but it is needed at synth', 'Duration.seconds(-1.8881545897087626e+289)'],
  ])('rejects %j', (duration, what, given) => {
    expect(duration._problem(limits)).toEqual({
      what: `the interval ${what}`,
      given,
      allowed: '1ms to 24h0m0s',
      remedy: 'give a duration within these limits, for example Duration.seconds(30)',
    });
  });

  test('a step and a remedy of the construct', () => {
    const wholeSeconds: DurationLimits = {
      ...limits,
      minimum: Duration.seconds(0),
      multipleOf: Duration.seconds(1),
      remedy: 'round it',
    };
    expect(Duration.seconds(0)._problem(wholeSeconds)).toBeUndefined();
    expect(Duration.minutes(2)._problem(wholeSeconds)).toBeUndefined();
    expect(new InputError(Duration.milliseconds(1_500)._problem(wholeSeconds)!, 'app/shop').message).toBe([
      'app/shop: the interval is not a whole multiple of 1s',
      '  given:   "Duration.milliseconds(1500)"',
      '  allowed: 0s to 24h0m0s, in whole multiples of 1s',
      '  to do:   round it',
    ].join('\n'));
  });
});
