import { ContainerMount } from './storage';
import { Size } from '../values/size';

export const TEMPORARY_DIRECTORY = '/tmp';

/** Programs expect a writable directory there, and the root file system is read-only. A mount at this path takes its place. */
export function temporaryDirectory(mounts: readonly ContainerMount[], size?: Size): ContainerMount | undefined {
  return mounts.some(isTemporaryDirectory) ? undefined : ContainerMount.tmpfs(TEMPORARY_DIRECTORY, { size });
}

export function isTemporaryDirectory({ containerPath }: ContainerMount): boolean {
  return containerPath === TEMPORARY_DIRECTORY;
}
