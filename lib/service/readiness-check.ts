import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { Duration } from '../values/duration';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';
import { Readiness } from '../workload/binding';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';

/** Nobody: the script needs no file and no right. */
const USER = '65534:65534';

/**
 * A small container that asks until something is ready, without depending on it in Terraform's graph. It stands for containers that
 * cannot exist twice, in front of a service that is replaced side by side.
 */
export class ReadinessCheck extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(scope: Construct, place: Place, readiness: Readiness) {
    super(scope, readiness.id);
    const variables = new Variables(this);
    Object.entries(readiness.environment).forEach(([name, value]) => variables.add(name, value));
    Object.entries(readiness.secretEnvironment).forEach(([name, value]) => variables.addSensitive(name, value));
    this.running = place._run(this, helper({
      name: dockerName(this),
      image: { reference: readiness.image, hasShell: true },
      beside: true,
      user: USER,
      entrypoint: ['/bin/sh', '-c', readiness.script],
      variables,
      networks: readiness.networks.map((network) => ({ network, aliases: [] })),
      memory: Size.mebibytes(32),
      logging: defaultLogging(this, 'databases'),
      stopTimeout: Duration.seconds(1),
    }));
  }

  /** The Terraform address of the container: what depends on it waits for the answer. */
  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
