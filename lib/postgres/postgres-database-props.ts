import { ITerraformDependable, TerraformProvider } from 'cdktf';
import { DatabaseCredentials } from './database-credentials';
import { PostgresVersion } from './postgres-version';
import { ContainerLogging } from '../service/container-logging';
import { Duration } from '../values/duration';
import { Size } from '../values/size';

/** How a PostgreSQL database runs. */
export interface PostgresDatabaseOptions {
  /**
   * The version. Another major version is another volume: data files belong to one.
   *
   * @default PostgresVersion.V17
   */
  readonly version?: PostgresVersion;

  /**
   * The image, for a mirror or an image with extensions. It must behave like the official one of `version`.
   *
   * @default - `postgres:<version>`
   */
  readonly image?: string;

  /**
   * The name of the database that is created at the first start.
   *
   * @default "app"
   */
  readonly databaseName?: string;

  /**
   * The superuser, who owns the database.
   *
   * @default DatabaseCredentials.generated(), the user `postgres` with a random password
   */
  readonly credentials?: DatabaseCredentials;

  /**
   * Whether Terraform refuses to delete the volume with the data. To delete it on purpose, switch this off and destroy.
   *
   * @default true
   */
  readonly dataProtection?: boolean;

  /**
   * SQL and shell scripts that run once, in the order of their names, when the database starts with an empty volume.
   * Relative paths are relative to `cdktf.json`. Later changes replace the container, but do not run again.
   *
   * @default - none
   */
  readonly initScripts?: string[];

  /**
   * Server settings, as in `postgresql.conf`. Source: https://www.postgresql.org/docs/17/runtime-config.html
   *
   * @default - the server's own
   */
  readonly parameters?: { [name: string]: string };

  /**
   * The most memory that the container may use, without swap, in whole MiB.
   *
   * @default Size.gibibytes(1)
   */
  readonly memory?: Size;

  /**
   * The size of `/dev/shm`, which parallel queries use, in whole MiB. It counts towards `memory`.
   *
   * @default Size.mebibytes(256), but at most half of `memory`
   */
  readonly sharedMemory?: Size;

  /**
   * How long the first start and a recovery after a crash may take before the database counts as unhealthy.
   *
   * @default Duration.minutes(2)
   */
  readonly startupTimeout?: Duration;

  /**
   * How long the server may take to end in an orderly way before it is killed, in whole seconds.
   *
   * @default Duration.seconds(120)
   */
  readonly shutdownTimeout?: Duration;

  /**
   * Where the server's output goes.
   *
   * @default ContainerLogging.jsonFile(), three files of 10 MiB
   */
  readonly logging?: ContainerLogging;

  /**
   * The container's name.
   *
   * @default - derived from the stack's id and the construct's path
   */
  readonly containerName?: string;

  /**
   * The volume's name. The major version is appended to it, because data files belong to one.
   *
   * @default - the container's name and `-data`
   */
  readonly volumeName?: string;

  /**
   * Constructs that must be ready first.
   *
   * @default - none
   */
  readonly dependsOn?: ITerraformDependable[];
}

/** Properties of a {@link PostgresDatabase}. */
export interface PostgresDatabaseProps extends PostgresDatabaseOptions {
  /**
   * The Docker provider of the engine that runs the database.
   *
   * @default - the stack's default Docker provider
   */
  readonly provider?: TerraformProvider;
}
