import { createHash } from 'crypto';
import { Container } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { ITerraformDependable, Lazy, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { BackupFile } from './backup/backup-file';
import { PostgresBackup, PostgresBackupProps } from './backup/postgres-backup';
import { RestoreTask } from './backup/restore-task';
import { ConnectionBudget } from './connection-budget';
import { connectionUrl } from './connection-url';
import { dataVolume } from './data-volume';
import { ExternalDatabase, ExternalDatabaseProps } from './external-database';
import { ImageWithInitScripts } from './init-scripts';
import { PostgresDatabaseProps } from './postgres-database-props';
import { connectionLimits, serverParameters, validatePostgresProps } from './postgres-database-validation';
import { METRICS_CONNECTIONS, PostgresMetrics, PostgresMetricsProps } from './postgres-metrics';
import { PostgresUpgrade } from './postgres-upgrade';
import { PostgresVersion } from './postgres-version';
import { POSTGRES_PORT, serverArguments, serverContainer, serverHealthCheck } from './server-container';
import { ContainerNetworkAttachment } from '../docker/container';
import { idOf } from '../terraform/construct-id';
import { BoundCredentials, DatabaseCredentials } from './roles/database-credentials';
import { ContainerImage } from '../image/container-image';
import { reject } from '../input/input-error';
import { checkMethod, complete, made } from '../input/props';
import { AwaitedDatabase, DatabaseReady } from '../workload/readiness';
import { ADMINISTRATION_PARAMETER, AdministeredServer, ProvisioningTask } from './roles/administration';
import { LogicalDatabase } from './roles/logical-database';
import { PostgresRole, PostgresRoleProps } from './roles/postgres-role';
import { DatabaseHome, RoleHome } from './roles/role-home';
import { isSideBySide } from '../docker/side-by-side';
import { claimContainerName, claimHostPort, claimVolumeName } from '../terraform/claims';
import { forget, takesThePlaceOf } from '../terraform/moves';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { DatabaseConnection, DatabaseConnectionOptions, IDatabase } from '../workload/binding';
import { ContainerNetwork } from '../workload/network';

/** cdktf's placeholder of a reference, whose number depends on what else is in the app. */
const TOKEN = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * A PostgreSQL server with one database, on a private network that only the services connected to it are on.
 *
 * An apply waits until the server accepts connections. The data is in a volume that Terraform does not delete by accident.
 *
 * `service.connectTo(database)` connects as the superuser. A service that should only have the rights it needs is connected as a role:
 * `service.connectTo(database.addRole('shop'))`.
 *
 * @example
 * const database = new PostgresDatabase(this, 'Database', {
 *   version: PostgresVersion.V17,
 *   databaseName: 'shop',
 *   initScripts: ['database/schema.sql'],
 *   parameters: { max_connections: '200' },
 *   memory: Size.gibibytes(2),
 * });
 */
export class PostgresDatabase extends Construct implements IDatabase, ITerraformDependable {
  /** A database that is not this library's: a managed one, or one on another machine. Services connect to it in the same way. */
  public static fromConnection(props: ExternalDatabaseProps): IDatabase {
    return made('PostgresDatabase.fromConnection', { props }, () => new ExternalDatabase(props));
  }

  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Container;

  /** The volume with the data. */
  public readonly volume: Volume;

  /** The private network. It has no way out and is not reachable from outside. */
  public readonly network: ContainerNetwork;

  /** The container's name, which is the server's host name on the private network. */
  public readonly containerName: string;

  /** The version. */
  public readonly version: PostgresVersion;

  /** The name of the database. */
  public readonly databaseName: string;

  /** The superuser's name. */
  public readonly username: string;

  /** The superuser's password, marked as sensitive for Terraform. */
  public readonly password: string;

  private readonly props: PostgresDatabaseProps;
  private readonly credentials: BoundCredentials;
  private readonly imageReference: string;
  private readonly server: AdministeredServer;
  private readonly awaited: Pick<AwaitedDatabase, 'image' | 'hostName' | 'patienceSeconds'>;
  private readonly networks: ContainerNetworkAttachment[];
  private readonly budget: ConnectionBudget;
  private readonly home: DatabaseHome;
  private readonly databases: LogicalDatabase[];
  /** Made once: cdktf asks for it again each time it resolves a dependency. */
  private readonly readiness = Lazy.stringValue({ produce: () => (this.provisioning ?? this.restore ?? this.resource).fqn });
  private administered = false;
  private provisioning?: ProvisioningTask;
  private restore?: RestoreTask;
  private publishedPort?: PublishedPort;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: PostgresDatabaseProps = {}) {
    super(scope, id);
    const props = complete(this, 'PostgresDatabaseProps', given);
    validatePostgresProps(this, props);
    this.props = props;
    this.credentials = (props.credentials ?? DatabaseCredentials.generated())._bind(this);
    this.version = props.version ?? PostgresVersion.V17;
    this.databaseName = props.databaseName ?? 'app';
    this.username = this.credentials.username;
    this.password = this.credentials.password;
    this.containerName = props.containerName ?? dockerName(this);
    claimContainerName(this, props.provider, this.containerName);

    this.network = new ContainerNetwork(this, 'Network', { isolated: true, provider: props.provider });
    this.imageReference = props.image ?? `postgres:${this.version.tag}`;
    this.budget = new ConnectionBudget(this, connectionLimits(props));

    const upgrade = props.upgradeFrom;
    const baseName = props.volumeName ?? `${this.containerName}-data`;
    const volumeName = `${baseName}-${this.version.major}`;
    claimVolumeName(this, props.provider, volumeName);
    this.volume = dataVolume(this, upgrade ? 'UpgradedVolume' : 'Volume', {
      name: volumeName, major: this.version.major, dataProtection: props.dataProtection ?? true, provider: props.provider,
    });
    const image = props.initScripts?.length
      ? new ImageWithInitScripts(this.imageReference, props.initScripts).bind(this, props.provider)
      : ContainerImage.fromRegistry(this.imageReference).bind(this, props.provider);

    const memory = props.memory ?? Size.gibibytes(1);
    const sharedMemory = props.sharedMemory ?? Size.mebibytes(Math.min(256, Math.floor(memory.toMebibytes() / 2)));
    const logging = props.logging ?? defaultLogging(this);
    this.awaited = {
      image: image.reference,
      hostName: this.versionName(sharedMemory.toMebibytes(), logging.options),
      patienceSeconds: Math.ceil(serverHealthCheck({ ...props, username: this.username, databaseName: this.databaseName })._maxWait()!.toSeconds()),
    };
    this.networks = [{ name: this.network.networkName, aliases: [this.awaited.hostName] }];
    this.resource = serverContainer(this, upgrade ? 'UpgradedResource' : 'Resource', {
      name: this.containerName,
      image: image.reference,
      entrypoint: props.tls?._entrypoint,
      command: Lazy.listValue({ produce: () => this.command() }),
      environment: new Map([
        ['POSTGRES_USER', literal(this.username)],
        ['POSTGRES_PASSWORD', this.credentials.initialPassword],
        ['POSTGRES_DB', literal(this.databaseName)],
        // A flipped bit on the disk is then an error instead of a wrong answer.
        ['POSTGRES_INITDB_ARGS', '--data-checksums'],
        ...props.tls?._environment ?? [],
      ]),
      networks: this.networks,
      volumeName: this.volume.name,
      volumePath: this.version.volumePath,
      tmpfs: props.tls ? [props.tls._mount] : [],
      memory,
      sharedMemory,
      username: this.username,
      databaseName: this.databaseName,
      startupTimeout: props.startupTimeout,
      shutdownTimeout: props.shutdownTimeout,
      logging,
      provider: props.provider,
    });
    const dependencies = [...props.dependsOn ?? []];
    if (upgrade) {
      forget(this, 'docker_volume', 'Volume');
      dependencies.push(new PostgresUpgrade(this, 'Upgrade', 'UpgradeSource', 'Resource', {
        from: upgrade,
        fromImage: props.upgradeFromImage ?? `postgres:${upgrade.tag}`,
        fromVolumeName: `${baseName}-${upgrade.major}`,
        to: this.version,
        toImage: this.imageReference,
        toVolumeName: this.volume.name,
        containerName: this.containerName,
        networkName: this.network.networkName,
        username: this.username,
        databaseName: this.databaseName,
        memory,
        sharedMemory,
        startupTimeout: props.startupTimeout,
        shutdownTimeout: props.shutdownTimeout,
        logging,
        provider: props.provider,
      }));
    } else {
      takesThePlaceOf(this.volume, 'UpgradedVolume');
      takesThePlaceOf(this.resource, 'UpgradedResource');
    }
    this.resource.dependsOn = dependencies.length > 0 ? dependencies.map(dependable) : undefined;

    this.server = {
      container: this.resource, image: image.reference, superuser: this.username, databaseName: this.databaseName, provider: props.provider,
    };
    this.home = { home: (databaseName) => this.homeOf(databaseName), roleNames: new Set() };
    this.databases = [LogicalDatabase._of(this, 'Default', this.home, this.databaseName)];
    if (this.credentials.rotated) {
      this.administer();
    }
  }

  /**
   * The Terraform address of what is ready last, so that other resources can depend on the database: the server is then healthy, and
   * its databases and roles are as declared.
   */
  public get fqn(): string {
    return this.readiness;
  }

  /** Called by a service's `connectTo`: connects as the superuser. */
  public connect(client: Construct, options: DatabaseConnectionOptions): DatabaseConnection {
    checkMethod(this, 'PostgresDatabase.connect', { client, options });
    return this.connectAs(this.databaseName, this.username, this.password, client, options);
  }

  /**
   * Adds a further database to the server. It is created on a volume that has data as well.
   *
   * @param name any text of up to 63 bytes
   * @throws an error with the construct's path when there is one with this name
   */
  public addDatabase(name: string): LogicalDatabase {
    checkMethod(this, 'PostgresDatabase.addDatabase', { name });
    if (this.databases.some(({ databaseName }) => databaseName === name) || ['postgres', 'template0', 'template1'].includes(name)) {
      reject(this, {
        what: 'the server has a database with this name already',
        given: name,
        allowed: 'each name once; "postgres", "template0" and "template1" are the server\'s own',
        remedy: 'keep the object that the first addDatabase() returned, or choose another name',
      });
    }
    const database = LogicalDatabase._of(this, idOf('Database', name), this.home, name);
    this.administer();
    this.databases.push(database);
    return database;
  }

  /**
   * Adds a login role for the server's first database, for a service to connect as.
   *
   * @param name the role's name; any text of up to 63 bytes
   * @throws an error with the construct's path when there is one with this name, or a second owner
   */
  public addRole(name: string, props: PostgresRoleProps = {}): PostgresRole {
    checkMethod(this, 'PostgresDatabase.addRole', { name, props });
    return this.databases[0].addRole(name, props);
  }

  /**
   * Adds an extension to the server's first database.
   *
   * @param name as in `CREATE EXTENSION`, for example `pg_trgm`
   */
  public addExtension(name: string): void {
    checkMethod(this, 'PostgresDatabase.addExtension', { name });
    this.databases[0].addExtension(name);
  }

  /** Makes backups of all databases of the server on a schedule. */
  public backup(props: PostgresBackupProps): PostgresBackup {
    checkMethod(this, 'PostgresDatabase.backup', { props });
    this.budget.add(`${this.node.path}/Backup`, 1);
    return PostgresBackup._of(this, 'Backup', {
      image: this.imageReference,
      hostName: this.containerName,
      networkName: this.network.networkName,
      username: this.username,
      password: this.password,
      sslMode: this.sslMode,
      databases: () => this.databases.map(({ databaseName }) => databaseName),
      dataProtection: this.props.dataProtection ?? true,
      ready: this,
      provider: this.props.provider,
    }, props);
  }

  /** Makes metrics of the server for Prometheus, once for each server. */
  public metrics(props: PostgresMetricsProps = {}): PostgresMetrics {
    checkMethod(this, 'PostgresDatabase.metrics', { props });
    const metrics = PostgresMetrics._of(this, 'Metrics', {
      hostName: this.containerName,
      port: POSTGRES_PORT,
      networkName: this.network.networkName,
      sslMode: this.sslMode,
      database: this.databases[0],
      provider: this.props.provider,
    }, props);
    this.budget.add(metrics.node.path, METRICS_CONNECTIONS);
    return metrics;
  }

  /**
   * Restores a backup into the first database as long as that is empty, before roles get their rights and services start.
   * It is done once: later applies leave the data alone. Into a database with other data it is refused.
   */
  public restoreFrom(file: BackupFile): void {
    checkMethod(this, 'PostgresDatabase.restoreFrom', { file });
    if (this.restore) {
      reject(this, {
        what: 'two backups to restore from', allowed: 'one', remedy: 'restore the other one into another database',
      });
    }
    this.openAdministration();
    this.restore = new RestoreTask(this, 'Restore', this.server, this.imageReference, file);
  }

  /**
   * Makes the server reachable through a port of the Docker host, for `psql` and other tools. It then has a second network, since the
   * private one has no way to the host.
   *
   * @param port for example PublishedPort.onLoopback(5432)
   */
  public publish(port: PublishedPort): void {
    checkMethod(this, 'PostgresDatabase.publish', { port });
    if (this.publishedPort) {
      reject(this, {
        what: 'the database is published twice', given: port.hostPort, allowed: 'one port of the host', remedy: 'remove one of the two',
      });
    }
    claimHostPort(this, this.props.provider, port, (other) => port._overlaps(other as PublishedPort));
    this.publishedPort = port;
    const network = new ContainerNetwork(this, 'PublishedNetwork', { provider: this.props.provider });
    this.networks.push({ name: network.networkName, aliases: [] });
    this.resource.putPorts([{ ip: port.address, external: port.hostPort, internal: port.containerPort ?? POSTGRES_PORT, protocol: 'tcp' }]);
  }

  private get sslMode(): string {
    return this.props.tls ? 'require' : 'disable';
  }

  private command(): string[] {
    return [
      'postgres',
      ...serverArguments(serverParameters(this.props)),
      ...this.administered ? ['-c', ADMINISTRATION_PARAMETER] : [],
    ];
  }

  private homeOf(databaseName: string): RoleHome {
    this.administer();
    return {
      connectAs: (username: string, password: string, client: Construct, options: DatabaseConnectionOptions) =>
        this.connectAs(databaseName, username, password, client, options),
      superuser: this.username,
      task: this.provisioning!,
    };
  }

  private connectAs(
    databaseName: string, username: string, password: string, client: Construct, options: DatabaseConnectionOptions,
  ): DatabaseConnection {
    this.budget.addPool(client, options.pool);
    const url = (parameters: Readonly<Record<string, string>>) => connectionUrl({
      username,
      password,
      host: this.containerName,
      port: POSTGRES_PORT,
      databaseName,
      // The network is private to this machine; some drivers insist on TLS unless they are told.
      parameters: { sslmode: this.sslMode, ...parameters },
    });
    return {
      url: url({ ...options.pool?._parameters, ...options.parameters }),
      networks: [this.network],
      dependencies: [isSideBySide(client) ? this.readyFor(client, url({})) : this],
    };
  }

  private readyFor(client: Construct, url: string): ITerraformDependable {
    const base = `${this.node.id}Ready-${this.node.addr.slice(-8)}`;
    const connections = client.node.children.filter(({ node }) => node.id.startsWith(base)).length;
    return new DatabaseReady(client, connections === 0 ? base : `${base}-${connections + 1}`, {
      ...this.awaited,
      networkName: this.network.networkName,
      port: POSTGRES_PORT,
      url,
      provider: this.props.provider,
    });
  }

  /**
   * A host name that changes with whatever replaces the container, so that a client can wait for the new one. From the image's name and not
   * its id: an expression of Terraform in each database would cost synth more than all the rest of it.
   */
  private versionName(...settings: unknown[]): string {
    const { nameInput } = this.node.findChild('Image') as Image;
    // Late, because administration adds to the command line.
    return Lazy.stringValue({
      produce: () => {
        const text = JSON.stringify([nameInput, this.databaseName, this.command(), settings]).replace(TOKEN, '');
        return `postgres-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
      },
    });
  }

  /** Only a server that is administered has the socket for it: the others stay as they are. */
  private openAdministration(): void {
    if (this.version.major < 14) {
      reject(this, {
        what: 'databases, roles, extensions, rotation and restoring need a newer PostgreSQL',
        given: this.version.tag,
        allowed: '14 or later',
        remedy: 'upgrade the database, or set up roles with `initScripts`',
      });
    }
    this.administered = true;
  }

  private administer(): void {
    this.openAdministration();
    this.provisioning ??= new ProvisioningTask(this, 'Provisioning', this.server, this.databases,
      this.password, () => this.restore ? [this.restore] : []);
  }
}
