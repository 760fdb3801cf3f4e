import { Construct } from 'constructs';
import { GoImage } from './go-image';
import { GoImageOptions, GoImageProps } from './go-image-props';
import { GoImageKind } from './go-program';

/** How to build an image on `scratch`. */
export interface GoScratchImageOptions extends GoImageOptions {
  /** Whether the image holds the time zone database, for `time.LoadLocation`: 0.4 MB, found through `ZONEINFO`. @default true */
  readonly timezones?: boolean;
}

/** Properties of a {@link GoScratchImage}. @defaults images */
export interface GoScratchImageProps extends GoImageProps, GoScratchImageOptions {}

/**
 * The smallest image for a Go program: a static binary on `scratch`.
 *
 * It holds the program (`/app`), the health probe (`/probe`), CA certificates, time zones, `/tmp`, and an unprivileged user in
 * `/etc/passwd` and `/etc/group`. It has no shell, libc or package manager. Programs that need cgo are refused.
 * @example
 * const image = new GoScratchImage(this, 'Image', {
 *   source: 'services/shop',
 *   mainPackage: './cmd/app',
 *   variables: { 'main.version': '1.4.0' },
 * });
 * new TerraformOutput(this, 'reference', { value: image.reference });
 */
export class GoScratchImage extends GoImage {
  public constructor(scope: Construct, id: string, props: GoScratchImageProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected get _struct(): string {
    return 'GoScratchImageProps';
  }

  /** @internal */
  protected _kind(props: GoScratchImageProps): GoImageKind {
    return {
      cgoEnabled: false,
      compilers: {},
      defaultBuilderImage: (goVersion) => `golang:${goVersion}`,
      defaultUser: '65534:65534',
      timezones: props.timezones ?? true,
      hasShell: false,
      withoutCgo: {
        reason: 'an image from scratch holds no C library',
        remedy: 'use GoDistrolessImage with `variant: BaseImage.BASE`',
      },
    };
  }
}
