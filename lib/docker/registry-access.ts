import type { DockerProvider, DockerProviderRegistryAuth } from '@cdktf/provider-docker/lib/provider';
import { Aspects, TerraformProvider, TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { reject } from '../input/input-error';

/** How the provider gets into one registry. */
export interface RegistryLogin {
  /** With port, without scheme. */
  readonly host: string;
  readonly plainHttp: boolean;
  /** Whether the user has said who logs in, so that it wins over what the provider's own configuration has. */
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
 * - `docker_registry_image` fails for a registry without an entry, even for one that asks nobody ("no auth config found"), also when it is
 *   only read in order to be removed. The error holds the passwords of all other entries.
 * - The credentials of an entry are not in Terraform's state; those of `docker_registry_image.auth_config` are.
 * - A plain-HTTP registry is one whose `address` starts with `http://`.
 * - `auth_disabled` sends a made-up name and password, which a registry without authentication does not look at.
 * - The default of `config_file` is the environment variable `DOCKER_CONFIG`, which for Docker is a directory. It is therefore always set.
 *
 * The entries go into the configuration that the user has declared and not into one of their own: with one of its own, the last image that
 * is no longer pushed would leave resources in the state whose configuration is gone, which Terraform refuses.
 */
export class RegistryAccess {
  /** The access of `scope`'s stack through `provider`, or through its default Docker provider. */
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
    // The provider may be declared after the images, and its settings may change until synth.
    Aspects.of(stack).add({ visit: (node: IConstruct) => node === stack && this.configure() });
  }

  public add(login: RegistryLogin): void {
    const known = this.logins.get(login.host);
    if (known === undefined || !known.isExplicit) {
      this.logins.set(login.host, login);
    }
  }

  private configure(): void {
    const provider = this.stack.node.findAll().find((node): node is DockerProvider =>
      TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker' && (node.alias ?? '') === this.alias);
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
}

const accesses = new WeakMap<TerraformStack, Map<string, RegistryAccess>>();

function registryAuth({ host, plainHttp, configFile, username, password, anonymous }: RegistryLogin): DockerProviderRegistryAuth {
  return { address: `${plainHttp ? 'http' : 'https'}://${host}`, configFile, username, password, authDisabled: anonymous };
}
