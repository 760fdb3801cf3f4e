import { Token } from 'cdktf';
import { InputError } from '../../lib/input/input-error';
import { Size, SizeLimits } from '../../lib/values/size';

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

describe('_problem', () => {
  const limits: SizeLimits = {
    subject: 'the memory limit',
    minimum: Size.mebibytes(6),
    maximum: Size.gibibytes(4),
    multipleOf: Size.mebibytes(1),
  };

  test.each([
    [Size.mebibytes(6)],
    [Size.kibibytes(7 * 1024)],
    [Size.gibibytes(0.5)],
    [Size.gibibytes(4)],
    [Size.bytes(4 * 1024 ** 3)],
  ])('accepts %j', (size) => {
    expect(size._problem(limits)).toBeUndefined();
  });

  test.each([
    [Size.mebibytes(-5), 'is too small', 'Size.mebibytes(-5)'],
    [Size.bytes(6 * 1024 ** 2 - 1), 'is too small', 'Size.bytes(6291455)'],
    [Size.bytes(4 * 1024 ** 3 + 1), 'is too large', 'Size.bytes(4294967297)'],
    [Size.bytes(6 * 1024 ** 2 + 1), 'is not a whole multiple of 1 MiB', 'Size.bytes(6291457)'],
    [Size.mebibytes(6.5), 'is not a whole multiple of 1 MiB', 'Size.mebibytes(6.5)'],
    [Size.kibibytes(NaN), 'is not a finite number', 'Size.kibibytes(NaN)'],
    [Size.gibibytes(Infinity), 'is not a finite number', 'Size.gibibytes(Infinity)'],
  ])('rejects %j', (size, what, given) => {
    expect(size._problem(limits)).toEqual({
      what: `the memory limit ${what}`,
      given,
      allowed: '6 MiB to 4 GiB, in whole multiples of 1 MiB',
      remedy: 'give a size within these limits, for example Size.mebibytes(256)',
    });
  });

  test('a number that only Terraform knows', () => {
    const problem = Size.mebibytes(Token.asNumber({ resolve: () => 256 }))._problem(limits);
    expect(problem?.what).toBe('the memory limit is a value that only Terraform knows, but it is needed at synth');
  });

  test('limits that are no whole unit, without a step', () => {
    const odd: SizeLimits = { subject: 'the buffer', minimum: Size.bytes(0), maximum: Size.bytes(1_536), remedy: 'shrink it' };
    expect(Size.bytes(0)._problem(odd)).toBeUndefined();
    expect(new InputError(Size.kibibytes(1.6)._problem(odd)!, 'app/shop').message).toBe([
      'app/shop: the buffer is too large',
      '  given:   "Size.kibibytes(1.6)"',
      '  allowed: 0 bytes to 1536 bytes',
      '  to do:   shrink it',
    ].join('\n'));
    expect(Size.kibibytes(1.1)._problem(odd)?.what).toBe('the buffer is not a whole multiple of 1 byte');
  });
});
