import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { parseImageReference, validateRepository } from './reference';
import { RegistryCredentials } from './registry-credentials';
import { RegistryAccess, RegistryLogin } from '../docker/registry-access';
import { atConstruct, InputError, InputProblem } from '../input/input-error';
import { checkArguments, checkMethod } from '../input/props';

/** Options of a registry. */
export interface ImageRegistryOptions {
  /**
   * The credentials for pushes and pulls.
   *
   * @default - to push: RegistryCredentials.dockerConfig(); to pull: what the Docker provider's own `registry_auth` has, else nobody
   * @sensitive
   */
  readonly credentials?: RegistryCredentials;

  /**
   * Whether the registry speaks HTTP without TLS. The Docker engine allows that for `localhost`, 127.0.0.0/8 and its
   * `insecure-registries` (https://docs.docker.com/reference/cli/dockerd/#insecure-registries).
   *
   * @default - true for `localhost` and 127.0.0.0/8, false for all others
   */
  readonly plainHttp?: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})(:\d+)?$/;

/**
 * A registry's host, usually with the path of a team or project, to push to or pull from.
 *
 * The same value serves as an image's `registry`, as a mirror in {@link Defaults}, and for images that others have pushed.
 * @example
 * const registry = ImageRegistry.of('registry.example.com/team');
 * new GoScratchImage(this, 'Image', { source: 'services/api', registry });
 */
export class ImageRegistry {
  /**
   * @param prefix host and path, for example `registry.example.com/team`, `ghcr.io/acme` or `localhost:5000`; `docker.io/acme` is
   *   Docker Hub
   */
  public static of(prefix: string, options: ImageRegistryOptions = {}): ImageRegistry {
    checkArguments('ImageRegistry.of', { prefix, options }, () => prefixProblem(prefix));
    return new ImageRegistry(prefix, options);
  }

  private constructor(
    /** Host and path, without a slash at the end. */
    public readonly prefix: string,
    private readonly options: ImageRegistryOptions,
  ) {}

  /** The registry's host, with its port if it has one. */
  public get host(): string {
    return this.prefix.split('/', 1)[0];
  }

  /**
   * Adds the credentials to a Docker provider. A push adds them by itself.
   *
   * Call it when you remove the last pushed image from a stack. Terraform still reads that image. Without credentials, the provider
   * fails, with an error that shows the credentials of all other registries. Remove the call after one apply.
   *
   * @param scope a construct of the stack
   * @param provider the Docker provider, by default the stack's default one
   * @throws when the registry accepts no push under its name
   */
  public allowAccess(scope: Construct, provider?: TerraformProvider): void {
    checkMethod(scope, 'ImageRegistry.allowAccess', { scope, provider });
    this._use(scope, 'push', provider);
  }

  /** @internal */
  public _repository(name: string): string {
    if (name === this.prefix || name.startsWith(`${this.prefix}/`)) {
      return name;
    }
    const { domain } = parseImageReference(name);
    if (name.startsWith(`${domain}/`)) {
      throw new InputError({
        what: 'the repository is in another registry than the one that the image is pushed to',
        given: name,
        allowed: `a name relative to ${this.prefix}`,
        remedy: `leave the host out, or set \`registry: ImageRegistry.of('${domain}')\``,
      });
    }
    return `${this.prefix}/${name}`;
  }

  /** Adds the credentials to the provider, if it needs them. @internal */
  public _use(scope: Construct, purpose: 'push' | 'pull', provider?: TerraformProvider): void {
    atConstruct(scope, () => {
      if (purpose === 'push' && /^(index\.)?docker\.io$/.test(this.host)) {
        throw new InputError({
          what: 'the Docker provider cannot push to Docker Hub under this name: it asks that host for the digest, but the host is a web site',
          given: this.prefix,
          allowed: `registry-1.docker.io${this.prefix.slice(this.host.length)}`,
          remedy: 'use the registry\'s own host name; `docker login registry-1.docker.io` logs in there',
        });
      }
    });
    // An anonymous pull needs no entry, and an entry with Docker's file fails if that file is missing.
    if (purpose === 'push' || this.options.credentials !== undefined) {
      RegistryAccess.of(scope, provider).add(this._login());
    }
  }

  /** @internal */
  public _login(): RegistryLogin {
    return {
      host: this.host,
      plainHttp: this.plainHttp,
      isExplicit: this.options.credentials !== undefined,
      ...(this.options.credentials ?? RegistryCredentials.dockerConfig())._login(),
    };
  }

  private get plainHttp(): boolean {
    return this.options.plainHttp ?? LOOPBACK.test(this.host);
  }
}

function prefixProblem(prefix: string): InputProblem | undefined {
  const [host] = prefix.split('/', 1);
  if (host !== 'localhost' && !/[.:]/.test(host)) {
    return {
      what: 'not a registry: it does not start with a host',
      given: prefix,
      allowed: 'a host with a dot or a port, optionally followed by a path, for example "registry.example.com/team" or "localhost:5000"',
      remedy: 'for Docker Hub write `docker.io/` and the name of the user or organisation',
    };
  }
  validateRepository(`${prefix}/x`);
  return undefined;
}
