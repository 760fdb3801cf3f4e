import { BEHAVIOURS, DatabaseModel, EMPTY, Kind, Model, ServiceModel, TaskModel, expectedFailure } from './model';
import { Random } from './random';
import { CONTAINER_DISTURBANCES, Disturbance, Edit, Step, edited, programAfter } from './steps';

const MOST = { service: 3, task: 1, database: 1 };
const SCOPES = ['', '', 'blue', 'red'];
/** Few ids, so that a removed part often comes back under its id. */
const IDS = { service: ['Api', 'Shop', 'Worker', 'Mail', 'Admin'], task: ['Migrate', 'Seed', 'Check'], database: ['Database', 'Store'] };
const ROLES = ['writer', 'o\'reader'];
const REVISIONS = 4;

/** All steps of a walk: the program decides which edits are possible, and not the engine. */
export function generate(seed: number, steps: number): Step[] {
  const random = new Random(seed);
  const script: Step[] = [];
  for (let model = EMPTY; script.length < steps;) {
    const step = propose(model, random);
    script.push(step);
    model = programAfter(model, step);
  }
  return script;
}

/** A step that is possible for the program. What fails is mostly repaired by the next step. */
export function propose(model: Model, random: Random): Step {
  if (expectedFailure(model) !== undefined && random.chance(0.7)) {
    return { edits: repairs(model) };
  }
  if (isInhabited(model) && random.chance(0.25)) {
    return { edits: [], disturbance: proposeDisturbance(model, random) };
  }
  const edits: Edit[] = [];
  let present = model;
  for (let wanted = random.chance(0.2) ? 2 : 1; edits.length < wanted;) {
    const edit = proposeEdit(present, random);
    const next = edit && edited(present, edit);
    if (next) {
      edits.push(edit);
      present = next;
    }
  }
  return { edits };
}

function isInhabited(model: Model): boolean {
  return model.service.length > 0 || model.database.length > 0;
}

function repairs(model: Model): Edit[] {
  return [
    ...(['service', 'task'] as const).flatMap((kind) => model[kind].filter(({ behaviour }) => behaviour !== 'good')
      .map(({ key }): Edit => ({ edit: 'set', kind, key, change: { behaviour: 'good' } }))),
    ...model.database.filter(({ isMisspelt }) => isMisspelt)
      .map(({ key }): Edit => ({ edit: 'set', kind: 'database', key, change: { isMisspelt: false } })),
  ];
}

function proposeDisturbance(model: Model, random: Random): Disturbance {
  return random.weighted<() => Disturbance>([
    [8, () => {
      const isDatabase = model.service.length === 0 || model.database.length > 0 && random.chance(0.3);
      const kind = isDatabase ? 'database' : 'service';
      const { key } = random.pick<{ readonly key: string }>(model[kind]);
      return { disturb: random.pick(CONTAINER_DISTURBANCES), kind, key, replica: random.below(3) };
    }],
    [1, () => ({ disturb: 'loseState' })],
    [1, () => ({ disturb: 'olderState', back: 1 + random.below(3) })],
  ])();
}

function proposeEdit(model: Model, random: Random): Edit | undefined {
  const kind: Kind = random.weighted([[6, 'service'], [1.5, 'task'], [3, 'database']] as const);
  const parts = model[kind];
  if (parts.length === 0 || parts.length < MOST[kind] && random.chance(0.4)) {
    return { edit: 'add', kind, part: PARTS[kind](model, random, freeKey(model, kind)) };
  }
  const { key } = random.pick<{ readonly key: string }>(parts);
  if (random.chance(0.15)) {
    return { edit: 'remove', kind, key };
  }
  return { edit: 'set', kind, key, change: random.chance(0.15) ? place(kind, random) : CHANGES[kind](model, random, key) };
}

function freeKey(model: Model, kind: Kind): string {
  const taken = new Set(model[kind].map(({ key }) => key));
  for (let number = 1; ; number++) {
    if (!taken.has(`${kind}${number}`)) {
      return `${kind}${number}`;
    }
  }
}

