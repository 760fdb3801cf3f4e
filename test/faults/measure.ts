import { setTimeout as sleep } from 'timers/promises';
import { Fault, Scene } from './faults';
import { Observer, Seen, restartsOf } from './observer';
import { Requests, hasSucceeded, outageSeconds } from './requests';
import { Stand } from './stand';

/** What a fault did to one stand. */
export interface Result {
  readonly stand: string;
  readonly requests: number;
  readonly failed: number;
  readonly outageSeconds: number;
  readonly acknowledged: number;
  readonly rowsLost: number;
  readonly restarts: number;
  readonly noticedBy: readonly string[];
  /** What was not as before at the end, before somebody took the fault back. */
  readonly left: readonly string[];
  /** How often each failure was seen: a status, or an error. */
  readonly failures: Readonly<Record<string, number>>;
  /** Answers of each revision. */
  readonly revisions: Readonly<Record<string, number>>;
}

/** Milliseconds without a failed request after which a fault is over. */
const CALM = 4000;
/** A client waits so long at most. */
const PATIENCE = 5000;
const LIMIT_SECONDS = 120;

/** Does a fault to all stands at the same time, and measures until it is over. */
export async function measure(fault: Fault, scene: Scene, requests: Requests): Promise<Result[]> {
  await restore(scene, requests);
  const observers = scene.stands.map((stand) => new Observer(stand));
  // Each container is seen as it was before.
  await sleep(2500);
  const start = Date.now();
  await Promise.all([fault.toMachine?.(scene), ...scene.stands.map(async (stand) => fault.toStand?.(stand, scene))]);
  await sleep(fault.seconds * 1000);
  await untilCalm(scene, requests, fault.undo === undefined ? LIMIT_SECONDS : 0);
  const asked = await Promise.all(scene.stands.map(async (stand) => fault.undo === undefined ? [] : stand.ask()));
  const left = observers.map(({ ill }) => ill);
  if (fault.undo !== undefined) {
    await Promise.all(scene.stands.map(async (stand) => fault.undo!(stand, scene)));
    await untilCalm(scene, requests, LIMIT_SECONDS);
  }
  const end = Date.now();
  await sleep(PATIENCE);
  const seen = await Promise.all(observers.map(async (observer) => observer.end()));
  const results: Result[] = [];
  for (const [index, stand] of scene.stands.entries()) {
    const sent = requests.sent(index, start, end);
    const acknowledged = requests.acknowledged(index);
    const restarts = Math.max(restartsOf(seen[index]) - (fault.ownRestarts ?? 0), 0);
    results.push({
      stand: stand.name,
      requests: sent.length,
      failed: sent.filter((request) => !hasSucceeded(request)).length,
      outageSeconds: outageSeconds(sent),
      acknowledged: acknowledged.length,
      rowsLost: await lost(stand, acknowledged),
      restarts,
      noticedBy: [...noticed(scene, stand, seen[index], start), ...restarts > 0 ? ['engine'] : [], ...asked[index]],
      left: left[index],
      failures: countsOf(sent.filter((request) => !hasSucceeded(request)).map(({ outcome }) => outcome)),
      revisions: countsOf(sent.filter(hasSucceeded).map(({ body }) => body)),
    });
  }
  return results;
}

function countsOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  values.forEach((value) => { counts[value] = (counts[value] ?? 0) + 1; });
  return counts;
}

/** Acknowledged rows that the server does not have. */
async function lost(stand: Stand, acknowledged: readonly number[]): Promise<number> {
  const rows = await stand.rows();
  return acknowledged.filter((id) => !rows.has(id)).length;
}

function noticed({ engine }: Scene, stand: Stand, seen: readonly Seen[], since: number): string[] {
  const [gateway] = stand.containers('gateway');
  const log = engine.docker('logs', '--since', new Date(since).toISOString(), gateway);
  return [
    ...seen.some(({ hasFailedCheck }) => hasFailedCheck) ? ['health check'] : [],
    ...seen.some(({ hasWarned }) => hasWarned) ? ['warning of a health check'] : [],
    ...log.includes(' is DOWN') ? ['gateway'] : [],
  ];
}

function isCalm(scene: Scene, requests: Requests): boolean {
  const now = Date.now();
  return scene.stands.every((_, index) => {
    const sent = requests.sent(index, now - CALM, now);
    return sent.length > 0 && sent.every(hasSucceeded);
  });
}

async function untilCalm(scene: Scene, requests: Requests, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; !isCalm(scene, requests); await sleep(200)) {
    if (Date.now() > end) {
      return false;
    }
  }
  return true;
}

/** Starts again what the fault before has left, as a person does. */
async function restore(scene: Scene, requests: Requests): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const ill = scene.stands.flatMap((stand) => [...stand.all().keys()]).filter((id) => !isWell(scene, id));
    if (ill.length === 0 && await untilCalm(scene, requests, 30)) {
      return;
    }
    if (attempt === 5) {
      throw new Error(`${scene.stands.map(({ name }) => name).join(' and ')} do not answer, although all was started again`);
    }
    if (ill.length > 0) {
      // What hangs does not end by itself.
      scene.engine.docker('restart', '--time', '1', ...ill);
      await sleep(15_000);
    }
  }
}

function isWell({ engine }: Scene, id: string): boolean {
  return ['healthy', 'running'].includes(engine.docker('inspect', '--format', '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}', id));
}

