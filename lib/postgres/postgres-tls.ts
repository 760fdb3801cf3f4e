import { Annotations, Fn } from 'cdktf';
import { Construct } from 'constructs';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { isUnresolved, literalArgument } from '../terraform/text';
import { Size } from '../values/size';
import { ContainerMount } from '../workload/storage';

/** A server certificate and its key, as PEM text. */
export interface PostgresTlsProps {
  /** The certificate and its intermediate certificates, as PEM text. @sensitive */
  readonly certificate: string;

  /** The private key, as PEM text without a passphrase: a Terraform variable or another resource's attribute. @sensitive */
  readonly privateKey: string;

  /**
   * Whether the server refuses unencrypted network connections. The library then replaces `pg_hba.conf`: TLS and a password over the
   * network, no password on the container's sockets.
   * @default false
   */
  readonly required?: boolean;
}

const DIRECTORY = '/run/postgresql-tls';

/**
 * The server refuses a key that others may read, and a mounted file keeps its owner of the host. So root writes both into memory for the
 * server's user, before the image's entrypoint runs. The command line holds no value.
 * Source: https://www.postgresql.org/docs/17/ssl-tcp.html
 */
const WRITE_FILES = (further: readonly string[]) => [
  'umask 077',
  'printf "%s\\n" "$TLS_CERTIFICATE" > "$TLS_DIRECTORY/server.crt"',
  'printf "%s\\n" "$TLS_PRIVATE_KEY" > "$TLS_DIRECTORY/server.key"',
  'chown postgres:postgres "$TLS_DIRECTORY/server.crt" "$TLS_DIRECTORY/server.key"',
  ...further,
  'unset TLS_PRIVATE_KEY TLS_CERTIFICATE',
  'exec docker-entrypoint.sh "$@"',
].join('; ');

/** The image's rules, but TLS only over the network. Source: https://www.postgresql.org/docs/17/auth-pg-hba-conf.html */
const WRITE_ACCESS_RULES = [
  'printf "%s\\n" "local all all trust" "local replication all trust" "hostssl all all all scram-sha-256" > "$TLS_DIRECTORY/pg_hba.conf"',
  'chown postgres:postgres "$TLS_DIRECTORY/pg_hba.conf"',
];

/**
 * Encrypted connections.
 * @example
 * const privateKey = new TerraformVariable(this, 'databaseKey', { type: 'string', sensitive: true });
 * const certificate = new TerraformVariable(this, 'databaseCertificate', { type: 'string' });
 * new PostgresDatabase(this, 'Database', {
 *   tls: PostgresTls.withCertificate({ certificate: certificate.stringValue, privateKey: privateKey.stringValue, required: true }),
 * });
 */
export class PostgresTls {
  /**
   * Encrypts with this certificate, issued for the container's name. Services connect with `sslmode=require`; for `verify-full` give them
   * the authority's certificate and `parameters: { sslmode: 'verify-full', sslrootcert: '…' }`. Unless TLS is `required`, the server also
   * accepts connections without TLS.
   */
  public static withCertificate(props: PostgresTlsProps): PostgresTls {
    checkArguments('PostgresTls.withCertificate', { props }, () => certificateProblem(props));
    return new PostgresTls(props);
  }

  private constructor(private readonly props: PostgresTlsProps) {}

  /** @internal */
  public _warn(scope: Construct): void {
    if (!isUnresolved(this.props.privateKey)) {
      Annotations.of(scope).addWarning(
        'The private key is plain text, which is in the synthesized files. Pass a TerraformVariable with sensitive: true instead.');
    }
  }

  /** @internal */
  public get _entrypoint(): string[] {
    return ['/bin/sh', '-ec', WRITE_FILES(this.props.required ? WRITE_ACCESS_RULES : []), 'docker-entrypoint.sh'];
  }

  /** @internal */
  public get _environment(): [string, string][] {
    const { certificate, privateKey } = this.props;
    return [
      ['TLS_DIRECTORY', DIRECTORY],
      ['TLS_CERTIFICATE', certificate],
      ['TLS_PRIVATE_KEY', Fn.sensitive(literalArgument(privateKey))],
    ];
  }

  /** @internal */
  public get _mount(): ContainerMount {
    return ContainerMount.tmpfs(DIRECTORY, { size: Size.mebibytes(1) });
  }

  /** @internal */
  public get _parameters(): Record<string, string> {
    return {
      ssl: 'on',
      ssl_cert_file: `${DIRECTORY}/server.crt`,
      ssl_key_file: `${DIRECTORY}/server.key`,
      ...this.props.required ? { hba_file: `${DIRECTORY}/pg_hba.conf` } : {},
    };
  }
}

function certificateProblem(props: PostgresTlsProps): InputProblem | undefined {
  return pemProblem('certificate', props.certificate, /-----BEGIN CERTIFICATE-----/, '"-----BEGIN CERTIFICATE-----"')
    ?? pemProblem('private key', props.privateKey, /-----BEGIN (RSA |EC )?PRIVATE KEY-----/, '"-----BEGIN PRIVATE KEY-----", without a passphrase');
}

function pemProblem(what: string, text: string, begin: RegExp, line: string): InputProblem | undefined {
  return isUnresolved(text) || begin.test(text) ? undefined : {
    what: `not a ${what} as PEM text`,
    allowed: `text with a line ${line}`,
    remedy: 'give the content of the file and not its path, for example Fn.file() of a path or a Terraform variable',
  };
}
