/** What a version constraint of Terraform allows. */
export interface AllowedVersions {
  readonly lowest: Version;
  /** `Infinity` when the constraint has no upper bound. */
  readonly highestMajor: number;
}

export type Version = readonly [major: number, minor: number, patch: number];

/** One condition: https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
const CONDITION = /^\s*(=|!=|>=|<=|>|<|~>)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/;

/** @returns undefined for what is no constraint, or one without a lower bound */
export function allowedVersions(constraint: string): AllowedVersions | undefined {
  const lower: Version[] = [];
  const highest = [Infinity];
  for (const text of constraint.split(',')) {
    const condition = CONDITION.exec(text);
    if (condition === null) {
      return undefined;
    }
    const version: Version = [Number(condition[2]), Number(condition[3] ?? 0), Number(condition[4] ?? 0)];
    const [major, ...rest] = version;
    switch (condition[1] ?? '=') {
      case '=':
        lower.push(version);
        highest.push(major);
        break;
      case '~>':
        lower.push(version);
        // Only the last number may grow: `~> 3` allows 4.0.
        highest.push(condition[3] === undefined ? Infinity : major);
        break;
      case '>=':
      case '>':
        lower.push(version);
        break;
      case '<=':
        highest.push(major);
        break;
      case '<':
        highest.push(rest.every((number) => number === 0) ? major - 1 : major);
        break;
      default:
        // `!=` excludes a single version.
    }
  }
  const [lowest] = lower.sort(compareVersions).reverse();
  return lowest && { lowest, highestMajor: Math.min(...highest) };
}

export function compareVersions(one: Version, other: Version): number {
  const different = one.findIndex((part, index) => part !== other[index]);
  return different < 0 ? 0 : one[different] - other[different];
}
