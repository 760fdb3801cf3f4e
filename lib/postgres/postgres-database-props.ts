import { ITerraformDependable } from 'cdktf';
import { PostgresTls } from './postgres-tls';
import { PostgresTuning } from './postgres-tuning';
import { PostgresVersion } from './postgres-version';
import { DatabaseCredentials } from './roles/database-credentials';
import { Place } from '../places/place';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';

/** How a PostgreSQL database runs. */
export interface PostgresDatabaseOptions {
  /**
   * The version. Another major version is another volume: data files belong to one. The plan fails with the instructions when the volume
   * holds data of another major version and `upgradeFrom` does not say so.
   * @default PostgresVersion.V17
   */
  readonly version?: PostgresVersion;

  /**
   * The older major version, 14 or later, that the data has at present. The apply stops the server, copies all databases and roles into a
   * new volume, compares the counts of all rows, and starts the new server; services wait for it. The old volume stays as it is, and is no
   * longer Terraform's. Take the prop out after the next successful apply. Needs Terraform 1.7.
   *
   * Sizes: the copy has to be done within the 20 minutes that the Docker provider gives any container.
   * @default - none: the volume has data of `version`, or none yet
   */
  readonly upgradeFrom?: PostgresVersion;

  /** The image of `upgradeFrom`, for a mirror or an image with extensions. @default - `postgres:<upgradeFrom>` @tokens refused */
  readonly upgradeFromImage?: string;

  /**
   * The image, for a mirror or an image with extensions. It must behave like the official one of `version`.
   * @default - `postgres:<version>`
   */
  readonly image?: string;

  /** The name of the database that is created at the first start. @default "app" @tokens refused */
  readonly databaseName?: string;

  /**
   * The superuser, who owns the database.
   * @default DatabaseCredentials.generated(), the user `postgres` with a random password @sensitive
   */
  readonly credentials?: DatabaseCredentials;

  /** Whether Terraform refuses to delete the volume with the data. To delete it on purpose, switch this off and destroy. @default true */
  readonly dataProtection?: boolean;

  /**
   * SQL and shell scripts that run once, in the order of their names, when the database starts with an empty volume. Relative paths are
   * relative to `cdktf.json`. Later changes replace the container, but do not run again.
   * @default - none @tokens refused
   */
  readonly initScripts?: string[];

  /**
   * Server settings, as in `postgresql.conf`. Source: https://www.postgresql.org/docs/17/runtime-config.html
   * @default - the server's own
   */
  readonly parameters?: { [name: string]: string };

  /**
   * Server settings that follow from `memory`. Entries of `parameters` win.
   * @default - the image's own settings, which are for a small machine
   */
  readonly tuning?: PostgresTuning;

  /**
   * Statements that take at least this long get into the log, `log_min_duration_statement`, in whole milliseconds. Their parameters get
   * there as well.
   * @default - none @range 0ms..24h
   */
  readonly logStatementsSlowerThan?: Duration;

  /** Encrypted connections. @default - none: the network is private to the machine @sensitive */
  readonly tls?: PostgresTls;

  /** The most memory that the container may use, without swap, in whole MiB. @default Size.gibibytes(1) @range 6MiB..64TiB/1MiB */
  readonly memory?: Size;

  /**
   * The size of `/dev/shm`, which parallel queries use, in whole MiB. It counts towards `memory`.
   * @default Size.mebibytes(256), but at most half of `memory` @range 1MiB..64TiB/1MiB
   */
  readonly sharedMemory?: Size;

  /**
   * How long the first start and a recovery after a crash may take before the database counts as unhealthy.
   * @default Duration.minutes(2) @range 1s..24h/1s
   */
  readonly startupTimeout?: Duration;

  /**
   * How long the server may take to end in an orderly way before it is killed, in whole seconds.
   * @default Duration.seconds(120) @range 1s..24h/1s
   */
  readonly shutdownTimeout?: Duration;

  /** Where the server's output goes. @default ContainerLogging.jsonFile(), three files of 10 MiB */
  readonly logging?: ContainerLogging;

  /** The container's name. @default - derived from the stack's id and the construct's path */
  readonly containerName?: string;

  /**
   * The volume's name. The major version is appended to it, because data files belong to one.
   * @default - the container's name and `-data`
   */
  readonly volumeName?: string;

  /** What must be ready first. @default - nothing */
  readonly after?: ITerraformDependable[];
}

/** Properties of a {@link PostgresDatabase}. @defaults databases */
export interface PostgresDatabaseProps extends PostgresDatabaseOptions {
  /** Where the database runs. @default DockerHost.local() */
  readonly place?: Place;
}
