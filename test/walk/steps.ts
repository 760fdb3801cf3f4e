import { Kind, Model, consistent, partOf, pathOf } from './model';

/** A change of the program. */
export type Edit =
  | { readonly edit: 'add'; readonly kind: Kind; readonly part: Model[Kind][number] }
  | { readonly edit: 'remove'; readonly kind: Kind; readonly key: string }
  /** Also another id, which is a rename, and another scope. */
  | { readonly edit: 'set'; readonly kind: Kind; readonly key: string; readonly change: Readonly<Record<string, unknown>> };

export const CONTAINER_DISTURBANCES = ['remove', 'kill', 'stop', 'disconnect', 'removeImage'] as const;

/** What happens to the engine or to the state between two applies. */
export type Disturbance =
  | { readonly disturb: typeof CONTAINER_DISTURBANCES[number]; readonly kind: Kind; readonly key: string; readonly replica: number }
  | { readonly disturb: 'loseState' }
  /** Puts back the state that was the newest so many successful applies ago. */
  | { readonly disturb: 'olderState'; readonly back: number };

/** What comes before one apply. An apply without any change is a step, too. */
export interface Step {
  readonly edits: readonly Edit[];
  readonly disturbance?: Disturbance;
}

/**
 * The program after an edit, or undefined where the edit is not possible: a shrunken walk lacks steps that others build on. What has the
 * same path or key already cannot be added.
 */
export function edited(model: Model, edit: Edit): Model | undefined {
  const parts = model[edit.kind] as readonly Model[Kind][number][];
  const key = edit.edit === 'add' ? edit.part.key : edit.key;
  const others = parts.filter((part) => part.key !== key);
  if ((others.length === parts.length) !== (edit.edit === 'add')) {
    return undefined;
  }
  const next = edit.edit === 'remove' ? others
    : edit.edit === 'add' ? [...parts, edit.part]
      : parts.map((part) => part.key === key ? { ...part, ...edit.change } as Model[Kind][number] : part);
  const result = consistent({ ...model, [edit.kind]: next });
  const paths = (['service', 'task', 'database'] as const).flatMap((kind) => result[kind].map(pathOf));
  return new Set(paths).size === paths.length ? result : undefined;
}

/** The program after the edits of a step; edits that are not possible are left out. */
export function programAfter(model: Model, step: Step): Model {
  return step.edits.reduce((present, edit) => edited(present, edit) ?? present, model);
}

/** Whether a step means anything for the program: its edits are possible, and what it disturbs exists. */
export function isPossible(model: Model, { edits, disturbance }: Step): boolean {
  return (edits.length === 0 || edits.some((edit) => edited(model, edit) !== undefined))
    && (disturbance === undefined || !('key' in disturbance) || partOf(model, disturbance.kind, disturbance.key) !== undefined);
}

/** A line for people. */
export function describeStep({ edits, disturbance }: Step): string {
  const words = edits.map((edit) => {
    switch (edit.edit) {
      case 'add': return `add ${edit.kind} ${edit.part.key} as ${pathOf(edit.part)}`;
      case 'remove': return `remove ${edit.kind} ${edit.key}`;
      case 'set': return `set ${edit.kind} ${edit.key}: ${Object.entries(edit.change).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ')}`;
    }
  });
  if (disturbance) {
    words.push('key' in disturbance ? `${disturbance.disturb} ${disturbance.kind} ${disturbance.key}`
      : disturbance.disturb === 'olderState' ? `restore the state of ${disturbance.back} applies ago` : 'lose the state');
  }
  return words.join('; ') || 'no change';
}
