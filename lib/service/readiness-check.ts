import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { defaultLogging } from '../values/default-logging';
import { Duration } from '../values/duration';
import { Size } from '../values/size';
import { Readiness } from '../workload/binding';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';

/** The user `nobody`: the script needs no files. */
const USER = '65534:65534';

/**
 * A small container that waits for a database without a dependency in Terraform's graph. A service that is replaced side by side depends on
 * it, because the database's container cannot exist twice.
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

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
