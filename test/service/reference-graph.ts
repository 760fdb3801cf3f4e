/** The references of a synthesized stack, as Terraform reads them: who needs whom. */
export class ReferenceGraph {
  private readonly needs = new Map<string, Set<string>>();
  private readonly resources = new Map<string, any>();

  public constructor(json: any) {
    for (const [type, named] of Object.entries<any>(json.resource)) {
      for (const [name, resource] of Object.entries<any>(named)) {
        this.resources.set(`${type}.${name}`, resource);
      }
    }
    for (const [address, resource] of this.resources) {
      const { provider, depends_on: dependencies, ...attributes } = resource;
      const needs = this.referencesIn(attributes);
      (dependencies ?? []).forEach((dependency: string) => needs.add(dependency));
      if (provider) {
        needs.add(`provider.${provider}`);
      }
      this.needs.set(address, needs);
    }
    for (const [type, configurations] of Object.entries<any>(json.provider)) {
      for (const configuration of configurations) {
        this.needs.set(`provider.${configuration.alias ? `${type}.${configuration.alias}` : type}`, this.referencesIn(configuration));
      }
    }
  }

  /** The addresses of all resources of a type. */
  public addresses(type: string): string[] {
    return [...this.resources.keys()].filter((address) => address.startsWith(`${type}.`));
  }

  public attributes(address: string): any {
    return this.resources.get(address);
  }

  /** Everything that something needs, over any number of steps. */
  public closure(address: string): Set<string> {
    const seen = new Set<string>();
    const visit = (current: string) => {
      for (const next of this.needs.get(current) ?? []) {
        if (!seen.has(next)) {
          seen.add(next);
          visit(next);
        }
      }
    };
    visit(address);
    return seen;
  }

  /** What needs itself, which Terraform refuses. */
  public cycles(): string[] {
    return [...this.needs.keys()].filter((address) => this.closure(address).has(address));
  }

  /** References to what is not there, which Terraform refuses as well. */
  public dangling(): string[] {
    return [...this.needs.values()].flatMap((needs) => [...needs]).filter((address) => !this.needs.has(address) && address !== 'provider.docker');
  }

  /** Containers without `create_before_destroy` that get it from a container that needs them. */
  public forcedSideBySide(): string[] {
    const sideBySide = (address: string) => this.resources.get(address)?.lifecycle?.create_before_destroy === true;
    const containers = this.addresses('docker_container');
    return containers.filter(sideBySide)
      .flatMap((address) => [...this.closure(address)].map((needed) => [address, needed]))
      .filter(([, needed]) => containers.includes(needed) && !sideBySide(needed))
      .map(([address, needed]) => `${address} -> ${needed}`);
  }

  private referencesIn(value: unknown): Set<string> {
    const text = JSON.stringify(value);
    return new Set([...text.matchAll(/\b((?:docker_[a-z_]+|terraform_data)\.[A-Za-z_][\w-]*)\./g)].map(([, address]) => address)
      .filter((address) => this.resources.has(address) || text.includes(`\${${address}`)));
  }
}
