import { shrink } from './shrink';

test.each([
  [[1, 2, 3, 4, 5, 6, 7, 8], [3, 7], [3, 7]],
  [[1], [1], [1]],
  [[1, 2, 3], [3], [3]],
  [[5, 1, 5, 2], [1, 2], [1, 2]],
])('%j is shortened to what fails', async (list, needed, expected) => {
  expect(await shrink(list, async (candidate) => needed.every((entry) => candidate.includes(entry)))).toEqual(expected);
});

test('a list whose parts do not fail stays', async () => {
  expect(await shrink([1, 2, 3, 4], async () => false)).toEqual([1, 2, 3, 4]);
});

test('the search ends when time is up', async () => {
  let runs = 0;
  const list = await shrink([1, 2, 3, 4, 5, 6, 7, 8], async () => ++runs > 0, () => runs < 1);
  expect([list, runs]).toEqual([[5, 6, 7, 8], 1]);
});
