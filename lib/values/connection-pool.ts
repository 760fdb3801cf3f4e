import { InputProblem } from '../input/input-error';

/** How many connections a service opens to its database at most. */
export class ConnectionPool {
  /**
   * A pool of pgx, whose size the service gets as `pool_max_conns` in the connection URL. `pgxpool` reads it; other clients refuse it.
   * Source: https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig
   *
   * @param size the most connections, 1 or more
   */
  public static pgx(size: number): ConnectionPool {
    return new ConnectionPool(size, { pool_max_conns: String(size) });
  }

  /**
   * A pool whose size the program sets by itself, for example with `db.SetMaxOpenConns` of `database/sql`.
   *
   * @param size the most connections, 1 or more
   */
  public static ofSize(size: number): ConnectionPool {
    return new ConnectionPool(size, {});
  }

  private constructor(
    /** The most connections. */
    public readonly size: number,
    /** @internal */
    public readonly _parameters: { readonly [name: string]: string },
  ) {}

  /** @internal */
  public _problem(): InputProblem | undefined {
    return Number.isInteger(this.size) && this.size >= 1 && this.size <= 10_000 ? undefined : {
      what: 'not a size of a connection pool',
      given: this.size,
      allowed: 'a whole number from 1 to 10000',
      remedy: 'give the most connections that the service opens at one time, for example 10',
    };
  }
}
