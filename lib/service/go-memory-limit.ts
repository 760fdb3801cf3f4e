import { Running } from '../workload/running';
import { Workload } from '../workload/workload';

/** Go's collector gets this share of the container's memory; the rest is for stacks of the runtime, cgo and the page cache. */
const MEMORY_LIMIT_SHARE = 0.9;

/** Sets `GOMEMLIMIT` from the container's memory limit, also from one that the user overrides on the resource. */
export function limitGoMemory({ variables, memory }: Workload, running: () => Running | undefined): void {
  if (!variables.has('GOMEMLIMIT')) {
    variables.addLate('GOMEMLIMIT', () => `${Math.floor((running()?.memoryBytes() ?? memory.toBytes()) * MEMORY_LIMIT_SHARE)}B`);
  }
}
