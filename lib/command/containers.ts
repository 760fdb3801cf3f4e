import type { Engine } from './engine';
import { PlainError } from './plain-error';
import type { ProgramService } from './program';
import { CONSTRUCT_LABEL } from '../docker/labels';

/** What `docker inspect` says of a container, as far as commands need it. */
export interface Inspection {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly RestartCount: number;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly FailingStreak: number;
      readonly Log: readonly { readonly End: string; readonly ExitCode: number; readonly Output: string }[] | null;
    };
  };
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  };
  readonly HostConfig: { readonly Memory: number; readonly RestartPolicy: { readonly Name: string } };
}

/** The containers of services on one engine, keyed by service. Those of blue/green versions are found by their label, the newest first. */
export async function containersOf(engine: Engine, services: readonly ProgramService[]): Promise<Map<ProgramService, Inspection[]>> {
  const listed = await engine.ask('ps', '--all', '--no-trunc', '--filter', `label=${CONSTRUCT_LABEL}`, '--format', `{{.ID}}\t{{.Label "${CONSTRUCT_LABEL}"}}`);
  const labelled = listed.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  const wanted = services.flatMap((service) => service.isBlueGreen
    ? labelled.filter(([, path]) => path === service.path).map(([id]) => ({ service, id }))
    : [{ service, id: service.name }]);
  const inspections = await inspect(engine, [...new Set(wanted.map(({ id }) => id))]);
  return new Map(services.map((service) => [service, wanted.filter((each) => each.service === service)
    .flatMap(({ id }) => inspections.filter(({ Id, Name }) => Id === id || Name === `/${id}`))
    .sort((one, other) => one.Created < other.Created ? 1 : -1)]));
}

/** The container of a service that runs, for commands that need one. */
export async function runningContainer(engine: Engine, service: ProgramService): Promise<Inspection> {
  const all = (await containersOf(engine, [service])).get(service)!;
  const running = all.filter(({ State }) => State.Running && !State.Restarting);
  const healthy = running.find(({ State }) => State.Health === undefined || State.Health.Status === 'healthy') ?? running[0];
  if (healthy === undefined) {
    throw new PlainError(
      all.length === 0 ? `${service.name} does not exist on ${engine.shown}` : `${service.name} does not run: it is ${all[0].State.Status}`,
      all.length === 0 ? 'deploy it: npx cdktf deploy' : `npx cdktf-go-docker logs ${service.name}`);
  }
  return healthy;
}

async function inspect(engine: Engine, names: readonly string[]): Promise<Inspection[]> {
  if (names.length === 0) {
    return [];
  }
  const output = await engine.run('inspect', '--type', 'container', ...names);
  const others = output.stderr.split('\n').filter((line) => line.trim() !== '' && !/no such (container|object)/i.test(line));
  if (output.status !== 0 && others.length > 0) {
    throw engine.failure({ stderr: others.join('\n') });
  }
  return JSON.parse(output.stdout.trim() === '' ? '[]' : output.stdout);
}

/** The names of images by their ids. An image whose names have moved to others has none. */
export async function imageNames(engine: Engine, containers: readonly Inspection[]): Promise<Map<string, readonly string[]>> {
  const ids = [...new Set(containers.map(({ Image }) => Image))];
  if (ids.length === 0) {
    return new Map();
  }
  // What is gone is left out, and fails the command.
  const { stdout } = await engine.run('image', 'inspect', '--format', '{{.Id}}{{range .RepoTags}}\t{{.}}{{end}}', ...ids);
  return new Map(stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t')).map(([id, ...names]) => [id, names]));
}

/** The name without the engine's slash. */
export function nameOf({ Name }: Inspection): string {
  return Name.replace(/^\//, '');
}
