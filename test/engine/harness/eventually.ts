import { setTimeout as sleep } from 'timers/promises';

/** Asks until the answer is good, for at most a minute. The last answer is returned, good or not. */
export async function eventually<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const answer = await ask();
    if (good(answer) || Date.now() > end) {
      return answer;
    }
  }
}
