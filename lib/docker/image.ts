import * as path from 'path';
import { Image } from '@cdktf/provider-docker/lib/image';
import { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { refuseBuildOverSsh } from './carried-image';
import { Features } from './features';
import { Gate } from './gate';
import { literal } from '../terraform/text';

/** A build secret: BuildKit gets it at build time, and no layer contains it. */
export interface BuildSecretSource {
  readonly id: string;
  /** An environment variable of the Terraform process. */
  readonly env?: string;
  /** A file on the machine that runs Terraform. */
  readonly src?: string;
}

export interface BuiltImageSettings {
  /** `repository:tag`. The tag is the image's fingerprint. */
  readonly name: string;
  /** The build context, relative to the directory where Terraform runs. */
  readonly context: string;
  /** Relative to the directory where Terraform runs. */
  readonly dockerfile: string;
  readonly buildLog: string;
  readonly platform?: string;
  readonly secrets: readonly BuildSecretSource[];
  readonly dependsOn?: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/** A `docker_image` that is built, for which containers of its engine wait. */
export function builtImage(scope: Construct, id: string, settings: BuiltImageSettings): Image {
  const image = new BuiltImage(scope, id, settings);
  Gate.ofImages(scope, settings.provider).waitFor(image, () => image.imageId);
  return image;
}

/**
 * Quirk (4.5.0): BuildKit's default provenance has times in it, and is part of the image in the containerd store: each build of the same sources
 * then has another id. In 3.6.2 only the variable BUILDX_NO_DEFAULT_ATTESTATIONS of Terraform's environment leaves it out.
 */
const WITHOUT_PROVENANCE = 'false';

/**
 * A `docker_image` that is built.
 *
 * Quirks, each measured with provider 3.6.2:
 * - The provider deletes an image by name, and fails while a container uses it. With a fingerprint as the tag and `keep_locally`,
 *   a new version never deletes the old one. `create_before_destroy` builds before Terraform removes anything.
 * - `builder = "default"` selects the provider's buildx library. The legacy builder fails on engines with the containerd image store and
 *   sends the whole context each time.
 * - The error of a failed build lacks the compiler's output, which goes to `build_log_file`.
 * - `dockerfile` is relative to the directory where Terraform runs, not to the context, against the provider's documentation. Since 4.0 it is
 *   relative to the context, see `Features`.
 * - An absolute context, or one outside the stack's directory, plans a replacement on every other machine.
 * - Without a given `SOURCE_DATE_EPOCH`, the provider reads it from Terraform's environment, and the image depends on who builds it.
 */
class BuiltImage extends Image {
  public constructor(scope: Construct, id: string, private readonly settings: BuiltImageSettings) {
    super(scope, id, {
      name: settings.name,
      keepLocally: true,
      buildAttribute: {
        context: settings.context,
        builder: 'default',
        buildLogFile: settings.buildLog,
        platform: settings.platform,
        buildArgs: { SOURCE_DATE_EPOCH: '0' },
        secrets: settings.secrets.length > 0
          ? settings.secrets.map((secret) => ({ ...secret, src: secret.src === undefined ? undefined : literal(secret.src) }))
          : undefined,
      },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: settings.dependsOn,
      provider: settings.provider,
    });
  }

  public toTerraform(): any {
    refuseBuildOverSsh(this, this.settings.provider);
    const { context, dockerfile } = this.settings;
    this.buildAttribute.dockerfile = Features.of(this).dockerfileInContext ? path.posix.relative(context, dockerfile) : dockerfile;
    const json = super.toTerraform();
    const { build } = json.resource[this.terraformResourceType][this.friendlyUniqueId];
    if (Features.of(this).provenance) {
      // Here, because older bindings do not know it.
      build.provenance ??= WITHOUT_PROVENANCE;
    }
    return json;
  }
}

/** A pulled `docker_image`. Destroy keeps it, because other stacks on the engine may use it. */
export function pulledImage(scope: Construct, id: string, reference: string, platform?: string, provider?: TerraformProvider): Image {
  const image = new Image(scope, id, {
    name: literal(reference),
    keepLocally: true,
    platform,
    lifecycle: { createBeforeDestroy: true },
    provider,
  });
  Gate.ofImages(scope, provider).waitFor(image, () => image.imageId);
  return image;
}
