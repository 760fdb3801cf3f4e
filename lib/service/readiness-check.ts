import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { defaultLogging } from '../values/default-logging';
import { Duration } from '../values/duration';
import { Size } from '../values/size';
import { ReadinessQuestion } from '../workload/exclusive';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';
import { Asked } from '../workload/workload';

/** The user `nobody`: the check needs no files. */
const USER = '65534:65534';

/**
 * A small container that waits for another one without a dependency in Terraform's graph. A service that is replaced side by side depends on
 * it, because a container with a fixed name or exclusive data cannot exist twice.
 */
export class ReadinessCheck extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(scope: Construct, place: Place, question: ReadinessQuestion, standsFor?: Asked) {
    super(scope, question.id);
    const variables = new Variables(this);
    Object.entries(question.environment).forEach(([name, value]) => variables.add(name, value));
    Object.entries(question.secretEnvironment).forEach(([name, value]) => variables.addSensitive(name, value));
    this.running = place._run(this, helper({
      name: dockerName(this),
      image: { reference: question.image, hasShell: true },
      beside: true,
      user: USER,
      entrypoint: question.entrypoint,
      variables,
      networks: question.networks.map((network) => ({ network, aliases: [] })),
      memory: Size.mebibytes(32),
      logging: defaultLogging(this, 'databases'),
      stopTimeout: Duration.seconds(1),
      standsFor,
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
