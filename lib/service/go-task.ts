import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { validateProgramOptions } from './go-service-validation';
import { hardenedContainer } from '../docker/container';
import { markSideBySide } from '../docker/side-by-side';
import { IContainerImage } from '../image/container-image';
import { checkMethod, checkStruct, complete } from '../input/props';
import { DatabaseConnectionOptions, IDatabase } from '../workload/binding';
import { IContainerNetwork } from '../workload/network';
import { GoProgramOptions } from '../workload/options';
import { Workload } from '../workload/workload';

/**
 * Properties of a {@link GoTask}.
 *
 * @defaults tasks
 */
export interface GoTaskProps extends GoProgramOptions {
  /** The image to run: a {@link GoScratchImage}, or one from a registry with {@link ContainerImage.fromRegistry}. */
  readonly image: IContainerImage;
}

/** How long a killed task's container may take to end. The engine kills a task at once; this serves `docker stop` only. */
const STOP_SECONDS = 30;

/**
 * A Go program that runs once to its end before what depends on it starts: a migration, seeding, a check.
 *
 * An exit code other than 0 fails the apply with the last lines of the program's log, and the next apply runs it again.
 * After a success it runs again when its image or one of its settings has changed, and also when somebody has removed its ended
 * container: a task must bear being run again. It may take up to 20 minutes.
 *
 * It is hardened as services are.
 *
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * const migrate = new GoTask(this, 'Migrate', {
 *   image: new GoScratchImage(this, 'MigrateImage', { source: 'services/shop', mainPackage: './cmd/migrate' }),
 * });
 * migrate.connectTo(database);
 * const service = new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/shop', mainPackage: './cmd/shop' }),
 * });
 * service.runAfter(migrate);
 */
export class GoTask extends Construct implements ITerraformDependable {
  /** The underlying resource, for what this library has no property for. */
  public readonly resource: Container;

  /** The beginning of the container's name; a hyphen and eight random characters follow. */
  public readonly containerName: string;

  private readonly workload: Workload;

  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, given: GoTaskProps) {
    super(scope, id);
    const props = complete(this, 'GoTaskProps', given);
    validateProgramOptions(this, props);
    markSideBySide(this);
    const image = props.image.bind(this, props.provider);
    checkStruct(this, 'ContainerImageBinding', image);
    this.workload = new Workload(this, props);
    this.containerName = this.workload.containerName;
    this.resource = hardenedContainer(this, 'Resource', {
      ...this.workload.settings(image),
      ports: [],
      restart: 'no',
      stopSeconds: STOP_SECONDS,
      runsOnce: true,
    });
    this.resource.dependsOn = this.workload.dependencies;
  }

  /** The Terraform address of the container, so that other resources can depend on the task: they then wait until it has ended with 0. */
  public get fqn(): string {
    return this.resource.fqn;
  }

  /**
   * Gives the task a database: the connection URL as an environment variable, a connection to the database's network, and a
   * start only after the database is ready.
   *
   * @param database for example a {@link PostgresDatabase}
   * @param options the variable's name, and parameters of the URL
   * @throws an error with the construct's path when the variable is taken
   */
  public connectTo(database: IDatabase, options: DatabaseConnectionOptions = {}): void {
    checkMethod(this, 'GoTask.connectTo', { database, options });
    this.workload.connectTo(database, options);
    this.resource.dependsOn = this.workload.dependencies;
  }

  /**
   * Connects the task to a further network.
   *
   * @param network one of this stack, or one that exists already: {@link ContainerNetwork.fromName}
   */
  public joinNetwork(network: IContainerNetwork): void {
    checkMethod(this, 'GoTask.joinNetwork', { network });
    this.workload.join(network);
  }

  /**
   * Runs the task only when something else is done, for example another task.
   *
   * @param dependency a task, or any other Terraform resource
   */
  public runAfter(dependency: ITerraformDependable): void {
    checkMethod(this, 'GoTask.runAfter', { dependency });
    this.workload.waitFor(dependency);
    this.resource.dependsOn = this.workload.dependencies;
  }
}
