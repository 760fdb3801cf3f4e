import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Images, Revision, broughtImage } from './images';
import { POSTGRES_USER, Role, Stand } from './stand';
import {
  BackupSchedule, BackupStorage, Duration, Gateway, GoService, PostgresDatabase, PublishedPort, Rollout, Size,
} from '../../lib';
import { OwnEngine } from '../engine/harness/own-engine';
import { Terraform } from '../walk/terraform';

const ID = 'library';
const VOLUME = 'library-data';
const CONNECTIONS = 2000;

/** The stack of this library, as its defaults have it, applied by Terraform. */
export class LibraryStand extends Stand {
  public readonly name = 'this library';
  public readonly port = 18080;
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-'));
  private terraform?: Terraform;

  public constructor(engine: OwnEngine, private readonly images: Images) {
    // Each major version of PostgreSQL has a volume of its own.
    super(engine, ID, `${VOLUME}-17`);
  }

  public async deploy(revision: Revision): Promise<boolean> {
    const app = new App({ outdir: this.directory });
    const stack = new TerraformStack(app, ID);
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    this.define(stack, revision);
    app.synth();
    this.terraform ??= new Terraform(path.join(this.directory, 'stacks', ID), this.engine.environment);
    await this.terraform.init();
    const { code, stderr } = await this.terraform.apply();
    if (code !== 0) {
      process.stderr.write(stderr);
    }
    return code === 0;
  }

  public all(): Map<string, Role> {
    const listed = this.engine.docker('ps', '--all', '--no-trunc', '--filter', `name=^${ID}-`, '--format', '{{.ID}} {{.Names}}').split('\n');
    return new Map(listed.filter((line) => line !== '').map((line) => line.split(' ')).flatMap(([id, name]) => {
      const role = roleOf(name);
      return role === undefined ? [] : [[id, role] as const];
    }));
  }

  public async ask(): Promise<string[]> {
    const plan = await this.terraform!.plan().catch((error: Error) => error.message);
    return plan === '' ? [] : ['plan'];
  }

  public backUp(): void {
    this.execBeside(this.containers('backup')[0], 'backup.sh', 'now');
  }

  public remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private define(stack: TerraformStack, revision: Revision): void {
    const gateway = new Gateway(stack, 'Gateway', {
      publish: PublishedPort.onAllInterfaces(this.port),
      // All clients have one address.
      maxConnections: CONNECTIONS,
      connectionsPerSource: CONNECTIONS,
    });
    const database = new PostgresDatabase(stack, 'Database', { volumeName: VOLUME, memory: Size.mebibytes(256) });
    database.backup({
      schedule: BackupSchedule.every(Duration.minutes(1)),
      maximumAge: Duration.minutes(2),
      keep: 2,
      to: BackupStorage.directory(this.backups, { user: POSTGRES_USER }),
    });
    const service = new GoService(stack, 'Service', {
      image: broughtImage(this.images[revision]),
      rollout: Rollout.blueGreen(),
      replicas: 2,
      memory: Size.mebibytes(128),
      routes: [gateway.route()],
    });
    service.connectTo(database);
  }
}

function roleOf(name: string): Role | undefined {
  const roles: readonly (readonly [RegExp, Role])[] = [
    [/^library-service(-2)?-[0-9a-f]{8}$/, 'service'], [/^library-gateway$/, 'gateway'], [/^library-database$/, 'database'], [/^library-database-backup$/, 'backup'],
  ];
  return roles.find(([pattern]) => pattern.test(name))?.[1];
}
