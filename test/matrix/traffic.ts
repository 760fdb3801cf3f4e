import { setTimeout as sleep } from 'timers/promises';

export interface Answered {
  readonly sent: number;
  /** Status or error → how often. Empty when each request got an answer of the program. */
  readonly failures: Readonly<Record<string, number>>;
  /** What the program answered. */
  readonly answers: readonly string[];
}

/** Asks for a page all the time while something else happens, on a connection for each request. */
export async function underLoad(page: string, action: () => Promise<unknown>): Promise<Answered> {
  let isOver = false;
  const failures: Record<string, number> = {};
  const answers = new Set<string>();
  let sent = 0;
  const client = async () => {
    while (!isOver) {
      sent++;
      try {
        const response = await fetch(page, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) });
        const text = (await response.text()).trim();
        if (response.status === 200) {
          answers.add(text);
        } else {
          failures[response.status] = (failures[response.status] ?? 0) + 1;
        }
      } catch (error) {
        const reason = String((error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name);
        failures[reason] = (failures[reason] ?? 0) + 1;
      }
      await sleep(40);
    }
  };
  const clients = [client(), client()];
  try {
    await action();
  } finally {
    isOver = true;
    await Promise.all(clients);
  }
  return { sent, failures, answers: [...answers] };
}
