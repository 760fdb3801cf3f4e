/**
 * The shortest list that still fails which leaving out parts leads to: first large parts, then single entries.
 *
 * @param isFailing runs a list; expensive
 * @param mayContinue false ends the search early
 */
export async function shrink<T>(
  list: readonly T[], isFailing: (candidate: readonly T[]) => Promise<boolean>, mayContinue: () => boolean = () => true,
): Promise<readonly T[]> {
  let shortest = list;
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < shortest.length && mayContinue();) {
      const candidate = [...shortest.slice(0, start), ...shortest.slice(start + size)];
      if (candidate.length > 0 && await isFailing(candidate)) {
        shortest = candidate;
      } else {
        start += size;
      }
    }
  }
  return shortest;
}
