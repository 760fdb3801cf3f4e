import { Token } from 'cdktf';
import { Size } from '../../lib/values/size';
import { messageOf } from '../message';

describe('units', () => {
  test.each([
    [Size.bytes(7), 7],
    [Size.kibibytes(1), 1_024],
    [Size.mebibytes(1), 1_048_576],
    [Size.gibibytes(1), 1_073_741_824],
    [Size.gibibytes(1.5), 1_610_612_736],
    [Size.mebibytes(0.5), 524_288],
  ])('%j', (size, bytes) => {
    expect(size.toBytes()).toBe(bytes);
  });

  test('each conversion has its own factor', () => {
    const size = Size.gibibytes(3);
    expect(size.toBytes()).toBe(3_221_225_472);
    expect(size.toKibibytes()).toBe(3_145_728);
    expect(size.toMebibytes()).toBe(3_072);
  });

  test('a fraction of a unit is kept', () => {
    expect(Size.kibibytes(1_536).toMebibytes()).toBe(1.5);
  });
});

describe('a size that is none is refused', () => {
  test.each([
    ['Size.mebibytes(-5)', 'is negative', () => Size.mebibytes(-5)],
    ['Size.bytes(1.5)', 'is not a whole number of the smallest unit', () => Size.bytes(1.5)],
    ['Size.kibibytes(NaN)', 'is not a finite number', () => Size.kibibytes(NaN)],
    ['Size.gibibytes(Infinity)', 'is not a finite number', () => Size.gibibytes(Infinity)],
  ])('%s', (call, what, action) => {
    expect(messageOf(action)).toMatch(new RegExp([
      `^${call.replace(/[.()]/g, '\\$&')}: the argument \`amount\` ${what}`,
      `  given:   ${call.replace(/^.*\(|\)$/g, '')}`,
      '  allowed: 0 or more, in whole bytes',
      `  to do:   write it like ${call.replace(/\(.*/, '')}\\(5\\)`,
      '  at:      test/values/size.test.ts:\\d+$',
    ].join('\n')));
  });

  test('a number that only Terraform knows', () => {
    expect(messageOf(() => Size.mebibytes(Token.asNumber({ resolve: () => 256 })))).toContain(
      'Size.mebibytes(<token>): the argument `amount` is a value that only Terraform knows, but it is needed at synth\n');
  });
});
