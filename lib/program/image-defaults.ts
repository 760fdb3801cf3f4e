import { IConstruct } from 'constructs';
import { GoImageOptions, PrivateModules } from './go-image-props';
import { IMAGE_DEFAULTS_TYPES, PRIVATE_MODULES_TYPES } from './go-image-validation';
import { VersionStamp } from './version-stamp';
import type { ImageRegistry } from '../image/image-registry';
import { parseImageReference } from '../image/reference';
import { atConstruct, InputError, reject } from '../input/input-error';
import { requirePropTypes } from '../input/prop-types';

/** What a team or an organisation decides once for all images below a construct. */
export interface ImageDefaultsProps {
  /**
   * Where images of a registry are pulled from instead: the registry's host → its mirror. `docker.io` is Docker Hub.
   * With `{ 'docker.io': ImageRegistry.of('registry.example.com/dockerhub') }`, `golang:1.26` becomes
   * `registry.example.com/dockerhub/library/golang:1.26`. Holds for every image that is pulled: builder and runtime images, PostgreSQL,
   * and those of `ContainerImage.fromRegistry`.
   *
   * @default - none: images come from where their names say
   */
  readonly mirrors?: { [registry: string]: ImageRegistry };

  /**
   * The digests of images: reference, as it is written without the mirror, → `sha256:…`. With `{ 'golang:1.26': 'sha256:…' }`, that very
   * image is used until the digest is changed here, whatever happens to the tag. References that have a digest keep it.
   *
   * @default - none: a tag is what the registry says when it is looked up
   */
  readonly pins?: { [reference: string]: string };

  /**
   * The registry that images are pushed to.
   *
   * @default - images are not pushed
   */
  readonly registry?: ImageRegistry;

  /**
   * The image that compiles.
   *
   * @default - as the image has it: `golang` in the version that the module asks for
   */
  readonly builderImage?: string;

  /**
   * The module proxy, as `GOPROXY` has it.
   *
   * @default - the builder image's own
   */
  readonly moduleProxy?: string;

  /**
   * Modules that are not public.
   *
   * @default - all modules are public
   */
  readonly privateModules?: PrivateModules;

  /**
   * PEM files with further certificate authorities. Relative paths are relative to `cdktf.json`.
   *
   * @default - only the builder image's certificates
   */
  readonly caCertificates?: string[];

  /**
   * Labels of the images.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * Which version of the sources the images are built from.
   *
   * @default - not stamped
   */
  readonly stamp?: VersionStamp;
}

/** Where an image is pulled from, after mirrors and pins. */
interface ImageSource {
  readonly reference: string;
  readonly mirror?: ImageRegistry;
}

/**
 * Settings of all images below a construct: an app, a stack, or any other.
 *
 * For each setting the nearest construct upward that has it wins; mirrors, pins and labels are joined entry by entry. What an image's own
 * props say wins over all of them. The outcome is in what is synthesized: the `FROM` lines of the Dockerfiles and the names of the
 * `docker_image` resources.
 */
export class ImageDefaults {
  /**
   * Sets the defaults of everything below `scope`. They are read when an image is constructed, so they have to come first.
   *
   * @throws an error with the construct's path when a setting is invalid, when an image below has been constructed already, or when the
   *   construct has defaults already
   */
  public static apply(scope: IConstruct, defaults: ImageDefaultsProps): void {
    if (consulted.has(scope)) {
      reject(scope, {
        what: 'image defaults come too late: an image below this construct has been constructed without them',
        allowed: 'defaults before the first image',
        remedy: 'call ImageDefaults.apply() before the constructs that it is meant for',
      });
    }
    if (applied.has(scope)) {
      reject(scope, {
        what: 'this construct has image defaults already',
        allowed: 'one call of ImageDefaults.apply() for each construct',
        remedy: 'join the two calls, or apply one of them to a construct further up or down',
      });
    }
    requirePropTypes(scope, defaults, IMAGE_DEFAULTS_TYPES);
    requirePropTypes(scope, defaults.privateModules ?? {}, PRIVATE_MODULES_TYPES);
    atConstruct(scope, () => validateDefaults(defaults));
    applied.set(scope, defaults);
  }

