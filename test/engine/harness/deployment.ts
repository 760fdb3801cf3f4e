import { createHash, randomUUID } from 'crypto';
import * as net from 'net';
import { containerSettings } from './container-settings';
import { dockerApi } from './docker-api';
import { BuildOptions, buildImage } from './image-build';
import { RunningContainer } from './running-container';
import { SynthesizedStack } from './synthesized-stack';
import { tarArchive } from './tar-archive';
import { evaluate } from './terraform-expression';
import { testRun } from './test-run';

export interface DeploymentOptions extends BuildOptions {
  /** Values of the stack's Terraform variables. */
  readonly variables?: Record<string, unknown>;
}

type Attributes = Record<string, any>;

/**
 * Does with a synthesized stack what Terraform and its Docker provider would do, so that the engine is asked what they would ask.
 *
 * Names on the engine are prefixed with the run's id. Containers keep their own names as aliases on their networks, which are the
 * deployment's own, so that they find each other as they would.
 */
export class Deployment {
  private readonly resources = new Map<string, Promise<Attributes>>();
  private readonly containers = new Map<string, RunningContainer>();

  public constructor(public readonly stack: SynthesizedStack, private readonly options: DeploymentOptions = {}) {}

  /** Builds all images, and then creates all else; a container that is to be waited for is healthy, or has ended, afterwards. */
  public async apply(): Promise<this> {
    await this.build();
    for (const [type, resources] of Object.entries(this.stack.json.resource)) {
      for (const name of Object.keys(resources)) {
        await this.resource(type, name);
      }
    }
    return this;
  }

  /** Builds all images, and nothing else. */
  public async build(): Promise<this> {
    for (const name of Object.keys(this.stack.json.resource.docker_image ?? {})) {
      await this.resource('docker_image', name);
    }
    return this;
  }

  /** The id of the stack's only image, or of the one with the given synthesized name up to its tag. */
  public async imageId(repository?: string): Promise<string> {
    const names = Object.entries(this.stack.json.resource.docker_image ?? {})
      .filter(([, { name }]) => repository === undefined || name.startsWith(`${repository}:`)).map(([name]) => name);
    if (names.length !== 1) {
      throw new Error(`${names.length} images instead of one: ${names.join(', ')}`);
    }
    return (await this.resource('docker_image', names[0])).image_id;
  }

  /** The container with the given synthesized name. */
  public container(name: string): RunningContainer {
    const container = this.containers.get(name);
    if (!container) {
      throw new Error(`no container ${name}; there are ${[...this.containers.keys()].join(', ')}`);
    }
    return container;
  }

  /** The value of a Terraform expression of the stack, for example `${terraform_data.x.id}`. */
  public async value(expression: string): Promise<unknown> {
    return evaluate(expression, async (path) => this.reference(path));
  }

  /** The engine's name of a network or volume with the given synthesized name. */
  public objectName(synthesized: string): string {
    return testRun.objectName(synthesized);
  }

  /** Stops and removes a container and creates it again from the same settings, as a replacement does. */
  public async recreate(name: string): Promise<void> {
    const old = this.container(name);
    await old.stop();
    await old.remove();
    const [address] = Object.entries(this.stack.json.resource.docker_container).find(([, resource]) => resource.name === name)!;
    this.resources.delete(`docker_container.${address}`);
    await this.resource('docker_container', address);
  }

  /**
   * Replaces the containers of a blue/green service as Terraform does: new ones beside the old ones, then the gateway's configuration, then
   * the old ones end.
   *
   * @param construct the service's id
   * @param configuration the name of the container that configures the gateway
   * @param beforeConfiguration what happens while both versions run
   */
  public async rollOver(
    construct: string, configuration: string,
    beforeConfiguration: (versions: { old: RunningContainer[]; next: RunningContainer[] }) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const addresses = Object.keys(this.stack.json.resource.docker_container).filter((name) => name.startsWith(`${construct}_`));
    const old: RunningContainer[] = [];
    for (const address of addresses) {
      old.push(this.container((await this.resource('docker_container', address)).name));
      this.resources.delete(`docker_container.${address}`);
    }
    for (const name of Object.keys(this.stack.json.resource.terraform_data).filter((key) => key.startsWith(`${construct}_`))) {
      this.resources.delete(`terraform_data.${name}`);
    }
    const next: RunningContainer[] = [];
    for (const address of addresses) {
      next.push(this.container((await this.resource('docker_container', address)).name));
    }
    await beforeConfiguration({ old, next });
    await this.recreate(configuration);
    await Promise.all(old.map(async (container) => {
      await container.stop();
      await container.remove();
      this.containers.delete(container.name);
    }));
  }

  /** Removes what was created, containers in the order of Terraform: what depends on others first. */
  public async destroy(): Promise<void> {
    for (const container of [...this.containers.values()].reverse()) {
      await container.remove();
    }
    for (const type of ['docker_network', 'docker_volume'] as const) {
      for (const [address, attributes] of this.resources) {
        if (address.startsWith(`${type}.`)) {
          await dockerApi.delete(`/${type.slice('docker_'.length)}s/${(await attributes).name}`);
        }
      }
    }
    this.containers.clear();
    this.resources.clear();
  }

