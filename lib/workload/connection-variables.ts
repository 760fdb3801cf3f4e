import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/** The names of environment variables for the parts of a connection. A part without a name gets no variable. */
export interface ConnectionVariableNames {
  /** Gets the host name. @default - no variable @tokens refused */
  readonly host?: string;

  /** Gets the TCP port. @default - no variable @tokens refused */
  readonly port?: string;

  /** Gets the name of the role. @default - no variable @tokens refused */
  readonly username?: string;

  /** Gets the password. @default - no variable @tokens refused */
  readonly password?: string;

  /** Gets the name of the database. @default - no variable @tokens refused */
  readonly databaseName?: string;

  /** Gets the mode of TLS, as `sslmode` has it. @default - no variable @tokens refused */
  readonly sslMode?: string;
}

/**
 * The environment variables of a program that wants host, user, password and so on one by one, in place of a URL.
 * @example
 * const service = new GoService(this, 'Api', { image: new GoScratchImage(this, 'Image', { source: 'services/api' }) });
 * service.connectTo(new PostgresDatabase(this, 'Database'), {
 *   parts: ConnectionVariables.of({ host: 'DB_HOST', username: 'DB_USER', password: 'DB_PASSWORD', databaseName: 'DB_NAME' }),
 * });
 */
export class ConnectionVariables {
  /** `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE` and `PGSSLMODE`, which libpq, pgx and pq read. */
  public static libpq(): ConnectionVariables {
    return new ConnectionVariables({
      host: 'PGHOST', port: 'PGPORT', username: 'PGUSER', password: 'PGPASSWORD', databaseName: 'PGDATABASE', sslMode: 'PGSSLMODE',
    });
  }

  /**
   * Variables of these names.
   * @param names the name of the variable for each part
   */
  public static of(names: ConnectionVariableNames): ConnectionVariables {
    checkArguments('ConnectionVariables.of', { names }, () => namesProblem(names));
    return new ConnectionVariables(names);
  }

  private constructor(private readonly names: ConnectionVariableNames) {}

  /** @internal */
  public get _names(): ConnectionVariableNames {
    return this.names;
  }
}

function namesProblem(names: ConnectionVariableNames): InputProblem | undefined {
  const given = Object.values(names as Record<string, string | undefined>).filter((name): name is string => name !== undefined);
  const wrong = given.find((name) => !/^[^=\s\u0000-\u001f]+$/.test(name)) ?? given.find((name, index) => given.indexOf(name) !== index);
  return given.length > 0 && wrong === undefined ? undefined : {
    what: wrong === undefined ? 'no part of the connection has a variable' : 'not the name of an environment variable for one part of a connection',
    given: wrong,
    allowed: 'a name for at least one part, each name once, without "=", white space and control characters',
    remedy: 'give for example { host: "DB_HOST", username: "DB_USER", password: "DB_PASSWORD", databaseName: "DB_NAME" }',
  };
}
