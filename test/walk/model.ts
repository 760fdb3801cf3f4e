/** The program of a team, as data: what a walk edits, and what its stack is made of. */
export interface Model {
  readonly service: readonly ServiceModel[];
  readonly task: readonly TaskModel[];
  readonly database: readonly DatabaseModel[];
}

/** How a version behaves. A `broken` one does not compile; all but `good` must fail the apply. */
export const BEHAVIOURS = ['good', 'broken', 'crashing', 'unhealthy', 'hanging'] as const;
export type Behaviour = typeof BEHAVIOURS[number];

/** What every part of the program has. */
interface Part {
  /** The part's identity for the walk. It stays when the construct gets another id or scope. */
  readonly key: string;
  readonly id: string;
  /** The construct above it; empty for the stack itself. */
  readonly scope: string;
}

export interface ServiceModel extends Part {
  readonly rollout: 'recreate' | 'blueGreen';
  readonly replicas: number;
  readonly behaviour: Behaviour;
  /** Another revision is another image. */
  readonly revision: number;
  /** Whether it has a port of the host, or a route of the gateway with blue/green. A worker has neither. */
  readonly isPublic: boolean;
  /** A setting that replaces the container without a build. */
  readonly setting: number;
  /** Whether it has a secret variable. */
  readonly hasSecret: boolean;
  /** Whether it writes to a volume of its own. */
  readonly hasVolume: boolean;
  /** The key of its database. */
  readonly database?: string;
  /** The role that it connects as. @default - the superuser */
  readonly role?: string;
  /** The key of the task that it runs after. */
  readonly after?: string;
}

export interface TaskModel extends Part {
  readonly behaviour: 'good' | 'broken' | 'crashing';
  readonly revision: number;
  readonly database?: string;
}

export interface DatabaseModel extends Part {
  /** Whether container and volume have names of their own, so that they are the same under another id. It stays: another name is another volume, which is refused. */
  readonly isNamed: boolean;
  /** The path that it was added with: after a rename or a move, a careful user gives it as `formerly`. */
  readonly firstPath?: string;
  /** `work_mem` in MiB. */
  readonly workMem: number;
  /** A parameter that the server does not know fails the apply. */
  readonly isMisspelt: boolean;
  readonly roles: readonly string[];
  /** Further databases. */
  readonly databases: readonly string[];
  /** The label of the superuser's password; 0 for none. */
  readonly rotation: number;
  readonly hasBackup: boolean;
}

export type Kind = keyof Model;

export const EMPTY: Model = { service: [], task: [], database: [] };

/** The part with the given key. */
export function partOf<K extends Kind>(model: Model, kind: K, key: string | undefined): Model[K][number] | undefined {
  return (model[kind] as readonly Part[]).find((part) => part.key === key) as Model[K][number] | undefined;
}

/** The path of a part's construct below the stack. */
export function pathOf({ id, scope }: Part): string {
  return scope === '' ? id : `${scope}/${id}`;
}

/** The same program without references to what left it and without settings that exclude each other. */
export function consistent(model: Model): Model {
  return {
    ...model,
    service: model.service.map((service) => {
      const database = partOf(model, 'database', service.database);
      const isBlueGreen = service.rollout === 'blueGreen';
      return {
        ...service,
        replicas: isBlueGreen ? service.replicas : 1,
        // Two versions would share the volume.
        hasVolume: service.hasVolume && !isBlueGreen,
        database: database?.key,
        role: service.role !== undefined && database?.roles.includes(service.role) ? service.role : undefined,
        after: partOf(model, 'task', service.after)?.key,
      };
    }),
    task: model.task.map((task) => ({ ...task, database: partOf(model, 'database', task.database)?.key })),
  };
}

/** Why an apply of the program must fail; undefined when it must succeed. */
export function expectedFailure(model: Model): string | undefined {
  const bad = [
    ...[...model.service, ...model.task].filter(({ behaviour }) => behaviour !== 'good').map((part) => `${part.key} is ${part.behaviour}`),
    ...model.database.filter(({ isMisspelt }) => isMisspelt).map(({ key }) => `${key} has a misspelt value of a parameter`),
  ];
  return bad.length === 0 ? undefined : bad.join(', ');
}
