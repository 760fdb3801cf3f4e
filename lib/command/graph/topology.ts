import { connectionsOf } from './connections';
import type { Group, NodeKind, Topology, TopologyEdge, TopologyNode } from './model';
import { routesOf } from './routes';
import { waitsOf } from './waits';
import { known } from '../known';
import type { Program } from '../program';
import { constructPath, containerName, imageResource } from '../resources';
import { type Configuration, type Resource, configurationOf, nameOf, referredName } from '../stack/configuration';

/** Where the library keeps what it has to remember itself. */
const OWN_DIRECTORIES = ['/var/lib/haproxy', '/var/lib/cdktf-go-docker', '/var/lib/scheduler'];

export function topologyOf(program: Program): Topology {
  const configuration = configurationOf(program);
  const groups = groupsOf(configuration);
  const networks = configuration.resources.filter(({ type }) => type === 'docker_network').map((network) => ({
    name: nameOf(network), isIsolated: network.settings.internal === true,
  }));
  const nodes = new Map<string, TopologyNode>();
  const edges: TopologyEdge[] = [];
  for (const group of groups) {
    nodes.set(group.path, nodeOf(group, configuration, program.stack));
    for (const port of portsOf(group)) {
      nodes.set(port.id, port);
      edges.push({ from: port.id, to: group.path, kind: 'publishes' });
    }
    for (const { node, target } of storageOf(group, configuration, program.json)) {
      nodes.set(node.id, node);
      // Where a database has its files is the image's own business.
      edges.push({ from: group.path, to: node.id, kind: 'mounts', ...group.kind === 'database' || group.kind === 'backup' ? {} : { text: target } });
    }
  }
  edges.push(...routesOf(configuration, groups), ...connectionsOf(configuration, groups));
  const used = new Set([...nodes.values()].flatMap((node) => node.networks));
  return {
    stack: program.stack,
    nodes: [...nodes.values()],
    edges: [...edges, ...waitsOf(configuration, groups, edges)],
    networks: networks.filter(({ name }) => used.has(name)),
  };
}

/** Constructs whose containers a user has declared. A container below such a construct is a step of the library, and left out. */
function groupsOf({ resources }: Configuration): Group[] {
  const byPath = new Map<string, Resource[]>();
  for (const container of resources.filter(({ type }) => type === 'docker_container')) {
    const path = constructPath(container.path);
    byPath.set(path, [...byPath.get(path) ?? [], container]);
  }
  const isStep = (path: string) => path.split('/').some((_, index, parts) => index > 0 && byPath.has(parts.slice(0, index).join('/')))
    && byPath.get(path)!.every(({ settings }) => settings.attach === true);
  return [...byPath].filter(([path]) => !isStep(path)).map(([path, containers]) => ({
    path, containers, kind: kindOf(containers[0], byPath.has(`${path}/Configuration`)),
  }));
}

function kindOf({ settings }: Resource, isConfigured: boolean): NodeKind {
  const variables: string[] = (settings.env ?? []).map((line: string) => line.split('=', 1)[0]);
  return isConfigured ? 'gateway'
    : variables.includes('BACKUP_INTERVAL') ? 'backup'
      : variables.includes('POSTGRES_DB') ? 'database'
        : settings.entrypoint?.[0] === '/scheduler' ? 'scheduled task'
          : settings.attach === true ? 'task' : 'service';
}

function nodeOf({ path, kind, containers }: Group, { resources }: Configuration, stack: string): TopologyNode {
  const [{ settings, shownName }] = containers;
  const networks: string[] = (settings.networks_advanced ?? []).map(({ name }: { name: string }) => referredName(name, resources));
  return {
    id: path,
    kind,
    name: shownName ?? (path.startsWith(`${stack}/`) ? path.slice(stack.length + 1) : path),
    details: detailsOf(kind, settings, resources, containerName(settings.name ?? '').isBlueGreen),
    replicas: containers.length,
    networks: [...new Set(networks)],
  };
}

function detailsOf(kind: NodeKind, settings: Resource['settings'], resources: readonly Resource[], isBlueGreen: boolean): string[] {
  const variable = (name: string): string | undefined => (settings.env ?? []).find((line: string) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const argument = (name: string): string | undefined => settings.entrypoint?.[settings.entrypoint.indexOf(name) + 1 || Infinity];
  switch (kind) {
    case 'scheduled task': return [argument('--cron') === undefined ? `every ${argument('--every')}` : `${argument('--cron')} ${argument('--zone') ?? ''}`.trim()];
    case 'backup': return [`${everySeconds(Number(variable('BACKUP_INTERVAL')))}, keeps ${variable('BACKUP_KEEP')}`];
    case 'task': return ['runs to its end'];
    default: {
      const address = imageResource(settings.image ?? '');
      const image = address === undefined ? undefined : resources.find((resource) => resource.address === `docker_image.${address}`);
      // The tag of an image that is built here says nothing to people.
      const source = image?.settings.build !== undefined ? 'built from source' : image === undefined ? referredName(settings.image ?? '', resources) : nameOf(image);
      return [isBlueGreen ? `${source}, blue/green` : source];
    }
  }
}

function everySeconds(seconds: number): string {
  return seconds === 86_400 ? 'each day' : seconds === 604_800 ? 'each week' : seconds % 3600 === 0 ? `every ${seconds / 3600} h` : `every ${Math.round(seconds / 60)} min`;
}

function portsOf({ containers }: Group): TopologyNode[] {
  const ports: any[] = containers.flatMap(({ settings }) => settings.ports ?? []);
  return ports.map(({ ip, external, internal, protocol }) => {
    const address = `${ip === undefined || ip === '0.0.0.0' ? '' : String(ip).includes(':') ? `[${ip}]` : ip}:${external ?? '…'}`;
    const local = /^(127\.|::1$)/.test(String(ip));
    return {
      id: `port ${address}/${protocol ?? 'tcp'}${external === undefined ? ` ${internal}` : ''}`,
      kind: 'port' as const,
      name: protocol === undefined || protocol === 'tcp' ? address : `${address} ${protocol}`,
      details: [local ? 'this machine alone' : ip === undefined || ip === '0.0.0.0' || ip === '::' ? 'all addresses' : 'this address'],
      replicas: 0,
      networks: [],
    };
  });
}

/** The volumes and directories of a group that hold something of the user. */
function storageOf({ containers }: Group, { resources }: Configuration, json: any): { node: TopologyNode; target: string }[] {
  const { settings } = containers[0];
  const mounts: { source: string; target: string; isDirectory: boolean }[] = [
    ...(settings.volumes ?? []).map((volume: any) => ({ source: volume.host_path ?? volume.volume_name ?? '', target: volume.container_path, isDirectory: volume.host_path !== undefined })),
    ...(settings.mounts ?? []).filter(({ type }: any) => type !== 'tmpfs').map((mount: any) => ({ source: mount.source ?? '', target: mount.target, isDirectory: mount.type === 'bind' })),
  ];
  return mounts.filter(({ source, target }) => source !== '' && !OWN_DIRECTORIES.includes(target)).map(({ source, target, isDirectory }) => {
    const name = known(source, json) ?? referredName(source, resources);
    const isResource = resources.some((resource) => resource.type === 'docker_volume' && nameOf(resource) === name);
    return {
      target,
      node: {
        id: `${isDirectory ? 'directory' : 'volume'} ${name}`,
        kind: isDirectory ? 'directory' as const : 'volume' as const,
        name,
        details: isDirectory ? ['on the host'] : [isResource ? 'removed with the stack' : 'stays when it is destroyed'],
        replicas: 0,
        networks: [],
      },
    };
  });
}
