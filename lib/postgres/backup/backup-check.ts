import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BACKUP_DIRECTORY } from './backup-directory';
import { Place } from '../../places/place';
import { dockerName } from '../../terraform/names';
import { helper } from '../../workload/helper';
import { Running } from '../../workload/running';
import { Variables } from '../../workload/variables';
import { Workload } from '../../workload/workload';

/**
 * Tells within seconds whether the directory can be written, with the reason when not. The container of backups would be unhealthy until a timeout,
 * and the apply would end without the reason.
 */
export class BackupCheck extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(
    scope: Construct, id: string, place: Place,
    backup: Pick<Workload, 'image' | 'user' | 'networks' | 'mounts' | 'memory' | 'logging' | 'after'>,
  ) {
    super(scope, id);
    const task = new Construct(this, 'Task');
    // No password: the container stays, and its environment is visible to who inspects it.
    const variables = new Variables(task);
    variables.add('BACKUP_DIRECTORY', BACKUP_DIRECTORY);
    this.running = place._run(task, helper({
      ...backup,
      name: dockerName(this),
      variables,
      entrypoint: ['/usr/local/bin/backup.sh'],
      command: () => ['prove'],
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
