import type { Group, TopologyEdge } from './model';
import { plainText } from '../known';
import { constructPath } from '../resources';
import type { Configuration } from '../stack/configuration';

const RULE = /^ *http-request set-var\(txn\.route\) int\((\d+)\)(?: if (.*))?$/;
const BACKEND_OF_RULE = /^ *http-request set-var\(txn\.backend\) str\((\S+)\) if \{ var\(txn\.route\) -m int (\d+) \}$/;
const SERVER = /^ *server .*\bdocker_container\.([\w-]+)\.(?:name|id)\b/;
const NAMED_SERVER = /^ *server (\S+) ([\w.-]+):\d+ /;

/** Which gateway leads to which service, read from the configuration of HAProxy that the library writes. */
export function routesOf({ resources }: Configuration, groups: readonly Group[]): TopologyEdge[] {
  return groups.filter(({ kind }) => kind === 'gateway').flatMap(({ path }) => {
    const own = resources.find((resource) => resource.type === 'docker_container' && constructPath(resource.path) === `${path}/Configuration`);
    const text: string = (own?.settings.env ?? []).find((line: string) => line.startsWith('CONFIGURATION='))?.slice('CONFIGURATION='.length) ?? '';
    const servers = serversOf(text, groups);
    const conditions = new Map<string, string>();
    const found: TopologyEdge[] = [];
    for (const line of text.split('\n')) {
      const [, rule, condition] = RULE.exec(line) ?? [];
      if (rule !== undefined) {
        conditions.set(rule, condition ?? '');
      }
      const [, backend, number] = BACKEND_OF_RULE.exec(line) ?? [];
      const to = backend === undefined ? undefined : servers.get(backend);
      if (to !== undefined && !found.some((edge) => edge.to === to && edge.text === matchText(conditions.get(number) ?? ''))) {
        found.push({ from: path, to, kind: 'routes', text: matchText(conditions.get(number) ?? '') });
      }
    }
    return found;
  });
}

/** The group behind each backend. */
function serversOf(text: string, groups: readonly Group[]): Map<string, string> {
  const servers = new Map<string, string>();
  let backend: string | undefined;
  for (const line of text.split('\n')) {
    const [, head, name] = /^(\w+) (\S+)/.exec(line) ?? [];
    backend = head === undefined ? backend : head === 'backend' ? name : undefined;
    const address = SERVER.exec(line)?.[1];
    const [, , host] = NAMED_SERVER.exec(line) ?? [];
    const group = backend === undefined ? undefined : groups.find(({ containers }) => containers.some((container) =>
      container.address === `docker_container.${address}` || (host !== undefined && container.shownName === host)));
    if (backend !== undefined && group !== undefined) {
      servers.set(backend, group.path);
    }
  }
  return servers;
}

/** For example `shop.example/api`. A route without conditions gets all requests. */
function matchText(condition: string): string {
  const host = /host_only,lower -m (str|end) (\S+)/.exec(condition);
  const prefix = /\{ path(?:,url_dec -m str)? (\S+) \}/.exec(condition)?.[1] ?? '';
  const text = `${host === null ? '' : host[1] === 'end' ? `*${host[2]}` : host[2]}${prefix}`;
  return text === '' ? 'all requests' : plainText(text) ?? text;
}
