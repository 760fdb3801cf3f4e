import { createHash } from 'crypto';
import { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { BackedUpServer, databaseList } from './backed-up-server';
import { BackupCheck } from './backup-check';
import { BACKUP_DIRECTORY } from './backup-directory';
import { BackupStorage } from './backup-storage';
import { HealthCheck } from '../../health/health-check';
import { reject } from '../../input/input-error';
import { dockerName } from '../../terraform/names';
import { isUnresolved, literal } from '../../terraform/text';
import { defaultLogging } from '../../values/default-logging';
import { Duration } from '../../values/duration';
import { BackupSchedule } from '../../values/schedule';
import { Size } from '../../values/size';
import { helper } from '../../workload/helper';
import { Running } from '../../workload/running';
import { ContainerMount } from '../../workload/storage';
import { Variables } from '../../workload/variables';
import { scriptImage } from '../script-image';

/** Properties of a backup. */
export interface PostgresBackupProps {
  /** The schedule. A missed backup, for example while the machine was off, is made at once. */
  readonly schedule: BackupSchedule;

  /** The number of backups to keep of each database. The oldest are deleted after a new one is complete. @range 1..10000 */
  readonly keep: number;

  /** Where they are kept. */
  readonly to: BackupStorage;

  /**
   * How old the last backup may be before the container counts as unhealthy, in whole seconds; at least the schedule's interval.
   * @default - the schedule's interval and a quarter of it, and ten minutes @range 1s..1440h/1s
   */
  readonly maximumAge?: Duration;

  /** The timeout of the first backup. An apply waits for it, to prove that backups work. @default Duration.minutes(5) @range 10s..15m/1s */
  readonly firstBackupTimeout?: Duration;

  /** The most memory that the container may use, in whole MiB. @default Size.mebibytes(256) @range 64MiB..1TiB/1MiB */
  readonly memory?: Size;
}

/**
 * A container that makes backups on a schedule, in `pg_dump`'s custom format. `PostgresDatabase.backup` creates it.
 *
 * It backs up all databases of the server but templates, those made by hand and those that left the program included. A file gets its final
 * name only after it is complete, read back to its end and synced to the disk. The container is unhealthy when the last backup of
 * a database is too old. For a backup by hand, run `docker exec <container> backup.sh now`.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * database.backup({
 *   schedule: BackupSchedule.dailyAt('03:30'),
 *   keep: 14,
 *   to: BackupStorage.directory('/mnt/backups/shop'),
 * });
 */
export class PostgresBackup extends Construct implements ITerraformDependable {
  /** @internal */
  public static _of(scope: Construct, id: string, server: BackedUpServer, props: PostgresBackupProps): PostgresBackup {
    return new PostgresBackup(scope, id, server, props);
  }

  /** The name of the backups' volume. @default - none: they are in a directory of the host */
  public readonly volumeName?: string;

  private readonly running: Running;

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
    const { place } = server;
    const { _interval: interval, _offset: offset } = props.schedule;
    const maximumAge = props.maximumAge ?? Duration.seconds(Math.ceil(interval * 5 / 4) + 600);
    if (props.to._kind === 'volume') {
      this.volumeName = place._volume(this, 'Volume', {
        name: props.to._origin ?? `${server.hostName}-backups`, isProtected: server.dataProtection,
      });
    }
    const storage = props.to._mount(this.volumeName ?? props.to._origin!);
    // Backups age in hours, so one check a minute is enough.
    const healthCheck = HealthCheck.command(['/usr/local/bin/backup.sh', 'check'], {
      interval: Duration.minutes(1),
      startPeriod: props.firstBackupTimeout ?? Duration.minutes(5),
      startInterval: Duration.seconds(1),
      retries: 1,
      timeout: Duration.seconds(30),
    });
    const variables = new Variables(this);
    variables.add('BACKUP_DIRECTORY', BACKUP_DIRECTORY);
    variables.add('BACKUP_KEEP', String(props.keep));
    variables.add('BACKUP_INTERVAL', String(interval));
    variables.add('BACKUP_OFFSET', String(offset));
    variables.add('BACKUP_MAXIMUM_AGE', String(maximumAge.toSeconds()));
    variables.addLate('BACKUP_DATABASES', () => literal(databaseList(server.databases())));
    variables.add('PGHOST', server.hostName);
    variables.add('PGUSER', server.username);
    variables.addSensitive('PGPASSWORD', server.password);
    variables.add('PGSSLMODE', server.sslMode);
    variables.add('PGAPPNAME', 'backup');
    variables.add('PGDATABASE', server.databases()[0]);
    variables.add('BACKUP_PLACE', placeKey(props.to._origin));
    const common = {
      image: scriptImage(this, place, server.image, 'backup', BACKUP_DIRECTORY),
      user: props.to._user ?? 'postgres',
      networks: [{ network: server.network, aliases: [] }],
      // The image declares a volume there, which each container would get.
      mounts: [storage, ContainerMount.tmpfs('/tmp'), ContainerMount.tmpfs(server.volumePath)],
      memory: props.memory ?? Size.mebibytes(256),
      logging: defaultLogging(this, 'databases'),
    };
    const check = new BackupCheck(this, 'Check', place, { ...common, after: [server.ready] });
    this.running = place._run(this, helper({
      ...common,
      name: dockerName(this),
      variables,
      lifetime: 'service',
      entrypoint: ['/usr/local/bin/backup.sh'],
      healthCheck,
      after: [server.ready, check],
    }));
  }

  /** The container's name. */
  public get containerName(): string {
    return this.running.hostName;
  }

  /** The underlying resource, for settings that this library has no property for. */
  public get resource(): TerraformResource {
    return this.running.resources[0];
  }

  /** The Terraform address to depend on: ready once the first backup is complete. */
  public get fqn(): string {
    return this.running.ready.fqn;
  }
}

/** Tells the places of one program apart. A name that only Terraform knows has one key, because tokens differ from synth to synth. */
function placeKey(origin: string | undefined): string {
  return origin === undefined || isUnresolved(origin) ? 'volume' : createHash('sha256').update(origin).digest('hex').slice(0, 16);
}
