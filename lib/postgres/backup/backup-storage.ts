import { BACKUP_DIRECTORY } from './backup-directory';
import { InputError } from '../../input/input-error';
import { made } from '../../input/props';
import { ContainerMount } from '../../workload/storage';

/** How a directory of the host is used. */
export interface DirectoryOptions {
  /**
   * The user and group that read and write the backups, as numbers: `1000:1000`.
   * @default - the image's user `postgres`: 999:999 in Debian's image, 70:70 in Alpine's
   */
  readonly user?: string;
}

/**
 * Where backups are kept.
 * @example
 * const database = new PostgresDatabase(this, 'Database');
 * database.backup({
 *   schedule: BackupSchedule.every(Duration.hours(6)),
 *   keep: 28,
 *   to: BackupStorage.directory('/mnt/backups/shop', { user: '1000:1000' }),
 * });
 */
export class BackupStorage {
  /**
   * A named volume of the engine. Nothing deletes it, unless the database has `dataProtection: false`.
   *
   * It is on the database's machine: copy the backups elsewhere, or a lost disk takes both.
   * @param name the volume's name; by default the database's container name with the suffix `-backups`
   */
  public static volume(name?: string): BackupStorage {
    return made('BackupStorage.volume', { name }, () => new BackupStorage('volume', name));
  }

  /**
   * A directory of the Docker host, for example a mounted network share. It must exist and belong to the user that
   * writes the backups; otherwise the apply fails at once. The engine does not create it.
   * @param directory absolute path on the machine where the engine runs
   */
  public static directory(directory: string, options: DirectoryOptions = {}): BackupStorage {
    return made('BackupStorage.directory', { directory, options }, () => new BackupStorage('host', directory, options.user));
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'volume' | 'host',
    /** @internal */
    public readonly _origin?: string,
    /** @internal */
    public readonly _user?: string,
  ) {
    if (_user !== undefined && !/^\d{1,10}:\d{1,10}$/.test(_user)) {
      throw new InputError({
        what: 'not a user for the directory of backups',
        given: _user,
        allowed: 'the numbers of a user and a group, for example "1000:1000"',
        remedy: 'ask the host with "stat -c %u:%g" for the owner of the directory',
      });
    }
    if (_origin !== undefined) {
      this._mount(_origin);
    }
  }

  /** @internal */
  public _mount(origin: string, readOnly = false): ContainerMount {
    return this._kind === 'volume'
      ? ContainerMount.volume(origin, BACKUP_DIRECTORY, { readOnly })
      : ContainerMount.directory(origin, BACKUP_DIRECTORY, { readOnly })._existing;
  }
}
