import * as fs from 'fs';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import {
  BackupSchedule, BackupStorage, Duration, Gateway, GoScratchImage, GoService, GoTask, HealthCheck, PostgresDatabase, PostgresVersion, PublishedPort,
  RoleAccess, Rollout, Size,
} from '../../lib';
import { chooseProvider } from '../engine/harness/provider-version';

const PROGRAM = path.join(__dirname, '..', 'walk', 'program');

/** What a step of the walk changes in the program. */
export interface Edit {
  readonly revision?: number;
  /** What the program of the service does: `good`, `broken` (it does not compile). */
  readonly behaviour?: 'good' | 'broken';
  /** Whether the migration fails. */
  readonly failingTask?: boolean;
  /** The major version of PostgreSQL. */
  readonly postgres?: 15 | 17;
}

/** Where a stack is, and what it is applied with. */
export interface Deployment {
  readonly id: string;
  readonly directory: string;
  /** Where the gateway answers. */
  readonly address: string;
  readonly port: number;
  readonly provider: string;
}

/** A gateway, a blue/green service with a migration, PostgreSQL with roles and a backup. Returns the directory where Terraform runs. */
export function synthesize({ id, directory, address, port, provider }: Deployment, edit: Edit, change: (json: any) => void): string {
  const { revision = 1, behaviour = 'good', failingTask = false, postgres = 15 } = edit;
  const app = new App({ outdir: directory });
  const stack = new TerraformStack(app, id);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  chooseProvider(stack, provider);
  const imageOf = (name: string, does: string) => new GoScratchImage(stack, name, {
    source: PROGRAM,
    tags: does === 'broken' ? ['broken'] : undefined,
    variables: { 'main.behaviour': does, 'main.revision': String(revision) },
    timezones: false,
  });
  const database = new PostgresDatabase(stack, 'Database', {
    version: postgres === 15 ? PostgresVersion.V15 : PostgresVersion.V17,
    upgradeFrom: postgres === 17 ? PostgresVersion.V15 : undefined,
    memory: Size.mebibytes(256),
    shutdownTimeout: Duration.seconds(20),
  });
  const owner = database.addRole('owner', { access: RoleAccess.owner() });
  const reader = database.addRole('reader', { access: RoleAccess.readOnly() });
  database.backup({ schedule: BackupSchedule.every(Duration.hours(24)), keep: 2, to: BackupStorage.volume() });
  const migration = new GoTask(stack, 'Migration', { image: imageOf('MigrationImage', failingTask ? 'failing' : 'good'), arguments: ['task'] });
  migration.connectTo(owner);
  const gateway = new Gateway(stack, 'Gateway', {
    publish: address === '127.0.0.1' ? PublishedPort.onLoopback(port) : PublishedPort.onAllInterfaces(port), shutdownTimeout: Duration.seconds(2),
  });
  const service = new GoService(stack, 'Service', {
    image: imageOf('Image', behaviour),
    rollout: Rollout.blueGreen({ settleTime: Duration.seconds(2) }),
    routes: [gateway.route()],
    after: [migration],
    healthCheck: HealthCheck.http('/healthz', { interval: Duration.seconds(2), startInterval: Duration.milliseconds(250) }),
    shutdownTimeout: Duration.seconds(3),
    memory: Size.mebibytes(64),
  });
  service.connectTo(reader);
  app.synth();
  const stackDirectory = path.join(directory, 'stacks', id);
  mutate(path.join(stackDirectory, 'cdk.tf.json'), change);
  return stackDirectory;
}

function mutate(file: string, change: (json: any) => void): void {
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(json);
  fs.writeFileSync(file, JSON.stringify(json));
}
