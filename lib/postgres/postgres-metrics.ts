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

/** The exporter keeps one connection, and opens another one for each scrape; here two may run at a time. */
export const METRICS_CONNECTIONS = 3;

const IMAGE = 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1';

/** The user `nobody`, which the image has for it. */
const USER = '65534:65534';

/** Properties of the metrics of a database server. */
export interface PostgresMetricsProps {
  /**
   * A port of the Docker host for Prometheus. The page has no password: it tells names of databases and tables to everyone who reaches it.
   * @default - not published; a Prometheus that runs as a container reaches it through `networks`
   */
  readonly port?: PublishedPort;

  /**
   * Networks that Prometheus is on, beside the database's own. It finds the metrics at `http://<containerName>:9187/metrics`.
   * @default - none
   */
  readonly networks?: IContainerNetwork[];

  /**
   * The image of the exporter, for a mirror or another version of it. A mirror of `quay.io` in `Defaults` holds for it too.
   * @default "quay.io/prometheuscommunity/postgres-exporter:v0.20.1"
   */
  readonly image?: string;

  /**
   * Further arguments of the exporter, for example `["--collector.long_running_transactions"]`. Source:
   * https://github.com/prometheus-community/postgres_exporter#flags
   * @default - none @tokens accepted
   */
  readonly arguments?: string[];

  /** The name of the role that the exporter connects as; without spaces, which the exporter does not understand. @default "metrics" */
  readonly roleName?: string;

  /**
   * Another label gives the role another generated password, as for any role.
   * @default - the password that was generated at the first apply
   */
  readonly rotation?: string;

  /**
   * How the engine finds out whether the exporter answers. Whether the database does is a metric, `pg_up`.
   * @default - asks the exporter with the image's `wget`; an image without it needs HealthCheck.none()
   */
  readonly healthCheck?: HealthCheck;

  /** The most memory that the container may use, in whole MiB. @default Size.mebibytes(128) @range 32MiB..16GiB/1MiB */
  readonly memory?: Size;
}

/**
 * A container that tells Prometheus how a server is: `postgres_exporter` of the Prometheus community. `PostgresDatabase.metrics` makes one.
 *
 * It connects as a role of its own that is a member of `pg_monitor` and may read no table. Metrics of tables are those of the server's
 * first database.
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

  /** The port on those networks. */
  public readonly containerPort: number = METRICS_PORT;

  /** The role that it connects as. */
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
      // The database's own network has no way to the host.
      networks.push(new ContainerNetwork(this, 'Network', { place }));
    }
    const variables = new Variables(this);
    // The exporter puts "postgresql://user:password@" in front of it; it encodes these two itself.
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

/**
 * Measured with version 0.17.1, and the same in the source of 0.19.1: the exporter takes its data source apart at spaces, fails, and writes
 * it with the password into its log.
 */
function spaceProblem(kind: string, name: string): InputProblem | undefined {
  return !name.includes(' ') ? undefined : {
    what: `postgres_exporter cannot connect when the name of the ${kind} has a space in it`,
    given: name,
    allowed: 'a name without spaces',
    remedy: `give the ${kind} another name, or make metrics with another program that connects as a role of addRole()`,
  };
}
