import type { Action, Attributes, Plan, ResourceChange } from '../../lib/command/explain/plan';

/** What Docker's provider can change while a container runs. */
const IN_PLACE = new Set(['memory', 'memory_swap', 'restart', 'must_run', 'destroy_grace_seconds', 'lifecycle', 'provider', '//', 'provisioner']);

/**
 * The plan from one synthesized stack to another, as Terraform would make it when the engine holds exactly what the first one says.
 * `hidden` are attributes whose values Terraform hides because a part of them is secret.
 */
export function planBetween(one: any, other: any, hidden: readonly string[] = []): Plan {
  const [before, after] = [withImages(one), withImages(other)];
  const types = new Set([...Object.keys(before.resource ?? {}), ...Object.keys(after.resource ?? {})]);
  return { format_version: '1.2', resource_changes: [...types].flatMap((type) => changesOf(type, before.resource?.[type] ?? {}, after.resource?.[type] ?? {}, hidden)) };
}

/** Containers refer to an image, and Terraform compares what that is. */
function withImages(stack: any): any {
  const named = JSON.stringify(stack).replace(/\$\{docker_image\.(\w+)\.image_id\}/g, (_, image) => stack.resource.docker_image[image].name);
  return JSON.parse(named);
}

function changesOf(type: string, before: Record<string, Attributes>, after: Record<string, Attributes>, hidden: readonly string[]): ResourceChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => {
    const [one, other] = [before[name] ?? null, after[name] ?? null];
    const changed = one === null || other === null ? [] : [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]) && !(other.lifecycle?.ignore_changes ?? []).includes(key) && key !== '//' && key !== 'lifecycle');
    const secret = Object.fromEntries(hidden.map((key) => [key, true]));
    return {
      address: `${type}.${name}`,
      mode: 'managed',
      type,
      name,
      change: {
        actions: actionsOf(one, other, changed),
        before: one,
        after: other,
        after_unknown: {},
        before_sensitive: secret,
        after_sensitive: secret,
        replace_paths: changed.filter((key) => !IN_PLACE.has(key)).map((key) => [key]),
      },
    };
  });
}

function actionsOf(before: Attributes | null, after: Attributes | null, changed: readonly string[]): Action[] {
  if (before === null || after === null) {
    return [before === null ? 'create' : 'delete'];
  }
  if (changed.every((key) => IN_PLACE.has(key))) {
    return changed.length === 0 ? ['no-op'] : ['update'];
  }
  return after.lifecycle?.create_before_destroy ? ['create', 'delete'] : ['delete', 'create'];
}
