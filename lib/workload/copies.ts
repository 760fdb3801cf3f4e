import { Construct } from 'constructs';
import { Workload } from './workload';

/** The workload of each client. A place may still change it, so it is read at synth. */
const workloads = new WeakMap<Construct, Workload>();

export function registerWorkload(client: Construct, workload: Workload): void {
  workloads.set(client, workload);
}

/**
 * The most containers of a client that run at the same time. A client that replaces its version side by side runs both versions for a
 * while, and a new version is tried out beside the old one. A client of another library counts once.
 */
export function copiesOf(client: Construct): number {
  const workload = workloads.get(client);
  if (workload === undefined || workload.lifetime === 'task') {
    return 1;
  }
  if (workload.beside) {
    return workload.replicas * 2;
  }
  return workload.isTriedOut ? workload.replicas + 1 : workload.replicas;
}
