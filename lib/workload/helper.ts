import { Workload } from './workload';
import { Duration } from '../values/duration';
import { RestartPolicy } from '../values/restart-policy';

/** The most processes and threads of a container, as in Podman. What is more than that is a fault or an attack. */
export const DEFAULT_PROCESSES = 2048;

/** A workload of the library itself: by default a task without networks, storage or health check. */
export function helper(settings: Pick<Workload, 'name' | 'image' | 'variables' | 'memory' | 'logging'> & Partial<Workload>): Workload {
  return {
    lifetime: 'task',
    replicas: 1,
    beside: false,
    networks: [],
    mounts: [],
    ports: [],
    awaitsHealth: settings.healthCheck !== undefined,
    capabilities: [],
    labels: new Map(),
    restart: settings.lifetime === 'service' ? RestartPolicy.unlessStopped() : RestartPolicy.never(),
    processes: settings.lifetime === 'service' ? DEFAULT_PROCESSES : undefined,
    stopTimeout: Duration.seconds(30),
    after: [],
    ...settings,
  };
}
