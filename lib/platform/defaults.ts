import { IConstruct } from 'constructs';
import { GatewayOptions } from '../gateway/props';
import { ImageSourceOptions, validateImageSources } from '../image/image-sources';
import { setDefaults } from '../input/inherited';
import { atConstruct } from '../input/input-error';
import { checkArguments, complete } from '../input/props';
import { Place } from '../places/place';
import { PostgresDatabaseOptions } from '../postgres/postgres-database-props';
import { GoImageOptions } from '../program/go-image-props';
import { ProgramOptions, ServiceOptions } from '../service/service-options';
import { ContainerLogging } from '../values/logging';

/** Defaults for images: how to build them, and where to pull others from. */
export interface ImageDefaults extends GoImageOptions, ImageSourceOptions {}

/** The defaults of a team or an organisation for everything below a construct. */
export interface DefaultsProps {
  /** Images: builder, registry, mirrors, pins, labels, … @default - none */
  readonly images?: ImageDefaults;

  /** Services. @default - none */
  readonly services?: ServiceOptions;

  /** Tasks. @default - none */
  readonly tasks?: ProgramOptions;

  /** PostgreSQL databases. Their `logging` also applies to the containers for backup, restore and metrics. @default - none */
  readonly databases?: PostgresDatabaseOptions;

  /** Gateways. @default - none */
  readonly gateways?: GatewayOptions;

  /**
   * The log driver of all containers, including the library's helpers. A container's own `logging` and the defaults of its kind take
   * precedence.
   * @default ContainerLogging.jsonFile(), three files of 10 MiB
   */
  readonly logging?: ContainerLogging;

  /** The place of everything without a `place` of its own. @default DockerHost.local() */
  readonly place?: Place;
}

/**
 * Settings for everything below a construct: an app, a stack, or any other.
 *
 * A construct's own props take precedence; then, for each setting, the nearest default upward. Maps (labels, environment, mirrors, …) are
 * merged by entry.
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
   * Sets the defaults of everything below `scope`. Call it first: a construct reads them when it is created. Several calls for one
   * construct add up.
   * @throws an error with the construct's path when a setting is invalid or set twice, or when a construct below already exists that would
   *   have used it
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
