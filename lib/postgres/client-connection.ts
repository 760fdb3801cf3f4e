import { Fn, Token } from 'cdktf';
import { connectionUrl, ConnectionUrlParts } from './connection-url';
import { isUnresolved, literalArgument } from '../terraform/text';
import { Binding, ConnectionOptions, DEFAULT_URL_VARIABLE } from '../workload/binding';

/**
 * What a client gets of a connection: the URL in a variable or in its arguments, or the parts in variables.
 * @param url the connection's URL, if it exists already: each expression of Terraform costs synth time
 */
export function clientConnection(
  parts: ConnectionUrlParts, options: ConnectionOptions, url = connectionUrl(parts),
): Pick<Binding, 'variables' | 'url'> {
  const { variable, placeholder } = options;
  const names = options.parts?._names;
  const variables: Record<string, string> = {};
  if (variable !== undefined || names === undefined && placeholder === undefined) {
    variables[variable ?? DEFAULT_URL_VARIABLE] = url;
  }
  const add = (name: string | undefined, value: () => string | undefined) => {
    const text = name === undefined ? undefined : value();
    if (text !== undefined) {
      variables[name!] = text;
    }
  };
  add(names?.host, () => parts.host.replace(/^\[(.*)\]$/, '$1'));
  add(names?.port, () => isUnresolved(parts.port) ? Token.asString(parts.port) : String(parts.port));
  add(names?.username, () => parts.username);
  add(names?.password, () => Fn.sensitive(literalArgument(parts.password)));
  add(names?.databaseName, () => parts.databaseName);
  add(names?.sslMode, () => parts.parameters.sslmode);
  return { variables, url };
}
