import { AccessLevel } from './provisioning-sql';

/** What a role may do in its database. No role of this library may do anything in another one. */
export class RoleAccess {
  /**
   * Owns the database: creates, changes and drops schemas and tables. For migrations, and for a service that brings its own tables. A
   * database has at most one owner. Tables that the superuser has created before become the owner's.
   */
  public static owner(): RoleAccess {
    return new RoleAccess('owner');
  }

  /** Reads and changes rows of all tables, also of those that the owner creates later. Creates none but temporary ones. */
  public static readWrite(): RoleAccess {
    return new RoleAccess('readWrite');
  }

  /** Reads all tables, also those that the owner creates later. */
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
