import type { BackupReport, DiskReport, Verdict } from './report';
import { Inspection, nameOf } from '../containers';
import type { Engine } from '../engine';

/** From here on a disk is worth a look; from there on PostgreSQL may stop soon. */
const FULL = { attention: 80, sick: 95 };

/** How full the disk is that a directory of a container is on. Undefined when the container cannot tell. */
export async function diskOf(engine: Engine, container: Inspection, variable: 'VOLUME_PATH' | 'BACKUP_DIRECTORY'): Promise<DiskReport | undefined> {
  const directory = container.Config.Env?.find((line) => line.startsWith(`${variable}=`))?.slice(variable.length + 1);
  if (directory === undefined) {
    return undefined;
  }
  const { status, stdout } = await engine.run('exec', nameOf(container), 'df', '-Pk', directory);
  const [, used, free] = /^\S+\s+\d+\s+(\d+)\s+(\d+)\s+\d+%/m.exec(stdout.split('\n').slice(1).join('\n')) ?? [];
  if (status !== 0 || used === undefined) {
    return undefined;
  }
  const [usedKilobytes, freeKilobytes] = [Number(used), Number(free)];
  return { directory, usedPercent: Math.ceil(100 * usedKilobytes / Math.max(1, usedKilobytes + freeKilobytes)), freeBytes: freeKilobytes * 1024 };
}

export function diskVerdict(disk: DiskReport | undefined): Verdict {
  return disk === undefined || disk.usedPercent < FULL.attention ? 'well' : disk.usedPercent < FULL.sick ? 'attention' : 'sick';
}

/** The newest backup of each database: see `backup.sh`, whose files end with the time. */
export async function backupsOf(engine: Engine, container: Inspection): Promise<BackupReport[] | undefined> {
  const { status, stdout } = await engine.run(
    'exec', nameOf(container), 'sh', '-c', 'cd "$BACKUP_DIRECTORY" && for file in *.dump; do [ ! -f "$file" ] || stat -c "%Y %s %n" "$file"; done');
  if (status !== 0) {
    return undefined;
  }
  const newest = new Map<string, BackupReport>();
  for (const line of stdout.split('\n')) {
    const [, seconds, bytes, name] = /^(\d+) (\d+) (.*)-\d{8}T\d{6}Z\.dump$/.exec(line) ?? [];
    if (name !== undefined) {
      const backup = { database: databaseOf(name), lastAt: new Date(Number(seconds) * 1000).toISOString(), bytes: Number(bytes) };
      if ((newest.get(name)?.lastAt ?? '') < backup.lastAt) {
        newest.set(name, backup);
      }
    }
  }
  return [...newest.values()].sort((one, other) => one.database < other.database ? -1 : 1);
}

/** Names of files are percent-encoded. */
function databaseOf(file: string): string {
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}
