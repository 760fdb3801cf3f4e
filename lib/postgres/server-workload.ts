import { DataVolume, scriptText, volumeMounts } from './data-volume';
import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding } from '../image/container-image';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';
import { DEFAULT_PROCESSES, helper } from '../workload/helper';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';
import { NetworkAttachment, Prerequisite, Workload } from '../workload/workload';

export const POSTGRES_PORT = 5432;

/**
 * The capabilities of the image's entrypoint: as root it gives the data directory to `postgres`, then becomes that user. The server has
 * none.
 */
export const ENTRYPOINT_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** How much longer a server waits for its volume than a shutdown may take. */
const LOCK_MARGIN_SECONDS = 30;

export interface ServerSettings {
  readonly name: string;
  readonly image: ContainerImageBinding;
  readonly entrypoint?: readonly string[];
  readonly command: () => readonly string[];
  readonly variables: Variables;
  readonly networks: NetworkAttachment[];
  readonly volume: DataVolume;
  readonly mounts?: readonly ContainerMount[];
  readonly memory: Size;
  readonly sharedMemory: Size;
  readonly cpuPercent?: number;
  /** The most processes of the container: one for each connection, and those of the server itself. */
  readonly processes?: number;
  readonly username: string;
  readonly databaseName: string;
  readonly startupTimeout?: Duration;
  readonly shutdownTimeout?: Duration;
  readonly logging: ContainerLogging;
  readonly after?: Prerequisite[];
}

export function serverWorkload(settings: ServerSettings): Workload {
  const { name, image, entrypoint = ['docker-entrypoint.sh'], command, variables, networks, memory, sharedMemory, cpuPercent, processes, logging, after = [] } = settings;
  const shutdownTimeout = settings.shutdownTimeout ?? Duration.seconds(120);
  variables.add('VOLUME_PATH', settings.volume.version.volumePath);
  // A server that was renamed starts while the old one shuts down.
  variables.add('VOLUME_LOCK_SECONDS', String(Math.ceil(shutdownTimeout.toSeconds()) + LOCK_MARGIN_SECONDS));
  return helper({
    name,
    image,
    entrypoint: ['/bin/sh', '-ec', scriptText('mark-volume', 'start'), 'start.sh', ...entrypoint],
    command,
    variables,
    networks,
    memory,
    sharedMemory,
    cpuPercent,
    processes: processes ?? DEFAULT_PROCESSES,
    logging,
    after,
    lifetime: 'service',
    mounts: [
      ...volumeMounts(settings.volume),
      ContainerMount.tmpfs('/run/postgresql', { size: Size.mebibytes(1) }),
      ContainerMount.tmpfs('/tmp'),
      ...settings.mounts ?? [],
    ],
    capabilities: ENTRYPOINT_CAPABILITIES,
    healthCheck: serverHealthCheck(settings),
    // "Fast shutdown": ends sessions and writes a checkpoint. https://www.postgresql.org/docs/17/server-shutdown.html
    stopSignal: 'SIGINT',
    stopTimeout: shutdownTimeout,
  });
}

/** Checks that the server accepts connections over TCP. Its socket answers already while init scripts run. */
export function serverHealthCheck(
  { username, databaseName, startupTimeout }: Pick<ServerSettings, 'username' | 'databaseName' | 'startupTimeout'>,
): HealthCheck {
  return HealthCheck.command(
    ['/bin/sh', '-ec', scriptText('mark-volume', 'healthy'), 'healthy.sh', '-h', '127.0.0.1', '-p', String(POSTGRES_PORT), '-U', username, '-d', databaseName],
    { startPeriod: startupTimeout ?? Duration.minutes(2) },
  );
}

export function serverArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
