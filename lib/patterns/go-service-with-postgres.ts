import { Construct } from 'constructs';
import { reject } from '../input/input-error';
import { complete } from '../input/props';
import { ContainerNetwork } from '../places/container-network';
import { placeOf } from '../places/default-place';
import { PostgresDatabase } from '../postgres/postgres-database';
import { PostgresDatabaseOptions } from '../postgres/postgres-database-props';
import { PostgresRole, PostgresRoleProps } from '../postgres/roles/postgres-role';
import { GoScratchImage, GoScratchImageOptions } from '../program/go-scratch-image';
import { GoService } from '../service/go-service';
import { GoTask } from '../service/go-task';
import { ServiceOptions } from '../service/service-options';
import { dockerName } from '../terraform/names';
import { ConnectionPool } from '../values/connection-pool';
import { Size } from '../values/size';
import { ConnectionVariables } from '../workload/connection-variables';

/** Properties of a {@link GoServiceWithPostgres}. */
export interface GoServiceWithPostgresProps extends ServiceOptions {
  /**
   * A directory of the Go module, for example `services/shop`: the one with `go.mod`, or any below it. Relative paths are relative to
   * `cdktf.json`.
   * @tokens refused
   */
  readonly source: string;

  /**
   * The main package, relative to `source`, for example `./cmd/app`; or its import path.
   * @default - `.` if it is a main package, else the module's only one; several are an error that lists them @tokens refused
   */
  readonly mainPackage?: string;

  /** How the image is built. @default - as `GoScratchImage` has it */
  readonly imageOptions?: GoScratchImageOptions;

  /** How the database runs. @default - as `PostgresDatabase` has it: PostgreSQL 17 with a generated password and a protected volume */
  readonly database?: PostgresDatabaseOptions;

  /**
   * The environment variable that gets the database's connection URL.
   * @default "DATABASE_URL"; none with `databaseParts` or `databasePlaceholder` @tokens refused
   */
  readonly databaseVariable?: string;

  /** Environment variables for host, user, password and so on, here and in the migration. @default - none */
  readonly databaseParts?: ConnectionVariables;

  /** A text in `arguments` that the connection URL replaces, as {@link ConnectionOptions} has it. @default - none @tokens refused */
  readonly databasePlaceholder?: string;

  /**
   * The role that the service connects as, for the rights that it needs and no more. Tables that the migration creates are included.
   * @default - the superuser, which owns the tables of volumes that exist already
   */
  readonly databaseRole?: DatabaseRoleOptions;

  /** The most connections of each of the service's containers. @default - not known, and not counted */
  readonly pool?: ConnectionPool;

  /**
   * A program that migrates the database before each new version of the service starts. When it fails, the apply fails and the old version
   * keeps serving. The old version also serves during the migration: the schema must suit both versions.
   * @default - none
   */
  readonly migration?: MigrationOptions;
}

/** A role of the service's database. */
export interface DatabaseRoleOptions extends PostgresRoleProps {
  /** The role's name; any text of up to 63 bytes. */
  readonly name: string;
}

/** A program of the service's module that migrates its database. */
export interface MigrationOptions {
  /**
   * The main package, relative to `source`, for example `./cmd/migrate`; or its import path.
   * @default - the service's own program, with the service's image. It needs `arguments`
   */
  readonly mainPackage?: string;

  /**
   * The role that the migration connects as, usually with `RoleAccess.owner()`. It takes over the superuser's existing tables.
   * @default - the superuser
   */
  readonly databaseRole?: DatabaseRoleOptions;

  /** Environment variables; the database's connection URL is in `databaseVariable` here as well. @default - `GOMEMLIMIT` only */
  readonly environment?: { [name: string]: string };

  /** Arguments for the program, for example `["migrate"]`. @default - none */
  readonly arguments?: string[];

