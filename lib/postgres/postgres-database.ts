import { createHash } from 'crypto';
import { Container } from '@cdktf/provider-docker/lib/container';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Fn, ITerraformDependable, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { connectionUrl } from './connection-url';
import { DatabaseCredentials } from './database-credentials';
import { AwaitedDatabase, DatabaseReady } from './database-ready';
import { ImageWithInitScripts } from './init-scripts';
import { PostgresDatabaseProps } from './postgres-database-props';
import { validatePostgresProps } from './postgres-database-validation';
import { PostgresVersion } from './postgres-version';
import { HealthCheck } from '../health/health-check';
import { ContainerImage } from '../image/container-image';
import { hardenedContainer } from '../private/docker-provider/container';
import { isSideBySide } from '../private/docker-provider/side-by-side';
import { claimContainerName, claimVolumeName } from '../private/host-claims';
import { dockerName } from '../private/names';
import { literal } from '../private/terraform-text';
import { ContainerLogging } from '../service/container-logging';
import { ContainerMount } from '../service/container-mount';
import { ContainerNetwork } from '../service/container-network';
import { DatabaseConnection, DatabaseConnectionOptions, IDatabase } from '../service/database';
import { Duration } from '../values/duration';
import { Size } from '../values/size';

const PORT = 5432;

/** cdktf's placeholder of a reference, whose number depends on what else is in the app. */
const TOKEN = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * The image's entrypoint starts as root, gives the data directory to the user `postgres` and becomes that user.
 * These are the capabilities that it takes; the server itself has none.
 */
const ENTRYPOINT_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/**
 * A PostgreSQL server with one database, on a private network that only the services connected to it are on.
 *
 * An apply waits until the server accepts connections. The data is in a volume that Terraform does not delete by accident.
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

  private readonly awaited: Pick<AwaitedDatabase, 'image' | 'hostName' | 'patienceSeconds'>;
  private readonly provider?: TerraformProvider;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, props: PostgresDatabaseProps = {}) {
    super(scope, id);
    validatePostgresProps(this, props);
    const { username, password } = (props.credentials ?? DatabaseCredentials.generated())._bind(this);
    this.version = props.version ?? PostgresVersion.V17;
    this.databaseName = props.databaseName ?? 'app';
    this.username = username;
    this.password = password;
    this.containerName = props.containerName ?? dockerName(this);
    claimContainerName(this, props.provider, this.containerName);

    this.network = new ContainerNetwork(this, 'Network', { isolated: true, provider: props.provider });
    const volumeName = `${props.volumeName ?? `${this.containerName}-data`}-${this.version.major}`;
    claimVolumeName(this, props.provider, volumeName);
    this.volume = new Volume(this, 'Volume', {
      name: volumeName,
      lifecycle: props.dataProtection ?? true ? { preventDestroy: true } : undefined,
      provider: props.provider,
    });

    const reference = props.image ?? `postgres:${this.version.tag}`;
    const image = props.initScripts?.length
      ? new ImageWithInitScripts(reference, props.initScripts).bind(this, props.provider)
      : ContainerImage.fromRegistry(reference).bind(this, props.provider);
    const memory = props.memory ?? Size.gibibytes(1);
    const sharedMemory = props.sharedMemory ?? Size.mebibytes(Math.min(256, Math.floor(memory.toMebibytes() / 2)));
    const logging = props.logging ?? ContainerLogging.jsonFile();
    const healthCheck = this.healthCheck(props);
    const socketDirectory = ContainerMount.tmpfs('/run/postgresql', { size: Size.mebibytes(1) });
    const temporaryFiles = ContainerMount.tmpfs('/tmp');

    const command = ['postgres', ...Object.entries(props.parameters ?? {}).flatMap(([name, value]) => ['-c', literal(`${name}=${value}`)])];
    this.provider = props.provider;
    this.awaited = {
      image: image.reference,
      hostName: this.versionName(image.reference, command, sharedMemory.toMebibytes(), logging.options),
      patienceSeconds: Math.ceil(healthCheck._maxWait()!.toSeconds()),
    };

    this.resource = hardenedContainer(this, 'Resource', {
      name: this.containerName,
      image: image.reference,
      command,
      environment: new Map([
        ['POSTGRES_USER', literal(username)],
        ['POSTGRES_PASSWORD', password],
        ['POSTGRES_DB', literal(this.databaseName)],
        // A flipped bit on the disk is then an error instead of a wrong answer.
        ['POSTGRES_INITDB_ARGS', '--data-checksums'],
      ]),
      ports: [],
      networks: [{ name: this.network.networkName, aliases: [this.awaited.hostName] }],
      volumes: [{ volumeName: this.volume.name, containerPath: this.version.volumePath, readOnly: false }],
      tmpfs: Object.fromEntries([socketDirectory, temporaryFiles].map((mount) => [mount.containerPath, mount._tmpfs()!])),
      capabilities: ENTRYPOINT_CAPABILITIES,
      memoryMebibytes: memory.toMebibytes(),
      sharedMemoryMebibytes: sharedMemory.toMebibytes(),
      healthCheck: healthCheck._render(this, { hasShell: true }),
      healthySeconds: healthCheck._maxWait()!.toSeconds(),
      restart: 'unless-stopped',
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      // "Fast shutdown": ends sessions and writes a checkpoint. https://www.postgresql.org/docs/17/server-shutdown.html
      stopSignal: 'SIGINT',
      stopSeconds: (props.shutdownTimeout ?? Duration.seconds(120)).toSeconds(),
      provider: props.provider,
    });
    this.resource.dependsOn = props.dependsOn?.map(dependable);
  }

  /** The Terraform address of the container, so that other resources can depend on the database: they then wait until it is healthy. */
  public get fqn(): string {
    return this.resource.fqn;
  }

  /** Called by a service's `connectTo`. */
  public connect(client: Construct, options: DatabaseConnectionOptions): DatabaseConnection {
    const url = (parameters: Record<string, string>) => connectionUrl({
      username: this.username,
      password: this.password,
      host: this.containerName,
      port: PORT,
      databaseName: this.databaseName,
      // The network is private to this machine; some drivers insist on TLS unless they are told.
      parameters: { sslmode: 'disable', ...parameters },
    });
    return {
      url: url({ ...options.parameters }),
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
      port: PORT,
      url,
      provider: this.provider,
    });
  }

  /** A host name that changes with whatever replaces the container, so that a client can wait for the new one. */
  private versionName(image: string, ...settings: unknown[]): string {
    const text = JSON.stringify([this.version.major, this.databaseName, settings]).replace(TOKEN, '');
    const known = createHash('sha256').update(text).digest('hex');
    return Fn.join('-', ['postgres', Fn.substr(Fn.sha256(Fn.join('|', [image, known])), 0, 8)]);
  }

  private healthCheck(props: PostgresDatabaseProps): HealthCheck {
    // Over TCP: on its socket, the server answers already while the scripts of the first start are running.
    return HealthCheck.command(
      ['pg_isready', '-h', '127.0.0.1', '-p', String(PORT), '-U', this.username, '-d', this.databaseName],
      { startPeriod: props.startupTimeout ?? Duration.minutes(2) },
    );
  }
}
