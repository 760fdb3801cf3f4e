import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/** Go's share of the container's memory. The rest is for memory that Go does not manage, such as cgo and the page cache. */
const MEMORY_LIMIT_SHARE = 0.9;

/** Sets `GOMEMLIMIT` from the container's memory limit, including an override on the resource. */
export function limitGoMemory({ variables, memory }: Workload, running: () => Running | undefined): void {
  if (!variables.has('GOMEMLIMIT')) {
    variables.addLate('GOMEMLIMIT', () => `${Math.floor((running()?.memoryBytes() ?? memory.toBytes()) * MEMORY_LIMIT_SHARE)}B`);
  }
}
