import { known } from '../known';
import { PlainError } from '../plain-error';
import type { Program } from '../program';
import { containerName } from '../resources';

/** One resource of a synthesized stack. */
export interface Resource {
  /** The Terraform address, for example `docker_volume.data`. */
  readonly address: string;
  readonly type: string;
  /** The path of its construct. */
  readonly path: string;
  /** Its name in the engine, without the random characters of a container that is replaced side by side; undefined when Terraform alone knows it. */
  readonly shownName?: string;
  readonly settings: Readonly<Record<string, any>>;
  /** Addresses of the resources that must be there first. */
  readonly needs: readonly string[];
}

/** A synthesized stack, as Terraform will read it. */
export interface Configuration {
  readonly stackName: string;
  /** The directory where Terraform runs. */
  readonly directory: string;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
}

export function configurationOf({ stack, directory, json }: Pick<Program, 'stack' | 'directory' | 'json'>): Configuration {
  const outputs = Object.entries<{ value: string }>(json.output ?? {}).map(([name, { value }]) => [name, value]);
  return { stackName: stack, directory, resources: readResources(json), outputs: Object.fromEntries(outputs) };
}

function readResources(json: any): Resource[] {
  const all: Record<string, Record<string, any>> = json.resource ?? {};
  const addresses = new Set(Object.entries(all).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`)));
  return Object.entries(all).flatMap(([type, named]) => Object.entries(named).map(([name, { '//': comment, ...settings }]) => {
    const address = `${type}.${name}`;
    const needs = new Set([...references(settings, addresses), ...references(providerOf(json, settings.provider), addresses)]);
    needs.delete(address);
    return { address, type, path: comment?.metadata?.path ?? name, settings, shownName: shownName(settings.name, json), needs: [...needs].sort() };
  }));
}

/** A resource also waits for what its provider's configuration refers to. */
function providerOf(json: any, reference: string | undefined): unknown {
  const [type, alias] = reference?.split('.') ?? [];
  return type === undefined ? undefined : json.provider?.[type]?.find((provider: any) => provider.alias === alias);
}

function shownName(name: unknown, json: any): string | undefined {
  return typeof name === 'string' ? known(containerName(name).name, json) : undefined;
}

function references(value: unknown, addresses: ReadonlySet<string>): string[] {
  const found = JSON.stringify(value ?? null).match(/\b[a-z]\w*\.[A-Za-z_][\w-]*/g) ?? [];
  return found.filter((address) => addresses.has(address));
}

/**
 * The order in which Terraform makes the resources: those of one group at the same time, each group after the ones before it.
 */
export function creationOrder(resources: readonly Resource[]): Resource[][] {
  const groups: Resource[][] = [];
  const made = new Set<string>();
  while (made.size < resources.length) {
    const group = resources.filter(({ address, needs }) => !made.has(address) && needs.every((needed) => made.has(needed)));
    if (group.length === 0) {
      throw new PlainError('the resources of the stack need each other in a circle');
    }
    group.forEach(({ address }) => made.add(address));
    groups.push(group);
  }
  return groups.map((group) => group.filter((resource) => !startsContainers(resource))).filter((group) => group.length > 0);
}

/** What starts stopped containers makes nothing in a first deploy. */
function startsContainers({ type, settings }: Resource): boolean {
  return type === 'terraform_data' && settings.provisioner !== undefined;
}

/** The name that a resource has in the engine. */
export function nameOf(resource: Resource): string {
  return resource.shownName ?? resource.address;
}

/** The name of what a setting refers to, or the setting itself. */
export function referredName(setting: string, resources: readonly Resource[]): string {
  const address = /^\$\{([^.}]+\.[^.}]+)\.\w+\}$/.exec(setting)?.[1];
  const target = resources.find((resource) => resource.address === address);
  return target ? nameOf(target) : setting;
}
