const VERSION = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Versions of modules that were never published, so no downloaded module can require them. */
const PLACEHOLDERS = new Set(['v0.0.0', 'v0.0.0-00010101000000-000000000000']);

export function isSemanticVersion(version: string): boolean {
  return VERSION.test(version);
}

export function isPlaceholderVersion(version: string): boolean {
  return PLACEHOLDERS.has(version) || /^v\d+\.0\.0-00010101000000-000000000000$/.test(version);
}

/** Orders versions by precedence. @see https://semver.org/#spec-item-11 */
export function compareSemanticVersions(a: string, b: string): number {
  const [first, second] = [VERSION.exec(a), VERSION.exec(b)];
  if (first === null || second === null) {
    return Number(first !== null) - Number(second !== null);
  }
  for (const part of [1, 2, 3]) {
    const difference = compareNumbers(first[part], second[part]);
    if (difference !== 0) {
      return difference;
    }
  }
  return comparePrereleases(first[4], second[4]);
}

function comparePrereleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) {
    return Number(a === undefined) - Number(b === undefined);
  }
  const [first, second] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [x, y] = [first[at], second[at]];
    if (x === undefined || y === undefined) {
      return Number(x !== undefined) - Number(y !== undefined);
    }
    if (x !== y) {
      const numbers = Number(/^\d+$/.test(y)) - Number(/^\d+$/.test(x));
      return numbers !== 0 ? numbers : /^\d+$/.test(x) ? compareNumbers(x, y) : x < y ? -1 : 1;
    }
  }
  return 0;
}

function compareNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
