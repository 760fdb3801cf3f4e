import type { Group, TopologyEdge } from './model';
import type { Configuration } from '../stack/configuration';

/** Who waits for whom before its container is touched, but for what another edge, or a chain of them, already says. */
export function waitsOf({ resources }: Configuration, groups: readonly Group[], edges: readonly TopologyEdge[]): TopologyEdge[] {
  const owners = new Map(groups.flatMap(({ path, containers }) => containers.map(({ address }) => [address, path] as const)));
  const needs = new Map(resources.map((resource) => [resource.address, resource.needs]));
  const awaited = new Map(groups.map(({ path, containers }) =>
    [path, new Set(containers.flatMap(({ address }) => firstOwners(address, path, owners, needs)))]));
  const drawn = new Map<string, string[]>();
  edges.filter(({ kind }) => kind === 'connects').forEach(({ from, to }) => drawn.set(from, [...drawn.get(from) ?? [], to]));
  return groups.flatMap(({ path }) => [...awaited.get(path)!].filter((other) => {
    const steps = (from: string) => [...drawn.get(from) ?? [], ...awaited.get(from) ?? []];
    const others = steps(path).filter((step) => step !== other);
    return !(drawn.get(path) ?? []).includes(other) && !reaches(others, other, path, steps);
  }).map((other): TopologyEdge => ({ from: path, to: other, kind: 'waits' })));
}

/** The groups that an address leads to, through resources that belong to none. */
function firstOwners(start: string, own: string, owners: ReadonlyMap<string, string>, needs: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [...needs.get(start) ?? []];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (!seen.has(address)) {
      seen.add(address);
      const owner = owners.get(address);
      if (owner === undefined || owner === own) {
        open.push(...needs.get(address) ?? []);
      } else {
        found.add(owner);
      }
    }
  }
  return [...found];
}

function reaches(starts: readonly string[], goal: string, without: string, steps: (from: string) => readonly string[]): boolean {
  const seen = new Set([without]);
  const open = [...starts];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === goal) {
      return true;
    }
    if (!seen.has(at)) {
      seen.add(at);
      open.push(...steps(at));
    }
  }
  return false;
}
