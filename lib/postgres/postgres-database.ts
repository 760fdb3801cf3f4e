import { createHash } from 'crypto';
import { ITerraformDependable, Lazy, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { BackupFile } from './backup/backup-file';
import { PostgresBackup, PostgresBackupProps } from './backup/postgres-backup';
import { RestoreTask } from './backup/restore-task';
import { clientConnection } from './client-connection';
import { ConnectionBudget } from './connection-budget';
import { connectionUrl, ConnectionUrlParts } from './connection-url';
import { DataVolume, addVolumeVariables, keepNetworkLabels, recogniseFormerNetwork, recordsVolume } from './data-volume';
import { ExternalDatabase, ExternalDatabaseProps } from './external-database';
import { identifierProblem } from './identifier';
import { ImageWithInitScripts } from './init-scripts';
import { Initialisation } from './initialisation';
import { PostgresDatabaseProps } from './postgres-database-props';
import { connectionLimits, serverParameters, validatePostgresProps } from './postgres-database-validation';
import { METRICS_CONNECTIONS, PostgresMetrics, PostgresMetricsProps } from './postgres-metrics';
import { PostgresUpgrade } from './postgres-upgrade';
import { PostgresVersion } from './postgres-version';
import { WAIT_UNTIL_READY } from './readiness';
import { ADMINISTRATION_PARAMETER, AdministeredServer, ProvisioningTask } from './roles/administration';
import { BoundCredentials, DatabaseCredentials } from './roles/database-credentials';
import { LogicalDatabase, rejectRetired } from './roles/logical-database';
import { PostgresRole, PostgresRoleProps } from './roles/postgres-role';
import { DatabaseHome, RoleHome } from './roles/role-home';
import { POSTGRES_PORT, serverArguments, serverHealthCheck, serverWorkload } from './server-workload';
import { VolumeClaim } from './volume-claim';
import { ContainerImage } from '../image/container-image';
import { reject, rejectIf } from '../input/input-error';
import { checkMethod, complete, made } from '../input/props';
import { ContainerNetwork } from '../places/container-network';
import { placeOf } from '../places/default-place';
import { Place } from '../places/place';
import { idOf } from '../terraform/construct-id';
import { addMoved, forget, keepAddress, keepNamesAndAddresses, namedAddressBelow, takesThePlaceOf } from '../terraform/moves';
import { dockerName } from '../terraform/names';
import { isUnresolved, literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { Binding, ConnectionOptions, IBinding, Readiness } from '../workload/binding';
import { Exclusive } from '../workload/exclusive';
import { DEFAULT_PROCESSES } from '../workload/helper';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';
import { NetworkAttachment, Workload } from '../workload/workload';

/** Processes of a server beside those of connections: autovacuum, parallel workers, replication, health checks. */
const OTHER_PROCESSES = 1000;

/** A cdktf token. Its number depends on the rest of the app. */
const TOKEN = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * A PostgreSQL server with one database, on a private network for the services connected to it. An apply waits until the server accepts
 * connections. Nothing deletes the volume with the data, unless `dataProtection` is false.
 *
 * `service.connectTo(database)` connects as the superuser. For fewer rights, connect as a role:
 * `service.connectTo(database.addRole('shop'))`.
 * @example
 * const database = new PostgresDatabase(this, 'Database', {
 *   version: PostgresVersion.V17,
 *   databaseName: 'shop',
 *   initScripts: ['database/schema.sql'],
 *   parameters: { max_connections: '200' },
 *   memory: Size.gibibytes(2),
 * });
 */
export class PostgresDatabase extends Construct implements IBinding, ITerraformDependable {
  /** A database that this library does not run: a managed one, or one on another machine. */
  public static fromConnection(props: ExternalDatabaseProps): IBinding {
    return made('PostgresDatabase.fromConnection', { props }, () => new ExternalDatabase(props));
  }

  /** The name of the data volume. */
  public readonly volumeName: string;

  /** The private network. It is internal. */
  public readonly network: ContainerNetwork;

  /** The container's name. It is the server's host name on the private network. */
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
  private readonly awaited: { readonly image: string; readonly hostName: string; readonly patienceSeconds: number };
  private readonly place: Place;
  private readonly workload: Workload;
  private readonly running: Running;
  private readonly budget: ConnectionBudget;
  private readonly home: DatabaseHome;
  private readonly databases: LogicalDatabase[];
  /** Created once: cdktf reads it each time it resolves a dependency. */
  private readonly readiness = Lazy.stringValue({ produce: () => (this.provisioning ?? this.restore ?? this.running.ready).fqn });
  private administered = false;
  private provisioning?: ProvisioningTask;
  private restore?: RestoreTask;
  private publishedPort?: PublishedPort;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: PostgresDatabaseProps = {}) {
    super(scope, id);
    const props = complete(this, 'PostgresDatabaseProps', given);
    validatePostgresProps(this, props);
    if (props.formerly !== undefined) {
      keepNamesAndAddresses(this, props.formerly);
    }
    this.props = props;
    this.credentials = (props.credentials ?? DatabaseCredentials.generated())._bind(this);
    this.version = props.version ?? PostgresVersion.V17;
    this.databaseName = props.databaseName ?? 'app';
    this.username = this.credentials.username;
    this.password = this.credentials.password;
    this.containerName = props.containerName ?? dockerName(this);
    this.place = placeOf(this, props.place);
    const { place } = this;

    this.network = new ContainerNetwork(this, 'Network', { isolated: true, place });
    keepNetworkLabels(this.network);
    this.imageReference = props.image ?? `postgres:${this.version.tag}`;
    this.budget = new ConnectionBudget(this, connectionLimits(props));

    const upgrade = props.upgradeFrom;
    const baseName = props.volumeName ?? `${this.containerName}-data`;
    const volumeName = `${baseName}-${this.version.major}`;
    const isProtected = props.dataProtection ?? true;
    this.volumeName = place._volume(this, upgrade ? 'UpgradedVolume' : 'Volume', {
      name: volumeName, isProtected, postgresMajor: this.version.major,
    });
    const volume: DataVolume = {
      name: this.volumeName,
      version: this.version,
      records: isProtected ? recordsVolume(this) : undefined,
      adopt: props.adoptVolume ?? false,
    };
    const image = place._image(this, props.initScripts?.length
      ? new ImageWithInitScripts(this.imageReference, props.initScripts)
      : ContainerImage.fromRegistry(this.imageReference));

    const memory = props.memory ?? Size.gibibytes(1);
    const server = {
      username: this.username,
      databaseName: this.databaseName,
      memory,
      sharedMemory: props.sharedMemory ?? Size.mebibytes(Math.min(256, Math.floor(memory.toMebibytes() / 2))),
      startupTimeout: props.startupTimeout,
      shutdownTimeout: props.shutdownTimeout,
      logging: props.logging ?? defaultLogging(this),
      cpuPercent: props.cpuPercent,
      processes: Math.max(DEFAULT_PROCESSES, connectionLimits(props).maxConnections + OTHER_PROCESSES),
    };
    this.awaited = {
      image: image.reference,
      hostName: this.versionName(image.name, server.sharedMemory.toMebibytes(), server.logging.options,
        ...props.cpuPercent === undefined ? [] : [props.cpuPercent]),
      patienceSeconds: Math.ceil(serverHealthCheck(server)._maxWait()!.toSeconds()),
    };
    const after = [...props.after ?? []];
    if (isProtected) {
      after.push(new VolumeClaim(this, 'Claim', {
        volume,
        image,
        place,
        nameIsDerived: props.volumeName === undefined,
        startEmpty: props.startEmpty ?? false,
        unmarkedIsOwn: recogniseFormerNetwork(this.network),
        formerVolume: upgrade && `${baseName}-${upgrade.major}`,
      }));
      forget(this, 'docker_volume', upgrade ? 'Volume' : 'UpgradedVolume');
    }
    if (upgrade) {
      forget(this, 'docker_volume', 'Volume');
      after.push(new PostgresUpgrade(this, 'Upgrade', 'UpgradeSource', 'Resource', {
        from: { name: `${baseName}-${upgrade.major}`, version: upgrade, adopt: false },
        fromImage: props.upgradeFromImage ?? `postgres:${upgrade.tag}`,
        to: volume,
        toImage: this.imageReference,
        network: this.network,
        server,
        place,
      }));
    }
    const workload = (networks: NetworkAttachment[]) => {
      const variables = this.variables();
      addVolumeVariables(variables, this, volume);
      return serverWorkload({
        ...server,
        name: this.containerName,
        image,
        entrypoint: props.tls?._entrypoint,
        command: () => this.command(),
        variables,
        networks,
        volume,
        mounts: props.tls ? [props.tls._mount] : [],
        after: [...after],
      });
    };
    if (props.initScripts?.length) {
      after.push(new Initialisation(this, 'Initialisation', place, workload([{ network: this.network, aliases: [] }])));
    }
    this.workload = workload([{ network: this.network, aliases: [this.awaited.hostName] }]);
    this.running = place._run(this, this.workload, upgrade ? 'UpgradedResource' : 'Resource');
    this.keepAddresses(isProtected);
    this.server = {
      running: this.running, image, volumePath: this.version.volumePath, superuser: this.username, databaseName: this.databaseName, place,
    };
    this.home = { home: (databaseName) => this.homeOf(databaseName), roleNames: new Set(), retired: new Set() };
    this.databases = [LogicalDatabase._of(this, 'Default', this.home, this.databaseName)];
    if (this.credentials.rotated) {
      this.administer();
    }
  }

  /** The Terraform address to depend on: ready once the server is healthy and its databases and roles exist. */
  public get fqn(): string {
    return this.readiness;
  }

  /** The underlying resource, for settings that this library has no property for. */
  public get resource(): TerraformResource {
    return this.running.resources[0];
  }

  /** Called by a service's `connectTo`: connects as the superuser. */
  public bind(client: Construct, options: ConnectionOptions): Binding {
    checkMethod(this, 'PostgresDatabase.bind', { client, options });
    return this.connectAs(this.databaseName, this.username, this.password, client, options);
  }

  /**
   * Adds a further database to the server, also when the volume has data already.
   * @param name any text of up to 63 bytes
   * @throws an error with the construct's path when there is one with this name
   * @tokens refused name
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
   * @param name the role's name; any text of up to 63 bytes
   * @throws an error with the construct's path when there is one with this name, or a second owner
   * @tokens refused name
   */
  public addRole(name: string, props: PostgresRoleProps = {}): PostgresRole {
    checkMethod(this, 'PostgresDatabase.addRole', { name, props });
    return this.databases[0].addRole(name, props);
  }

  /**
   * Withdraws the login of a role, whoever made it. Roles that leave the program lose it without this call, unless the last call of
   * `addRole`, `addDatabase` and `addExtension` leaves with them.
   * @param name the role's name; a name that the server does not have is no error
   * @throws an error with the construct's path when the program adds a role of this name
   */
  public retireRole(name: string): void {
    checkMethod(this, 'PostgresDatabase.retireRole', { name });
    rejectIf(this, identifierProblem('role', name));
    if (this.home.roleNames.has(name) || name === this.username) {
      rejectRetired(this, name);
    }
    this.administer();
    this.home.retired.add(name);
  }

  /**
   * Adds an extension to the server's first database.
   * @param name as in `CREATE EXTENSION`, for example `pg_trgm`
   * @tokens refused name
   */
  public addExtension(name: string): void {
    checkMethod(this, 'PostgresDatabase.addExtension', { name });
    this.databases[0].addExtension(name);
  }

  /** Backs up all databases of the server on a schedule, those made by hand and those that left the program included. */
  public backup(props: PostgresBackupProps): PostgresBackup {
    checkMethod(this, 'PostgresDatabase.backup', { props });
    this.budget.add(`${this.node.path}/Backup`, 1);
    return PostgresBackup._of(this, 'Backup', {
      image: this.imageReference,
      volumePath: this.version.volumePath,
      hostName: this.containerName,
      network: this.network,
      username: this.username,
      password: this.password,
      sslMode: this.sslMode,
      databases: () => this.databases.map(({ databaseName }) => databaseName),
      dataProtection: this.props.dataProtection ?? true,
      ready: this,
      place: this.place,
    }, props);
  }

  /** Adds an exporter of metrics for Prometheus, at most one for each server. */
  public metrics(props: PostgresMetricsProps = {}): PostgresMetrics {
    checkMethod(this, 'PostgresDatabase.metrics', { props });
    const metrics = PostgresMetrics._of(this, 'Metrics', {
      hostName: this.containerName,
      port: POSTGRES_PORT,
      network: this.network,
      sslMode: this.sslMode,
      database: this.databases[0],
      place: this.place,
    }, props);
    this.budget.add(metrics.node.path, METRICS_CONNECTIONS);
    return metrics;
  }

  /**
   * Restores a backup into the first database, before roles get their rights and services start. Later applies leave the data alone. The
   * restore fails if the database holds other data.
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
    this.provisioning?.after(this.restore);
  }

  /**
   * Publishes the server on a port of the Docker host, for `psql` and other tools. The server joins a second network for it, because the
   * private one is internal.
   * @param port for example PublishedPort.onLoopback(5432)
   */
  public publish(port: PublishedPort): void {
    checkMethod(this, 'PostgresDatabase.publish', { port });
    if (this.publishedPort) {
      reject(this, {
        what: 'the database is published twice', given: port.hostPort, allowed: 'one port of the host', remedy: 'remove one of the two',
      });
    }
    this.publishedPort = port;
    this.workload.networks.push({ network: new ContainerNetwork(this, 'PublishedNetwork', { place: this.place }), aliases: [] });
    this.workload.ports.push({ published: port, containerPort: port.containerPort ?? POSTGRES_PORT });
    this.running.refresh();
  }

  /** Lets Terraform keep its resources: through an upgrade and, for a container with a name of its own, through a rename. */
  private keepAddresses(isProtected: boolean): void {
    const [server] = this.running.resources;
    const { containerName, upgradeFrom } = this.props;
    const ownId = containerName === undefined || isUnresolved(containerName) ? undefined : this.containerId(containerName);
    if (upgradeFrom) {
      if (ownId !== undefined) {
        // The upgrade moves the server on from the address that follows from the path.
        addMoved(this, { from: `docker_container.${ownId}`, to: namedAddressBelow(this, 'docker_container', 'Resource') });
      }
      return;
    }
    if (!isProtected) {
      takesThePlaceOf(this.node.findChild('Volume') as TerraformResource, 'UpgradedVolume');
    }
    if (ownId !== undefined) {
      keepAddress(server, ownId);
    }
    takesThePlaceOf(server, 'UpgradedResource');
  }

  /** A logical id that follows from the container's name alone. */
  private containerId(containerName: string): string {
    const hash = createHash('sha256').update(`${this.place._key}/${containerName}`).digest('hex').slice(0, 8);
    return `container_${containerName.replace(/[^A-Za-z0-9]+/g, '_')}_${hash}`;
  }

  /** @internal */
  public _exclusive(): Exclusive {
    return {
      ready: this,
      after: () => this.workload.after,
      patienceSeconds: () => this.awaited.patienceSeconds,
      question: (client) => {
        const { script, ...readiness } = this.readinessOf(client, connectionUrl(this.urlParts(this.databaseName, this.username, this.password)));
        return { ...readiness, entrypoint: ['/bin/sh', '-c', script] };
      },
    };
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
      connectAs: (username: string, password: string, client: Construct, options: ConnectionOptions) =>
        this.connectAs(databaseName, username, password, client, options),
      superuser: this.username,
      task: this.provisioning!,
    };
  }

  private connectAs(
    databaseName: string, username: string, password: string, client: Construct, options: ConnectionOptions,
  ): Binding {
    this.budget.addPool(client, options.pool);
    const plain = this.urlParts(databaseName, username, password);
    const url = connectionUrl(plain);
    // Each expression of Terraform costs synth time: the same one serves both where nothing is added to it.
    const connection = options.pool || options.parameters
      ? clientConnection(this.urlParts(databaseName, username, password, { ...options.pool?._parameters, ...options.parameters }), options)
      : clientConnection(plain, options, url);
    return {
      ...connection,
      networks: [this.network],
      after: [this],
      readiness: this.readinessOf(client, url),
    };
  }

  private urlParts(
    databaseName: string, username: string, password: string, parameters: Readonly<Record<string, string>> = {},
  ): ConnectionUrlParts {
    return {
      username,
      password,
      host: this.containerName,
      port: POSTGRES_PORT,
      databaseName,
      // The network is private to this machine. Some drivers require TLS by default.
      parameters: { sslmode: this.sslMode, ...parameters },
    };
  }

  /** Connects as the client will: the check also waits for its user and database. */
  private readinessOf(client: Construct, url: string): Readiness {
    const base = `${this.node.id}Ready-${this.node.addr.slice(-8)}`;
    const connections = client.node.children.filter(({ node }) => node.id.startsWith(base)).length;
    return {
      id: connections === 0 ? base : `${base}-${connections + 1}`,
      image: this.awaited.image,
      script: WAIT_UNTIL_READY,
      environment: { SERVER: this.awaited.hostName, PORT: String(POSTGRES_PORT), PATIENCE: String(this.awaited.patienceSeconds) },
      secretEnvironment: { DATABASE: url },
      networks: [this.network],
    };
  }

  private variables(): Variables {
    const variables = new Variables(this);
    variables.add('POSTGRES_USER', this.username);
    variables.addSensitive('POSTGRES_PASSWORD', this.credentials.initialPassword);
    variables.add('POSTGRES_DB', this.databaseName);
    // With checksums, corrupt data is an error instead of a wrong answer.
    variables.add('POSTGRES_INITDB_ARGS', '--data-checksums');
    for (const [name, value] of this.props.tls?._environment ?? []) {
      variables.addSensitive(name, value);
    }
    return variables;
  }

  /**
   * A host name that changes whenever the container is replaced, so that a client waits for the new one. It uses the image's name, because
   * a Terraform expression for the id would dominate synth time.
   */
  private versionName(imageName: string | undefined, ...settings: unknown[]): string {
    // Evaluated late, because administration adds to the command line.
    return Lazy.stringValue({
      produce: () => {
        const text = JSON.stringify([imageName, this.databaseName, this.command().map(literal), settings]).replace(TOKEN, '');
        return `postgres-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
      },
    });
  }

  /** Opens the socket only on administered servers. The others stay unchanged. */
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
    this.running.refresh();
  }

  private administer(): void {
    this.openAdministration();
    this.provisioning ??= new ProvisioningTask(this, 'Provisioning', this.server, this.databases, this.home.retired, this.password, this.restore ? [this.restore] : []);
  }
}
