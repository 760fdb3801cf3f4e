import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/**
 * A version of PostgreSQL. No major version can read the data files of another one.
 * @example
 * new PostgresDatabase(this, 'Database', { version: PostgresVersion.V17 });
 */
export class PostgresVersion {
  /** PostgreSQL 14. */
  public static readonly V14 = new PostgresVersion('14');
  /** PostgreSQL 15. */
  public static readonly V15 = new PostgresVersion('15');
  /** PostgreSQL 16. */
  public static readonly V16 = new PostgresVersion('16');
  /** PostgreSQL 17. */
  public static readonly V17 = new PostgresVersion('17');
  /** PostgreSQL 18. */
  public static readonly V18 = new PostgresVersion('18');

  /**
   * Any version or variant of the official image.
   * @param tag a tag of the official image that begins with the major version, for example `17.2`, `17-alpine` or `17.2-bookworm`
   */
  public static of(tag: string): PostgresVersion {
    checkArguments('PostgresVersion.of', { tag }, () => tagProblem(tag));
    return new PostgresVersion(tag);
  }

  private constructor(
    /** The tag of the official image. */
    public readonly tag: string,
  ) {}

  /** The major version. */
  public get major(): number {
    return Number(/^\d+/.exec(this.tag)?.[0]);
  }

  /**
   * The mount point of the volume. Since 18, each major version has its own directory below it.
   * Source: https://github.com/docker-library/postgres/pull/1259
   */
  public get volumePath(): string {
    return this.major >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data';
  }
}

function tagProblem(tag: string): InputProblem | undefined {
  return /^(9\.\d|[1-9]\d)(\.\d+)?(-[a-z0-9.]+)*$/.test(tag) && Number.parseInt(tag, 10) >= 10 ? undefined : {
    what: 'not a version of PostgreSQL',
    given: tag,
    allowed: 'a tag of the official image that begins with the major version, 10 or later, for example "17", "17.2" or "17-alpine"',
    remedy: 'use PostgresVersion.V17, or PostgresVersion.of() with such a tag; for an image of your own give `image` as well',
  };
}
