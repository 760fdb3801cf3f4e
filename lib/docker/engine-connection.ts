/** How the `docker` command reaches the engine of a provider. Nothing here loads CDKTF, so that the command starts quickly. */
export interface EngineConnection {
  /** Set for the `docker` command. */
  readonly environment: Readonly<Record<string, string>>;
  /** The engine is on a machine that is reached by `ssh`, whose own `docker` command runs. */
  readonly ssh?: { readonly destination: string; readonly options: readonly string[] };
  /** PEM files that the `docker` command needs in one directory, by name. */
  readonly certificates?: Readonly<Record<string, string>>;
  /** What messages call the engine. */
  readonly shown: string;
}

/** The provider's attributes, with the value of each as far as it is known without Terraform. */
export type ProviderAttribute = (name: string) => string | readonly string[] | undefined;

/**
 * The connection of a provider's configuration.
 *
 * Quirks (3.6.2):
 * - `context`, also from `DOCKER_CONTEXT`, goes before `host`. The context that `docker context use` has chosen is not read.
 * - The docker command knows no options for ssh, so ssh is called itself.
 */
export function connectionOf(attribute: ProviderAttribute, environment: Readonly<Record<string, string | undefined>>): EngineConnection {
  const text = (name: string, variable: string) => oneText(attribute(name)) ?? (environment[variable] || undefined);
  const context = text('context', 'DOCKER_CONTEXT');
  if (context !== undefined && context !== 'default') {
    return { environment: { DOCKER_HOST: '', DOCKER_CONTEXT: context }, shown: `the context ${context}` };
  }
  const host = text('host', 'DOCKER_HOST');
  if (host?.startsWith('ssh://')) {
    const options = attribute('ssh_opts') ?? [];
    return { environment: {}, ssh: { destination: host, options: typeof options === 'string' ? options.split(' ') : options }, shown: host };
  }
  const directory = text('cert_path', 'DOCKER_CERT_PATH');
  const certificates = {
    'ca.pem': text('ca_material', 'DOCKER_CA_MATERIAL'),
    'cert.pem': text('cert_material', 'DOCKER_CERT_MATERIAL'),
    'key.pem': text('key_material', 'DOCKER_KEY_MATERIAL'),
  };
  const given = Object.entries(certificates).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    environment: {
      DOCKER_CONTEXT: 'default',
      ...host === undefined ? {} : { DOCKER_HOST: host },
      ...directory === undefined ? {} : { DOCKER_CERT_PATH: directory },
      ...directory === undefined && given.length === 0 ? {} : { DOCKER_TLS_VERIFY: '1' },
    },
    certificates: directory === undefined && given.length > 0 ? Object.fromEntries(given) : undefined,
    shown: host ?? 'the local Docker engine',
  };
}

function oneText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The alias of the user's own provider, whose gates containers use: see `Gate`. */
export function aliasBehindGate(alias: string): string {
  return /^(?:(.*)_)?gate_\d\d$/.exec(alias) === null ? alias : alias.replace(/_?gate_\d\d$/, '');
}
