import { Fn, ITerraformDependable, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { identifierProblem } from '../identifier';
import { AccessLevel } from './provisioning-sql';
import { RoleAccess } from './role-access';
import { RoleHome } from './role-home';
import { rotatedSecret, rotationProblem } from './rotation';
import { reject, rejectIf } from '../../input/input-error';
import { checkMethod } from '../../input/props';
import { Binding, ConnectionOptions, IBinding } from '../../workload/binding';

/** Properties of a role. */
export interface PostgresRoleProps {
  /** What the role may do in its database. @default RoleAccess.readWrite() */
  readonly access?: RoleAccess;

  /**
   * A label for the generated password: a new label creates a new password. The apply sets it on the server, then replaces the role's
   * services. Keep the label: without it the role gets its first password again.
   * @default - the password that was generated at the first apply @tokens refused
   */
  readonly rotation?: string;

  /**
   * A password from outside. The apply sets a new value on the server before services get it.
   * @default - generated: 122 random bits @sensitive
   */
  readonly password?: TerraformVariable;

  /** The role's connection limit. @default - no limit but the server's @range 1..262143 */
  readonly connectionLimit?: number;
}

/**
 * A login role of one database. It is no superuser, and cannot create databases or roles. `service.connectTo(role)` connects a service as
 * this role. The role has its rights before the service starts.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * const role = database.addRole('shop', { access: RoleAccess.readWrite() });
 *
 * const service = new GoService(this, 'Shop', { image: new GoScratchImage(this, 'Image', { source: 'services/shop' }) });
 * service.connectTo(role);
 */
export class PostgresRole extends Construct implements IBinding, ITerraformDependable {
  /** @internal */
  public static _of(scope: Construct, id: string, home: RoleHome, name: string, props: PostgresRoleProps): PostgresRole {
    return new PostgresRole(scope, id, home, name, props);
  }

  /** The role's name. */
  public readonly roleName: string;

  /** The password, marked as sensitive for Terraform. */
  public readonly password: string;

  /** @internal */
  public readonly _access: AccessLevel;

  /** @internal */
  public readonly _connectionLimit: number;

  private readonly home: RoleHome;

  private constructor(scope: Construct, id: string, home: RoleHome, name: string, props: PostgresRoleProps) {
    super(scope, id);
    rejectIf(this, identifierProblem('role', name));
    if (name === home.superuser || name === 'public' || name === 'none' || name.startsWith('pg_')) {
      reject(this, {
        what: name === home.superuser ? 'this is the superuser\'s name' : 'PostgreSQL keeps this role name for itself',
        given: name,
        allowed: `any other name than "${home.superuser}", "public", "none" and those that start with "pg_"`,
        remedy: 'choose another name, for example that of the service',
      });
    }
    if (props.rotation !== undefined) {
      rejectIf(this, rotationProblem(props.rotation));
      if (props.password !== undefined) {
        reject(this, {
          what: 'a rotation label for a password that is not generated',
          given: props.rotation,
          allowed: '`rotation` or `password`',
          remedy: 'leave the label out: another value of the variable is set on the server as it is',
        });
      }
    }
    this.home = home;
    this.roleName = name;
    this.password = props.password === undefined ? rotatedSecret(this, props.rotation) : Fn.sensitive(props.password.stringValue);
    this._access = (props.access ?? RoleAccess.readWrite())._level;
    this._connectionLimit = props.connectionLimit ?? -1;
  }

  /** The Terraform address to depend on: ready once the role exists. */
  public get fqn(): string {
    return this.home.task.fqn;
  }

  /** Called by a service's `connectTo`. */
  public bind(client: Construct, options: ConnectionOptions): Binding {
    checkMethod(this, 'PostgresRole.bind', { client, options });
    return this.home.connectAs(this.roleName, this.password, client, options);
  }
}
