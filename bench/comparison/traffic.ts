import * as http from 'http';
import { setTimeout as sleep } from 'timers/promises';
import { versionIn } from './program';

/** Milliseconds after which a request without an answer counts as lost. */
const TIMEOUT = 10_000;
const TICK = 5;

/** Requests to `GET /` at a steady rate: every other one on a kept connection, the rest on a new one each. */
export class Traffic {
  public sent = 0;
  /** How many requests were lost for each reason: a status other than 200, or an error's code. */
  public readonly lost = new Map<string, number>();
  private readonly kept = new http.Agent({ keepAlive: true, maxSockets: 50 });
  /** The first and the last answer of each version, by `performance.now()`. */
  private readonly seen = new Map<string, { first: number; last: number }>();
  private readonly open = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;

  public constructor(private readonly port: number, rate: number) {
    const began = performance.now();
    this.timer = setInterval(() => {
      for (const due = Math.floor((performance.now() - began) / 1000 * rate); this.sent < due;) {
        const request = this.ask(this.sent % 2 === 0);
        this.sent += 1;
        this.open.add(request);
        void request.then(() => this.open.delete(request));
      }
    }, TICK);
  }

  /** When the first answer of this version came, by `performance.now()`. */
  public async answered(version: string, patience = 180_000): Promise<number> {
    for (const began = performance.now(); performance.now() - began < patience; await sleep(TICK)) {
      const answers = this.seen.get(version);
      if (answers !== undefined) {
        return answers.first;
      }
    }
    throw new Error(`version ${version} does not answer on port ${this.port}`);
  }

  /** When the last answer of another version came. */
  public lastOfOthers(version: string): number {
    return Math.max(...[...this.seen].filter(([other]) => other !== version).map(([, { last }]) => last));
  }

  /** Sends no more, and waits for what is on its way. */
  public async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
    this.kept.destroy();
  }

  private async ask(keep: boolean): Promise<void> {
    const agent = keep ? this.kept : new http.Agent({ keepAlive: false });
    const answer = await new Promise<{ body?: string; problem?: string }>((resolve) => {
      const request = http.get({ host: '127.0.0.1', port: this.port, path: '/', agent, timeout: TIMEOUT }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve(response.statusCode === 200 ? { body: Buffer.concat(parts).toString() } : { problem: `${response.statusCode}` }));
        response.on('error', (error: NodeJS.ErrnoException) => resolve({ problem: error.code ?? error.message }));
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', (error: NodeJS.ErrnoException) => resolve({ problem: error.code ?? error.message }));
    });
    if (answer.body === undefined) {
      const reason = `${answer.problem} on a ${keep ? 'kept' : 'new'} connection`;
      this.lost.set(reason, (this.lost.get(reason) ?? 0) + 1);
      return;
    }
    const version = versionIn(answer.body);
    if (version !== undefined) {
      const now = performance.now();
      this.seen.set(version, { first: this.seen.get(version)?.first ?? now, last: now });
    }
  }
}
