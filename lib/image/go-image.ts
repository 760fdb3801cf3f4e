import { Image } from '@cdktf/provider-docker/lib/image';
import { Annotations, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerImageBinding, IContainerImage } from './container-image';
import { IMAGE_PATHS, NETRC_SECRET } from './dockerfile';
import { GoImageProps } from './go-image-props';
import { GO_IMAGE_PROP_TYPES, PRIVATE_MODULES_TYPES, validateGoImageProps } from './go-image-validation';
import { DEFAULT_PORTS, GoImageKind, stageProgram } from './go-program';
import { imageTag, stageAtSynth } from './staging';
import { builtImage } from '../private/docker-provider/image';
import { atConstruct } from '../private/input-error';
import { dockerName } from '../private/names';
import { requirePropTypes } from '../private/prop-types';

/**
 * An image with one Go program, built by the Docker engine.
 *
 * The build context is staged at synth: the files that the program is compiled from, a Dockerfile, and the source of the health
 * probe. Its fingerprint is the image's tag, so that an image is built exactly when something in it changes.
 */
export abstract class GoImage extends Construct implements IContainerImage {
  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Image;

  /** The Dockerfile's text. */
  public readonly dockerfile: string;

  /** The image's name: repository and tag. The tag is the fingerprint of everything that goes into the image. */
  public readonly reference: string;

  /** The import path of the main package. */
  public readonly importPath: string;

  /** The user and group that the program runs as, as numbers. */
  public readonly user: string;

  /** The TCP ports that the program listens on. */
  public readonly ports: number[];

  /** The staged build context, relative to the directory where Terraform runs. */
  public readonly contextPath: string;

  /** The size of the staged build context, in bytes. */
  public readonly contextBytes: number;

  /** The files of the staged build context, relative to it. */
  public readonly contextFiles: string[];

  /** The file that gets the output of builds, relative to the directory where Terraform runs. */
  public readonly buildLogPath: string;

  private readonly hasShell: boolean;

  /**
   * @throws an error with the construct's path when a prop is invalid, the sources are not a Go program, or this kind of image cannot
   *   run the program
   */
  protected constructor(scope: Construct, id: string, props: GoImageProps) {
    super(scope, id);
    requirePropTypes(this, props, GO_IMAGE_PROP_TYPES, ['source']);
    requirePropTypes(this, props.privateModules ?? {}, PRIVATE_MODULES_TYPES);
    const name = dockerName(this);
    const kind = this._kind(props);
    this.buildLogPath = `assets/${name}/build.log`;

    const { context, dockerfile, closure } = atConstruct(this, () => {
      validateGoImageProps(props);
      return stageProgram(this, props, kind, this.buildLogPath);
    });
    this.dockerfile = dockerfile;
    this.importPath = closure.importPath;
    this.user = props.user ?? kind.defaultUser;
    this.ports = [...props.ports ?? DEFAULT_PORTS];
    this.hasShell = kind.hasShell;
    this.contextPath = `assets/${name}/${context.fingerprint}`;
    this.contextBytes = context.size;
    this.contextFiles = context.paths;
    this.reference = `${props.repository ?? name}:${imageTag(context.fingerprint, props.platform)}`;
    if (/^0+(:|$)/.test(this.user)) {
      Annotations.of(this).addWarning('The program runs as root. Leave out `user`, and it runs as an unprivileged user.');
    }

    const netrc = props.privateModules?.netrc;
    this.resource = builtImage(this, 'Resource', {
      name: this.reference,
      context: this.contextPath,
      buildLog: this.buildLogPath,
      platform: props.platform?.toString(),
      secrets: netrc ? [atConstruct(this, () => netrc._render(NETRC_SECRET))] : [],
      provider: props.provider,
    });
    stageAtSynth(this, context, this.contextPath);
  }

  public bind(_scope: Construct, _provider?: TerraformProvider): ContainerImageBinding {
    return {
      reference: this.resource.imageId,
      user: this.user,
      port: this.ports[0],
      probePath: IMAGE_PATHS.probe,
      hasShell: this.hasShell,
      buildLog: this.buildLogPath,
    };
  }

  /**
   * What distinguishes this kind of Go image from others. Called before the constructor of the subclass runs.
   *
   * @internal
   */
  protected abstract _kind(props: GoImageProps): GoImageKind;
}
