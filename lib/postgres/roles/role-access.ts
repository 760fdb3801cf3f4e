import { AccessLevel } from './provisioning-sql';

/**
 * The rights of a role in its database. A role has no rights in other databases.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * database.addRole('shop', { access: RoleAccess.owner() });
 * database.addRole('reports', { access: RoleAccess.readOnly(), connectionLimit: 5 });
 */
export class RoleAccess {
  /**
   * Owns the database: creates, changes and drops schemas and tables. For migrations, and for services that create their tables. A database
   * has at most one owner. It takes over the superuser's existing tables.
   */
  public static owner(): RoleAccess {
    return new RoleAccess('owner');
  }

  /** Reads and changes rows of all tables, including the owner's future ones. Creates only temporary tables. */
  public static readWrite(): RoleAccess {
    return new RoleAccess('readWrite');
  }

  /** Reads all tables, including the owner's future ones. */
  public static readOnly(): RoleAccess {
    return new RoleAccess('readOnly');
  }

  /** @internal */
  public static _monitor(): RoleAccess {
    return new RoleAccess('monitor');
  }

  private constructor(
    /** @internal */
    public readonly _level: AccessLevel,
  ) {}
}
