import { Fn, Token } from 'cdktf';
import { isUnresolved, literalArgument } from '../terraform/text';

/** The parts of a PostgreSQL connection URL. Each may be a token. */
export interface ConnectionUrlParts {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The URL, with percent-encoded parts, marked as sensitive.
 * Source: https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function connectionUrl(parts: ConnectionUrlParts): string {
  const parameters = Object.keys(parts.parameters).sort().flatMap(
    (name, index) => [index === 0 ? '?' : '&', percentEncoded(name), '=', percentEncoded(parts.parameters[name])]);
  // Joined by Terraform: cdktf cannot nest references in the text that it passes to a function.
  return Fn.sensitive(Fn.join('', [
    'postgres://', percentEncoded(parts.username), ':', percentEncoded(parts.password),
    '@', isUnresolved(parts.host) ? literalArgument(parts.host) : parts.host, ...portOf(parts.port), percentEncoded(parts.databaseName),
    ...parameters,
  ]));
}

/** A number token in the middle of text would lose its `${}`. */
function portOf(port: number): string[] {
  return isUnresolved(port) ? [':', Token.asString(port), '/'] : [`:${port}/`];
}

export function percentEncoded(value: string): string {
  return isUnresolved(value)
    // Terraform's urlencode writes a space as "+", which is a space in form data only.
    ? Fn.replace(Fn.urlencode(literalArgument(value)), '+', '%20')
    : encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
