import { Construct } from 'constructs';
import { idOf } from '../../terraform/construct-id';
import { identifierProblem } from '../identifier';
import { PostgresRole, PostgresRoleProps } from './postgres-role';
import { DatabaseHome } from './role-home';
import { InputProblem, reject, rejectIf } from '../../input/input-error';
import { checkMethod } from '../../input/props';

/**
 * A database of a server, with its own roles and extensions. `PostgresDatabase.addDatabase` creates it.
 * @example
 * const server = new PostgresDatabase(this, 'Database');
 * const orders = server.addDatabase('orders');
 * orders.addExtension('pg_trgm');
 *
 * const service = new GoService(this, 'Orders', { image: new GoScratchImage(this, 'Image', { source: 'services/orders' }) });
 * service.connectTo(orders.addRole('orders', { access: RoleAccess.owner() }));
 */
export class LogicalDatabase extends Construct {
  /** @internal */
  public static _of(scope: Construct, id: string, server: DatabaseHome, name: string): LogicalDatabase {
    return new LogicalDatabase(scope, id, server, name);
  }

  /** The database's name. */
  public readonly databaseName: string;

  /** @internal */
  public readonly _roles: PostgresRole[] = [];

  /** @internal */
  public readonly _extensions: string[] = [];

  private readonly server: DatabaseHome;

  private constructor(scope: Construct, id: string, server: DatabaseHome, name: string) {
    super(scope, id);
    rejectIf(this, identifierProblem('database', name));
    this.server = server;
    this.databaseName = name;
  }

  /**
   * Adds a login role for this database, for a service to connect as.
   * @param name the role's name; any text of up to 63 bytes
   * @throws an error with the construct's path when the server has such a role, or the database has an owner already
   * @tokens refused name
   */
  public addRole(name: string, props: PostgresRoleProps = {}): PostgresRole {
    checkMethod(this, 'LogicalDatabase.addRole', { name, props });
    if (this.server.roleNames.has(name)) {
      reject(this, {
        what: 'the server has two roles with one name',
        given: name,
        allowed: 'each name once on a server, whatever the database',
        remedy: 'keep the object that the first addRole() returned, or choose another name',
      });
    }
    if (this.server.retired.has(name)) {
      rejectRetired(this, name);
    }
    const role = PostgresRole._of(this, idOf('Role', name), this.server.home(this.databaseName), name, props);
    const owner = this._roles.find(({ _access }) => _access === 'owner');
    if (role._access === 'owner' && owner) {
      reject(this, {
        what: `a second owner for the database "${this.databaseName}"`,
        given: name,
        allowed: `one owner; it is "${owner.roleName}"`,
        remedy: 'connect both services as that role, or give this one RoleAccess.readWrite()',
      });
    }
    this.server.roleNames.add(name);
    this._roles.push(role);
    return role;
  }

  /**
   * Adds an extension of the image, with its dependencies.
   * @param name as in `CREATE EXTENSION`, for example `pg_trgm`
   * @tokens refused name
   */
  public addExtension(name: string): void {
    checkMethod(this, 'LogicalDatabase.addExtension', { name });
    rejectIf(this, extensionProblem(name));
    if (this._extensions.includes(name)) {
      reject(this, {
        what: `the database "${this.databaseName}" has an extension twice`,
        given: name,
        allowed: 'each extension once',
        remedy: 'remove one of the two',
      });
    }
    this._extensions.push(name);
    // Creates the task when it is first needed.
    this.server.home(this.databaseName);
  }
}

/** The server's own rule. Source: `check_valid_extension_name` in `src/backend/commands/extension.c` */
function extensionProblem(name: string): InputProblem | undefined {
  const problem = identifierProblem('extension', name);
  return problem === undefined && !name.includes('--') && !/^-|-$|[/\\]/.test(name) ? undefined : {
    what: 'not the name of a PostgreSQL extension',
    given: name,
    allowed: 'the name alone, without version, file ending or directory; no "--", and no "-" at either end',
    remedy: 'give the name as in CREATE EXTENSION, for example "pg_trgm" or "uuid-ossp"',
  };
}

/** Refuses a role that is declared and retired in one program. */
export function rejectRetired(scope: Construct, name: string): never {
  return reject(scope, {
    what: 'a role that is added and retired',
    given: name,
    allowed: 'addRole() or retireRole()',
    remedy: 'remove one of the two calls',
  });
}
