import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';
import * as readline from 'readline';
import { OwnEngine } from '../engine/harness/own-engine';

/** A request that has ended. */
export interface Ended {
  /** Which port was asked, from 0. */
  readonly target: number;
  /** Milliseconds since 1970, as `end`. */
  readonly start: number;
  readonly end: number;
  /** The row that was written. */
  readonly row?: number;
  /** The status, or what went wrong. */
  readonly outcome: string;
  readonly body: string;
}

/** Milliseconds of one slot of an outage. */
const SLOT = 500;

/** The requests to several ports of a machine. */
export class Requests {
  public static start(engine: OwnEngine, rate: number, ports: readonly number[]): Requests {
    const [command, ...args] = engine.inNetwork(
      process.execPath, '-r', 'ts-node/register/transpile-only', path.join(__dirname, 'traffic.ts'), String(rate), ...ports.map(String));
    return new Requests(spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TS_NODE_PROJECT: path.join(__dirname, '..', 'tsconfig.json') },
    }));
  }

  private readonly ended: Ended[] = [];

  private constructor(private readonly program: ChildProcess) {
    readline.createInterface({ input: program.stdout! }).on('line', (line) => this.ended.push(JSON.parse(line) as Ended));
  }

  /** The requests that were sent within a time, as far as they have ended. */
  public sent(target: number, from: number, to: number): Ended[] {
    // In the order of their ends, and nothing ends before it is sent.
    let first = this.ended.length;
    while (first > 0 && this.ended[first - 1].end >= from) {
      first--;
    }
    return this.ended.slice(first).filter((request) => request.target === target && request.start >= from && request.start < to);
  }

  /** The rows that the target has acknowledged. */
  public acknowledged(target: number): number[] {
    return this.ended.flatMap((request) => request.target === target && request.row !== undefined && hasSucceeded(request) ? [request.row] : []);
  }

  public stop(): void {
    this.program.kill();
  }
}

export function hasSucceeded({ outcome }: Ended): boolean {
  return outcome === '200';
}

/** The seconds, in halves, in which at least half of the requests failed. */
export function outageSeconds(requests: readonly Ended[]): number {
  const slots = new Map<number, { sent: number; failed: number }>();
  for (const request of requests) {
    const key = Math.floor(request.start / SLOT);
    const slot = slots.get(key) ?? { sent: 0, failed: 0 };
    slots.set(key, { sent: slot.sent + 1, failed: slot.failed + (hasSucceeded(request) ? 0 : 1) });
  }
  return [...slots.values()].filter(({ sent, failed }) => failed * 2 >= sent).length * SLOT / 1000;
}
