import { Container } from '@cdktf/provider-docker/lib/container';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { ITerraformDependable, Lazy, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { BackedUpServer, databaseList } from './backed-up-server';
import { BACKUP_DIRECTORY } from './backup-directory';
import { BackupStorage } from './backup-storage';
import { hardenedContainer } from '../../docker/container';
import { HealthCheck } from '../../health/health-check';
import { reject } from '../../input/input-error';
import { claimContainerName } from '../../terraform/claims';
import { dockerName } from '../../terraform/names';
import { literal } from '../../terraform/text';
import { defaultLogging } from '../../values/default-logging';
import { Duration } from '../../values/duration';
import { BackupSchedule } from '../../values/schedule';
import { Size } from '../../values/size';
import { ContainerMount } from '../../workload/storage';
import { scriptImage } from '../script-image';

/** Properties of a backup. */
export interface PostgresBackupProps {
  /** When backups are made. One that was missed, for example because the machine was off, is made up for at once. */
  readonly schedule: BackupSchedule;

  /**
   * How many backups of each database are kept. The oldest are removed after a new one is complete.
   *
   * @range 1..10000
   */
  readonly keep: number;

  /** Where they are kept. */
  readonly to: BackupStorage;

  /**
   * How old the last backup may be before the container counts as unhealthy, in whole seconds; at least the schedule's interval.
   *
   * @default - the schedule's interval and a quarter of it, and ten minutes
   * @range 1s..1440h/1s
   */
  readonly maximumAge?: Duration;

  /**
   * How long the first backup may take. An apply waits for it, so that it is known to work.
   *
   * @default Duration.minutes(5)
   * @range 10s..15m/1s
   */
  readonly firstBackupTimeout?: Duration;

  /**
   * The most memory that the container may use, in whole MiB.
   *
   * @default Size.mebibytes(256)
   * @range 64MiB..1TiB/1MiB
   */
  readonly memory?: Size;
}

/**
 * A container that makes backups with `pg_dump`, in its custom format, on a schedule. `PostgresDatabase.backup` makes one.
 *
 * A file appears under its name only when it is complete, has been read back and is on the disk. The container is unhealthy when
 * the last backup of a database is too old, whatever the reason. By hand: `docker exec <container> backup.sh now`.
 */
export class PostgresBackup extends Construct implements ITerraformDependable {
  /** @internal */
  public static _of(scope: Construct, id: string, server: BackedUpServer, props: PostgresBackupProps): PostgresBackup {
    return new PostgresBackup(scope, id, server, props);
  }

  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Container;

  /** The container's name. */
  public readonly containerName: string;

  /**
   * The volume with the backups.
   *
   * @default - none: they are in a directory of the host
   */
  public readonly volume?: Volume;

  private constructor(scope: Construct, id: string, server: BackedUpServer, props: PostgresBackupProps) {
    super(scope, id);
    if (props.maximumAge && props.maximumAge.toSeconds() < props.schedule._interval) {
      reject(this, {
        what: 'the prop `maximumAge` is less than the interval between two backups',
        given: props.maximumAge,
        allowed: `${props.schedule._interval} seconds or more`,
        remedy: 'give at least the interval of the schedule: a younger backup does not exist before the next one',
      });
    }
    this.containerName = dockerName(this);
    claimContainerName(this, server.provider, this.containerName);
    const { _interval: interval, _offset: offset } = props.schedule;
    const maximumAge = props.maximumAge ?? Duration.seconds(Math.ceil(interval * 5 / 4) + 600);
    if (props.to._kind === 'volume') {
      this.volume = new Volume(this, 'Volume', {
        name: props.to._origin ?? `${server.hostName}-backups`,
        lifecycle: server.dataProtection ? { preventDestroy: true } : undefined,
        provider: server.provider,
      });
    }
    const storage = props.to._mount(this.volume?.name ?? props.to._origin!);
    // A check costs a look into the directory; once a minute is enough for an age that counts in hours.
    const healthCheck = HealthCheck.command(['/usr/local/bin/backup.sh', 'check'], {
      interval: Duration.minutes(1),
      startPeriod: props.firstBackupTimeout ?? Duration.minutes(5),
      startInterval: Duration.seconds(1),
      retries: 1,
      timeout: Duration.seconds(30),
    });
    const logging = defaultLogging(this, 'databases');
    const environment: [string, string][] = [
      ['BACKUP_DIRECTORY', BACKUP_DIRECTORY],
      ['BACKUP_KEEP', String(props.keep)],
      ['BACKUP_INTERVAL', String(interval)],
      ['BACKUP_OFFSET', String(offset)],
      ['BACKUP_MAXIMUM_AGE', String(maximumAge.toSeconds())],
      ['PGHOST', server.hostName],
      ['PGUSER', literal(server.username)],
      ['PGPASSWORD', server.password],
      ['PGSSLMODE', server.sslMode],
      ['PGAPPNAME', 'backup'],
    ];
    this.resource = hardenedContainer(this, 'Resource', {
      name: this.containerName,
      image: scriptImage(this, server.image, 'backup', BACKUP_DIRECTORY, server.provider),
      user: props.to._user ?? 'postgres',
      entrypoint: ['/usr/local/bin/backup.sh'],
      environment: {
        [Symbol.iterator]: () => [...environment, ['BACKUP_DATABASES', literal(databaseList(server.databases()))]][Symbol.iterator](),
      } as ReadonlyMap<string, string>,
      ports: [],
      networks: [{ name: server.networkName, aliases: [] }],
      volumes: [storage._volume()!],
      tmpfs: { '/tmp': ContainerMount.tmpfs('/tmp')._tmpfs()! },
      capabilities: [],
      memoryMebibytes: (props.memory ?? Size.mebibytes(256)).toMebibytes(),
      healthCheck: healthCheck._render(this, { hasShell: true }),
      healthySeconds: healthCheck._maxWait()!.toSeconds(),
      restart: 'unless-stopped',
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      stopSeconds: 30,
      provider: server.provider,
    });
    this.resource.dependsOn = Lazy.listValue({ produce: () => [dependable(server.ready)] });
  }

  /** The Terraform address of the container: what depends on it waits until there is a first backup. */
  public get fqn(): string {
    return this.resource.fqn;
  }
}
