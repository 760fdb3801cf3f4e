import type { MemoryKill } from './kernel-log';
import type { LastEnd } from './report';
import type { Inspection } from '../containers';
import type { Engine } from '../engine';

/** Between a process's end and what the engine notices of it. */
const SLACK = 10_000;

/** An event of the engine, with its time in milliseconds. */
export interface EngineEvent {
  readonly containerId: string;
  readonly action: string;
  readonly at: number;
  readonly exitCode?: number;
}

/** When a container ended the last time; undefined when it never has. */
export function endedAt({ State }: Inspection): number | undefined {
  const time = Date.parse(State.FinishedAt);
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}

/** The ends of containers among the events that the engine still has. */
export async function recentEnds(engine: Engine, containers: readonly Inspection[], now: number): Promise<EngineEvent[]> {
  const ends = containers.flatMap((container) => endedAt(container) ?? []);
  if (ends.length === 0) {
    return [];
  }
  const { status, stdout } = await engine.run(
    'events', '--since', String(Math.floor(Math.min(...ends) / 1000) - 60), '--until', String(Math.floor(now / 1000)),
    ...containers.flatMap(({ Id }) => ['--filter', `container=${Id}`]), '--filter', 'event=die', '--filter', 'event=oom', '--filter', 'event=kill',
    '--format', '{{json .}}');
  if (status !== 0) {
    return [];
  }
  return stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => {
    const event = JSON.parse(line);
    const code = event.Actor?.Attributes?.exitCode;
    return { containerId: event.Actor?.ID, action: event.Action, at: event.timeNano / 1e6, exitCode: code === undefined ? undefined : Number(code) };
  });
}

/** Why a container last ended: from its state, the engine's events, the kernel's log or its own log. */
export function lastEnd(container: Inspection, events: readonly EngineEvent[], kills: readonly MemoryKill[] | undefined): LastEnd | undefined {
  const at = endedAt(container);
  if (at === undefined) {
    return undefined;
  }
  const { State, HostConfig } = container;
  const isNear = (time: number) => Math.abs(time - at) < SLACK;
  const own = events.filter(({ containerId, at: time }) => containerId === container.Id && isNear(time));
  const die = own.filter(({ action }) => action === 'die').at(-1);
  const isOver = !State.Running || State.Restarting;
  const exitCode = isOver ? State.ExitCode : die?.exitCode;
  const kill = kills?.filter((each) => each.containerId === container.Id && isNear(each.at)).at(-1);
  const time = new Date(at).toISOString();
  const limit = HostConfig.Memory > 0 ? ` at its limit of ${Math.round(HostConfig.Memory / 2 ** 20)} MiB` : '';
  if (kill !== undefined) {
    return { at: time, exitCode, outOfMemory: true, source: 'kernel log', reason: `out of memory: the kernel ended ${kill.process}${limit}` };
  }
  if (isOver && State.OOMKilled) {
    return { at: time, exitCode, outOfMemory: true, source: 'state', reason: `out of memory: the kernel ended a process${limit}` };
  }
  if (own.some(({ action }) => action === 'oom')) {
    return { at: time, exitCode, outOfMemory: true, source: 'events', reason: `out of memory: the kernel ended a process${limit}` };
  }
  if (exitCode === undefined) {
    return { at: time };
  }
  const byHand = own.some(({ action }) => action === 'kill') ? ', after a signal by way of the engine' : '';
  return {
    at: time,
    exitCode,
    outOfMemory: false,
    source: isOver ? 'state' : 'events',
    reason: State.Error !== '' && isOver ? State.Error : `${exitText(exitCode)}${byHand}`,
  };
}

function exitText(code: number): string {
  const signals: Readonly<Record<number, string>> = { 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' };
  const signal = signals[code - 128];
  return `exit code ${code}${signal === undefined ? '' : ` (${signal})`}`;
}

/** Lines that say why a program ended, first. */
const TELLING = /^(panic: |fatal error: |runtime: |SIGQUIT: |probe: no answer |.*\b(FATAL|PANIC)\b)/;

/** The line of the log that says most about an end. */
export async function lastWords(engine: Engine, name: string, end: string): Promise<string | undefined> {
  const at = Date.parse(end);
  const lines: string[] = [];
  const status = await engine.lines(
    ['logs', '--since', new Date(at - SLACK).toISOString(), '--until', new Date(at + 500).toISOString(), name],
    (line) => {
      lines.push(line);
      // A chatty program: the end matters.
      if (lines.length > 5_000) {
        lines.splice(0, 2_500);
      }
    });
  if (status !== 0) {
    // Some log drivers cannot be read.
    return undefined;
  }
  const words = lines.filter((line) => TELLING.test(line)).at(-1) ?? lines.filter((line) => line.trim() !== '').at(-1);
  return words === undefined ? undefined : shortened(words);
}

/** One line, without control characters, which would move the cursor of a terminal. */
export function shortened(text: string, most = 200): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
