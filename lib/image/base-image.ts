import { parseImageReference } from './reference';
import { userProblem } from './user';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/** Properties of a base image for Go programs. */
export interface BaseImageOptions {
  /** Whether the image has the GNU C library, which programs with cgo need. @default false */
  readonly cgoEnabled?: boolean;

  /** The image's shell, for health checks and commands in shell form. @default - the image has none */
  readonly shell?: string;

  /** The numeric user and group of programs: `uid:gid` or `uid`. @default "65532:65532", the user `nonroot` of the distroless images */
  readonly user?: string;
}

const BUSYBOX_SHELL = '/busybox/sh';

/**
 * The runtime image of a Go program.
 *
 * Distroless images contain CA certificates, time zones, `/tmp` and an unprivileged user, but no package manager. Only the debug variants
 * have a shell. Source: https://github.com/GoogleContainerTools/distroless
 * @example
 * new GoDistrolessImage(this, 'Image', { source: 'services/api', variant: BaseImage.BASE });   // for cgo
 */
export class BaseImage {
  /** For static programs: `gcr.io/distroless/static-debian12:nonroot`, about 2 MB. */
  public static readonly STATIC = new BaseImage('gcr.io/distroless/static-debian12:nonroot', {});

  /** For programs with cgo: `gcr.io/distroless/base-debian12:nonroot` with the GNU C library, about 20 MB. */
  public static readonly BASE = new BaseImage('gcr.io/distroless/base-debian12:nonroot', { cgoEnabled: true });

  /** {@link BaseImage.STATIC} with a BusyBox shell, to look around in a container. */
  public static readonly STATIC_DEBUG = new BaseImage('gcr.io/distroless/static-debian12:debug-nonroot', { shell: BUSYBOX_SHELL });

  /** {@link BaseImage.BASE} with a BusyBox shell, to look around in a container. */
  public static readonly BASE_DEBUG = new BaseImage(
    'gcr.io/distroless/base-debian12:debug-nonroot', { cgoEnabled: true, shell: BUSYBOX_SHELL });

  /**
   * Another image with CA certificates and time zones, such as one of a later Debian or an organisation's hardened image.
   *
   * @param image its reference
   */
  public static of(image: string, options: BaseImageOptions = {}): BaseImage {
    checkArguments('BaseImage.of', { image, options }, () => {
      parseImageReference(image);
      return shellProblem(options.shell) ?? userProblem(options.user);
    });
    return new BaseImage(image, options);
  }

  /** Whether programs with cgo run on the image. */
  public readonly cgoEnabled: boolean;

  private constructor(
    /** The image's reference. */
    public readonly image: string,
    private readonly options: BaseImageOptions,
  ) {
    this.cgoEnabled = options.cgoEnabled ?? false;
  }

  /** @internal */
  public get _user(): string {
    return this.options.user ?? '65532:65532';
  }

  /** @internal */
  public get _shell(): string | undefined {
    return this.options.shell;
  }
}

function shellProblem(shell: string | undefined): InputProblem | undefined {
  return shell === undefined || /^\/[A-Za-z0-9_.+/-]+$/.test(shell) ? undefined : {
    what: 'not the path of a shell',
    given: shell,
    allowed: 'an absolute path of letters, digits, "_", ".", "+" and "-"',
    remedy: 'give the shell\'s path in the image, for example "/busybox/sh"',
  };
}
