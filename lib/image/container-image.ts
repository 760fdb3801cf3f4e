import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { ImageRegistry } from './image-registry';
import { imageSource } from './image-sources';
import { parseImageReference } from './reference';
import { userProblem } from './user';
import { pulledImage } from '../docker/image';
import { InputError, atConstruct } from '../input/input-error';
import { made } from '../input/props';
import { isUnresolved } from '../terraform/text';
import { Platform } from '../values/platform';

/** The properties of an image that its container needs. */
export interface ContainerImageBinding {
  /** The value of `docker_container.image`: the image's id, so that a new image replaces the container. */
  readonly reference: string;

  /**
   * The image in its registry, `repository@sha256:…`, for places whose machines pull it by themselves. Terraform may know it later.
   * @default - the image is in no registry; only containers on the engine that has it can run it
   */
  readonly digestReference?: string;

  /** The image's name and tag. @default - not known at synth */
  readonly name?: string;

  /** The user that the image's program runs as, `uid:gid`. @default - not known at synth; the image's own `USER` */
  readonly user?: string;

  /** The first port that the image exposes. @default - not known at synth @range 1..65535 */
  readonly port?: number;

  /** The program that the image starts, with its arguments. @default - not known at synth; a new version is not tried out */
  readonly entrypoint?: string[];

  /** The absolute path of the health probe in the image. @default - the image has none; only command health checks work */
  readonly probePath?: string;

  /** Whether that probe was built with TLS. @default false */
  readonly probeHasTls?: boolean;

  /** Whether that probe can end a program that hangs. @default false */
  readonly probeHasLiveness?: boolean;

  /** Whether that probe can place files and change owners. @default false */
  readonly probeHasFiles?: boolean;

  /** Whether that probe can start a program whose variables come from files, as Swarm secrets need it. @default false */
  readonly probeHasExec?: boolean;

  /** The absolute path of the scheduler in the image. @default - the image has none; it cannot be a scheduled task */
  readonly schedulerPath?: string;

  /** Whether the image holds a shell. */
  readonly hasShell: boolean;

  /** The absolute path of the image's shell. @default "/bin/sh", where there is a shell */
  readonly shell?: string;

  /** The build log, relative to the directory where Terraform runs. @default - the image is not built here */
  readonly buildLog?: string;
}

/** An image for containers: one that this library builds, or one from a registry. */
export interface IContainerImage {
  /**
   * Makes the image available to a container.
   *
   * @param scope the construct that runs the container; resources that the image needs become its children
   * @param provider the construct's Docker provider, if not the stack's default
   */
  bind(scope: Construct, provider?: TerraformProvider): ContainerImageBinding;
}

/** Options of an image from a registry. */
export interface RegistryImageOptions {
  /** The platform to pull, when the image has several. @default - the engine's own */
  readonly platform?: Platform;

  /** Whether the image holds `/bin/sh`. A shell-form health check on an image without one is refused. @default true */
  readonly hasShell?: boolean;

  /**
   * The absolute path of a health probe in the image, with the interface of this library's probe.
   *
   * @default - none: HTTP and TCP health checks are refused, command ones work
   */
  readonly probePath?: string;

  /**
   * The program that the image starts, with its arguments: its `ENTRYPOINT`, followed by its `CMD`. With it and `probePath`, a new version
   * is tried out before it replaces the old one.
   * @default - not known: a new version is not tried out
   */
  readonly entrypoint?: string[];

  /** Whether that probe was built with TLS, as `HealthCheck.https` needs it. @default false */
  readonly probeHasTls?: boolean;

  /** Whether that probe can end a program that hangs, as `Liveness.restart` needs it. @default false */
  readonly probeHasLiveness?: boolean;

  /** Whether that probe can place files and change owners, as `files` and volumes need it in an image without a shell. @default false */
  readonly probeHasFiles?: boolean;

