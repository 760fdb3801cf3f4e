import { Workload } from './workload';
import { Duration } from '../values/duration';
import { RestartPolicy } from '../values/restart-policy';

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
    stopTimeout: Duration.seconds(30),
    after: [],
    ...settings,
  };
}
