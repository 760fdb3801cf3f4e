import * as fs from 'fs';
import * as path from 'path';
import { dockerfilePath } from './dockerfile-path';
import { type Configuration, type Resource, creationOrder, nameOf, referredName } from '../stack/configuration';

/** A line of a tree, and the lines below it. */
export interface Branch {
  readonly label: string;
  readonly text?: string;
  readonly branches?: readonly Branch[];
}

/** What a stack holds, for people. Paths are relative to the directory where Terraform runs. */
export function describe(configuration: Configuration): Branch {
  const { resources } = configuration;
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    label: configuration.stackName,
    text: 'stack',
    branches: [
      ...of('docker_image').map((image) => describeImage(image, configuration.directory)),
      ...of('docker_network').map((network) => ({
        label: 'network', text: nameOf(network) + (network.settings.internal ? ' (isolated: no way in or out)' : ''),
      })),
      ...of('docker_volume').map((volume) => ({
        label: 'volume', text: nameOf(volume) + (isProtected(volume) ? ' (protected: Terraform refuses to delete it)' : ''),
      })),
      ...of('docker_container').map((container) => describeContainer(container, resources)),
      { label: 'order', branches: describeOrder(resources) },
    ],
  };
}

/** Volumes and whatever else Terraform refuses to delete. */
export function isProtected(resource: Resource): boolean {
  return resource.settings.lifecycle?.prevent_destroy === true;
}

function describeImage(image: Resource, directory: string): Branch {
  const build = image.settings.build;
  if (!build) {
    return { label: 'image', text: `${nameOf(image)} (pulled)` };
  }
  const context = path.join(directory, build.context);
  const parts = fs.readdirSync(context, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const log = path.join(directory, build.build_log_file);
  const dockerfile = dockerfilePath(build as { context: string; dockerfile: string });
  return {
    label: 'image',
    text: `${nameOf(image)} (built${build.platform ? ` for ${build.platform}` : ''})`,
    branches: [
      {
        label: 'context',
        text: `${build.context}: ${measure(context)}`,
        branches: parts.map((part) => ({ label: part, text: `${measure(path.join(context, part))}${PURPOSES[part] ?? ''}` })),
      },
      { label: 'Dockerfile', text: `${dockerfile} (${formatBytes(fs.statSync(path.join(directory, dockerfile)).size)})` },
      { label: 'build log', text: `${build.build_log_file}${fs.existsSync(log) ? '' : ' (written by the first deploy)'}` },
    ],
  };
}

const PURPOSES: Readonly<Record<string, string>> = {
  src: ' that the program is compiled from',
  modules: ' that decide which modules are downloaded',
  probe: ' of the health probe',
  certificates: ' of further certificate authorities',
  files: ' that are added to the image',
};

function describeContainer(container: Resource, resources: readonly Resource[]): Branch {
  const { settings } = container;
  const list = (values: readonly string[] | undefined) => values?.length ? values.join(', ') : 'none';
  const lines: [string, string | undefined][] = [
    ['image', referredName(settings.image, resources)],
    ['user', settings.user ?? 'as the image has it'],
    ['root files', settings.read_only ? 'read-only' : 'writable'],
    ['capabilities', list(settings.capabilities?.add)],
    ['ports', list(settings.ports?.map((port: any) => `${port.ip}:${port.external} -> ${port.internal}`))],
    ['networks', list(settings.networks_advanced?.map((network: any) => referredName(network.name, resources)))],
    ['volumes', list([
      ...settings.volumes ?? [],
      ...(settings.mounts ?? []).map((mount: any) => ({ host_path: mount.source, container_path: mount.target })),
    ].map((volume: any) => `${volume.host_path ?? referredName(volume.volume_name, resources)} -> ${volume.container_path}`))],
    ['in memory', list(Object.keys(settings.tmpfs ?? {}))],
    ['memory', settings.memory && `${settings.memory} MiB`],
    ['health', settings.healthcheck && `${checkOf(settings.healthcheck.test)} (every ${settings.healthcheck.interval})`],
    ['apply waits', settings.wait ? `until healthy, ${settings.wait_timeout} s at most` : 'no'],
    ['stops within', `${settings.destroy_grace_seconds ?? 0} s after ${settings.stop_signal ?? 'SIGTERM'}`],
  ];
  return {
    label: 'container',
    text: nameOf(container),
    branches: lines.flatMap(([label, text]) => text === undefined ? [] : [{ label, text }]),
  };
}

/** A check in one line, without the text of a script. */
function checkOf([kind, ...words]: readonly string[]): string {
  const shown = words.filter((word) => !word.includes('\n'));
  return shown.length === 0 && kind !== 'NONE' ? 'a script' : shown.join(' ');
}

function describeOrder(resources: readonly Resource[]): Branch[] {
  return creationOrder(resources).map((group, index) => ({
    label: `${index + 1}.`,
    text: group.map((resource) => `${resource.type.replace(/^docker_/, '')} ${nameOf(resource).replace(/^\w+\./, '')}`).join(', '),
  }));
}

function measure(directory: string): string {
  const sizes = fs.readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size);
  return `${sizes.length} ${sizes.length === 1 ? 'file' : 'files'}, ${formatBytes(sizes.reduce((sum, size) => sum + size, 0))}`;
}

/** For example `7.7 MB`; powers of ten, as `docker images` has them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes} B` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** The tree as lines; labels below one branch are padded to the same width. */
export function drawTree(root: Branch): string[] {
  return [line(root, 0), ...drawBranches(root.branches ?? [], '')];
}

function drawBranches(branches: readonly Branch[], indent: string): string[] {
  const width = Math.max(...branches.map(({ label }) => label.length));
  return branches.flatMap((branch, index) => {
    const last = index === branches.length - 1;
    return [
      `${indent}${last ? '└─ ' : '├─ '}${line(branch, width)}`,
      ...drawBranches(branch.branches ?? [], `${indent}${last ? '   ' : '│  '}`),
    ];
  });
}

function line({ label, text }: Branch, width: number): string {
  return text === undefined ? label : `${label.padEnd(width)} ${text}`;
}
