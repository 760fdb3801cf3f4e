import * as path from 'path';
import { BACKUP_DIRECTORY } from './backup-directory';
import { BackupStorage, DirectoryOptions } from './backup-storage';
import { InputError } from '../../input/input-error';
import { made } from '../../input/props';
import { ContainerMount } from '../../workload/storage';

/**
 * A backup to restore, in `pg_dump`'s custom format.
 * @example
 * const restored = new PostgresDatabase(this, 'Restored');
 * restored.restoreFrom(BackupFile.inVolume('shop-database-backups', 'app-20261123T033000Z.dump'));
 */
export class BackupFile {
  /**
   * A file in a volume of the engine.
   * @param volumeName the volume's name, for example `shop-database-backups`
   * @param file the file's name in it, for example `app-20261123T033000Z.dump`
   */
  public static inVolume(volumeName: string, file: string): BackupFile {
    return made('BackupFile.inVolume', { volumeName, file }, () => new BackupFile(BackupStorage.volume(volumeName), file));
  }

  /**
   * A file in a directory of the Docker host.
   * @param directory absolute path on the machine where the engine runs
   * @param file the file's name in it
   */
  public static inDirectory(directory: string, file: string, options: DirectoryOptions = {}): BackupFile {
    return made('BackupFile.inDirectory', { directory, file, options }, () => new BackupFile(BackupStorage.directory(directory, options), file));
  }

  private constructor(private readonly storage: BackupStorage, private readonly file: string) {
    if (!/^[^/\u0000-\u001f]+$/.test(file) || ['.', '..'].includes(file)) {
      throw new InputError({
        what: 'not the name of a backup file',
        given: file,
        allowed: 'a name without "/" and control characters',
        remedy: 'give directory or volume and file apart, for example "app-20261123T033000Z.dump"',
      });
    }
  }

  /** @internal */
  public get _user(): string {
    return this.storage._user ?? 'postgres';
  }

  /** @internal */
  public get _mount(): ContainerMount {
    return this.storage._mount(this.storage._origin!, true);
  }

  /** @internal */
  public get _path(): string {
    return path.posix.join(BACKUP_DIRECTORY, this.file);
  }

  /** @internal */
  public get _label(): string {
    return `${this.storage._origin}/${this.file}`;
  }
}