  /**
   * A text in `arguments` that the connection URL replaces, for example `{database}` for golang-migrate, whose URL is an argument.
   * @default - none @tokens refused
   */
  readonly databasePlaceholder?: string;

  /** The most memory that the container may use, without swap, in whole MiB. @default Size.mebibytes(512) @range 6MiB..64TiB/1MiB */
  readonly memory?: Size;
}

/**
 * A Go service on `scratch` next to a PostgreSQL that is ready before the service starts.
 *
 * Every part is an ordinary construct of this library and is exposed.
 * @example
 * new GoServiceWithPostgres(this, 'shop', {
 *   source: 'services/shop',
 *   mainPackage: './cmd/app',
 *   publish: PublishedPort.onLoopback(8080),
 *   database: { version: PostgresVersion.V17, databaseName: 'shop' },
 * });
 */
export class GoServiceWithPostgres extends Construct {
  /** The image. */
  public readonly image: GoScratchImage;

  /** The service. */
  public readonly service: GoService;

  /** The database. */
  public readonly database: PostgresDatabase;

  /** The role that the service connects as. @default - none: it connects as the superuser */
  public readonly role?: PostgresRole;

  /** The migration. @default - none */
  public readonly migration?: GoTask;

  /** The private network of service and database. */
  public readonly network: ContainerNetwork;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GoServiceWithPostgresProps) {
    super(scope, id);
    const props = complete(this, 'GoServiceWithPostgresProps', given);
    const {
      source, mainPackage, imageOptions, database, databaseVariable, databaseParts, databasePlaceholder, databaseRole, pool, migration, ...service
    } = props;
    this.image = new GoScratchImage(this, 'Image', {
      ...imageOptions,
      source,
      mainPackage,
      repository: imageOptions?.repository ?? dockerName(this),
      provider: placeOf(this, props.place)._builder(this),
    });
    this.database = new PostgresDatabase(this, 'Database', { ...database, place: props.place });
    this.network = this.database.network;
    this.service = new GoService(this, 'Service', {
      ...service,
      containerName: props.containerName ?? dockerName(this),
      image: this.image,
    });
    this.role = databaseRole && this.addRole(databaseRole);
    this.service.connectTo(this.role ?? this.database, {
      variable: databaseVariable, parts: databaseParts, placeholder: databasePlaceholder, pool,
    });
    if (migration) {
      this.migration = this.migrateBefore(props, migration);
    }
  }

  private migrationImage(props: GoServiceWithPostgresProps, mainPackage: string): GoScratchImage {
    return new GoScratchImage(this, 'MigrationImage', {
      ...props.imageOptions,
      source: props.source,
      mainPackage,
      repository: `${props.imageOptions?.repository ?? dockerName(this)}-migration`,
      provider: placeOf(this, props.place)._builder(this),
    });
  }

  private addRole({ name, ...options }: DatabaseRoleOptions): PostgresRole {
    return this.database.addRole(name, options);
  }

  private migrateBefore(props: GoServiceWithPostgresProps, { mainPackage, databaseRole, databasePlaceholder, ...options }: MigrationOptions): GoTask {
    if (mainPackage === undefined && (options.arguments ?? []).length === 0) {
      reject(this, {
        what: '`migration` has neither a program nor arguments: it would run the service itself, which does not end',
        allowed: '`mainPackage` for a program of its own, `arguments` for the service\'s program, or both',
        remedy: 'give migration: { mainPackage: "./cmd/migrate" } or migration: { arguments: ["migrate"] }',
      });
    }
    const image = mainPackage === undefined ? this.image : this.migrationImage(props, mainPackage);
    const task = new GoTask(this, 'Migration', { ...options, image, logging: props.logging, place: props.place });
    task.connectTo(databaseRole ? this.addRole(databaseRole) : this.database, {
      variable: props.databaseVariable, parts: props.databaseParts, placeholder: databasePlaceholder,
    });
    this.service.after(task);
    return task;
  }
}
