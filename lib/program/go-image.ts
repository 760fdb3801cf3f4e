import * as path from 'path';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Annotations, TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { IMAGE_PATHS, NETRC_SECRET, SCHEDULER_PATHS } from './dockerfile';
import { GoImageProps } from './go-image-props';
import { validateGoImageProps } from './go-image-validation';
import { DEFAULT_PORTS, GoImageKind, stageProgram } from './go-program';
import { BILL_OF_MATERIALS_FILE } from './software-bill-of-materials';
import { referenceOn } from '../docker/carried-image';
import { Gates } from '../docker/gate';
import { builtImage, pulledImage } from '../docker/image';
import { ImagesToDestroy, OldImages, RepositoryOnEngine } from '../docker/old-images';
import { manifestList, pushedImage } from '../docker/registry-image';
import { ContainerImageBinding, IContainerImage } from '../image/container-image';
import { ImageRegistry } from '../image/image-registry';
import { atConstruct } from '../input/input-error';
import { complete } from '../input/props';
import { FINGERPRINT_LENGTH, buildLogPath, platformSuffix, stageImage } from '../staging/staging';
import { dockerName } from '../terraform/names';
import { refuseOtherStack } from '../terraform/same-stack';
import { Platform } from '../values/platform';

/**
 * An image with one Go program, built by the Docker engine.
 *
 * Synth stages the build context: the program's files, a Dockerfile, and the source of the health probe. Its fingerprint is the image's
 * tag, so an image is built exactly when its content changes.
 * @internal
 */
export abstract class GoImage extends Construct implements IContainerImage {
  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Image;

  /** The Dockerfile's text. */
  public readonly dockerfile: string;

  /** The image's repository and tag. The tag is the fingerprint of the image's content. */
  public readonly reference: string;

  /** The import path of the main package. */
  public readonly importPath: string;

  /** The user and group that the program runs as, as numbers. */
  public readonly user: string;

  /** The TCP ports that the program listens on. */
  public readonly ports: number[];

  /** The staged build context, relative to the directory where Terraform runs. Images of the same files share it. */
  public readonly contextPath: string;

  /** The Dockerfile, relative to the directory where Terraform runs. */
  public readonly dockerfilePath: string;

  /** The size of the staged build context, in bytes. */
  public readonly contextBytes: number;

  /** The files of the staged build context, relative to it. */
  public readonly contextFiles: string[];

  /** The CycloneDX file with the program's modules, relative to the directory where Terraform runs. */
  public readonly billOfMaterialsPath: string;

  /** The file with the build's output, relative to the directory where Terraform runs. With several `platforms`, a pattern. */
  public readonly buildLogPath: string;

  /**
   * The image in the registry: `repository@sha256:…`. With several `platforms`, the manifest list. Terraform knows it after the push.
   * @default - the image is not pushed
   */
  public readonly digestReference?: string;

  private readonly kind: GoImageKind;
  private readonly probeHasTls: boolean;
  private readonly hasScheduler: boolean;
  private readonly registry?: ImageRegistry;
  private readonly provider?: TerraformProvider;
  private readonly keepImages?: number;

  /**
   * @throws an error with the construct's path when a prop is invalid, the sources are not a Go program, or this kind of image cannot run
   *   the program
   */
  protected constructor(scope: Construct, id: string, given: GoImageProps) {
    super(scope, id);
    const props = this.completed(given);
    const name = dockerName(this);
    this.buildLogPath = buildLogPath(name, props.platforms ? '*' : '');

    const { kind, program, repository } = atConstruct(this, () => {
      validateGoImageProps(props);
      const kindOfImage = this._kind(props);
      const repositoryName = props.repository ?? name;
      return {
        kind: kindOfImage,
        program: stageProgram(this, props, kindOfImage),
        repository: props.registry?._repository(repositoryName) ?? repositoryName,
      };
    });
    const { context, dockerfile, billOfMaterials, closure } = program;
    const documents = { [BILL_OF_MATERIALS_FILE]: billOfMaterials };
    const staged = stageImage(this, { name, context, dockerfile, platform: props.platform, documents });
    this.kind = kind;
    this.probeHasTls = props.probeTls ?? false;
    this.hasScheduler = props.scheduler ?? false;
    this.registry = props.registry;
    this.keepImages = props.keepImages;
    this.provider = props.provider;
    this.dockerfile = staged.instructions;
    this.importPath = closure.importPath;
    this.user = props.user ?? kind.defaultUser;
    this.ports = [...props.ports ?? DEFAULT_PORTS];
    this.contextPath = staged.context;
    this.dockerfilePath = staged.dockerfile;
    this.contextBytes = context.size;
    this.contextFiles = context.paths;
    this.billOfMaterialsPath = `${path.posix.dirname(staged.dockerfile)}/${BILL_OF_MATERIALS_FILE}`;
    this.reference = `${repository}:${staged.tag}`;
    if (/^0+(:|$)/.test(this.user)) {
      Annotations.of(this).addWarning('The program runs as root. Leave out `user`, and it runs as an unprivileged user.');
    }

    const netrc = props.privateModules?.netrc;
    const secrets = netrc ? [atConstruct(this, () => netrc._render(NETRC_SECRET))] : [];
    const onEngine: RepositoryOnEngine = {
      repository,
      tagLength: FINGERPRINT_LENGTH,
      engine: () => Gates.of(this, props.provider).configuration,
    };
    const destroyed = props.removeImagesOnDestroy ? new ImagesToDestroy(this, 'ImagesToDestroy', onEngine) : undefined;
    const build = (resourceId: string, tagged: string, logSuffix: string, platform?: Platform): Image => builtImage(this, resourceId, {
      name: tagged,
      context: staged.context,
      dockerfile: staged.dockerfile,
      buildLog: buildLogPath(name, logSuffix),
      platform: platform?.toString(),
      secrets,
      dependsOn: destroyed && [destroyed],
      provider: props.provider,
    });
    this.resource = build('Resource', this.reference, '', props.platform);
    const platforms = (props.platforms ?? []).map((platform): BuiltForPlatform => {
      const suffix = platformSuffix(platform);
      const reference = `${repository}:${staged.fingerprint}${suffix}`;
      return { platform: platform.toString(), suffix, reference, image: build(`Platform${suffix}`, reference, suffix, platform) };
    });
    if (props.keepImages !== undefined) {
      const images = [this.resource, ...platforms.map(({ image }) => image)];
      new OldImages(this, 'OldImages', { ...onEngine, images, kept: props.keepImages });
    }
    if (props.registry) {
      const digest = this.push(props.registry, repository, platforms);
      this.digestReference = `${repository}@${digest}`;
    }
  }