  private async reference(path: string[]): Promise<unknown> {
    if (path[0] === 'var') {
      return this.options.variables?.[path[1]] ?? this.stack.json.variable?.[path[1]]?.default;
    }
    if (path.join('.') === 'local.docker_command') {
      // The provider itself waits where there is no docker command. So does a deployment.
      return false;
    }
    const [type, name, ...attributePath] = path;
    let value: any = await this.resource(type, name);
    for (const step of attributePath) {
      value = value?.[step];
    }
    if (value === undefined) {
      throw new Error(`The engine tests do not know ${path.join('.')}`);
    }
    return value;
  }

  /** Creates the resource when it is first asked for, and what it refers to before. */
  private async resource(type: string, name: string): Promise<Attributes> {
    const address = `${type}.${name}`;
    let attributes = this.resources.get(address);
    if (!attributes) {
      attributes = this.create(type, name);
      this.resources.set(address, attributes);
    }
    return attributes;
  }

  private async create(type: string, name: string): Promise<Attributes> {
    const given = this.stack.json.resource[type]?.[name];
    if (!given) {
      throw new Error(`no ${type}.${name} in the stack`);
    }
    for (const dependency of given.depends_on ?? []) {
      const [dependencyType, dependencyName] = dependency.split('.');
      await this.resource(dependencyType, dependencyName);
    }
    if (type === 'terraform_data' && given.provisioner !== undefined) {
      // It starts stopped containers, or limits processes. Nothing has been stopped in a first deploy, and tests with the provider see the limits.
      return { id: randomUUID() };
    }
    // What Terraform checks or runs by itself, in expressions about the resource itself.
    const { lifecycle: _, provisioner: __, ...forTheEngine } = given;
    const attributes = await evaluate(forTheEngine, async (path) => this.reference(path)) as Attributes;
    switch (type) {
      case 'docker_image': return { ...attributes, image_id: await this.createImage(attributes) };
      case 'docker_network': return this.createNetwork(attributes);
      case 'docker_volume': return this.createVolume(attributes);
      case 'docker_container': return this.createContainer(attributes);
      case 'terraform_data': return { ...attributes, id: randomUUID(), output: attributes.input };
      default: throw new Error(`The engine tests cannot create a ${type}`);
    }
  }

  private async createImage(attributes: Attributes): Promise<string> {
    if (!attributes.build) {
      return presentImage(attributes.name);
    }
    const tag = createHash('sha256').update(attributes.name).digest('hex').slice(0, 16);
    return buildImage(this.stack.directory, attributes.build, `${testRun.imageRepository}:${tag}`, this.options);
  }

  private async createNetwork(attributes: Attributes): Promise<Attributes> {
    const name = testRun.objectName(attributes.name);
    const { Id } = await dockerApi.post<{ Id: string }>('/networks/create', {
      body: {
        Name: name, Driver: attributes.driver, Internal: attributes.internal ?? false, Options: attributes.options ?? {}, Labels: testRun.labels,
      },
    });
    return { ...attributes, name, id: Id };
  }

  private async createVolume(attributes: Attributes): Promise<Attributes> {
    const name = testRun.objectName(attributes.name);
    await dockerApi.post('/volumes/create', { body: { Name: name, Labels: testRun.labels } });
    return { ...attributes, name, id: name };
  }

  private async createContainer(attributes: Attributes): Promise<Attributes> {
    const { body, connections } = containerSettings(attributes);
    body.Labels = { ...body.Labels, ...testRun.labels };
    const { Id } = await dockerApi.post<{ Id: string }>('/containers/create',
      { query: { name: testRun.objectName(attributes.name) }, body });
    const container = new RunningContainer(Id, attributes.name);
    this.containers.set(attributes.name, container);
    if (connections.length > 0) {
      await dockerApi.post('/networks/bridge/disconnect', { body: { Container: Id } });
    }
    for (const { network, aliases } of connections) {
      await dockerApi.post(`/networks/${network}/connect`,
        { body: { Container: Id, EndpointConfig: { Aliases: [...aliases, attributes.name] } } });
    }
    for (const { file, content, permissions } of attributes.upload ?? []) {
      await dockerApi.putArchive(Id, tarArchive(file, content, permissions));
    }
    await container.start();
    if (attributes.wait) {
      await container.healthy();
    }
    if (attributes.attach) {
      const exitCode = await container.ended();
      return { ...attributes, id: Id, exit_code: exitCode };
    }
    return { ...attributes, id: Id };
  }
}

/** The id of an image from a registry, which is pulled when it is not there. It is not ours, so that it stays. */
async function presentImage(name: string): Promise<string> {
  const inspect = async () => (await dockerApi.get<{ Id: string }>(`/images/${name}/json`)).Id;
  return inspect().catch(async () => {
    await dockerApi.bytes('POST', '/images/create', { query: { fromImage: name } });
    return inspect();
  });
}

/** A port of the loopback interface that nothing listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
