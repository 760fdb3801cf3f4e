import { createHash } from 'crypto';

/** A container that must stay untouched until others are over. */
export interface Waiting {
  /** The path of its construct. */
  readonly path: string;
  /** Its Terraform address. */
  readonly address: string;
  /** The gates that it can have, as a number from 0: those of its provider. */
  readonly pool: number;
  /** The addresses that it waits for. */
  readonly awaited: readonly string[];
}

/** The addresses that an address needs, by Terraform's graph or by a check. */
export type Needs = (address: string) => Iterable<string>;

/**
 * The gate of each container in its pool, as a number from 0, by address.
 *
 * A gate waits for the prerequisites of all its containers. So containers share one only if that closes no circle.
 * - A container prefers a gate with the same prerequisites, then an empty one, then any other. A hash of its path says where to look first.
 * - The result depends on paths and prerequisites, not on the order of constructs.
 *
 * @returns undefined when a chain of containers that wait for each other is longer than the number of gates
 */
export function assignSlots(waiting: readonly Waiting[], needs: Needs, count: number): ReadonlyMap<string, number> | undefined {
  const heights = heightsOf(waiting, needs);
  const ordered = [...waiting].sort((a, b) => heights.get(a.address)! - heights.get(b.address)! || (a.path < b.path ? -1 : 1));
  return onePerSet(ordered, needs, count) ?? onePerHeight(ordered, heights, count);
}

/** A circle of addresses, each of which needs the next one. */
export function circleFrom(start: readonly string[], needs: Needs): readonly string[] | undefined {
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (address: string): readonly string[] | undefined => {
    const first = trail.indexOf(address);
    if (first >= 0) {
      return trail.slice(first);
    }
    if (!done.has(address)) {
      trail.push(address);
      for (const next of needs(address)) {
        const circle = visit(next);
        if (circle) {
          return circle;
        }
      }
      trail.pop();
      done.add(address);
    }
    return undefined;
  };
  for (const address of start) {
    const circle = visit(address);
    if (circle) {
      return circle;
    }
  }
  return undefined;
}

function onePerSet(ordered: readonly Waiting[], needs: Needs, count: number): ReadonlyMap<string, number> | undefined {
  const pools = Math.max(0, ...ordered.map(({ pool }) => pool + 1));
  const slots = Array.from({ length: pools * count }, (): Waiting[] => []);
  /** The number of the slot among those of all pools. */
  const found = new Map<string, number>();
  for (const one of ordered) {
    const first = hashOf(one.path);
    const probed = Array.from({ length: count }, (_, step) => one.pool * count + (first + step) % count);
    const candidates = [
      ...probed.filter((slot) => slots[slot].length > 0 && slots[slot].every((other) => sameSet(other, one))),
      ...probed.filter((slot) => slots[slot].length === 0),
      ...probed,
    ];
    const fits = candidates.some((slot) => {
      slots[slot].push(one);
      found.set(one.address, slot);
      if (closesCircle(slot, slots, found, needs)) {
        slots[slot].pop();
        found.delete(one.address);
        return false;
      }
      return true;
    });
    if (!fits) {
      return undefined;
    }
  }
  return new Map([...found].map(([address, slot]) => [address, slot % count]));
}

/** Gates that wait only for containers of gates below close no circle. */
function onePerHeight(
  ordered: readonly Waiting[], heights: ReadonlyMap<string, number>, count: number,
): ReadonlyMap<string, number> | undefined {
  const levels = [...new Set(ordered.map(({ address }) => heights.get(address)!))];
  if (levels.length > count) {
    return undefined;
  }
  const width = Math.floor(count / levels.length);
  return new Map(ordered.map(({ address, path }) =>
    [address, levels.indexOf(heights.get(address)!) * width + hashOf(path) % width]));
}

function closesCircle(slot: number, slots: readonly Waiting[][], found: ReadonlyMap<string, number>, needs: Needs): boolean {
  const seen = new Set<string>();
  const open = slots[slot].flatMap(({ awaited }) => awaited);
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (!seen.has(address)) {
      seen.add(address);
      const behind = found.get(address);
      if (behind === slot) {
        return true;
      }
      open.push(...needs(address), ...behind === undefined ? [] : slots[behind].flatMap(({ awaited }) => awaited));
    }
  }
  return false;
}

/** How many gates a container waits for, one behind the other. */
function heightsOf(waiting: readonly Waiting[], needs: Needs): ReadonlyMap<string, number> {
  const addresses = new Set(waiting.map(({ address }) => address));
  const heights = new Map<string, number>();
  const heightOf = (address: string): number => {
    const known = heights.get(address);
    if (known !== undefined) {
      return known;
    }
    const below = Math.max(0, ...[...needs(address)].map(heightOf));
    const height = below + (addresses.has(address) ? 1 : 0);
    heights.set(address, height);
    return height;
  };
  waiting.forEach(({ address }) => heightOf(address));
  return heights;
}

function sameSet(one: Waiting, other: Waiting): boolean {
  return one.awaited.length === other.awaited.length && one.awaited.every((address) => other.awaited.includes(address));
}

function hashOf(path: string): number {
  return createHash('sha256').update(path).digest().readUInt32BE(0);
}
