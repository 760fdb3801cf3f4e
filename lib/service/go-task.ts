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
 * A Go program that runs once to its end before what depends on it starts: a migration, seeding, a check.
 *
 * An exit code other than 0 fails the apply with the last lines of the program's log, and the next apply runs it again.
 * After a success it runs again when its image or one of its settings has changed, and also when somebody has removed its ended
 * container: a task must bear being run again. It may take up to 20 minutes.
 *
 * It is hardened as services are. A hyphen and eight random characters follow its container's name.
 *
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
    validateProgramOptions(this, props);
    const place = placeOf(this, props.place);
    this._describe(place, props, place._image(this, props.image), {
      lifetime: 'task',
      replicas: 1,
      beside: true,
      awaitsHealth: false,
      restart: RestartPolicy.never(),
      // The provider kills the container of a task at once; this serves `docker stop` only.
      stopTimeout: Duration.seconds(30),
    });
    limitGoMemory(this._workload, () => this._running);
    this._start();
  }
}
