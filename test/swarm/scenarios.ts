import { setTimeout as sleep } from 'timers/promises';
import { docker, power } from './cluster';
import { Outcome, Requests, Stand, Version } from './stand';
import { Size } from '../../lib';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Whether it cuts off the power of a node. */
  readonly cutsPower?: boolean;
  run(stand: Stand): Promise<Result>;
}

export interface Result {
  readonly requests?: Requests;
  /** What the apply did. */
  readonly apply: string;
  /** What the next plan says. */
  readonly plan: string;
  /** What must hold and does not. */
  readonly wrong: readonly string[];
}

const ROLLOVERS = 20;

/** The node whose power is cut. It is no manager. */
const NODE = 3;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'rollovers',
    title: `${ROLLOVERS} rollovers of 3 replicas`,
    run: async (stand) => {
      const outcomes: Outcome[] = [];
      const requests = await stand.under(async () => {
        for (let index = 0; index < ROLLOVERS; index++) {
          outcomes.push(await stand.apply());
        }
      });
      return result(requests, outcomes, { applied: true, failed: 0 });
    },
  },
  one('one-by-one', 'a rollover of 3 replicas, one after another', { oneByOne: true }, { applied: true, failed: 0 }),
  one('never-healthy', 'a version that is never healthy', { environment: { NEVER_HEALTHY: 'yes' } }, { applied: false, failed: 0 }),
  one('dies-5', 'a version that dies after 5 s, settle time 10 s', { environment: { DIES_AFTER: '5' }, settle: 10, monitor: 15 }, { applied: false, failed: 0 }),
  // All tasks of the new version die at once, and those of the former one have to start.
  one('dies-20', 'a version that dies after 20 s, settle time 10 s, monitor 15 s', { environment: { DIES_AFTER: '20' }, settle: 10, monitor: 15 }, { applied: false }),
  one('dies-20-settle', 'the same with a settle time of 25 s', { environment: { DIES_AFTER: '20' }, settle: 25, monitor: 15 }, { applied: false, failed: 0 }),
  one('dies-20-one-by-one', 'the same with a settle time of 10 s, one replica after another', {
    environment: { DIES_AFTER: '20' }, settle: 10, monitor: 15, oneByOne: true,
  }, { applied: false }),
  one('secret', 'a rotated secret', { token: 'second' }, { applied: true, failed: 0 }),
  {
    name: 'secret-rollback',
    title: 'a rotated secret in a version that is never healthy, then a good one',
    run: async (stand) => {
      const outcomes: Outcome[] = [];
      const requests = await stand.under(async () => {
        outcomes.push(await stand.apply({ token: 'third', environment: { NEVER_HEALTHY: 'yes' } }));
        outcomes.push(await stand.apply({ token: 'third' }));
      });
      const left = docker(stand.cluster, 'secret', 'ls', '--format', '{{.Name}}').split('\n').filter((name) => name.startsWith(`${stand.name}-TOKEN`));
      const whole = result(requests, outcomes, { applied: undefined, failed: 0 });
      return {
        ...whole,
        plan: planOf(outcomes[1]),
        wrong: [...whole.wrong, ...outcomes[0].applied ? ['the bad version was applied'] : [], ...outcomes[1].applied ? [] : ['the good version was not'],
          ...left.length === 1 ? [] : [`${left.length} secrets are left`]],
      };
    },
  },
  {
    name: 'scale',
    title: 'scale 2 → 5 → 1',
    run: async (stand) => {
      const outcomes: Outcome[] = [await stand.apply({ replicas: 2 })];
      const requests = await stand.under(async () => {
        outcomes.push(await stand.apply({ replicas: 5 }), await stand.apply({ replicas: 1 }));
      });
      return result(requests, outcomes, { applied: true, failed: 0 });
    },
  },
  one('migration', 'a failed migration', { migrationFails: true }, { applied: false, failed: 0 }, true),
  one('unschedulable', 'a version for which no node has room', { options: { reservedMemory: Size.gibibytes(4096) } }, { applied: false, failed: 0 }, true),
  {
    name: 'node-killed',
    title: 'the power of a node with a task is cut; then a rollover while it is down',
    cutsPower: true,
    run: async (stand) => {
      const outcomes = [await stand.apply()];
      const name = docker(stand.cluster, 'node', 'ls', '--format', '{{.Hostname}}').split('\n').sort()[NODE - 1];
      const wrong = tasksOn(stand, name) === 0 ? [`no task runs on ${name}, so that cutting its power shows nothing`] : [];
      let seconds = 0;
      try {
        const lost = await stand.under(async () => {
          power(stand.cluster, 'kill', NODE);
          seconds = await replaced(stand, name);
          await sleep(5_000);
        });
        const requests = await stand.under(async () => {
          outcomes.push(await stand.apply());
        });
        const whole = result(requests, outcomes, { applied: true, failed: 0 });
        return {
          ...whole,
          apply: `${whole.apply}; the cut: ${shown(lost)} requests failed, all replicas ran elsewhere after ${seconds} s`,
          wrong: [...whole.wrong, ...wrong, ...seconds === LONGEST_WAIT ? ['not all replicas ran elsewhere'] : []],
        };
      } finally {
        power(stand.cluster, 'start', NODE);
      }
    },
  },
];

