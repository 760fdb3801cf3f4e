import { judgedContainer, judgedService, missing } from './judge';
import { memoryKills } from './kernel-log';
import { lastEnd, lastWords, recentEnds } from './last-end';
import { ContainerReport, ServiceReport, StackReport, worst } from './report';
import { backupsOf, diskOf } from './storage';
import { Inspection, containersOf, imageNames, nameOf } from '../containers';
import { Engine } from '../engine';
import type { Program, ProgramService } from '../program';

/** What runs of a stack, on all engines of its program. */
export async function observe(program: Program, engineOf: (alias: string) => Engine, readsKernelLog: boolean): Promise<StackReport> {
  const aliases = [...new Set(program.services.map(({ provider }) => provider))];
  const parts = await Promise.all(aliases.map(async (alias) =>
    observeEngine(engineOf(alias), program.services.filter(({ provider }) => provider === alias), readsKernelLog)));
  const services = parts.flatMap((part) => part.services).sort((one, other) => one.path < other.path ? -1 : 1);
  return {
    stack: program.stack,
    verdict: worst(services.map(({ verdict }) => verdict)),
    at: new Date(Math.max(...parts.map(({ now }) => now), 0)).toISOString(),
    services,
  };
}

async function observeEngine(
  engine: Engine, services: readonly ProgramService[], readsKernelLog: boolean,
): Promise<{ now: number; services: ServiceReport[] }> {
  // The engine's clock: that of this machine may differ.
  const now = Date.parse((await engine.ask('info', '--format', '{{.SystemTime}}')).trim());
  const containers = await containersOf(engine, services);
  const all = [...containers.values()].flat();
  const restarted = all.filter(({ RestartCount, State }) => RestartCount > 0 || !State.Running);
  const [names, events, kills] = await Promise.all([
    imageNames(engine, all),
    recentEnds(engine, restarted, now),
    readsKernelLog && restarted.length > 0 ? memoryKills(engine, all, now) : undefined,
  ]);
  const observed = async (service: ProgramService, container: Inspection): Promise<ContainerReport> => {
    const end = restarted.includes(container) ? lastEnd(container, events, kills) : undefined;
    const words = end === undefined ? undefined : await lastWords(engine, nameOf(container), end.at);
    return judgedContainer({
      service,
      container,
      now,
      images: names.get(container.Image) ?? [],
      lastEnd: end && { ...end, lastWords: words },
      kills: kills?.filter(({ containerId }) => containerId === container.Id) ?? [],
    });
  };
  return {
    now,
    services: await Promise.all(services.map(async (service) => {
      const own = containers.get(service)!;
      const reports = await Promise.all(own.map(async (container) => observed(service, container)));
      const running = own.find(({ State }) => State.Running && !State.Restarting && !State.Paused);
      const [disk, backups] = await Promise.all([
        running && service.kind !== 'service' ? diskOf(engine, running, service.kind === 'database' ? 'VOLUME_PATH' : 'BACKUP_DIRECTORY') : undefined,
        running && service.kind === 'backup' ? backupsOf(engine, running) : undefined,
      ]);
      return judgedService(service, engine.shown, reports.length > 0 ? reports : [missing(service)], disk, backups);
    })),
  };
}
