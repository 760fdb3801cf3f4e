import { setTimeout as sleep } from 'timers/promises';

/** Asks until the answer is good, for at most so many milliseconds. The last answer is returned, good or not. */
export async function eventually<T>(ask: () => Promise<T>, good: (answer: T) => boolean, milliseconds = 60_000): Promise<T> {
  for (const end = Date.now() + milliseconds; ; await sleep(100)) {
    const answer = await ask();
    if (good(answer) || Date.now() > end) {
      return answer;
    }
  }
}
