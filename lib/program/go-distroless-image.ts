import { Construct } from 'constructs';
import { GoImage } from './go-image';
import { GoImageOptions, GoImageProps } from './go-image-props';
import { GoImageKind } from './go-program';
import { BaseImage } from '../image/base-image';
import { InputError } from '../input/input-error';
import { Platform } from '../values/platform';

/** How to build an image on a distroless one. */
export interface GoDistrolessImageOptions extends GoImageOptions {
  /** The base image. It decides whether cgo is enabled. @default BaseImage.STATIC */
  readonly variant?: BaseImage;

  /**
   * The C compilers for programs with cgo: platform → the name of a compiler in the builder image, for example `{ 'linux/amd64':
   * 'x86_64-linux-gnu-gcc', 'linux/arm64': 'aarch64-linux-gnu-gcc' }` with Debian's packages `gcc`, `gcc-aarch64-linux-gnu` and
   * `libc6-dev-arm64-cross` in a `builderImage` of your own. Needed for `platform` and `platforms`.
   * @default - the builder image's own compiler, which compiles for its own platform
   */
  readonly cCompilers?: { [platform: string]: string };
}

/** Properties of a {@link GoDistrolessImage}. @defaults images */
export interface GoDistrolessImageProps extends GoImageProps, GoDistrolessImageOptions {}

/**
 * A Go program on a distroless image, with CA certificates, time zones and an unprivileged user. `BaseImage.BASE` adds the C library for
 * cgo. The library adds the program (`/app`) and the health probe (`/probe`).
 *
 * With cgo the builder is Debian 12 (`golang:<version>-bookworm`) like the base image. A program compiled against a newer C library does
 * not start ("version `GLIBC_2.38' not found").
 * @example
 * const image = new GoDistrolessImage(this, 'Image', { source: 'services/api', mainPackage: './cmd/api', variant: BaseImage.BASE });
 * new GoService(this, 'Api', { image, publish: PublishedPort.onLoopback(8080) });
 */
export class GoDistrolessImage extends GoImage {
  public constructor(scope: Construct, id: string, props: GoDistrolessImageProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected get _struct(): string {
    return 'GoDistrolessImageProps';
  }

  /** @internal */
  protected _kind(props: GoDistrolessImageProps): GoImageKind {
    const variant = props.variant ?? BaseImage.STATIC;
    const cCompilers = props.cCompilers ?? {};
    checkCompilers(props, variant, cCompilers);
    return {
      runtimeImage: variant.image,
      cgoEnabled: variant.cgoEnabled,
      compilers: cCompilers,
      defaultBuilderImage: (goVersion) => variant.cgoEnabled ? `golang:${goVersion}-bookworm` : `golang:${goVersion}`,
      defaultUser: variant._user,
      timezones: false,
      shell: variant._shell,
      hasShell: variant._shell !== undefined,
      withoutCgo: variant.cgoEnabled ? undefined : {
        reason: `${variant.image} holds no C library`,
        remedy: 'use `variant: BaseImage.BASE`',
      },
    };
  }
}

function checkCompilers(props: GoDistrolessImageProps, variant: BaseImage, compilers: Readonly<Record<string, string>>): void {
  const given = Object.entries(compilers).map(([platform, compiler]) => ({ platform: Platform.of(platform).toString(), compiler }));
  if (given.length > 0 && !variant.cgoEnabled) {
    throw new InputError({
      what: '`cCompilers` has no effect: without cgo no C is compiled',
      given: Object.keys(compilers),
      allowed: 'compilers with a variant for cgo',
      remedy: 'leave `cCompilers` out, or use `variant: BaseImage.BASE`',
    });
  }
  for (const { compiler } of given) {
    if (!/^[A-Za-z0-9_/][A-Za-z0-9_.+/-]*$/.test(compiler)) {
      throw new InputError({
        what: 'not the name of a C compiler',
        given: compiler,
        allowed: 'a command of the builder image without arguments, such as "aarch64-linux-gnu-gcc"',
        remedy: 'give flags in `#cgo` lines or as ENV CGO_CFLAGS of the builder image',
      });
    }
  }
  const wanted = [...props.platform ? [props.platform] : [], ...props.platforms ?? []];
  const missing = wanted.map(String).filter((platform) => !given.some((entry) => entry.platform === platform));
  if (variant.cgoEnabled && missing.length > 0) {
    throw new InputError({
      what: 'the program is compiled with cgo, and the C compiler of the builder image knows only the platform of the engine that builds',
      given: missing,
      allowed: 'no platform, which is the engine\'s own, or a C compiler for each platform',
      remedy: 'leave `platform` and `platforms` out, or give `cCompilers` and a `builderImage` that has them: '
        + '{ \'linux/amd64\': \'x86_64-linux-gnu-gcc\', \'linux/arm64\': \'aarch64-linux-gnu-gcc\' }',
    });
  }
}
