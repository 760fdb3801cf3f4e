import { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { percentEncoded } from './connection-url';
import { MeasuredServer } from './measured-server';
import { PostgresRole } from './roles/postgres-role';
import { RoleAccess } from './roles/role-access';
import { HealthCheck } from '../health/health-check';
import { ContainerImage } from '../image/container-image';
import { InputProblem, reject, rejectIf } from '../input/input-error';
import { ContainerNetwork } from '../places/container-network';
import { dockerName } from '../terraform/names';
import { defaultLogging } from '../values/default-logging';
import { Duration } from '../values/duration';
import { PublishedPort } from '../values/published-port';
import { Size } from '../values/size';
import { helper } from '../workload/helper';
import { IContainerNetwork } from '../workload/network';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';

/** The exporter's port, registered at https://github.com/prometheus/prometheus/wiki/Default-port-allocations */
const METRICS_PORT = 9187;

/** The exporter keeps one connection and opens one for each scrape, of which two may run at a time. */
export const METRICS_CONNECTIONS = 3;

const IMAGE = 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1';

/** The image's user `nobody`. */
const USER = '65534:65534';

/** Properties of the metrics of a database server. */
export interface PostgresMetricsProps {
  /**
   * A port of the Docker host for Prometheus. The page has no password: whoever reaches it sees the names of databases and tables.
   * @default - not published; a Prometheus that runs as a container reaches it through `networks`
   */
  readonly port?: PublishedPort;

  /** The networks of Prometheus. It finds the metrics at `http://<containerName>:9187/metrics`. @default - none */
  readonly networks?: IContainerNetwork[];

  /**
   * The image of the exporter. A mirror of `quay.io` in `Defaults` applies to it.
   * @default "quay.io/prometheuscommunity/postgres-exporter:v0.20.1"
   */
  readonly image?: string;

  /**
   * Further arguments of the exporter, for example `["--collector.long_running_transactions"]`.
   * Source: https://github.com/prometheus-community/postgres_exporter#flags
   * @default - none @tokens accepted
   */
  readonly arguments?: string[];

  /** The name of the exporter's role, without spaces. @default "metrics" @tokens refused */
  readonly roleName?: string;

  /** A label: a new one creates a new password. @default - the password that was generated at the first apply @tokens refused */
  readonly rotation?: string;

  /**
   * The health check of the exporter. The database's health is the metric `pg_up`.
   * @default - asks the exporter with the image's `wget`; an image without it needs HealthCheck.none()
   */
  readonly healthCheck?: HealthCheck;

  /** The most memory that the container may use, in whole MiB. @default Size.mebibytes(128) @range 32MiB..16GiB/1MiB */
  readonly memory?: Size;
}

/**
 * A container with Prometheus' `postgres_exporter`. `PostgresDatabase.metrics` creates it. Its role is a member of `pg_monitor` and may
 * read no table. Metrics of tables cover the server's first database.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * database.metrics({ port: PublishedPort.onLoopback(9187) });   // http://127.0.0.1:9187/metrics
 */
export class PostgresMetrics extends Construct implements ITerraformDependable {
  /** @internal */
  public static _of(scope: Construct, id: string, server: MeasuredServer, props: PostgresMetricsProps): PostgresMetrics {
    if (scope.node.tryFindChild(id)) {
      reject(scope, {
        what: 'the database has metrics already',
        allowed: 'one call of metrics() for each database server',
        remedy: 'keep the object that the first metrics() returned',
      });
    }
    return new PostgresMetrics(scope, id, server, props);
  }

  /** The exporter's port on its networks. */
  public readonly containerPort: number = METRICS_PORT;

  /** The exporter's role. */
  public readonly role: PostgresRole;

  private readonly running: Running;

  private constructor(scope: Construct, id: string, server: MeasuredServer, props: PostgresMetricsProps) {
    super(scope, id);
    const { place } = server;
    this.validate(server, props);
    this.role = server.database.addRole(props.roleName ?? 'metrics', {
      access: RoleAccess._monitor(), connectionLimit: METRICS_CONNECTIONS, rotation: props.rotation,
    });
    const networks = [server.network, ...props.networks ?? []];
    if (props.port) {
      // The database's own network is internal.
      networks.push(new ContainerNetwork(this, 'Network', { place }));
    }
    const variables = new Variables(this);
    // The exporter prepends "postgresql://user:password@" and encodes these two itself.
    variables.add('DATA_SOURCE_URI', `${server.hostName}:${server.port}/${percentEncoded(server.database.databaseName)}?sslmode=${server.sslMode}`);
    variables.add('DATA_SOURCE_USER', this.role.roleName);
    variables.addSensitive('DATA_SOURCE_PASS', this.role.password);
    this.running = place._run(this, helper({
      name: dockerName(this),
      lifetime: 'service',
      image: place._image(this, ContainerImage.fromRegistry(props.image ?? IMAGE)),
      user: USER,
      command: props.arguments && (() => props.arguments!),
      variables,
      networks: networks.filter(({ networkName }, index) => networks.findIndex((other) => other.networkName === networkName) === index)
        .map((network) => ({ network, aliases: [] })),
      ports: props.port ? [{ published: props.port, containerPort: METRICS_PORT }] : [],
      memory: props.memory ?? Size.mebibytes(128),
      healthCheck: props.healthCheck ?? HealthCheck.command(['/bin/wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${METRICS_PORT}/`]),
      stopTimeout: Duration.seconds(10),
      logging: defaultLogging(this, 'databases'),
      after: [this.role],
    }));
  }

  /** The container's name, which is its host name on its networks. */
  public get containerName(): string {
    return this.running.hostName;
  }

  /** The underlying resource, for settings that this library has no property for. */
  public get resource(): TerraformResource {
    return this.running.resources[0];
  }

  /** The Terraform address of the container. */
  public get fqn(): string {
    return this.running.ready.fqn;
  }

  private validate(server: MeasuredServer, props: PostgresMetricsProps): void {
    rejectIf(this, spaceProblem('database', server.database.databaseName) ?? spaceProblem('role', props.roleName ?? ''));
    if (props.port) {
      rejectIf(this, containerPortProblem(props.port));
    }
  }
}

function containerPortProblem({ containerPort }: PublishedPort): InputProblem | undefined {
  return containerPort === undefined || containerPort === METRICS_PORT ? undefined : {
    what: 'not the port that the exporter listens on',
    given: containerPort,
    allowed: METRICS_PORT.toString(),
    remedy: 'give the port of the host alone',
  };
}

/** At a space, the exporter fails to parse its data source and logs it with the password (versions 0.17.1 and 0.19.1). */
function spaceProblem(kind: string, name: string): InputProblem | undefined {
  return !name.includes(' ') ? undefined : {
    what: `postgres_exporter cannot connect when the name of the ${kind} has a space in it`,
    given: name,
    allowed: 'a name without spaces',
    remedy: `give the ${kind} another name, or make metrics with another program that connects as a role of addRole()`,
  };
}
