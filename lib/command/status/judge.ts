import type { MemoryKill } from './kernel-log';
import { shortened } from './last-end';
import { BackupReport, ContainerReport, DiskReport, LastEnd, ServiceReport, Verdict, worst } from './report';
import { diskVerdict } from './storage';
import { bytesText } from './text';
import { Inspection, nameOf } from '../containers';
import type { ProgramService } from '../program';

/** So many restarts, the last of them so recent, are a crash loop, also while its program runs for a moment. */
const CRASH_LOOP = { restarts: 3, milliseconds: 10 * 60 * 1000 };
const DAY = 24 * 60 * 60 * 1000;

export function missing(service: ProgramService): ContainerReport {
  return { name: service.name, verdict: 'sick', state: 'missing', restarts: 0, image: service.image, remarks: ['it does not exist: npx cdktf deploy'] };
}

/** What is known of a container. */
export interface Observed {
  readonly service: ProgramService;
  readonly container: Inspection;
  /** The names of its image. */
  readonly images: readonly string[];
  /** Milliseconds. */
  readonly now: number;
  readonly lastEnd?: LastEnd;
  readonly kills: readonly MemoryKill[];
}

export function judgedContainer({ service, container, images, now, lastEnd, kills }: Observed): ContainerReport {
  const { State, RestartCount } = container;
  const image = imageOf(service, container, images);
  const health = State.Health?.Status === 'none' ? undefined : State.Health?.Status;
  const answer = State.Health?.Log?.at(-1)?.Output;
  const findings: [Verdict, string][] = [
    ...stateFindings(container, now),
    ...runs(container) && health === 'unhealthy' ? [['sick', `unhealthy: ${State.Health!.FailingStreak} checks have failed in a row`] as [Verdict, string]] : [],
    ...runs(container) && health === 'starting' ? [['attention', 'has not been healthy yet'] as [Verdict, string]] : [],
    ...memoryFindings(container, kills, now, lastEnd),
    ...service.image === undefined || service.image === image || images.length === 0
      ? [] : [['attention', `runs ${image}; the synthesized program has ${service.image}`] as [Verdict, string]],
  ];
  return {
    name: nameOf(container),
    verdict: worst(findings.map(([verdict]) => verdict)),
    state: State.Status,
    health: runs(container) ? health : undefined,
    lastAnswer: answer === undefined || answer.trim() === '' ? undefined : shortened(answer),
    startedAt: runs(container) ? new Date(State.StartedAt).toISOString() : undefined,
    restarts: RestartCount,
    image,
    lastEnd,
    remarks: findings.map(([, text]) => text),
  };
}

function runs({ State }: Inspection): boolean {
  return State.Running && !State.Restarting;
}

function stateFindings({ State, RestartCount }: Inspection, now: number): [Verdict, string][] {
  if (State.Restarting) {
    return [['sick', `restarts again and again, so far ${times(RestartCount)}`]];
  }
  if (State.Paused) {
    return [['sick', 'paused: docker unpause']];
  }
  if (!State.Running) {
    return [['sick', `does not run (${State.Status}); the next deploy starts it`]];
  }
  const age = now - Date.parse(State.StartedAt);
  return RestartCount >= CRASH_LOOP.restarts && age < CRASH_LOOP.milliseconds
    ? [['sick', `has restarted ${times(RestartCount)}, the last time less than ${CRASH_LOOP.milliseconds / 60_000} minutes ago`]] : [];
}

function memoryFindings(
  { State, HostConfig }: Inspection, kills: readonly MemoryKill[], now: number, lastEnd: LastEnd | undefined,
): [Verdict, string][] {
  const recent = kills.filter(({ at }) => now - at < DAY);
  if (recent.length > 0 && !(recent.length === 1 && lastEnd?.outOfMemory)) {
    return [['attention', `out of memory ${times(recent.length)} in the last 24 hours, at ${bytesText(HostConfig.Memory)}`]];
  }
  // A child process, such as a session of PostgreSQL: its container goes on.
  return State.Running && !State.Restarting && State.OOMKilled
    ? [['attention', `the kernel has ended a process of it, out of memory at ${bytesText(HostConfig.Memory)}`]]
    : lastEnd?.outOfMemory ? [['attention', 'its last end was out of memory: give it more `memory`, or find the leak']] : [];
}

/** The provider creates containers by the ids of images. A name may have moved to another image since. */
function imageOf(service: ProgramService, { Image, Config }: Inspection, names: readonly string[]): string {
  const own = Config.Image.startsWith('sha256:') ? names : [Config.Image, ...names];
  return own.find((name) => name === service.image) ?? own[0] ?? Image.slice(0, 19);
}

export function judgedService(
  service: ProgramService, engine: string, containers: readonly ContainerReport[], disk?: DiskReport, backups?: readonly BackupReport[],
): ServiceReport {
  const running = containers.filter(({ verdict }) => verdict !== 'sick').length;
  const findings: [Verdict, string][] = [
    ...service.replicas > 1 && running < service.replicas ? [['sick', `${running} of ${service.replicas} replicas are well`] as [Verdict, string]] : [],
    ...service.isBlueGreen && containers.length > service.replicas
      ? [['attention', `${containers.length - service.replicas} more than the program has: of a deploy that has failed or is not over`] as [Verdict, string]] : [],
    ...diskVerdict(disk) === 'well' ? [] : [[diskVerdict(disk), `the disk is filling up: ${bytesText(disk!.freeBytes)} are left`] as [Verdict, string]],
  ];
  return {
    name: service.name,
    path: service.path,
    kind: service.kind,
    verdict: worst([...containers.map(({ verdict }) => verdict), ...findings.map(([verdict]) => verdict)]),
    replicas: service.replicas,
    engine,
    containers,
    disk,
    backups,
    remarks: findings.map(([, text]) => text),
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
