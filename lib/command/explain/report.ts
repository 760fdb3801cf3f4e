import { GRAVITIES, Gravity, Part } from './part';
import { changedResources, partsOf } from './parts';
import type { Plan } from './plan';
import type { Synthesized } from './synthesized';
import { shown } from './variables';

/** What a plan does, for people and for programs. */
export interface Explanation {
  readonly parts: readonly Part[];
  readonly untouched: readonly string[];
  /** What `check` blocks of the program found, for example services that do not run. */
  readonly warnings: readonly string[];
  /** Changes of resources, images and steps of the library included. */
  readonly resources: number;
  /** The gravest of all; undefined when nothing changes. */
  readonly gravest?: Gravity;
}

const TITLES: Readonly<Record<Gravity, string>> = {
  loses: 'Will be lost',
  interrupts: 'Will be interrupted',
  changes: 'Changes without an interruption',
  creates: 'New',
  runs: 'Runs once',
};

export function explain(plan: Plan, program: Synthesized): Explanation {
  const all = partsOf(plan, program);
  const parts = all.filter(({ fate }) => fate !== 'kept');
  const resources = changedResources(plan);
  const problems = (plan.checks ?? []).flatMap(({ instances = [] }) => instances.flatMap((instance) => instance.problems ?? []));
  return {
    parts,
    untouched: all.filter(({ fate }) => fate === 'kept').map(({ path }) => path),
    warnings: [...new Set(problems.map(({ message }) => message))],
    resources,
    gravest: parts[0]?.gravity ?? (resources > 0 ? 'changes' : undefined),
  };
}

/** The explanation as lines of text. */
export function linesOf({ parts, untouched, warnings, resources }: Explanation): string[] {
  const sections = GRAVITIES.flatMap((gravity) => {
    const own = parts.filter((part) => part.gravity === gravity);
    return own.length === 0 ? [] : [`${TITLES[gravity]}:`, ...own.map((part) => `  ${lineOf(part)}`), ''];
  });
  return [
    ...warnings.flatMap((warning) => [`Warning: ${warning.trim().split('\n').join('\n  ')}`, '']),
    ...sections,
    ...resources === 0 ? ['Nothing changes.'] : [
      ...parts.length === 0 ? ['No service changes.'] : [],
      ...untouched.length > 0 ? [`Untouched: ${untouched.map(shown).join(', ')}`] : [],
      `In Terraform's words: ${resources} resource${resources === 1 ? '' : 's'} of the program.`,
    ],
  ];
}

function lineOf({ path, reasons, effect, kind }: Part): string {
  const what = kind === 'volume' || kind === 'network' ? `${kind} ${shown(path)}` : shown(path);
  return `${what}: ${[...reasons.length > 0 ? [reasons.join(', ')] : [], effect].join('; ')}`;
}