  /** Makes the image available to a container: the local build, or on another engine a pull from the registry or a transfer. */
  public bind(scope: Construct, provider?: TerraformProvider): ContainerImageBinding {
    return {
      reference: this.referenceFor(scope, provider),
      digestReference: this.digestReference,
      name: this.reference,
      user: this.user,
      port: this.ports[0],
      entrypoint: [IMAGE_PATHS.application],
      probePath: IMAGE_PATHS.probe,
      probeHasTls: this.probeHasTls,
      probeHasLiveness: true,
      probeHasFiles: true,
      probeHasExec: true,
      schedulerPath: this.hasScheduler ? SCHEDULER_PATHS.scheduler : undefined,
      hasShell: this.kind.hasShell,
      shell: this.kind.shell,
      buildLog: this.buildLogPath,
    };
  }

  /** The image's own `platforms` override a default `platform`, and vice versa. */
  private completed(given: GoImageProps): GoImageProps {
    const { platform, platforms, ...props } = complete(this, this._struct, given);
    return {
      ...props,
      platform: given.platforms === undefined ? platform : given.platform,
      platforms: given.platform === undefined ? platforms : given.platforms,
    };
  }

  private push(registry: ImageRegistry, repository: string, platforms: readonly BuiltForPlatform[]): string {
    registry._use(this, 'push', this.provider);
    if (platforms.length === 0) {
      return pushedImage(this, 'Pushed', this.resource, this.reference, this.provider).sha256Digest;
    }
    return manifestList(this, 'List', {
      reference: this.reference,
      images: platforms.map(({ platform, suffix, reference, image }) => ({
        platform, repository, pushed: pushedImage(this, `Pushed${suffix}`, image, reference, this.provider),
      })),
      login: registry._login(),
      provider: this.provider,
    });
  }

  /** The local build; on another engine a pull from the registry, or without one a transfer. */
  private referenceFor(scope: Construct, provider: TerraformProvider | undefined): string {
    const isHere = (provider?.alias ?? '') === (this.provider?.alias ?? '');
    const sameStack = TerraformStack.of(scope) === TerraformStack.of(this);
    if (this.registry !== undefined && !(isHere && sameStack)) {
      return this.pulled(scope, provider);
    }
    if (!isHere) {
      refuseOtherStack(scope, this, 'make the image in the stack that runs it, or give it a `registry`');
      this.removeOldImages(provider);
    }
    return referenceOn(this, { image: this.resource, reference: this.reference, from: this.provider }, provider);
  }

  private removeOldImages(provider: TerraformProvider | undefined): void {
    const id = `OldImages${provider?.alias === undefined ? '' : `-${provider.alias}`}`;
    if (this.keepImages !== undefined && this.node.tryFindChild(id) === undefined) {
      new OldImages(this, id, {
        repository: this.reference.slice(0, this.reference.lastIndexOf(':')),
        tagLength: FINGERPRINT_LENGTH,
        engine: () => Gates.of(this, provider).configuration,
        images: [this.resource],
        kept: this.keepImages,
      });
    }
  }

  private pulled(scope: Construct, provider: TerraformProvider | undefined): string {
    this.registry!._use(scope, 'pull', provider);
    return pulledImage(scope, 'Image', this.digestReference!, undefined, provider).imageId;
  }

  /** @internal */
  protected abstract get _struct(): string;

  /** Called before the constructor of the subclass runs. @internal */
  protected abstract _kind(props: GoImageProps): GoImageKind;
}

interface BuiltForPlatform {
  readonly platform: string;
  readonly suffix: string;
  readonly reference: string;
  readonly image: Image;
}
