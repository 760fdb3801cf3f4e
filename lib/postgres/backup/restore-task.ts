import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BackupFile } from './backup-file';
import { dockerName } from '../../terraform/names';
import { defaultLogging } from '../../values/default-logging';
import { Size } from '../../values/size';
import { helper } from '../../workload/helper';
import { Running } from '../../workload/running';
import { ContainerMount } from '../../workload/storage';
import { AdministeredServer, administrationVariables } from '../roles/administration';
import { scriptImage } from '../script-image';

/** Restores a backup into an empty database. */
export class RestoreTask extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(scope: Construct, id: string, server: AdministeredServer, baseImage: string, file: BackupFile) {
    super(scope, id);
    const variables = administrationVariables(this, server);
    variables.add('RESTORE_FILE', file._path);
    variables.add('RESTORE_LABEL', file._label);
    this.running = server.place._run(this, helper({
      name: dockerName(this),
      image: scriptImage(this, server.place, baseImage, 'restore'),
      user: file._user,
      entrypoint: ['/usr/local/bin/restore.sh'],
      variables,
      networkOf: server.running,
      mounts: [file._mount, ContainerMount.tmpfs('/tmp'), ContainerMount.tmpfs(server.volumePath)],
      memory: Size.mebibytes(256),
      logging: defaultLogging(this, 'databases'),
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
