import * as path from 'path';
import { App, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { DatabaseModel, Model, ServiceModel, TaskModel } from './model';
import {
  BackupSchedule, BackupStorage, ContainerMount, DatabaseCredentials, DockerHost, Duration, Gateway, GoScratchImage, GoService,
  GoTask, HealthCheck, PostgresDatabase, PostgresRole, PublishedPort, Rollout, Size,
} from '../../lib';

const PROGRAM = path.join(__dirname, 'program');

/** What a walk knows and the program's constructs need. */
export interface Surroundings {
  /** Also the prefix of all names on the engine. */
  readonly stackId: string;
  readonly directory: string;
  /** A port of the host for each service, and for the gateway. */
  readonly portOf: (key: string) => number;
}

/** The variable that holds the secret of all services. */
export const SECRET_VARIABLE = 'walkSecret';

/** The name by which a gateway knows a service. */
export function hostOf(key: string): string {
  return `${key}.walk.example`;
}

/** Writes the program's stack, as `cdktf synth` does, and returns the directory where Terraform runs. */
export function synthesize(model: Model, { stackId, directory, portOf }: Surroundings): string {
  const app = new App({ outdir: directory });
  const stack = new TerraformStack(app, stackId);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  DockerHost.local().declareIn(stack);
  const program = new Program(stack, model, portOf);
  model.database.forEach((database) => program.addDatabase(database));
  model.task.forEach((task) => program.addTask(task));
  model.service.forEach((service) => program.addService(service));
  app.synth();
  return path.join(directory, 'stacks', stackId);
}

class Program {
  private readonly databases = new Map<string, { database: PostgresDatabase; roles: Map<string, PostgresRole> }>();
  private readonly tasks = new Map<string, GoTask>();
  private readonly secret: TerraformVariable;
  private readonly gateway?: Gateway;

  public constructor(private readonly stack: TerraformStack, model: Model, private readonly portOf: (key: string) => number) {
    this.secret = new TerraformVariable(stack, SECRET_VARIABLE, { type: 'string', sensitive: true });
    if (model.service.some(({ rollout, isPublic }) => rollout === 'blueGreen' && isPublic)) {
      this.gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onLoopback(portOf('gateway')), shutdownTimeout: Duration.seconds(1) });
    }
  }

  public addDatabase({ key, id, scope, isNamed, firstPath, workMem, isMisspelt, rotation, roles, databases, hasBackup }: DatabaseModel): void {
    const name = `${this.stack.node.id}-named-${key}`;
    const constructPath = [scope, id].filter((part) => part !== '').join('/');
    const database = new PostgresDatabase(this.scope(scope), id, {
      ...isNamed ? { containerName: name, volumeName: `${name}-data` } : { formerly: firstPath === constructPath ? undefined : firstPath },
      // A removed database of the walk has left its data.
      startEmpty: true,
      parameters: { work_mem: `${workMem}MB`, ...isMisspelt ? { log_min_messages: 'warnings' } : {} },
      credentials: rotation > 0 ? DatabaseCredentials.generated().withRotation(`label-${rotation}`) : undefined,
      memory: Size.mebibytes(256),
      startupTimeout: Duration.seconds(30),
      shutdownTimeout: Duration.seconds(20),
    });
    databases.forEach((further) => database.addDatabase(further));
    this.databases.set(key, { database, roles: new Map(roles.map((role) => [role, database.addRole(role)])) });
    if (hasBackup) {
      database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 2, to: BackupStorage.volume() });
    }
  }

  public addTask({ key, id, scope, behaviour, revision, database }: TaskModel): void {
    const task = new GoTask(this.scope(scope), id, { image: this.image(behaviour, revision), arguments: ['task'] });
    if (database !== undefined) {
      task.connectTo(this.databases.get(database)!.database);
    }
    this.tasks.set(key, task);
  }

  public addService(model: ServiceModel): void {
    const { key, rollout, isPublic, replicas, behaviour, revision } = model;
    const isBlueGreen = rollout === 'blueGreen';
    const service = new GoService(this.scope(model.scope), model.id, {
      image: this.image(behaviour, revision),
      rollout: isBlueGreen ? Rollout.blueGreen({ settleTime: Duration.seconds(1) }) : undefined,
      replicas,
      publish: isPublic && !isBlueGreen ? PublishedPort.onLoopback(this.portOf(key)) : undefined,
      routes: isPublic && isBlueGreen ? [this.gateway!.route({ host: hostOf(key) })] : undefined,
      environment: { SERVICE: key, SETTING: String(model.setting) },
      secretEnvironment: model.hasSecret ? { SECRET: this.secret.stringValue } : undefined,
      mounts: model.hasVolume
        ? [ContainerMount.tmpfs('/tmp'), ContainerMount.volume(`${this.stack.node.id}-files-${key}`, '/files')] : undefined,
      healthCheck: HealthCheck.http('/healthz', {
        interval: Duration.seconds(1),
        timeout: Duration.seconds(1),
        retries: 2,
        startPeriod: Duration.seconds(3),
        startInterval: Duration.milliseconds(250),
      }),
      shutdownTimeout: Duration.seconds(3),
      memory: Size.mebibytes(64),
      after: model.after === undefined ? undefined : [this.tasks.get(model.after)!],
    });
    if (model.database !== undefined) {
      const { database, roles } = this.databases.get(model.database)!;
      service.connectTo(model.role === undefined ? database : roles.get(model.role)!);
    }
  }

  /** Parts with the same version share an image. */
  private image(behaviour: string, revision: number): GoScratchImage {
    const { node } = this.stack;
    const id = `Image-${behaviour}-${revision}`;
    return (node.tryFindChild(id) as GoScratchImage | undefined) ?? new GoScratchImage(this.stack, id, {
      source: PROGRAM,
      tags: behaviour === 'broken' ? ['broken'] : undefined,
      variables: { 'main.behaviour': behaviour, 'main.revision': String(revision) },
      timezones: false,
    });
  }

  private scope(name: string): Construct {
    return name === '' ? this.stack : this.stack.node.tryFindChild(name) as Construct | undefined ?? new Construct(this.stack, name);
  }
}
