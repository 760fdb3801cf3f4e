import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BackupFile } from './backup-file';
import { hardenedContainer } from '../../docker/container';
import { dockerName } from '../../terraform/names';
import { literal } from '../../terraform/text';
import { defaultLogging } from '../../values/default-logging';
import { ContainerMount } from '../../workload/storage';
import { AdministeredServer, administrationEnvironment } from '../roles/administration';
import { scriptImage } from '../script-image';

/** The task that restores a backup into a database that is still empty. */
export class RestoreTask extends Construct implements ITerraformDependable {
  private readonly resource: Container;

  public constructor(scope: Construct, id: string, server: AdministeredServer, baseImage: string, file: BackupFile) {
    super(scope, id);
    const logging = defaultLogging(this, 'databases');
    this.resource = hardenedContainer(this, 'Resource', {
      name: dockerName(this),
      image: scriptImage(this, baseImage, 'restore', undefined, server.provider),
      user: file._user,
      entrypoint: ['/usr/local/bin/restore.sh'],
      environment: new Map([
        ...administrationEnvironment(server),
        ['RESTORE_FILE', literal(file._path)],
        ['RESTORE_LABEL', literal(file._label)],
      ]),
      runsOnce: true,
      networkMode: `container:${server.container.id}`,
      ports: [],
      networks: [],
      volumes: [file._mount._volume()!],
      tmpfs: { '/tmp': ContainerMount.tmpfs('/tmp')._tmpfs()! },
      capabilities: [],
      memoryMebibytes: 256,
      restart: 'no',
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      stopSeconds: 30,
      provider: server.provider,
    });
  }

  /** The Terraform address of the task. */
  public get fqn(): string {
    return this.resource.fqn;
  }
}
