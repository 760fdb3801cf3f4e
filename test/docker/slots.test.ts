import { Waiting, assignSlots, circleFrom } from '../../lib/docker/slots';

const COUNT = 15;

function waiting(path: string, awaited: string[], pool = 0): Waiting {
  return { path, address: path, awaited, pool };
}

/** What needs what, beside the prerequisites of the containers. */
function needsOf(all: readonly Waiting[], further: Record<string, string[]> = {}) {
  return (address: string) => [...all.find((one) => one.address === address)?.awaited ?? [], ...further[address] ?? []];
}

function assigned(all: readonly Waiting[], further?: Record<string, string[]>, count = COUNT): Record<string, number> {
  return Object.fromEntries(assignSlots(all, needsOf(all, further), count)!);
}

/** Whether Terraform, or a check, would wait for ever. */
function circle(all: readonly Waiting[], slots: Record<string, number>, further?: Record<string, string[]>): readonly string[] | undefined {
  const gate = ({ pool, address }: Waiting) => `gate ${pool}/${slots[address]}`;
  const needs = needsOf(all, further);
  return circleFrom(all.map(({ address }) => address), (node) => {
    const behind = all.filter((one) => gate(one) === node).flatMap(({ awaited }) => awaited);
    const own = all.find(({ address }) => address === node);
    return [...behind, ...needs(node), ...own ? [gate(own)] : []];
  });
}

test('different prerequisites have different gates while there are free ones', () => {
  const all = Array.from({ length: COUNT }, (_, index) => waiting(`service${index}`, [`task${index}`]));
  expect(new Set(Object.values(assigned(all))).size).toBe(COUNT);
});

test('the same prerequisites share one, in whatever order they are given', () => {
  const slots = assigned([waiting('a', ['x', 'y']), waiting('b', ['y', 'x']), waiting('c', ['x'])]);
  expect(slots.a).toBe(slots.b);
  expect(slots.c).not.toBe(slots.a);
});

test('more sets than gates share gates', () => {
  const all = Array.from({ length: 40 }, (_, index) => waiting(`service${index}`, [`task${index}`]));
  const slots = assigned(all);
  expect(new Set(Object.values(slots)).size).toBe(COUNT);
  expect(circle(all, slots)).toBeUndefined();
});

test('the order of constructs does not matter', () => {
  const all = Array.from({ length: 30 }, (_, index) => waiting(`service${index}`, index % 3 === 0 && index > 0 ? [`service${index - 1}`] : [`task${index % 7}`]));
  expect(assigned([...all].reverse())).toEqual(assigned(all));
});

test('the gate of a service does not depend on services elsewhere while its own place is free', () => {
  const alone = assigned([waiting('shop', ['migrate'])]);
  const others = ['a', 'b', 'c'].map((path) => waiting(path, [path + path])).filter(({ path }) =>
    assigned([waiting(path, ['x'])])[path] !== alone.shop);
  expect(others.length).toBeGreaterThan(0);
  expect(assigned([...others, waiting('shop', ['migrate'])]).shop).toBe(alone.shop);
});

test('a gate is not shared when that closes a circle, in Terraform\'s graph or through a check that it does not see', () => {
  const all = [waiting('a', ['task']), waiting('b', ['task2'])];
  expect(assigned(all, {}, 1)).toEqual({ a: 0, b: 0 });
  // Task 2 waits for a check, and the check for the container a.
  const further = { task2: ['check'], check: ['a'] };
  expect(assignSlots(all, needsOf(all, further), 1)).toBeUndefined();
  const slots = assigned(all, further, 2);
  expect(slots.a).not.toBe(slots.b);
});

test('two gates do not wait for each other: neither pair of services alone is a circle', () => {
  const all = [waiting('a', ['b']), waiting('b', ['t']), waiting('c', ['d']), waiting('d', ['u'])];
  for (const count of [2, 3, 4]) {
    expect(circle(all, assigned(all, {}, count))).toBeUndefined();
  }
});

test('gates of two providers do not wait for each other either', () => {
  const all = [waiting('a', ['b'], 0), waiting('b', ['t'], 1), waiting('c', ['d'], 1), waiting('d', ['u'], 0)];
  const slots = assigned(all, {}, 2);
  expect(circle(all, slots)).toBeUndefined();
  expect(Object.values(slots).every((slot) => slot < 2)).toBe(true);
});

test('a service after services behind all gates has one: gates are then divided by how far down a chain a service is', () => {
  const first = Array.from({ length: 40 }, (_, index) => waiting(`service${index}`, [`task${index}`]));
  const all = [...first, waiting('last', first.map(({ address }) => address)), waiting('very-last', ['last'])];
  const slots = assigned(all);
  expect(circle(all, slots)).toBeUndefined();
  expect(new Set(Object.values(slots)).size).toBeGreaterThan(5);
});

test('a chain as long as the number of gates is possible, a longer one is not', () => {
  const chain = (length: number) => Array.from({ length }, (_, index) => waiting(`s${index}`, [index === 0 ? 'task' : `s${index - 1}`]));
  expect(circle(chain(15), assigned(chain(15)))).toBeUndefined();
  expect(assignSlots(chain(16), needsOf(chain(16)), COUNT)).toBeUndefined();
});

test('random graphs have no circle', () => {
  let seed = 1;
  const random = (below: number) => (seed = seed * 48271 % 2147483647) % below;
  for (let round = 0; round < 200; round++) {
    const all: Waiting[] = [];
    for (let index = 0; index < 2 + random(30); index++) {
      const awaited = [...new Set(Array.from({ length: 1 + random(3) }, () => index > 0 && random(2) ? `s${random(index)}` : `t${random(10)}`))];
      all.push(waiting(`s${index}`, awaited, random(2)));
    }
    const slots = assignSlots(all, needsOf(all), 4);
    if (slots) {
      expect(circle(all, Object.fromEntries(slots))).toBeUndefined();
    }
  }
});

test('a circle is named from its first member on', () => {
  const needs = (address: string) => ({ start: ['a'], a: ['b'], b: ['c', 'd'], d: ['a'] })[address] ?? [];
  expect(circleFrom(['start'], needs)).toEqual(['a', 'b', 'd']);
  expect(circleFrom(['c'], needs)).toBeUndefined();
});
