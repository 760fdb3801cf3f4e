import { compare } from '../../scripts/stacks/comparison';
import type { Synthesis } from '../../scripts/stacks/record';

const made = (maker: string, json: unknown, stack = 'dev'): Synthesis => ({ maker, stack, json });
const exception = (maker: RegExp, at: RegExp) => ({ maker, at, reason: 'meant' });

test('equal stacks of the same test are equal, in any order and however often they are synthesized', () => {
  const before = [made('a', { x: 1 }), made('a', { x: 2 }), made('a', { x: 1 }), made('b', {})];
  const after = [made('b', {}), made('a', { x: 2 }), made('a', { x: 1 })];
  expect(compare(before, after, [])).toEqual({ compared: 3, equal: 3, excepted: 0, renamed: 0, different: [], missing: [], added: [], stale: [] });
});

test('a difference is told by its path', () => {
  const before = [made('a', { resource: { c: [{ env: ['A=1', 'B=2'] }], gone: true } })];
  const after = [made('a', { resource: { c: [{ env: ['A=1', 'B=3', 'C'] }], come: null } })];
  const { compared, equal, different } = compare(before, after, []);
  expect({ compared, equal }).toEqual({ compared: 1, equal: 0 });
  expect(different).toEqual([{
    maker: 'a',
    stack: 'dev',
    lines: [
      { path: 'resource.c[0].env[1]', before: 'B=2', after: 'B=3' },
      { path: 'resource.c[0].env[2]', before: undefined, after: 'C' },
      { path: 'resource.gone', before: true, after: undefined },
      { path: 'resource.come', before: undefined, after: null },
    ],
  }]);
});

test('a stack is compared with the one of the same id', () => {
  const { compared, missing, added } = compare([made('a', { x: 1 }, 'one')], [made('a', { x: 2 }, 'two')], []);
  expect({ compared, missing, added }).toMatchObject({ compared: 0, missing: [{ stack: 'one' }], added: [{ stack: 'two' }] });
});

test('a stack that another test makes now is not missing', () => {
  const result = compare([made('old name', { x: 1 }), made('lost', { x: 2 })], [made('new name', { x: 1 }), made('new', { x: 3 })], []);
  expect(result).toMatchObject({ renamed: 1, missing: [{ maker: 'lost' }], added: [{ maker: 'new' }] });
});

test('an exception allows one difference, and no other in the same stack', () => {
  const before = [made('labels', { labels: 1, name: 1 })];
  const after = [made('labels', { labels: 2, name: 2 })];
  expect(compare(before, after, [exception(/^labels$/, /^labels$/)]).different).toMatchObject([{ lines: [{ path: 'name' }] }]);
  expect(compare(before, after, [exception(/^labels$/, /./)])).toMatchObject({ excepted: 1, different: [], stale: [] });
  expect(compare(before, after, [exception(/^other$/, /./)]).different).toHaveLength(1);
});

test('an exception lets a stack go', () => {
  expect(compare([made('a', {})], [], [exception(/a/, /^\(missing\)$/)])).toMatchObject({ missing: [], stale: [] });
});

test('an exception that matches nothing is stale', () => {
  const unused = exception(/a/, /x/);
  expect(compare([made('a', { x: 1 })], [made('a', { x: 1 })], [unused]).stale).toEqual([unused]);
});
