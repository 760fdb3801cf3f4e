import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerProgram } from './container-program';
import { limitGoMemory } from './go-memory-limit';
import { ProgramOptions } from './service-options';
import { validateProgramOptions } from './validation';
import { IContainerImage } from '../image/container-image';
import { complete } from '../input/props';
import { placeOf } from '../places/default-place';
import { Duration } from '../values/duration';
import { RestartPolicy } from '../values/restart-policy';

/** Properties of a {@link GoTask}. @defaults tasks */
export interface GoTaskProps extends ProgramOptions {
  /** The image to run: a {@link GoScratchImage}, or one from a registry with {@link ContainerImage.fromRegistry}. */
  readonly image: IContainerImage;
}

/**
 * A Go program that runs once to completion: a migration, seeding, a check. Its dependents start afterwards.
 *
 * An exit code other than 0 fails the apply and shows the last lines of the program's log; the next apply runs the task again. After a
 * success it runs again when its image or a setting changes, or when its container was removed. Write it so that a second run does no harm.
 * It may take up to 20 minutes, or 24 hours with version 4 of the Docker provider.
 *
 * It is hardened like a service. The library appends a hyphen and eight random characters to the container's name.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * const migrate = new GoTask(this, 'Migrate', {
 *   image: new GoScratchImage(this, 'MigrateImage', { source: 'services/shop', mainPackage: './cmd/migrate' }),
 * });
 * migrate.connectTo(database);
 * const service = new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/shop', mainPackage: './cmd/shop' }),
 *   after: [migrate],
 * });
 */
export class GoTask extends ContainerProgram implements ITerraformDependable {
  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GoTaskProps) {
    super(scope, id);
    const props = complete(this, 'GoTaskProps', given);
    validateProgramOptions(this, props, given);
    const place = placeOf(this, props.place);
    this._describe(place, props, place._image(this, props.image), {
      lifetime: 'task',
      replicas: 1,
      beside: true,
      awaitsHealth: false,
      restart: RestartPolicy.never(),
      // The provider kills a task's container at once. Only `docker stop` uses this timeout.
      stopTimeout: Duration.seconds(30),
    });
    limitGoMemory(this._workload, () => this._running);
    this._start();
  }
}
