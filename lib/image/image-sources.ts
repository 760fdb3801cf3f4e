import type { IConstruct } from 'constructs';
import type { ImageRegistry } from './image-registry';
import { parseImageReference } from './reference';
import { NewerImages } from '../docker/newer-images';
import { inherited } from '../input/inherited';
import { InputError } from '../input/input-error';

/** The sources of images. */
export interface ImageSourceOptions {
  /**
   * The mirrors of registries: a registry's host → its mirror. `docker.io` is Docker Hub.
   * With `{ 'docker.io': ImageRegistry.of('registry.example.com/dockerhub') }`, `golang:1.26` becomes
   * `registry.example.com/dockerhub/library/golang:1.26`. Mirrors apply to every pulled image: builder and runtime images, PostgreSQL,
   * and those of `ContainerImage.fromRegistry`.
   *
   * @default - none: images come from where their names say
   */
  readonly mirrors?: { [registry: string]: ImageRegistry };

  /**
   * The digests of images: reference without the mirror → `sha256:…`. `{ 'golang:1.26': 'sha256:…' }` fixes the image
   * even if the tag moves. References with a digest keep it.
   *
   * @default - none: a tag is what the registry says when it is looked up
   * @tokens refused
   */
  readonly pins?: { [reference: string]: string };

  /**
   * Whether each plan asks the registries about all images, and warns of those without a pin and of those whose tag is another image by now. The
   * warnings contain the digests for `pins`. A registry that does not answer is a warning, too. Such a plan also lists what it reads, and is
   * never empty for `-detailed-exitcode`: set it for a plan of each night rather than for deploys.
   *
   * @default false
   */
  readonly adviseUpdates?: boolean;
}

/** The source of an image, after mirrors and pins. */
interface ImageSource {
  readonly reference: string;
  readonly mirror?: ImageRegistry;
}

const MAPS: readonly (keyof ImageSourceOptions)[] = ['mirrors', 'pins'];

/** Docker's only algorithm so far. */
const DIGEST = /^sha256:[a-f0-9]{64}$/;

/** Applies the mirrors and pins of the construct's defaults to a reference, and keeps an eye on newer images where they ask for it. */
export function imageSource(scope: IConstruct, reference: string): ImageSource {
  const { mirrors = {}, pins = {}, adviseUpdates = false }: ImageSourceOptions = inherited(scope, 'images', MAPS) ?? {};
  const { domain, path, familiarName, tag, digest, pullReference } = parseImageReference(reference);
  const pin = digest === undefined
    ? Object.entries(pins).find(([pinned]) => parseImageReference(pinned).pullReference === pullReference)?.[1] : undefined;
  const mirror = Object.hasOwn(mirrors, domain) ? mirrors[domain] : undefined;
  if (adviseUpdates && (tag !== undefined || digest === undefined)) {
    const name = mirror === undefined ? familiarName : `${mirror.prefix}/${path}`;
    NewerImages.of(scope).add(`${name}:${tag ?? 'latest'}`, digest ?? pin);
  }
  if (mirror === undefined) {
    return { reference: pin === undefined ? reference : `${reference}@${pin}` };
  }
  const version = `${tag === undefined ? '' : `:${tag}`}${digest ?? pin ? `@${digest ?? pin}` : ''}`;
  return { reference: `${mirror.prefix}/${path}${version}`, mirror };
}

/** @throws InputError when a mirror or pin cannot match any image */
export function validateImageSources({ mirrors = {}, pins = {} }: ImageSourceOptions): void {
  for (const registry of Object.keys(mirrors)) {
    if (!/^[a-z0-9.-]+(:\d+)?$/.test(registry) || (registry !== 'localhost' && !/[.:]/.test(registry))) {
      throw new InputError({
        what: 'not the host of a registry for `mirrors`',
        given: registry,
        allowed: 'a host, for example "docker.io" or "gcr.io"',
        remedy: 'write the host alone; for Docker Hub that is docker.io',
      });
    }
  }
  for (const [reference, digest] of Object.entries(pins)) {
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
}
