import { Revision } from './images';
import { OwnEngine } from '../engine/harness/own-engine';
import { run } from '../walk/engine';

export type Role = 'service' | 'gateway' | 'database' | 'backup';

/** Who writes the backups. */
export const POSTGRES_USER = '999:999';

/** A new cluster with its first write-ahead log takes about 60 MiB. */
const DATA_MEBIBYTES = 400;
const BACKUP_MEBIBYTES = 64;

/** One way to run the same program on the machine: two replicas behind an HAProxy, a PostgreSQL and its backups. */
export abstract class Stand {
  public abstract readonly name: string;
  /** Where its gateway answers, in the machine's network. */
  public abstract readonly port: number;
  /** The volume with the data of its server. */
  public readonly volume: string;
  /** Where its backups go, as seen from the machine. */
  public readonly backups: string;
  public readonly backupDisk: string;

  /** Gives the database and its backups a small disk each. */
  protected constructor(protected readonly engine: OwnEngine, key: string, volume: string) {
    this.volume = volume;
    this.backups = engine.directory(`${key}-backups`);
    this.backupDisk = engine.addDisk(BACKUP_MEBIBYTES);
    engine.mount(this.backupDisk, this.backups, POSTGRES_USER);
    engine.docker('volume', 'create', '--opt', 'type=ext4', '--opt', `device=${engine.addDisk(DATA_MEBIBYTES)}`, this.volume);
  }

  /** Starts the first revision, or deploys another one. Whether that succeeded. */
  public abstract deploy(revision: Revision): Promise<boolean>;

  /** The ids of all containers, also of those that have ended, and their roles. */
  public abstract all(): Map<string, Role>;

  /** Who tells that something is wrong when an operator asks; empty when nobody does. */
  public abstract ask(): Promise<string[]>;

  /** Makes a backup now. */
  public abstract backUp(): void;

  /** Removes what it has on this machine. */
  public abstract remove(): void;

  /** The ids of the containers of a role. */
  public containers(role: Role): string[] {
    return [...this.all()].filter(([, other]) => other === role).map(([id]) => id);
  }

  /** Starts a program in a container, and does not wait for its end. */
  public execBeside(container: string, ...command: string[]): void {
    this.engine.docker('exec', '--detach', container, ...command);
  }

  /** The first process of a container that its image or its user brought, not the engine's init; as the machine numbers it. */
  public program(container: string): string {
    const first = this.engine.docker('inspect', '--format', '{{.State.Pid}}', container);
    const read = (file: string) => this.engine.inMachine('cat', `/proc/${first}/${file}`).stdout.trim();
    return read('comm') === 'docker-init' ? read(`task/${first}/children`).split(' ')[0] : first;
  }

  /** The rows that its server has. */
  public async rows(): Promise<Set<number>> {
    const { code, stdout, stderr } = await run('docker', [
      'exec', '--user', 'postgres', this.containers('database')[0], 'psql', '-XAtq', '-U', 'postgres', '-d', 'app', '-c', 'SELECT id FROM rows',
    ], { environment: this.engine.environment });
    if (code !== 0) {
      throw new Error(`the rows of ${this.name} cannot be read: ${stderr}`);
    }
    return new Set(stdout.split('\n').map(Number));
  }
}
