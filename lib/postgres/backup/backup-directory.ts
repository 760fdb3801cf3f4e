/** The directory of backups in the container. */
export const BACKUP_DIRECTORY = '/backups';