/** Seconds for a Swarm to notice that a node is gone, and to run its tasks elsewhere. */
const LONGEST_WAIT = 90;

function runningOn(stand: Stand): string[] {
  return docker(stand.cluster, 'service', 'ps', '--filter', 'desired-state=running', '--format', '{{.Node}} {{.CurrentState}}', stand.name)
    .split('\n').filter((line) => / Running/.test(line)).map((line) => line.split(' ')[0]);
}

function tasksOn(stand: Stand, node: string): number {
  return runningOn(stand).filter((name) => name === node).length;
}

/** Seconds until as many tasks as before run on other nodes. */
async function replaced(stand: Stand, node: string): Promise<number> {
  const wanted = runningOn(stand).length;
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  while (seconds() < LONGEST_WAIT && runningOn(stand).filter((name) => name !== node).length < wanted) {
    await sleep(500);
  }
  return Math.min(seconds(), LONGEST_WAIT);
}

/** One apply under load. */
function one(name: string, title: string, version: Version, expected: Expected, untouched = false): Scenario {
  return {
    name,
    title,
    run: async (stand) => {
      // So that each begins with a good version.
      const before = await stand.apply({ token: version.token && 'first' });
      const good = stand.version;
      let outcome = before;
      const requests = await stand.under(async () => {
        outcome = await stand.apply(version);
      });
      const whole = result(requests, [outcome], expected);
      const others = Object.keys(requests.versions).filter((answered) => answered !== good);
      return {
        ...whole,
        wrong: [...whole.wrong, ...before.applied ? [] : [`the good version before was not applied: ${errorOf(before)}`],
          ...untouched && others.length > 0 ? [`another version answered: ${others.join(', ')}`] : []],
      };
    },
  };
}

interface Expected {
  /** Undefined: it is checked elsewhere. */
  readonly applied?: boolean;
  /** Undefined: some requests may fail. */
  readonly failed?: number;
}

function result(requests: Requests, outcomes: readonly Outcome[], { applied, failed }: Expected): Result {
  const last = outcomes[outcomes.length - 1];
  const lost = requests.sent - requests.answered;
  const wrong = [
    ...applied === undefined ? [] : outcomes.filter((outcome) => outcome.applied !== applied)
      .map((outcome) => applied ? `an apply failed: ${errorOf(outcome)}` : 'the apply succeeded'),
    ...failed !== undefined && lost > failed ? [`${lost} requests failed: ${JSON.stringify(requests.failed)}`] : [],
    ...outcomes.filter((outcome) => outcome.applied && Object.keys(outcome.plan).length > 0).map((outcome) => `the second plan has changes: ${JSON.stringify(outcome.plan)}`),
    ...outcomes.filter((outcome) => !outcome.applied && Object.keys(outcome.plan).length === 0).map(() => 'the plan after the failure is empty'),
  ];
  const seconds = outcomes.map((outcome) => outcome.seconds).sort((a, b) => a - b);
  const time = seconds.length < 3 ? seconds.map((one_) => `${one_} s`).join(', ') : `${seconds[0]} to ${seconds[seconds.length - 1]} s`;
  return { requests, apply: `${outcomes.map((outcome) => outcome.applied).every(Boolean) ? 'succeeds' : 'fails'}, ${time}`, plan: planOf(last), wrong };
}

function planOf({ plan }: Outcome): string {
  const types = [...new Set(Object.keys(plan).map((address) => address.split('.')[0]))].sort();
  return types.length === 0 ? 'empty' : types.map((type) => `\`${type}\``).join(', ');
}

export function shown({ sent, answered }: Requests): string {
  return `${sent - answered} of ${sent.toLocaleString('en')}`;
}

function errorOf({ output }: Outcome): string {
  return output.slice(output.lastIndexOf('Error:')).slice(0, 1500);
}
