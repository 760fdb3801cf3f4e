import { ImageChange } from './part';
import { ResourceChange, fateOf } from './plan';
import type { Synthesized } from './synthesized';
import { shown, variableChanges } from './variables';

/** Settings that follow from others, or that only Docker's answer fills in. */
const FOLLOWING = new Set(['id', 'image', 'env', 'name', 'container_logs', 'exit_code', 'network_data', 'bridge', 'hostname', 'labels', 'ports', 'provider']);

/** What differs between a container that is there and the one that the program wants. */
export function containerReasons(change: ResourceChange, images: ReadonlyMap<string, ImageChange>, program: Synthesized, drifted: boolean): string[] {
  const { before, after, after_unknown: unknown, before_sensitive: secretBefore, after_sensitive: secretAfter, replace_paths: paths } = change.change;
  if (before === null || after === null) {
    return drifted ? ['its container is gone from the engine'] : [];
  }
  const fate = fateOf(change);
  const wanted = program.settings('docker_container', change.name) ?? {};
  // A replaced container loses what only the engine has filled in; only what the program says, or what Terraform names as the cause, is a reason.
  const causes = new Set((paths ?? []).map(([attribute]) => String(attribute)));
  const changed = Object.keys(wanted).filter((name) => after[name] !== undefined && differs(before[name], after[name]));
  const names = fate === 'updated' ? changed : [...new Set([...causes, ...changed.filter((name) => isShort(before[name]) && isShort(after[name]))])];
  const image = program.imageOf(change.name);
  return [
    ...causes.has('image') ? [image !== undefined && images.get(image)?.fate !== 'kept' ? `new image${images.get(image)?.files ?? ''}` : 'another image'] : [],
    ...names.includes('env') ? variables(change, program, secretBefore, secretAfter) : [],
    ...names.includes('labels') && (names.includes('ports') || portsDiffer(before, after)) ? ['other ports'] : [],
    ...names.filter((name) => !FOLLOWING.has(name)).sort().map((name) => setting(name, before[name], after[name],
      isHidden(secretBefore, name) || isHidden(secretAfter, name) || isHidden(unknown, name))),
    ...change.action_reason === 'replace_because_tainted' ? ['its last start failed'] : [],
    ...change.action_reason === 'replace_by_request' ? ['you asked for it'] : [],
    ...drifted ? ['somebody changed its container'] : [],
  ];
}

function variables(change: ResourceChange, program: Synthesized, secretBefore: any, secretAfter: any): string[] {
  const plain = program.plainVariables(change.name);
  const { before, after, after_unknown: unknown } = change.change;
  // Terraform hides a whole environment when one value is secret.
  const [hiddenBefore, hiddenAfter] = [secretBefore, secretAfter].map((secret) => isHidden(secret, 'env'));
  const now: string[] = after!.env ?? (isHidden(unknown, 'env') ? program.settings('docker_container', change.name)?.env : undefined) ?? [];
  return variableChanges(
    { lines: before!.env ?? [], isPlain: (line) => !hiddenBefore || plain.has(line) },
    { lines: now, isPlain: (line) => plain.has(line) || (!hiddenAfter && Array.isArray(after!.env)) });
}

function setting(name: string, before: unknown, after: unknown, hidden: boolean): string {
  return !hidden && isShort(before) && isShort(after) ? `${name} ${shown(before)} → ${shown(after)}` : `other ${name}`;
}

function isShort(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function portsDiffer(before: any, after: any): boolean {
  return differs(before.ports ?? [], after.ports ?? []);
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** Whether a part of the plan's marks (`after_unknown`, `after_sensitive`) covers something of an attribute. */
function isHidden(marks: any, attribute: string): boolean {
  const mark = marks === true ? true : marks?.[attribute];
  return mark === true || (typeof mark === 'object' && mark !== null && JSON.stringify(mark).includes('true'));
}
