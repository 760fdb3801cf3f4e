import { changedFiles } from './changed-files';
import { containerReasons } from './container';
import { GRAVITIES, Gravity, ImageChange, Kind, Part } from './part';
import { Fate, Plan, ResourceChange, fateOf } from './plan';
import type { Synthesized } from './synthesized';
import { constructPath } from '../resources';

/** One-shot containers that serve another construct and say nothing to who reads a plan. */
const HELPERS = new Set(['Trial', 'Claim', 'Initialisation', 'Check', 'Ready', 'OldImages', 'ImagesToDestroy']);

/** What a plan does, construct by construct, the gravest first. What stays as it is has the fate `kept`. */
export function partsOf(plan: Plan, program: Synthesized): Part[] {
  const changes = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed');
  const of = (type: string) => changes.filter((change) => change.type === type);
  const gone = (plan.resource_drift ?? []).filter(({ change }) => change.actions.includes('delete'));
  const drifted = new Set(gone.map(({ address }) => address));
  const images = new Map(of('docker_image').map((change) => [change.name, { fate: fateOf(change), files: program.builtFrom ? changedFiles(change, program.builtFrom) : '' }]));
  const containers = byScope(of('docker_container'), program);
  const longRunning = new Set([...containers].filter(([, [first]]) => !isOneShot(first)).map(([scope]) => scope));
  const parts = [...containers].flatMap(([scope, own]) => isOneShot(own[0])
    ? oneShot(scope, own[0], longRunning)
    : [running(scope, own, images, program, drifted, of('terraform_data'), containers)]);
  const left = (type: string, effect: (fate: Fate) => [Gravity, string] | undefined, kind: Kind) => of(type).flatMap((change) => {
    const said = effect(fateOf(change));
    const path: string = change.change.before?.name ?? program.path(type, change.name);
    return said === undefined ? [] : [{ path, kind, fate: fateOf(change), gravity: said[0], reasons: [], effect: said[1] }];
  });
  return [
    ...parts,
    ...left('docker_volume', volumeEffect, 'volume'),
    ...left('docker_network', (fate) => fate.startsWith('replaced') ? ['interrupts', 'replaced: its containers lose their connections'] : undefined, 'network'),
  ].sort((one, other) => GRAVITIES.indexOf(one.gravity) - GRAVITIES.indexOf(other.gravity) || (one.path < other.path ? -1 : 1));
}

/** How many resources change that are no part of their own: images, networks, and steps of the library. */
export function changedResources(plan: Plan): number {
  return (plan.resource_changes ?? []).filter((change) => change.mode === 'managed' && fateOf(change) !== 'kept').length;
}

function byScope(changes: readonly ResourceChange[], program: Synthesized): Map<string, ResourceChange[]> {
  const scopes = new Map<string, ResourceChange[]>();
  for (const change of changes) {
    const scope = constructPath(program.path('docker_container', change.name));
    scopes.set(scope, [...scopes.get(scope) ?? [], change]);
  }
  return scopes;
}

function isOneShot({ change }: ResourceChange): boolean {
  return (change.after ?? change.before)?.attach === true;
}

/** Why and how a container that runs once is part of the plan. */
function oneShot(scope: string, change: ResourceChange, longRunning: ReadonlySet<string>): Part[] {
  const id = scope.split('/').at(-1)!;
  const fate = fateOf(change);
  const isHelper = HELPERS.has(id) || (id === 'Configuration' && longRunning.has(scope.split('/').slice(0, -1).join('/')));
  return isHelper || fate === 'kept' || fate === 'removed' || fate === 'forgotten' ? []
    : [{ path: scope, kind: 'task', fate, gravity: 'runs', reasons: [], effect: 'runs to its end' }];
}

function running(
  scope: string, changes: readonly ResourceChange[], images: ReadonlyMap<string, ImageChange>, program: Synthesized, drifted: ReadonlySet<string>,
  data: readonly ResourceChange[], containers: ReadonlyMap<string, readonly ResourceChange[]>,
): Part {
  const kind = kindOf(scope, changes[0], containers);
  const fates = changes.map(fateOf);
  const grave: Fate[] = ['replaced', 'replaced side by side', 'updated', 'created', 'removed', 'forgotten'];
  const fate = fates.every((each) => each === fates[0]) ? fates[0] : grave.find((each) => fates.includes(each))!;
  const reasons = [...new Set(changes.flatMap((change) => containerReasons(change, images, program, drifted.has(change.address))))];
  const [before, after] = [fates.filter((each) => each !== 'created').length, fates.filter((each) => each !== 'removed').length];
  const replicas = before !== after && before > 0 && after > 0 ? [`${after} replicas instead of ${before}`] : [];
  const configured = fateOf(containers.get(`${scope}/Configuration`)?.[0] ?? changes[0]);
  const password = data.find(({ name }) => program.path('terraform_data', name).startsWith(`${scope}/Password`));
  const start = data.find(({ name }) => program.path('terraform_data', name) === `${scope}/Start`);
  const all = [
    ...replicas, ...reasons,
    ...password !== undefined && fateOf(password).startsWith('replaced') ? ['new password'] : [],
    ...fate === 'kept' && kind === 'gateway' && configured !== 'kept' ? ['other routes or settings'] : [],
  ];
  const [gravity, effect] = fate === 'kept'
    ? all.length > 0 ? ['changes', kind === 'gateway' ? 'reloads without a gap' : 'keeps running'] as const
      : start !== undefined && fateOf(start) !== 'kept' ? ['changes', 'it does not run: started again'] as const : ['changes', 'untouched'] as const
    : effectOf(kind, fate, replicas.length > 0 && !fates.includes('replaced'), drifted.size > 0 && changes.some(({ address }) => drifted.has(address)));
  const quiet = fate === 'kept' && effect === 'untouched';
  return { path: scope, kind, fate: quiet ? 'kept' : fate === 'kept' ? 'updated' : fate, gravity, reasons: all, effect };
}

function effectOf(kind: Kind, fate: Fate, scaled: boolean, wasGone: boolean): readonly [Gravity, string] {
  switch (fate) {
    case 'created': return wasGone ? ['changes', 'started again'] : scaled ? ['changes', 'the others keep running'] : ['creates', 'starts'];
    case 'removed': return kind === 'database' ? ['interrupts', 'stops for good; its data stays unless a line above says otherwise'] : ['interrupts', 'stops for good'];
    case 'forgotten': return ['changes', 'keeps running, but the program no longer knows it'];
    case 'updated': return ['changes', 'changed while it runs'];
    case 'replaced side by side': return ['changes', 'replaced without a gap'];
    default: return kind === 'database' ? ['interrupts', 'restarts: open connections break, and its data stays']
      : kind === 'gateway' ? ['interrupts', 'restarts: all of its routes are interrupted'] : ['interrupts', 'stops before the new one starts'];
  }
}

function kindOf(scope: string, { change }: ResourceChange, containers: ReadonlyMap<string, readonly ResourceChange[]>): Kind {
  const variables: string[] = (change.after?.env ?? change.before?.env ?? []).map((line: string) => line.split('=', 1)[0]);
  return variables.includes('POSTGRES_DB') ? 'database' : containers.has(`${scope}/Configuration`) ? 'gateway' : 'service';
}

function volumeEffect(fate: Fate): [Gravity, string] | undefined {
  switch (fate) {
    case 'removed': return ['loses', 'is deleted with all that it holds'];
    case 'replaced': case 'replaced side by side': return ['loses', 'is deleted with all that it holds, and made anew'];
    case 'forgotten': return ['changes', 'leaves the program; the volume stays on the engine'];
    default: return undefined;
  }
}
