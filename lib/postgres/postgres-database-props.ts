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
   * The version. Each major version has its own volume. When the existing data has another major version, the apply fails with instructions
   * unless `upgradeFrom` names it.
   * @default PostgresVersion.V17
   */
  readonly version?: PostgresVersion;

  /**
   * The data's present major version, 14 or later, for an upgrade. The apply stops the server, copies all databases and roles into a new
   * volume, compares the row counts, and starts the new server. Services wait for it. The old volume stays unchanged, outside of Terraform.
   * Remove the prop after the next successful apply. Needs Terraform 1.7. The copy must finish within 20 minutes, the Docker provider's
   * limit.
   * @default - none: the volume has data of `version`, or none yet
   */
  readonly upgradeFrom?: PostgresVersion;

  /** The image of `upgradeFrom`, for a mirror or an image with extensions. @default - `postgres:<upgradeFrom>` @tokens refused */
  readonly upgradeFromImage?: string;

  /** The image, for a mirror or extensions. It must behave like the official one of `version`. @default - `postgres:<version>` */
  readonly image?: string;

  /** The name of the database that is created at the first start. @default "app" @tokens refused */
  readonly databaseName?: string;

  /**
   * The superuser. It owns the database.
   * @default DatabaseCredentials.generated(), the user `postgres` with a random password @sensitive
   */
  readonly credentials?: DatabaseCredentials;

  /**
   * Whether data and backups outlive the construct: no removal, rename or `terraform destroy` deletes their volumes. The next apply of the
   * stack takes the data back, and sets the password that Terraform then has. To delete the data on purpose, set this to false and destroy.
   * @default true
   */
  readonly dataProtection?: boolean;

  /**
   * The path that the construct had in its stack, for example `Database` or `Shop/Database`. The database, its container, its networks and
   * its volume then keep the names of that path. Set it when you rename or move the construct, and keep it. Needs Terraform 1.7.
   * @default - the construct's own path @tokens refused
   */
  readonly formerly?: string;

  /**
   * Whether to use the data in the volume although it belongs to another stack, or to none. Without it, the apply refuses such data before
   * anything stops. Only one server at a time uses a volume.
   * @default false
   */
  readonly adoptVolume?: boolean;

  /**
   * Whether to begin with an empty volume although the stack has left the data of another database, or of another major version, in
   * another volume. Without it, the apply refuses to begin and names that volume. The other data stays.
   * @default false
   */
  readonly startEmpty?: boolean;

  /**
   * SQL and shell scripts that run once, in the order of their names, on an empty volume. Paths are relative to `cdktf.json`. When one
   * fails, the apply fails with the script's name and line, and the volume is empty again. All of them must end within 20 minutes, the
   * Docker provider's limit. A later change replaces the container but runs no script.
   * @default - none @tokens refused
   */
  readonly initScripts?: string[];

  /** Settings for `postgresql.conf`. Source: https://www.postgresql.org/docs/17/runtime-config.html @default - the server's own */
  readonly parameters?: { [name: string]: string };

  /**
   * Server settings derived from `memory`. Entries of `parameters` take precedence.
   * @default - the image's own settings, which are for a small machine
   */
  readonly tuning?: PostgresTuning;

  /**
   * Logs statements, with their parameters, that take at least this long, in whole milliseconds: `log_min_duration_statement`.
   * @default - none
   * @range 0ms..24h
   */
  readonly logStatementsSlowerThan?: Duration;

  /** Encrypted connections. @default - none: the network is private to the machine @sensitive */
  readonly tls?: PostgresTls;

  /** The most memory that the container may use, without swap, in whole MiB. @default Size.gibibytes(1) @range 6MiB..64TiB/1MiB */
  readonly memory?: Size;

  /**
   * The most processor time that the container may use, in percent of one processor. A change replaces the container.
   * @default - no limit @range 1..102400
   */
  readonly cpuPercent?: number;

  /**
   * The size of `/dev/shm`, which parallel queries use, in whole MiB. It counts towards `memory`.
   * @default Size.mebibytes(256), but at most half of `memory` @range 1MiB..64TiB/1MiB
   */
  readonly sharedMemory?: Size;

  /**
   * How long the first start and a crash recovery may take. Afterwards the database counts as unhealthy.
   * @default Duration.minutes(2)
   * @range 1s..24h/1s
   */
  readonly startupTimeout?: Duration;

  /** How long an orderly shutdown may take, in whole seconds. @default Duration.seconds(120) @range 1s..24h/1s */
  readonly shutdownTimeout?: Duration;

  /** Where the server's output goes. @default ContainerLogging.jsonFile(), three files of 10 MiB */
  readonly logging?: ContainerLogging;

  /** The container's name. With it, a renamed construct keeps its container. @default - derived from the stack's id and the construct's path */
  readonly containerName?: string;

  /** The volume's name. The major version is appended: data files belong to one. @default - the container's name and `-data` */
  readonly volumeName?: string;

  /** What must be ready first. @default - nothing */
  readonly after?: ITerraformDependable[];
}

/** Properties of a {@link PostgresDatabase}. @defaults databases */
export interface PostgresDatabaseProps extends PostgresDatabaseOptions {
  /** Where the database runs. @default DockerHost.local() */
  readonly place?: Place;
}
