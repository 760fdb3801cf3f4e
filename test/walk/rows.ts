import { Engine, EngineContainer, isAnonymous, run } from './engine';

/** Where PostgreSQL's images keep data, by major version. */
const DATA_DIRECTORIES = ['/var/lib/postgresql/data', '/var/lib/postgresql'];

/** Milliseconds between two writes. */
const PAUSE = 150;

const TABLE = 'CREATE TABLE IF NOT EXISTS walk_rows (id bigint PRIMARY KEY);';

/** The volume with the data of a database's server; undefined for other containers. Those of backups have one without a name there. */
export function dataVolumeOf({ volumes }: EngineContainer): string | undefined {
  return [...volumes].find(([name, directory]) => DATA_DIRECTORIES.includes(directory) && !isAnonymous(name))?.[0];
}

/** Writes rows and notes which ones a server has acknowledged, for each volume. */
export class Rows {
  private readonly acknowledged = new Map<string, Set<number>>();
  private next = 1;

  public constructor(private readonly engine: Engine) {}

  /** The volumes that hold acknowledged rows. */
  public get volumes(): string[] {
    return [...this.acknowledged.keys()];
  }

  public get count(): number {
    return [...this.acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Writes to every server there is while something happens, and once more afterwards. */
  public async writeDuring<T>(happens: () => Promise<T>): Promise<T> {
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        await this.write();
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    })();
    try {
      return await happens();
    } finally {
      isOver = true;
      await writing;
    }
  }

  public async write(): Promise<void> {
    await Promise.all((await this.engine.containers()).map(async (container) => {
      const volume = dataVolumeOf(container);
      if (volume !== undefined && container.isRunning) {
        const ids = [this.next++, this.next++, this.next++];
        // Each statement commits by itself. A returned id is one that the server has committed.
        const { stdout } = await sql(container, [TABLE, ...ids.map((id) => `INSERT INTO walk_rows VALUES (${id}) RETURNING id;`)]);
        const known = this.acknowledged.get(volume) ?? new Set();
        const returned = stdout.split('\n').filter((line) => /^\d+$/.test(line)).map(Number);
        returned.forEach((id) => known.add(id));
        if (known.size > 0) {
          this.acknowledged.set(volume, known);
        }
      }
    }));
  }

  /** Acknowledged rows of the container's volume that its server does not have, or why the server cannot be asked. */
  public async missing(container: EngineContainer): Promise<number[] | string> {
    const { code, stdout, stderr } = await sql(container, ['SELECT id FROM walk_rows;']);
    const volume = dataVolumeOf(container)!;
    if (code !== 0 && this.acknowledged.has(volume)) {
      return stderr;
    }
    return this.missingOf(volume, new Set(stdout.split('\n').map(Number)));
  }

  /** Acknowledged rows of a volume that are not among those that were found. */
  public missingOf(volume: string, found: ReadonlySet<number>): number[] {
    return [...this.acknowledged.get(volume) ?? []].filter((id) => !found.has(id));
  }
}

/** Runs statements in a server's first database, as its superuser. */
async function sql(container: EngineContainer, statements: readonly string[]) {
  const variable = (name: string, otherwise: string) =>
    container.environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? otherwise;
  return run('docker', [
    'exec', '--interactive', '--user', 'postgres', container.id, 'psql', '--no-psqlrc', '--quiet', '--no-align', '--tuples-only',
    '--set', 'ON_ERROR_STOP=1', '--username', variable('POSTGRES_USER', 'postgres'), '--dbname', variable('POSTGRES_DB', 'app'),
  ], { input: statements.join('\n') });
}