  /**
   * Whether that probe can start a program whose variables come from files: `probe exec NAME=/file -- /program`. A Swarm has secrets only as
   * files; with it and `entrypoint`, the program gets them as variables.
   * @default false
   */
  readonly probeHasExec?: boolean;

  /**
   * The user and group that the program runs as, as numbers: `uid:gid` or `uid`. Its volumes and files then belong to this user.
   * @default - the image's own `USER`, which this library does not know: volumes keep the owner that the image or the engine gives them
   */
  readonly user?: string;

  /**
   * The absolute path of this library's scheduler in the image, as {@link ScheduledTask} needs it together with `entrypoint`. Images that
   * this library builds with `scheduler: true` have it at `/scheduler`.
   * @default - none: the image cannot be a scheduled task
   */
  readonly schedulerPath?: string;

  /** The port that the program listens on. @default - the service's `port` @range 1..65535 */
  readonly port?: number;

  /**
   * The registry that the image is pulled from, with its credentials. The reference is then relative to the registry's prefix.
   *
   * @default - the reference names its registry, and nobody logs in
   */
  readonly registry?: ImageRegistry;
}

/**
 * Images that this library does not build.
 *
 * @example
 * new GoService(this, 'Api', {
 *   image: ContainerImage.fromRegistry('ghcr.io/acme/api:1.4.2', { hasShell: false }),
 *   healthCheck: HealthCheck.command(['/api', 'check']),
 * });
 */
export abstract class ContainerImage implements IContainerImage {
  /**
   * An image from a registry. The Docker engine pulls it if it is missing.
   *
   * A tag is looked up once. Pin a digest (`name@sha256:…`) to fix the exact image.
   *
   * @param reference as for `docker pull`, for example `ghcr.io/acme/api:1.4` or `ghcr.io/acme/api@sha256:…`.
   *   Source of the grammar: https://github.com/distribution/reference
   * @param options what this library cannot know of the image
   */
  public static fromRegistry(reference: string, options: RegistryImageOptions = {}): ContainerImage {
    return made('ContainerImage.fromRegistry', { reference, options }, () => {
      const whole = options.registry === undefined ? reference : `${options.registry.prefix}/${reference}`;
      if (!isUnresolved(whole)) {
        parseImageReference(whole);
      }
      const wrongUser = userProblem(options.user);
      if (wrongUser) {
        throw new InputError(wrongUser);
      }
      return new RegistryImage(whole, options);
    });
  }

  public abstract bind(scope: Construct, provider?: TerraformProvider): ContainerImageBinding;
}

class RegistryImage extends ContainerImage {
  public constructor(
    private readonly reference: string, private readonly options: RegistryImageOptions,
  ) {
    super();
  }

  public bind(scope: Construct, provider?: TerraformProvider): ContainerImageBinding {
    const source = atConstruct(scope, () => this.source(scope));
    source.registry?._use(scope, 'pull', provider);
    const image = pulledImage(scope, 'Image', source.reference, this.options.platform?.toString(), provider);
    return {
      reference: image.imageId,
      digestReference: image.repoDigest,
      name: source.reference,
      port: this.options.port,
      entrypoint: this.options.entrypoint,
      probePath: this.options.probePath,
      probeHasTls: this.options.probeHasTls,
      probeHasLiveness: this.options.probeHasLiveness,
      probeHasFiles: this.options.probeHasFiles,
      probeHasExec: this.options.probeHasExec,
      user: this.options.user,
      schedulerPath: this.options.schedulerPath,
      hasShell: this.options.hasShell ?? true,
    };
  }

  private source(scope: Construct): { readonly reference: string; readonly registry?: ImageRegistry } {
    if (isUnresolved(this.reference)) {
      return { reference: this.reference, registry: this.options.registry };
    }
    const { reference, mirror } = imageSource(scope, this.reference);
    return { reference, registry: mirror ?? this.options.registry };
  }
}
