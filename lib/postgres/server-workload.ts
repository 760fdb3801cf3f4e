import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding } from '../image/container-image';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';
import { helper } from '../workload/helper';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';
import { NetworkAttachment, Prerequisite, Workload } from '../workload/workload';

/** The server's port in its container. */
export const POSTGRES_PORT = 5432;

/**
 * The image's entrypoint starts as root, gives the data directory to the user `postgres` and becomes that user. These are the capabilities
 * that it takes; the server itself has none.
 */
export const ENTRYPOINT_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** What distinguishes one server from another. */
export interface ServerSettings {
  readonly name: string;
  readonly image: ContainerImageBinding;
  readonly entrypoint?: readonly string[];
  readonly command: () => readonly string[];
  readonly variables: Variables;
  readonly networks: NetworkAttachment[];
  readonly volumeName: string;
  readonly volumePath: string;
  readonly mounts?: readonly ContainerMount[];
  readonly memory: Size;
  readonly sharedMemory: Size;
  readonly username: string;
  readonly databaseName: string;
  readonly startupTimeout?: Duration;
  readonly shutdownTimeout?: Duration;
  readonly logging: ContainerLogging;
  readonly after?: Prerequisite[];
}

/** A PostgreSQL server. An apply waits until it accepts connections. */
export function serverWorkload(settings: ServerSettings): Workload {
  const { name, image, entrypoint, command, variables, networks, memory, sharedMemory, logging, after = [] } = settings;
  return helper({
    name,
    image,
    entrypoint,
    command,
    variables,
    networks,
    memory,
    sharedMemory,
    logging,
    after,
    lifetime: 'service',
    mounts: [
      ContainerMount.volume(settings.volumeName, settings.volumePath),
      ContainerMount.tmpfs('/run/postgresql', { size: Size.mebibytes(1) }),
      ContainerMount.tmpfs('/tmp'),
      ...settings.mounts ?? [],
    ],
    capabilities: ENTRYPOINT_CAPABILITIES,
    healthCheck: serverHealthCheck(settings),
    // "Fast shutdown": ends sessions and writes a checkpoint. https://www.postgresql.org/docs/17/server-shutdown.html
    stopSignal: 'SIGINT',
    stopTimeout: settings.shutdownTimeout ?? Duration.seconds(120),
  });
}

/**
 * What tells whether a server accepts connections. Over TCP: on its socket, it answers already while the scripts of the first start are
 * running.
 */
export function serverHealthCheck(
  { username, databaseName, startupTimeout }: Pick<ServerSettings, 'username' | 'databaseName' | 'startupTimeout'>,
): HealthCheck {
  return HealthCheck.command(
    ['pg_isready', '-h', '127.0.0.1', '-p', String(POSTGRES_PORT), '-U', username, '-d', databaseName],
    { startPeriod: startupTimeout ?? Duration.minutes(2) },
  );
}

/** Arguments of the server for settings as in `postgresql.conf`. */
export function serverArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
