import { isDeepStrictEqual } from 'node:util';
import type { Synthesis } from './record';

/** A difference that is meant. */
export interface Exception {
  /** The makers of the stacks that may differ. */
  readonly maker: RegExp;
  /** What may differ: matches paths in the JSON such as `resource.docker_container.x.env[2]`, or `(missing)` for a stack that is no longer made. */
  readonly at: RegExp;
  readonly reason: string;
}

/** What differs in one stack. */
export interface Difference {
  readonly maker: string;
  readonly stack: string;
  readonly lines: Line[];
}

export interface Line {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Comparison {
  /** How many stacks were compared with one of the same maker. */
  readonly compared: number;
  /** How many of them are equal. */
  readonly equal: number;
  /** How many differ as exceptions allow. */
  readonly excepted: number;
  readonly different: Difference[];
  /** Stacks that the old revision alone makes and no exception allows to go. */
  readonly missing: Pair[];
  /** How many stacks the same JSON was found for under another maker: their tests were renamed. */
  readonly renamed: number;
  /** Stacks that are new. */
  readonly added: Pair[];
  /** Exceptions that match no difference. */
  readonly stale: Exception[];
}

type Pair = Pick<Synthesis, 'maker' | 'stack'>;

/** The path that stands for a whole stack in an exception. */
const MISSING = '(missing)';

/**
 * Compares the stacks of two revisions. A maker may synthesize a stack several times, and tests of the same name may stand in
 * several files: equal ones are paired first, in any order, and then what is left in the order of its synthesis.
 */
export function compare(before: readonly Synthesis[], after: readonly Synthesis[], exceptions: readonly Exception[]): Comparison {
  const used = new Set<Exception>();
  const allowed = (maker: string, path: string) => {
    const found = exceptions.filter((exception) => exception.maker.test(maker) && exception.at.test(path));
    found.forEach((exception) => used.add(exception));
    return found.length > 0;
  };
  const result = { compared: 0, equal: 0, excepted: 0, renamed: 0 };
  const different: Difference[] = [];
  const gone: Synthesis[] = [];
  let added: Synthesis[] = [];

  const old = grouped(before);
  const fresh = grouped(after);
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const pairs = paired(old.get(key) ?? [], fresh.get(key) ?? []);
    gone.push(...pairs.onlyLeft);
    added.push(...pairs.onlyRight);
    for (const [left, right] of pairs.both) {
      const lines = linesThatDiffer(left.json, right.json);
      const unexpected = lines.filter(({ path }) => !allowed(left.maker, path));
      result.compared += 1;
      result.equal += lines.length === 0 ? 1 : 0;
      result.excepted += lines.length > 0 && unexpected.length === 0 ? 1 : 0;
      if (unexpected.length > 0) {
        different.push({ maker: left.maker, stack: left.stack, lines: unexpected });
      }
    }
  }

  const missing = gone.filter((lost) => {
    const match = added.find((candidate) => isDeepStrictEqual(candidate.json, lost.json));
    added = added.filter((candidate) => candidate !== match);
    result.renamed += match ? 1 : 0;
    return !match && !allowed(lost.maker, MISSING);
  });
  return { ...result, different, missing, added, stale: exceptions.filter((exception) => !used.has(exception)) };
}

/** By maker and stack, each distinct JSON once for each file of tests at most. */
function grouped(syntheses: readonly Synthesis[]): Map<string, Synthesis[]> {
  const groups = new Map<string, Synthesis[]>();
  for (const synthesis of syntheses) {
    const key = JSON.stringify([synthesis.maker, synthesis.stack]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    if (!group.some(({ json }) => isDeepStrictEqual(json, synthesis.json))) {
      group.push(synthesis);
    }
  }
  return groups;
}

function paired(left: readonly Synthesis[], right: readonly Synthesis[]) {
  const both: Array<[Synthesis, Synthesis]> = [];
  const rest = [...right];
  const unequal = left.filter((synthesis) => {
    const index = rest.findIndex(({ json }) => isDeepStrictEqual(json, synthesis.json));
    if (index >= 0) {
      both.push([synthesis, ...rest.splice(index, 1)] as [Synthesis, Synthesis]);
    }
    return index < 0;
  });
  unequal.slice(0, rest.length).forEach((synthesis, index) => both.push([synthesis, rest[index]]));
  return { both, onlyLeft: unequal.slice(rest.length), onlyRight: rest.slice(unequal.length) };
}

function linesThatDiffer(before: unknown, after: unknown, path = ''): Line[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  if (isParent(before) && isParent(after) && Array.isArray(before) === Array.isArray(after)) {
    const inArray = Array.isArray(before);
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      linesThatDiffer(before[key], after[key], inArray ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`));
  }
  return [{ path, before, after }];
}

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