/** Another id, or another scope. */
function place(kind: Kind, random: Random): Record<string, unknown> {
  return random.chance(0.5) ? { id: random.pick(IDS[kind]) } : { scope: random.pick(SCOPES) };
}

const PARTS = {
  service: (model: Model, random: Random, key: string): ServiceModel => {
    const database = random.chance(0.6) && model.database.length > 0 ? random.pick(model.database) : undefined;
    return {
      key,
      id: random.pick(IDS.service),
      scope: random.pick(SCOPES),
      rollout: random.chance(0.5) ? 'blueGreen' : 'recreate',
      replicas: 1 + random.below(2),
      behaviour: 'good',
      revision: random.below(REVISIONS),
      isPublic: random.chance(0.8),
      setting: 0,
      hasSecret: random.chance(0.3),
      hasVolume: random.chance(0.1),
      database: database?.key,
      role: database && database.roles.length > 0 && random.chance(0.5) ? random.pick(database.roles) : undefined,
      after: model.task.length > 0 && random.chance(0.4) ? random.pick(model.task).key : undefined,
    };
  },
  task: (model: Model, random: Random, key: string): TaskModel => ({
    key,
    id: random.pick(IDS.task),
    scope: random.pick(SCOPES),
    behaviour: 'good',
    revision: random.below(REVISIONS),
    database: random.chance(0.5) && model.database.length > 0 ? random.pick(model.database).key : undefined,
  }),
  database: (_: Model, random: Random, key: string): DatabaseModel => named({
    key,
    id: random.pick(IDS.database),
    scope: random.pick(SCOPES),
    isNamed: random.chance(0.3),
    workMem: 4,
    isMisspelt: false,
    roles: random.chance(0.4) ? [random.pick(ROLES)] : [],
    databases: [],
    rotation: 0,
    hasBackup: random.chance(0.2),
  }),
};

function named(database: DatabaseModel): DatabaseModel {
  return { ...database, firstPath: [database.scope, database.id].filter((id) => id !== '').join('/') };
}

type Change = Record<string, unknown>;

const CHANGES: Record<Kind, (model: Model, random: Random, key: string) => Change> = {
  service: (model, random) => random.weighted<() => Change>([
    [3, () => ({ behaviour: 'good', revision: random.below(REVISIONS) })],
    [5, () => ({ behaviour: random.pick(BEHAVIOURS.slice(1)) })],
    [2, () => ({ setting: random.below(100) })],
    [2, () => ({ rollout: random.chance(0.5) ? 'blueGreen' : 'recreate', replicas: 1 + random.below(3) })],
    [1, () => ({ isPublic: random.chance(0.7) })],
    [1, () => ({ hasSecret: random.chance(0.5) })],
    [0.5, () => ({ hasVolume: random.chance(0.5) })],
    [1, () => ({ after: model.task.length > 0 && random.chance(0.7) ? random.pick(model.task).key : undefined })],
    [2, () => {
      const database = model.database.length > 0 && random.chance(0.8) ? random.pick(model.database) : undefined;
      return { database: database?.key, role: database && database.roles.length > 0 && random.chance(0.6) ? random.pick(database.roles) : undefined };
    }],
  ])(),
  task: (model, random) => random.weighted<() => Change>([
    [2, () => ({ behaviour: 'good', revision: random.below(REVISIONS) })],
    [2, () => ({ behaviour: random.pick(['broken', 'crashing']) })],
    [1, () => ({ database: model.database.length > 0 && random.chance(0.7) ? random.pick(model.database).key : undefined })],
  ])(),
  database: (_, random) => random.weighted<() => Change>([
    [2, () => ({ workMem: 4 + random.below(4) })],
    [1, () => ({ isMisspelt: true })],
    [2, () => ({ roles: ROLES.filter(() => random.chance(0.5)) })],
    [1, () => ({ databases: ['orders'].filter(() => random.chance(0.5)) })],
    [1, () => ({ rotation: 1 + random.below(3) })],
    [1, () => ({ hasBackup: random.chance(0.5) })],
  ])(),
};
