import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { PostgresVersion } from './postgres-version';
import { ADMINISTRATION_PARAMETER, ADMINISTRATION_SOCKET } from './roles/administration';
import { scriptImage } from './script-image';
import { ENTRYPOINT_CAPABILITIES, serverContainer } from './server-container';
import { hardenedContainer } from '../docker/container';
import { ContainerImage } from '../image/container-image';
import { takesThePlaceOf } from '../terraform/moves';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';
import { ContainerMount } from '../workload/storage';

/** What an upgrade needs to know of the database. */
export interface UpgradeSettings {
  readonly from: PostgresVersion;
  readonly fromImage: string;
  readonly fromVolumeName: string;
  readonly to: PostgresVersion;
  readonly toImage: string;
  readonly toVolumeName: string;
  readonly containerName: string;
  readonly networkName: string;
  readonly username: string;
  readonly databaseName: string;
  readonly memory: Size;
  readonly sharedMemory: Size;
  readonly startupTimeout?: Duration;
  readonly shutdownTimeout?: Duration;
  readonly logging: ContainerLogging;
  readonly provider?: TerraformProvider;
}

/** A volume that is empty is not an older database, but a wrong name: nothing must be made from it. */
const ONLY_WITH_DATA = 'if [ ! -s "$PGDATA/PG_VERSION" ]; then'
  + ' echo "The volume holds no data directory: there is nothing to upgrade. Leave upgradeFrom out for a new database."; exit 1; fi;'
  + ' exec docker-entrypoint.sh "$@"';

/**
 * Brings the data of an older major version into the volume of the new one, before the new server starts.
 *
 * The server that was running becomes the source: Terraform stops it and starts it again under another name, where no service reaches
 * it. So nothing is written any more while a task copies its databases and compares the counts of all rows.
 */
export class PostgresUpgrade extends Construct implements ITerraformDependable {
  private readonly task: Container;

  /** @param sourceId the id of the container, in `scope`, that takes the place of the server in Terraform's state */
  public constructor(scope: Construct, id: string, sourceId: string, serverId: string, settings: UpgradeSettings) {
    super(scope, id);
    const source = serverContainer(scope, sourceId, {
      name: dockerName(this),
      image: ContainerImage.fromRegistry(settings.fromImage).bind(this, settings.provider).reference,
      entrypoint: ['/bin/sh', '-ec', ONLY_WITH_DATA, 'docker-entrypoint.sh'],
      command: ['postgres', '-c', ADMINISTRATION_PARAMETER],
      environment: new Map(),
      networks: [{ name: settings.networkName, aliases: [] }],
      volumeName: settings.fromVolumeName,
      volumePath: settings.from.volumePath,
      tmpfs: [],
      memory: settings.memory,
      sharedMemory: settings.sharedMemory,
      username: settings.username,
      databaseName: settings.databaseName,
      startupTimeout: settings.startupTimeout,
      shutdownTimeout: settings.shutdownTimeout,
      logging: settings.logging,
      provider: settings.provider,
    });
    takesThePlaceOf(source, serverId);
    const task = new Construct(this, 'Task');
    this.task = hardenedContainer(task, 'Resource', {
      name: dockerName(task),
      image: scriptImage(task, settings.toImage, 'upgrade', undefined, settings.provider),
      user: 'root',
      entrypoint: ['/usr/local/bin/upgrade.sh'],
      environment: new Map([
        ['PGHOST', ADMINISTRATION_SOCKET],
        ['PGUSER', literal(settings.username)],
        ['UPGRADE_FROM', String(settings.from.major)],
      ]),
      runsOnce: true,
      networkMode: `container:${source.id}`,
      ports: [],
      networks: [],
      volumes: [{ volumeName: settings.toVolumeName, containerPath: settings.to.volumePath, readOnly: false }],
      tmpfs: { '/tmp': ContainerMount.tmpfs('/tmp')._tmpfs()! },
      capabilities: ENTRYPOINT_CAPABILITIES,
      memoryMebibytes: settings.memory.toMebibytes(),
      sharedMemoryMebibytes: settings.sharedMemory.toMebibytes(),
      restart: 'no',
      logDriver: settings.logging.driver,
      logOptions: settings.logging.options,
      labels: {},
      stopSeconds: 30,
      provider: settings.provider,
    });
    this.task.dependsOn = [dependable(source)];
  }

  /** The Terraform address of the task that copies. */
  public get fqn(): string {
    return this.task.fqn;
  }
}
