import { Image } from '@cdktf/provider-docker/lib/image';
import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { BuildGate } from './gate';
import { literal } from '../terraform/text';

/** A value that BuildKit gets at build time and that no layer holds. */
export interface BuildSecretSource {
  readonly id: string;
  /** Environment variable of the Terraform process. */
  readonly env?: string;
  /** File on the machine that runs Terraform. */
  readonly src?: string;
}

/** What distinguishes one built image from another. */
export interface BuiltImageSettings {
  /** `repository:tag`, with the fingerprint of all that goes into the image as its tag. */
  readonly name: string;
  /** The build context, relative to the directory where Terraform runs. */
  readonly context: string;
  /** Relative to the directory where Terraform runs. */
  readonly dockerfile: string;
  readonly buildLog: string;
  readonly platform?: string;
  readonly secrets: readonly BuildSecretSource[];
  readonly provider?: TerraformProvider;
}

/**
 * A `docker_image` that is built.
 *
 * Quirks, each measured with provider 3.6.2:
 * - The provider deletes an image by name and refuses while a container uses it. With the fingerprint as the tag and
 *   `keep_locally`, a new version never takes the old one away, and `create_before_destroy` builds before anything is removed.
 * - `builder = "default"` selects the buildx library inside the provider; without it the legacy path is taken, which fails
 *   on engines with the containerd image store and sends the whole context each time.
 * - The error of a failed build holds no compiler output: it goes to `build_log_file`.
 * - `dockerfile` is relative to the directory where Terraform runs, not to the context as the provider's documentation says.
 * - A context outside the stack's directory, or an absolute one, would plan a replacement on every colleague's machine.
 * - `SOURCE_DATE_EPOCH` is taken from Terraform's environment when it is not given: then the image would depend on who builds it.
 */
export function builtImage(scope: Construct, id: string, settings: BuiltImageSettings): Image {
  const image = new Image(scope, id, {
    name: settings.name,
    keepLocally: true,
    buildAttribute: {
      context: settings.context,
      dockerfile: settings.dockerfile,
      builder: 'default',
      buildLogFile: settings.buildLog,
      platform: settings.platform,
      buildArgs: { SOURCE_DATE_EPOCH: '0' },
      secrets: settings.secrets.length > 0
        ? settings.secrets.map((secret) => ({ ...secret, src: secret.src === undefined ? undefined : literal(secret.src) }))
        : undefined,
    },
    lifecycle: { createBeforeDestroy: true },
    provider: settings.provider,
  });
  BuildGate.of(scope, settings.provider).waitFor(image, () => image.imageId);
  return image;
}

/** A `docker_image` that is pulled. It is kept on destroy, because other stacks on the engine may use the same one. */
export function pulledImage(scope: Construct, id: string, reference: string, platform?: string, provider?: TerraformProvider): Image {
  const image = new Image(scope, id, {
    name: reference,
    keepLocally: true,
    platform,
    lifecycle: { createBeforeDestroy: true },
    provider,
  });
  BuildGate.of(scope, provider).waitFor(image, () => image.imageId);
  return image;
}
