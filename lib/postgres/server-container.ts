import { Container } from '@cdktf/provider-docker/lib/container';
import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { ContainerNetworkAttachment, hardenedContainer } from '../docker/container';
import { HealthCheck } from '../health/health-check';
import { literal } from '../terraform/text';
import { Duration } from '../values/duration';
import { ContainerLogging } from '../values/logging';
import { Size } from '../values/size';
import { ContainerMount } from '../workload/storage';

/** The server's port in its container. */
export const POSTGRES_PORT = 5432;

/**
 * The image's entrypoint starts as root, gives the data directory to the user `postgres` and becomes that user.
 * These are the capabilities that it takes; the server itself has none.
 */
export const ENTRYPOINT_CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** What distinguishes one server from another. */
export interface ServerContainerSettings {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly networks: readonly ContainerNetworkAttachment[];
  readonly volumeName: string;
  readonly volumePath: string;
  readonly tmpfs: readonly ContainerMount[];
  readonly memory: Size;
  readonly sharedMemory: Size;
  readonly username: string;
  readonly databaseName: string;
  readonly startupTimeout?: Duration;
  readonly shutdownTimeout?: Duration;
  readonly logging: ContainerLogging;
  readonly provider?: TerraformProvider;
}

/** A container with a PostgreSQL server. An apply waits until it accepts connections. */
export function serverContainer(scope: Construct, id: string, settings: ServerContainerSettings): Container {
  const healthCheck = serverHealthCheck(settings);
  const tmpfs = [ContainerMount.tmpfs('/run/postgresql', { size: Size.mebibytes(1) }), ContainerMount.tmpfs('/tmp'), ...settings.tmpfs];
  return hardenedContainer(scope, id, {
    name: settings.name,
    image: settings.image,
    entrypoint: settings.entrypoint,
    command: settings.command,
    environment: settings.environment,
    ports: [],
    networks: settings.networks,
    volumes: [{ volumeName: settings.volumeName, containerPath: settings.volumePath, readOnly: false }],
    tmpfs: Object.fromEntries(tmpfs.map((mount) => [mount.containerPath, mount._tmpfs()!])),
    capabilities: ENTRYPOINT_CAPABILITIES,
    memoryMebibytes: settings.memory.toMebibytes(),
    sharedMemoryMebibytes: settings.sharedMemory.toMebibytes(),
    healthCheck: healthCheck._render(scope, { hasShell: true }),
    healthySeconds: healthCheck._maxWait()!.toSeconds(),
    restart: 'unless-stopped',
    logDriver: settings.logging.driver,
    logOptions: settings.logging.options,
    labels: {},
    // "Fast shutdown": ends sessions and writes a checkpoint. https://www.postgresql.org/docs/17/server-shutdown.html
    stopSignal: 'SIGINT',
    stopSeconds: (settings.shutdownTimeout ?? Duration.seconds(120)).toSeconds(),
    provider: settings.provider,
  });
}

/** What tells whether a server accepts connections. Over TCP: on its socket, it answers already while the scripts of the first start are running. */
export function serverHealthCheck(
  { username, databaseName, startupTimeout }: Pick<ServerContainerSettings, 'username' | 'databaseName' | 'startupTimeout'>,
): HealthCheck {
  return HealthCheck.command(
    ['pg_isready', '-h', '127.0.0.1', '-p', String(POSTGRES_PORT), '-U', username, '-d', databaseName],
    { startPeriod: startupTimeout ?? Duration.minutes(2) },
  );
}

/** Arguments of the server for settings as in `postgresql.conf`. */
export function serverArguments(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['-c', literal(`${name}=${value}`)]);
}
