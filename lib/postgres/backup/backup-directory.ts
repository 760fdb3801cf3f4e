/** Where backups are in the container that makes or reads them. */
export const BACKUP_DIRECTORY = '/backups';
