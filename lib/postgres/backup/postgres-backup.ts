import { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { BackedUpServer, databaseList } from './backed-up-server';
import { BACKUP_DIRECTORY } from './backup-directory';
import { BackupStorage } from './backup-storage';
import { HealthCheck } from '../../health/health-check';
import { InputProblem, reject, rejectIf } from '../../input/input-error';
import { dockerName } from '../../terraform/names';
import { literal } from '../../terraform/text';
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
  /** When backups are made. One that was missed, for example because the machine was off, is made up for at once. */
  readonly schedule: BackupSchedule;

  /** How many backups of each database are kept: 1 to 10000. The oldest are removed after a new one is complete. */
  readonly keep: number;

  /** Where they are kept. */
  readonly to: BackupStorage;

  /**
   * How old the last backup may be before the container counts as unhealthy, in whole seconds; at least the schedule's interval.
   *
   * @default - the schedule's interval and a quarter of it, and ten minutes
   */
  readonly maximumAge?: Duration;

  /**
   * How long the first backup may take, at most 15 minutes. An apply waits for it, so that it is known to work.
   *
   * @default Duration.minutes(5)
   */
  readonly firstBackupTimeout?: Duration;

  /**
   * The most memory that the container may use, in whole MiB.
   *
   * @default Size.mebibytes(256)
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

  /**
   * The name of the volume with the backups, as a reference to it.
   *
   * @default - none: they are in a directory of the host
   */
  public readonly volumeName?: string;

  private readonly running: Running;

  private constructor(scope: Construct, id: string, server: BackedUpServer, props: PostgresBackupProps) {
    super(scope, id);
    this.validate(props);
    const { place } = server;
    const { _interval: interval, _offset: offset } = props.schedule;
    const maximumAge = props.maximumAge ?? Duration.seconds(Math.ceil(interval * 5 / 4) + 600);
    if (props.to._kind === 'volume') {
      this.volumeName = place._volume(this, 'Volume', {
        name: props.to._origin ?? `${server.hostName}-backups`, isProtected: server.dataProtection,
      });
    }
    const storage = props.to._mount(this.volumeName ?? props.to._origin!);
    // A check costs a look into the directory; once a minute is enough for an age that counts in hours.
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
    this.running = place._run(this, helper({
      name: dockerName(this),
      lifetime: 'service',
      image: scriptImage(this, place, server.image, 'backup', BACKUP_DIRECTORY),
      user: props.to._user ?? 'postgres',
      entrypoint: ['/usr/local/bin/backup.sh'],
      variables,
      networks: [{ network: server.network, aliases: [] }],
      mounts: [storage, ContainerMount.tmpfs('/tmp')],
      memory: props.memory ?? Size.mebibytes(256),
      healthCheck,
      after: [server.ready],
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

  /** The Terraform address of the container: what depends on it waits until there is a first backup. */
  public get fqn(): string {
    return this.running.ready.fqn;
  }

  private validate(props: PostgresBackupProps): void {
    rejectIf(this, props.schedule._problem());
    rejectIf(this, keepProblem(props.keep));
    rejectIf(this, props.to._problem());
    rejectIf(this, props.maximumAge?._problem({
      subject: 'the age of the last backup',
      minimum: Duration.seconds(props.schedule._interval),
      maximum: Duration.days(60),
      multipleOf: Duration.seconds(1),
      remedy: 'give at least the interval of the schedule: a younger backup does not exist before the next one',
    }));
    rejectIf(this, props.firstBackupTimeout?._problem({
      subject: 'the timeout of the first backup', minimum: Duration.seconds(10), maximum: Duration.minutes(15), multipleOf: Duration.seconds(1),
    }));
    const memory = props.memory?._problem({
      subject: 'the memory limit', minimum: Size.mebibytes(64), maximum: Size.gibibytes(1024), multipleOf: Size.mebibytes(1),
    });
    if (memory) {
      reject(this, memory);
    }
  }
}

function keepProblem(keep: number): InputProblem | undefined {
  return Number.isInteger(keep) && keep >= 1 && keep <= 10_000 ? undefined : {
    what: 'not a number of backups to keep',
    given: keep,
    allowed: 'a whole number from 1 to 10000',
    remedy: 'give how many backups of each database there are to be, for example 14 for two weeks of daily ones',
  };
}