  /** @internal */
  public static _of(scope: IConstruct): ImageDefaults {
    const found: ImageDefaultsProps[] = [];
    for (const construct of scope.node.scopes.reverse()) {
      consulted.add(construct);
      found.push(applied.get(construct) ?? {});
    }
    return new ImageDefaults(found.reduceRight((outer, inner) => ({
      ...inner,
      ...missing(inner, outer),
      mirrors: { ...outer.mirrors, ...inner.mirrors },
      pins: { ...outer.pins, ...inner.pins },
      labels: { ...outer.labels, ...inner.labels },
    }), {}));
  }

  private readonly pins: ReadonlyMap<string, string>;

  private constructor(private readonly defaults: ImageDefaultsProps) {
    this.pins = new Map(Object.entries(defaults.pins ?? {}).map(([reference, digest]) => [
      parseImageReference(reference).pullReference, digest,
    ]));
  }

  /** The options of an image, completed. @internal */
  public _complete<T extends GoImageOptions>(options: T): T {
    const { mirrors: _mirrors, pins: _pins, ...defaults } = this.defaults;
    return { ...options, ...missing(options, defaults), labels: { ...defaults.labels, ...options.labels } };
  }

  /** Where an image comes from. @internal */
  public _source(reference: string): ImageSource {
    const { domain, path, tag, digest, pullReference } = parseImageReference(reference);
    const pin = digest === undefined ? this.pins.get(pullReference) : undefined;
    const mirror = this.defaults.mirrors?.[domain];
    if (mirror === undefined) {
      return { reference: pin === undefined ? reference : `${reference}@${pin}` };
    }
    const version = `${tag === undefined ? '' : `:${tag}`}${digest ?? pin ? `@${digest ?? pin}` : ''}`;
    return { reference: `${mirror.prefix}/${path}${version}`, mirror };
  }
}

/** Docker's only algorithm so far. */
const DIGEST = /^sha256:[a-f0-9]{64}$/;

const applied = new WeakMap<IConstruct, ImageDefaultsProps>();
const consulted = new WeakSet<IConstruct>();

/** The settings of `outer` that `inner` does not have. A property that is undefined is as good as left out. */
function missing<T extends object>(inner: object, outer: T): Partial<T> {
  const has = new Set(Object.entries(inner).flatMap(([name, value]) => value === undefined ? [] : [name]));
  return Object.fromEntries(Object.entries(outer).filter(([name]) => !has.has(name))) as Partial<T>;
}

function validateDefaults(defaults: ImageDefaultsProps): void {
  for (const [registry, mirror] of Object.entries(defaults.mirrors ?? {})) {
    if (!/^[a-z0-9.-]+(:\d+)?$/.test(registry) || (registry !== 'localhost' && !/[.:]/.test(registry))) {
      throw new InputError({
        what: 'not the host of a registry for `mirrors`',
        given: registry,
        allowed: 'a host, for example "docker.io" or "gcr.io"',
        remedy: 'write the host alone; for Docker Hub that is docker.io',
      });
    }
    mirror._validate();
  }
  for (const [reference, digest] of Object.entries(defaults.pins ?? {})) {
    if (parseImageReference(reference).digest !== undefined) {
      throw new InputError({
        what: 'a reference in `pins` has a digest itself',
        given: reference,
        allowed: 'a name with or without a tag',
        remedy: 'write the reference as the image has it, without the digest',
      });
    }
    if (!DIGEST.test(digest)) {
      throw new InputError({
        what: `not a digest for ${reference} in \`pins\``,
        given: digest,
        allowed: '"sha256:" and 64 hexadecimal digits',
        remedy: `look it up with \`docker buildx imagetools inspect ${reference}\``,
      });
    }
  }
  defaults.registry?._validate();
}
