import { DockerProvider, DockerProviderRegistryAuth } from '@cdktf/provider-docker/lib/provider';
import { Aspects, TerraformProvider, TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { reject } from '../input/input-error';
import { literal } from '../terraform/text';

/** The provider's login at a registry. */
export interface RegistryLogin {
  /** With port, without scheme. */
  readonly host: string;
  readonly plainHttp: boolean;
  /** Whether the user gave credentials. They take precedence over the provider's own. */
  readonly isExplicit: boolean;
  readonly configFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly anonymous?: boolean;
}

/**
 * The `registry_auth` entries of a Docker provider's configuration.
 *
 * Quirks, each measured with provider 3.6.2:
 * - `docker_registry_image` fails without an entry for the registry ("no auth config found"), even for an anonymous registry and for a
 *   removal. The error contains the passwords of all other entries.
 * - Terraform's state contains the credentials of `docker_registry_image.auth_config`, but not those of an entry.
 * - An `address` with `http://` selects plain HTTP.
 * - `auth_disabled` sends a made-up name and password, which a registry without authentication ignores.
 * - `config_file` defaults to the variable `DOCKER_CONFIG`, which Docker uses for a directory. The library therefore always sets it.
 *
 * The entries extend the user's provider configuration. A separate configuration would disappear with the last pushed image, and Terraform
 * refuses resources in the state without their provider configuration.
 */
export class RegistryAccess {
  public static of(scope: Construct, provider?: TerraformProvider): RegistryAccess {
    const stack = TerraformStack.of(scope);
    const byAlias = accesses.get(stack) ?? new Map<string, RegistryAccess>();
    accesses.set(stack, byAlias);
    const alias = provider?.alias ?? '';
    const access = byAlias.get(alias) ?? new RegistryAccess(stack, alias);
    byAlias.set(alias, access);
    return access;
  }

  private readonly logins = new Map<string, RegistryLogin>();

  private constructor(private readonly stack: TerraformStack, private readonly alias: string) {
    // Users may declare the provider after the images and change its settings until synth.
    Aspects.of(stack).add({ visit: (node: IConstruct) => node === stack && this.configure() });
  }

  public add(login: RegistryLogin): void {
    const known = this.logins.get(login.host);
    if (known === undefined || !known.isExplicit) {
      this.logins.set(login.host, login);
    }
  }

  private configure(): void {
    const provider = this.provider();
    if (provider === undefined) {
      return;
    }
    const own = provider.registryAuthInput ?? [];
    if (!Array.isArray(own)) {
      reject(provider, {
        what: 'the provider\'s `registryAuth` is only known to Terraform, so that no registry of an image can be added to it',
        allowed: 'a list',
        remedy: 'give `registryAuth` a list, or use images without `registry`',
      });
    }
    const entries = new Map(own.map((entry) => [entry.address.replace(/^https?:\/\//, '').split('/', 1)[0], entry]));
    for (const login of this.logins.values()) {
      if (login.isExplicit || !entries.has(login.host)) {
        entries.set(login.host, registryAuth(login));
      }
    }
    provider.registryAuth = [...entries.values()];
  }

  /** The provider of the alias. A program need not declare the default one, which has no settings then, but an image needs its entry. */
  private provider(): DockerProvider | undefined {
    const declared = this.stack.node.findAll().find((node): node is DockerProvider =>
      TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker' && (node.alias ?? '') === this.alias);
    return declared ?? (this.alias === '' && this.logins.size > 0 ? new DockerProvider(this.stack, 'DefaultDockerProvider') : undefined);
  }
}

const accesses = new WeakMap<TerraformStack, Map<string, RegistryAccess>>();

function registryAuth({ host, plainHttp, configFile, username, password, anonymous }: RegistryLogin): DockerProviderRegistryAuth {
  return {
    address: `${plainHttp ? 'http' : 'https'}://${host}`,
    configFile: configFile === undefined ? undefined : literal(configFile),
    username: username === undefined ? undefined : literal(username),
    password: password === undefined ? undefined : literal(password),
    authDisabled: anonymous,
  };
}
