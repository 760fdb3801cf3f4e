import { Duration } from '../values/duration';
import { Size } from '../values/size';

/** Which nodes of a Swarm run the tasks of a service, and how an update is watched. */
export interface SwarmOptions {
  /**
   * Conditions that a node must meet, for example `node.labels.disk == ssd` or `node.role == worker`.
   * Source: https://docs.docker.com/reference/cli/docker/service/create/#constraint
   * @default - none: every active node
   */
  readonly constraints?: string[];

  /**
   * Labels whose values get the same number of tasks, for example `node.labels.rack`. The first one counts most.
   * @default - none: the tasks are spread over nodes
   */
  readonly spreadOver?: string[];

  /** The most tasks of a service on one node. During an update, those of the new version count as well. @default - no limit @range 1..1000 */
  readonly maxReplicasPerNode?: number;

  /** Memory that a node must have free for each task. @default - none @range 4MiB..64TiB/1MiB */
  readonly reservedMemory?: Size;

  /** Processor time that a node must have free for each task, in percent of one processor. @default - none @range 1..100000 */
  readonly reservedCpuPercent?: number;

  /**
   * How long Swarm watches the last tasks of an update after they have become healthy, in whole seconds. When one fails in this time, Swarm goes back
   * to the former version and the apply fails. Each apply with a new version takes this long. A version that works for longer than its settle time
   * and `monitor` together before it fails is not noticed.
   * @default Duration.seconds(15) @range 1s..1h/1s
   */
  readonly monitor?: Duration;
}
