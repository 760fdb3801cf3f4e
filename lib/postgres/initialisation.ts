import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { RestartPolicy } from '../values/restart-policy';
import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/**
 * Runs the init scripts in a container that ends, before the server starts. A server with a failing script would restart without end, and
 * the apply would end without the reason.
 */
export class Initialisation extends Construct implements ITerraformDependable {
  private readonly running: Running;

  /** @param server the workload of the server, whose settings the scripts need as well */
  public constructor(scope: Construct, id: string, place: Place, server: Omit<Workload, 'lifetime' | 'name'>) {
    super(scope, id);
    server.variables.add('ONLY_INITIALISE', 'yes');
    this.running = place._run(this, {
      ...server,
      name: dockerName(this),
      lifetime: 'task',
      healthCheck: undefined,
      awaitsHealth: false,
      restart: RestartPolicy.never(),
      stopSignal: undefined,
    });
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
