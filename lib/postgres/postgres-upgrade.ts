import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { PostgresVersion } from './postgres-version';
import { ADMINISTRATION_PARAMETER, ADMINISTRATION_SOCKET } from './roles/administration';
import { scriptImage } from './script-image';
import { ENTRYPOINT_CAPABILITIES, ServerSettings, serverWorkload } from './server-workload';
import { ContainerImage } from '../image/container-image';
import { Place } from '../places/place';
import { takesThePlaceOf } from '../terraform/moves';
import { dockerName } from '../terraform/names';
import { helper } from '../workload/helper';
import { IContainerNetwork } from '../workload/network';
import { Running } from '../workload/running';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';

/** What an upgrade needs to know of the database. */
export interface UpgradeSettings {
  readonly from: PostgresVersion;
  readonly fromImage: string;
  readonly fromVolumeName: string;
  readonly to: PostgresVersion;
  readonly toImage: string;
  readonly toVolumeName: string;
  readonly network: IContainerNetwork;
  /** What the old and the new server have in common. */
  readonly server: Pick<ServerSettings,
  'username' | 'databaseName' | 'memory' | 'sharedMemory' | 'startupTimeout' | 'shutdownTimeout' | 'logging'>;
  readonly place: Place;
}

/** A volume that is empty is not an older database, but a wrong name: nothing must be made from it. */
const ONLY_WITH_DATA = 'if [ ! -s "$PGDATA/PG_VERSION" ]; then'
  + ' echo "The volume holds no data directory: there is nothing to upgrade. Leave upgradeFrom out for a new database."; exit 1; fi;'
  + ' exec docker-entrypoint.sh "$@"';

/**
 * Brings the data of an older major version into the volume of the new one, before the new server starts.
 *
 * The server that was running becomes the source: Terraform stops it and starts it again under another name, where no service reaches it.
 * So nothing is written any more while a task copies its databases and compares the counts of all rows.
 */
export class PostgresUpgrade extends Construct implements ITerraformDependable {
  private readonly running: Running;

  /** @param sourceId the id of the container, in `scope`, that takes the place of the server in Terraform's state */
  public constructor(scope: Construct, id: string, sourceId: string, serverId: string, settings: UpgradeSettings) {
    super(scope, id);
    const { place, from, to, server } = settings;
    const source = place._run(scope, serverWorkload({
      ...server,
      name: dockerName(this),
      image: place._image(this, ContainerImage.fromRegistry(settings.fromImage)),
      entrypoint: ['/bin/sh', '-ec', ONLY_WITH_DATA, 'docker-entrypoint.sh'],
      command: () => ['postgres', '-c', ADMINISTRATION_PARAMETER],
      variables: new Variables(this),
      networks: [{ network: settings.network, aliases: [] }],
      volumeName: settings.fromVolumeName,
      volumePath: from.volumePath,
    }), sourceId);
    takesThePlaceOf(source.resources[0], serverId);
    const task = new Construct(this, 'Task');
    const variables = new Variables(task);
    variables.add('PGHOST', ADMINISTRATION_SOCKET);
    variables.add('PGUSER', server.username);
    variables.add('UPGRADE_FROM', String(from.major));
    this.running = place._run(task, helper({
      name: dockerName(task),
      image: scriptImage(task, place, settings.toImage, 'upgrade'),
      user: 'root',
      entrypoint: ['/usr/local/bin/upgrade.sh'],
      variables,
      networkOf: source,
      mounts: [ContainerMount.volume(settings.toVolumeName, to.volumePath), ContainerMount.tmpfs('/tmp')],
      capabilities: ENTRYPOINT_CAPABILITIES,
      memory: server.memory,
      sharedMemory: server.sharedMemory,
      logging: server.logging,
      after: [source.ready],
    }));
  }

  /** The Terraform address of the task that copies. */
  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
