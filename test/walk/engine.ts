import { spawn } from 'child_process';
import { dockerApi } from '../engine/harness/docker-api';

/** What a command wrote, and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a command beside this process, so that rows can be written during an apply. */
export async function run(command: string, args: readonly string[], { cwd, environment, input = '' }: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({
      code: code ?? -1, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString(),
    }));
    // A program that ends before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

export interface EngineContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly isRunning: boolean;
  readonly health?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Mounted volumes: name → path in the container. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly networks: readonly string[];
  readonly environment: readonly string[];
}

/** Whether the engine has made up a volume's name. */
export function isAnonymous(volume: string): boolean {
  return /^[0-9a-f]{64}$/.test(volume);
}

/** The objects of the engine whose names start with a walk's prefix. */
export class Engine {
  public constructor(private readonly prefix: string) {}

  public async containers(): Promise<EngineContainer[]> {
    const filters = JSON.stringify({ name: [`^/?${this.prefix}`] });
    const listed = await dockerApi.get<{ Id: string }[]>('/containers/json', { all: 'true', filters });
    // One may go between the list and the question.
    const inspected = await Promise.all(listed.map(async ({ Id }) => dockerApi.get<any>(`/containers/${Id}/json`).catch(() => undefined)));
    return inspected.filter((container) => container !== undefined).map((container) => ({
      id: container.Id,
      name: container.Name.slice(1),
      image: container.Image,
      isRunning: container.State.Running,
      health: container.State.Health?.Status,
      labels: container.Config.Labels ?? {},
      volumes: new Map(container.Mounts.filter(({ Type }: any) => Type === 'volume').map(({ Name, Destination }: any) => [Name, Destination])),
      networks: Object.keys(container.NetworkSettings.Networks),
      environment: container.Config.Env ?? [],
    }));
  }

  /** The containers of a construct: those with random names have its path as a label, others are named for it. */
  public async containersOf(constructPath: string): Promise<EngineContainer[]> {
    const name = constructPath.replaceAll('/', '-').toLowerCase();
    return (await this.containers()).filter((container) => container.labels['cdktf-go-docker.construct'] === constructPath || container.name === name);
  }

  public async networks(): Promise<{ id: string; name: string }[]> {
    const filters = JSON.stringify({ name: [this.prefix] });
    return (await dockerApi.get<{ Id: string; Name: string }[]>('/networks', { filters }))
      .filter(({ Name }) => Name.startsWith(this.prefix)).map(({ Id, Name }) => ({ id: Id, name: Name }));
  }

  public async volumes(): Promise<string[]> {
    const filters = JSON.stringify({ name: [this.prefix] });
    const { Volumes } = await dockerApi.get<{ Volumes: { Name: string }[] | null }>('/volumes', { filters });
    return (Volumes ?? []).map(({ Name }) => Name).filter((name) => name.startsWith(this.prefix));
  }

  /** Of the given volumes, those that the engine has. */
  public async existing(volumes: Iterable<string>): Promise<string[]> {
    const all = new Set((await dockerApi.get<{ Volumes: { Name: string }[] | null }>('/volumes')).Volumes?.map(({ Name }) => Name));
    return [...volumes].filter((name) => all.has(name));
  }

  public async removeContainer(id: string): Promise<void> {
    await dockerApi.delete(`/containers/${id}`, { force: 'true', v: 'true' });
  }

  public async removeNetwork(id: string): Promise<void> {
    await dockerApi.delete(`/networks/${id}`);
  }

  /** Removes containers, networks, volumes and images of the walk, and the given volumes without names. */
  public async removeEverything(anonymousVolumes: Iterable<string> = []): Promise<void> {
    for (const { id } of await this.containers()) {
      await this.removeContainer(id);
    }
    for (const { id } of await this.networks()) {
      await this.removeNetwork(id);
    }
    for (const name of [...await this.volumes(), ...await this.existing(anonymousVolumes)]) {
      await dockerApi.delete(`/volumes/${name}`, { force: 'true' });
    }
    const filters = JSON.stringify({ reference: [`${this.prefix}*`] });
    for (const { RepoTags } of await dockerApi.get<{ RepoTags: string[] | null }[]>('/images/json', { filters })) {
      for (const tag of (RepoTags ?? []).filter((name) => name.startsWith(this.prefix))) {
        await dockerApi.delete(`/images/${tag}`, { force: 'true' });
      }
    }
  }
}
