import { checkArguments } from '../input/props';

/**
 * The limit of connections that a service opens to its database.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * const service = new GoService(this, 'Shop', { image: new GoScratchImage(this, 'Image', { source: 'services/shop' }) });
 * service.connectTo(database, { pool: ConnectionPool.pgx(20) });
 */
export class ConnectionPool {
  /**
   * A pool of pgx. The connection URL carries its size as `pool_max_conns`: `pgxpool` reads that, other clients refuse it.
   * Source: https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#ParseConfig
   *
   * @param size the most connections, for example `10`: 1..10000
   */
  public static pgx(size: number): ConnectionPool {
    checkArguments('ConnectionPool.pgx', { size });
    return new ConnectionPool(size, { pool_max_conns: String(size) });
  }

  /**
   * A pool whose size the program sets itself, for example with `db.SetMaxOpenConns` of `database/sql`.
   *
   * @param size the most connections, for example `10`: 1..10000
   */
  public static ofSize(size: number): ConnectionPool {
    checkArguments('ConnectionPool.ofSize', { size });
    return new ConnectionPool(size, {});
  }

  private constructor(
    /** The most connections. */
    public readonly size: number,
    /** @internal */
    public readonly _parameters: { readonly [name: string]: string },
  ) {}
}
