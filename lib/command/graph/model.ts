import type { Resource } from '../stack/configuration';

export type NodeKind = 'port' | 'gateway' | 'service' | 'task' | 'scheduled task' | 'database' | 'backup' | 'volume' | 'directory';

/** What a picture shows as one thing. */
export interface TopologyNode {
  /** Unique in its stack. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** What else is worth a line, for example a schedule. */
  readonly details: readonly string[];
  /** How many containers there are; 0 for what is no container. */
  readonly replicas: number;
  /** The names of its networks. */
  readonly networks: readonly string[];
}

/** How one node needs another one, from the one that needs it. */
export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'publishes' | 'routes' | 'connects' | 'mounts' | 'waits';
  /** For example the host and path of a route. */
  readonly text?: string;
}

export interface TopologyNetwork {
  readonly name: string;
  /** Nothing gets out of it, and nothing in. */
  readonly isIsolated: boolean;
}

/** What runs in a stack, and how it hangs together. */
export interface Topology {
  readonly stack: string;
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  readonly networks: readonly TopologyNetwork[];
}

/** The containers of one construct. */
export interface Group {
  /** The path of the construct. */
  readonly path: string;
  readonly kind: NodeKind;
  readonly containers: readonly Resource[];
}
