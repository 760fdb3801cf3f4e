import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { clientConnection } from './client-connection';
import { identifierProblem } from './identifier';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { isUnresolved } from '../terraform/text';
import { Binding, ConnectionOptions, IBinding } from '../workload/binding';

/** How strictly a client requires TLS. Source: https://www.postgresql.org/docs/17/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS */
export enum SslMode {
  /** No TLS. */
  DISABLE = 'disable',
  /** TLS, with any certificate. */
  REQUIRE = 'require',
  /** TLS, with a certificate of an authority that the client trusts. */
  VERIFY_CA = 'verify-ca',
  /** TLS, with a certificate of an authority that the client trusts, for the host name that it connects to. */
  VERIFY_FULL = 'verify-full',
}

/** How to reach a database that this library does not run. */
export interface ExternalDatabaseProps {
  /** Host name or IP address, or another resource's attribute. */
  readonly host: string;

  /** The TCP port. @default 5432 @range 1..65535 @tokens accepted */
  readonly port?: number;

  /** The name of the database. */
  readonly databaseName: string;

  /** The name of the role that services connect as. */
  readonly username: string;

  /** The role's password: a Terraform variable's `stringValue` or another resource's attribute. @sensitive */
  readonly password: string;

  /**
   * How strictly clients require TLS. Images on `scratch` include the CA certificates that `VERIFY_FULL` needs.
   * @default SslMode.VERIFY_FULL
   */
  readonly sslMode?: SslMode;

  /** Further parameters of the connection URL. @default - none */
  readonly parameters?: { [name: string]: string };
}

/**
 * A database that this library does not run.
 * @example
 * const password = new TerraformVariable(this, 'password', { type: 'string', sensitive: true });
 * const database = new ExternalDatabase({
 *   host: 'db.example.com', databaseName: 'shop', username: 'shop', password: password.stringValue,
 * });
 * const service = new GoService(this, 'Shop', { image: new GoScratchImage(this, 'Image', { source: 'services/shop' }) });
 * service.connectTo(database);
 */
export class ExternalDatabase implements IBinding {
  /** @throws an error that names the call when a prop is invalid */
  public constructor(private readonly props: ExternalDatabaseProps) {
    checkArguments('new ExternalDatabase', { props }, () => hostProblem(props.host)
      ?? nameProblem('database', props.databaseName) ?? nameProblem('role', props.username) ?? passwordProblem(props.password));
  }

  /** Called by a service's `connectTo`. */
  public bind(client: Construct, options: ConnectionOptions): Binding {
    checkArguments('ExternalDatabase.bind', { client, options });
    const { host, port, databaseName, username, password, sslMode, parameters } = this.props;
    if (!isUnresolved(password)) {
      Annotations.of(client).addWarning('The password of the external database is plain text, which is in the synthesized files. '
        + 'Pass a TerraformVariable with sensitive: true instead.');
    }
    return clientConnection({
      username,
      password,
      host: host.includes(':') && !isUnresolved(host) ? `[${host}]` : host,
      port: port ?? 5432,
      databaseName,
      parameters: { sslmode: sslMode ?? SslMode.VERIFY_FULL, ...options.pool?._parameters, ...parameters, ...options.parameters },
    }, options);
  }
}

function hostProblem(host: string): InputProblem | undefined {
  return isUnresolved(host) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/.test(host) || /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host) ? undefined : {
    what: 'not a host that a database is reached at',
    given: host,
    allowed: 'a host name or an IP address, without port and user',
    remedy: 'give the parts of the connection one by one, for example "db.example.com"',
  };
}

function nameProblem(kind: string, name: string): InputProblem | undefined {
  return isUnresolved(name) ? undefined : identifierProblem(kind, name);
}

/** JavaScript callers build the text from a variable that is not set. */
function passwordProblem(password: string): InputProblem | undefined {
  return isUnresolved(password) || !['', 'undefined', 'null'].includes(password) && !/[\u0000\r\n]/.test(password) ? undefined : {
    what: 'not the password of an external database',
    allowed: 'one line of text that is not empty, and not the word that an unset variable becomes',
    remedy: 'pass `stringValue` of a TerraformVariable with sensitive: true, or check that the environment variable is set',
  };
}
