import { Annotations, Fn, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { identifierProblem } from '../identifier';
import { rotatedSecret, rotationProblem } from './rotation';
import { InputProblem } from '../../input/input-error';
import { checkArguments } from '../../input/props';
import { isUnresolved, literalArgument } from '../../terraform/text';

/** @internal */
export interface BoundCredentials {
  readonly username: string;
  readonly password: string;
  /** The password for an empty volume. It never changes, so that a rotation does not replace the container. */
  readonly initialPassword: string;
  /** Whether a task must set the password on the server. */
  readonly rotated: boolean;
}

/**
 * The name and the password of a database user.
 * @example
 * const password = new TerraformVariable(this, 'databasePassword', { type: 'string', sensitive: true });
 * new PostgresDatabase(this, 'Database', { credentials: DatabaseCredentials.fromVariable(password, 'shop') });
 */
export class DatabaseCredentials {
  /**
   * A random password of 122 bits. Terraform generates it at the first apply and keeps it in its state.
   * @param username the user's name; by default `postgres`
   * @tokens refused username
   */
  public static generated(username?: string): DatabaseCredentials {
    checkArguments('DatabaseCredentials.generated', { username }, () => usernameProblem(username));
    return new DatabaseCredentials(username, (scope, rotation) => rotatedSecret(scope, rotation));
  }

  /**
   * A password from outside, such as an environment variable `TF_VAR_<name>` or a `.tfvars` file.
   * @param password a variable of the stack; declare it with `sensitive: true`
   * @param username the user's name; by default `postgres`
   * @sensitive password
   * @tokens refused username
   */
  public static fromVariable(password: TerraformVariable, username?: string): DatabaseCredentials {
    checkArguments('DatabaseCredentials.fromVariable', { password, username }, () => usernameProblem(username));
    return new DatabaseCredentials(username, () => Fn.sensitive(password.stringValue));
  }

  /**
   * A password in plain text. It is in the synthesized files. A token of another resource gets no warning.
   * @param password the password
   * @param username the user's name; by default `postgres`
   * @sensitive password
   * @tokens refused username
   */
  public static plainText(password: string, username?: string): DatabaseCredentials {
    checkArguments('DatabaseCredentials.plainText', { password, username }, () => passwordProblem(password) ?? usernameProblem(username));
    return new DatabaseCredentials(username, (scope) => {
      if (isUnresolved(password)) {
        return Fn.sensitive(literalArgument(password));
      }
      Annotations.of(scope).addWarning(
        'The password is plain text, which is in the synthesized files. Use DatabaseCredentials.generated() or .fromVariable() instead.');
      return Fn.sensitive(literalArgument(password));
    });
  }

  private constructor(
    private readonly username: string | undefined,
    private readonly password: (scope: Construct, rotation?: string) => string,
    private readonly rotation?: string,
  ) {}

  /**
   * The same user with a password that can change: a task sets the new password on the server before services get it. Each label generates
   * a new password. A password from outside is set whenever it changes.
   *
   * Never remove the label: without it, services get the first password again, which the server no longer accepts.
   * @param label the date of the last rotation, for example `2026-11`
   * @tokens refused label
   */
  public withRotation(label: string): DatabaseCredentials {
    checkArguments('DatabaseCredentials.withRotation', { label }, () => rotationProblem(label));
    return new DatabaseCredentials(this.username, this.password, label);
  }

  /** @internal */
  public _bind(scope: Construct): BoundCredentials {
    const username = this.username ?? 'postgres';
    if (this.rotation === undefined) {
      const password = this.password(scope);
      return { username, password, initialPassword: password, rotated: false };
    }
    return { username, password: this.password(scope, this.rotation), initialPassword: rotatedSecret(scope), rotated: true };
  }
}

function usernameProblem(username: string | undefined): InputProblem | undefined {
  const problem = username === undefined ? undefined : identifierProblem('user', username);
  if (username === undefined || problem) {
    return problem;
  }
  if (/["$'\\]/.test(username)) {
    // initdb does not quote the name (setup_auth in src/bin/initdb/initdb.c), and the owner of plpgsql must not have such a name
    // (execute_extension_script in src/backend/commands/extension.c).
    return {
      what: 'PostgreSQL cannot make a superuser with this name',
      given: username,
      allowed: 'names without the characters " $ \' and \\',
      remedy: 'choose another name; names of roles that addRole() makes may hold any character',
    };
  }
  return !username.startsWith('pg_') ? undefined : {
    what: 'PostgreSQL keeps user names that start with "pg_" for itself',
    given: username,
    allowed: 'any other name',
    remedy: 'choose another name',
  };
}

function passwordProblem(password: string): InputProblem | undefined {
  return isUnresolved(password) || password !== '' && !/[\u0000\r\n]/.test(password) ? undefined : {
    what: password === '' ? 'the password is empty' : 'the password holds a line end or a NUL character',
    allowed: 'one line of text',
    remedy: 'use DatabaseCredentials.generated()',
  };
}
