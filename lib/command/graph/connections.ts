import type { Group, TopologyEdge } from './model';
import { type Configuration, type Resource, referredName } from '../stack/configuration';

/** Who connects to whom: a container whose variables or arguments name another one that it shares a network with. */
export function connectionsOf({ resources }: Configuration, groups: readonly Group[]): TopologyEdge[] {
  return groups.flatMap((client) => groups.filter((server) => server !== client && server.kind !== 'gateway').flatMap((server): TopologyEdge[] => {
    const text = textOf(client.containers[0]);
    return namesFor(client, server, resources).some((name) => mentions(text, name)) ? [{ from: client.path, to: server.path, kind: 'connects' }] : [];
  }));
}

/** The names under which a server answers in the networks of a client. */
function namesFor(client: Group, server: Group, resources: readonly Resource[]): string[] {
  const networks = (group: Group): any[] => group.containers.flatMap(({ settings }) => settings.networks_advanced ?? []);
  const shared = new Set(networks(client).map(({ name }) => referredName(name, resources)));
  const common = networks(server).filter(({ name }) => shared.has(referredName(name, resources)));
  const own = server.containers.flatMap(({ shownName, address }) => [...shownName === undefined ? [] : [shownName], `${address}.name`, `${address}.hostname`]);
  return common.length === 0 ? [] : [...new Set([...own, ...common.flatMap(({ aliases }) => aliases ?? [])])];
}

function textOf({ settings }: Resource): string {
  // A tool of the gateway names its servers as well, and has an edge of its own.
  return [...settings.env ?? [], ...settings.entrypoint ?? [], ...settings.command ?? []].join('\n');
}

/** As a whole host name: `dev-shop` is not mentioned by `dev-shop-database`. */
function mentions(text: string, name: string): boolean {
  const word = /[\w.-]/;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!word.test(text[at - 1] ?? ' ') && !word.test(text[at + name.length] ?? ' ')) {
      return true;
    }
  }
  return false;
}
