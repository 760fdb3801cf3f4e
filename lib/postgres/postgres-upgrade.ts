import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { DataVolume } from './data-volume';
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

export interface UpgradeSettings {
  readonly from: DataVolume;
  readonly fromImage: string;
  readonly to: DataVolume;
  readonly toImage: string;
  readonly network: IContainerNetwork;
  /** Settings that the old and the new server share. */
  readonly server: Pick<ServerSettings,
  'username' | 'databaseName' | 'memory' | 'sharedMemory' | 'cpuPercent' | 'processes' | 'startupTimeout' | 'shutdownTimeout' | 'logging'>;
  readonly place: Place;
}

/** An empty volume means a wrong name, not an older database. */
const ONLY_WITH_DATA = 'if [ ! -s "$PGDATA/PG_VERSION" ]; then'
  + ' echo "The volume holds no data directory: there is nothing to upgrade. Leave upgradeFrom out for a new database."; exit 1; fi;'
  + ' exec docker-entrypoint.sh "$@"';

/**
 * Copies the data of an older major version into the new volume, before the new server starts.
 *
 * Terraform restarts the old server under another name, where no service reaches it. So nobody writes while a task copies the databases and
 * compares the row counts.
 */
export class PostgresUpgrade extends Construct implements ITerraformDependable {
  private readonly running: Running;

  /** @param sourceId the id, in `scope`, of the container that replaces the server in Terraform's state */
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
      volume: from,
    }), sourceId);
    takesThePlaceOf(source.resources[0], serverId);
    const task = new Construct(this, 'Task');
    const variables = new Variables(task);
    variables.add('PGHOST', ADMINISTRATION_SOCKET);
    variables.add('PGUSER', server.username);
    variables.add('UPGRADE_FROM', String(from.version.major));
    this.running = place._run(task, helper({
      name: dockerName(task),
      image: scriptImage(task, place, settings.toImage, 'upgrade'),
      user: 'root',
      entrypoint: ['/usr/local/bin/upgrade.sh'],
      variables,
      networkOf: source,
      mounts: [ContainerMount.volume(to.name, to.version.volumePath), ContainerMount.tmpfs('/tmp')],
      capabilities: ENTRYPOINT_CAPABILITIES,
      memory: server.memory,
      sharedMemory: server.sharedMemory,
      logging: server.logging,
      after: [source.ready],
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
