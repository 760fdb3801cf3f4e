import { IConstruct } from 'constructs';
import { GatewayOptions } from '../gateway/props';
import { ImageSourceOptions, validateImageSources } from '../image/image-sources';
import { setDefaults } from '../input/inherited';
import { atConstruct } from '../input/input-error';
import { checkArguments, complete } from '../input/props';
import { PostgresDatabaseOptions } from '../postgres/postgres-database-props';
import { GoImageOptions } from '../program/go-image-props';
import { Place } from '../places/place';
import { ProgramOptions, ServiceOptions } from '../service/service-options';
import { ContainerLogging } from '../values/logging';

/** Defaults of images: how they are built, and where those that are pulled come from. */
export interface ImageDefaults extends GoImageOptions, ImageSourceOptions {}

/** What a team or an organisation decides once for everything below a construct. */
export interface DefaultsProps {
  /** Images: builder, registry, mirrors, pins, labels, … @default - none */
  readonly images?: ImageDefaults;

  /** Services. @default - none */
  readonly services?: ServiceOptions;

  /** Tasks. @default - none */
  readonly tasks?: ProgramOptions;

  /** PostgreSQL databases. Their `logging` also holds for containers that back up, restore and measure them. @default - none */
  readonly databases?: PostgresDatabaseOptions;

  /** Gateways. @default - none */
  readonly gateways?: GatewayOptions;

  /**
   * Where the output of all containers goes, of the library's own helpers too, unless a container or the defaults of its kind say otherwise.
   *
   * @default ContainerLogging.jsonFile(), three files of 10 MiB
   */
  readonly logging?: ContainerLogging;

  /** Where everything runs that has no `place` of its own. @default DockerHost.local() */
  readonly place?: Place;
}

/**
 * Settings for everything below a construct: an app, a stack, or any other.
 *
 * What a construct's own props say wins; then, for each setting, the nearest construct upward that has a default. Maps (labels, environment,
 * mirrors, …) are joined entry by entry.
 *
 * @example
 * Defaults.apply(this, {
 *   images: { registry: ImageRegistry.of('registry.example.com/team') },
 *   services: { labels: { 'com.example.team': 'shop' }, memory: Size.mebibytes(256) },
 *   databases: { version: PostgresVersion.V17 },
 *   logging: ContainerLogging.of('journald'),
 * });
 */
export class Defaults {
  /**
   * Sets the defaults of everything below `scope`. They are read when a construct is made, so they have to come first. Several calls for one
   * construct add up.
   *
   * @throws an error with the construct's path when a setting is invalid, when a construct below has been made already that would have
   *   needed it, or when the construct has this default already
   */
  public static apply(scope: IConstruct, defaults: DefaultsProps): void {
    checkArguments('Defaults.apply', { scope, defaults: {} });
    const { logging, place, ...kinds } = complete(scope, 'DefaultsProps', defaults);
    atConstruct(scope, () => validateImageSources(kinds.images ?? {}));
    for (const [kind, values] of Object.entries(kinds)) {
      if (values !== undefined) {
        setDefaults(scope, kind, values);
      }
    }
    for (const [name, value] of Object.entries({ logging, place })) {
      if (value !== undefined) {
        setDefaults(scope, name, { [name]: value });
      }
    }
  }
}
