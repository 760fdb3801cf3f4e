import * as fs from 'fs';
import { FAILURES } from './failures';
import { PAGE, keyOf, rowsOf, withOutcomes } from './page';

test('the page has a row for each mistake', () => {
  expect([...rowsOf(fs.readFileSync(PAGE, 'utf8')).keys()]).toEqual(FAILURES.map(keyOf));
});

test('twenty mistakes are made, and each only once with a deployment', () => {
  expect(new Set(FAILURES.map(({ mistake }) => mistake)).size).toBeGreaterThanOrEqual(20);
  expect(new Set(FAILURES.map(keyOf)).size).toBe(FAILURES.length);
});

test('new rows replace those of the same mistakes, and others stay', () => {
  const [first, second, third] = FAILURES;
  const outcome = { failure: second, seconds: 6.4, lines: ['a `b` | c'], output: '' };
  const row = ({ mistake, deployedBy }: typeof first) => `| ${mistake} | ${deployedBy} | old | 1 s | nothing |`;
  const page = ['before', '<!-- measured: begin -->', '| a | head |', '|---|---|', row(first), row(second), '| gone | for good | old |', '<!-- measured: end -->', 'after'];
  const written = withOutcomes(page.join('\n'), [first, second, third], [outcome]);
  expect(written.split('\n').slice(0, 2)).toEqual(page.slice(0, 2));
  expect([...rowsOf(written).values()]).toEqual([row(first), expect.stringContaining('| `a \'b\' \\| c` | 6 s | ')]);
  expect(written).toMatch(/\nafter$/);
});
