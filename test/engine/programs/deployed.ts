import * as dgram from 'dgram';
import * as net from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { Engine } from '../../walk/engine';
import { RunningContainer } from '../harness/running-container';

/** How long a program may take to do what it was told. */
const PATIENCE_MILLISECONDS = 60_000;

/** A program that Terraform has deployed, as its users and its operator reach it. */
export class Deployed {
  public constructor(
    private readonly stackId: string,
    private readonly engine: Engine,
    public readonly port: (name: string) => number,
  ) {}

  /** The address of a published port. */
  public url(port: string, path = '/'): string {
    return `http://127.0.0.1:${this.port(port)}${path}`;
  }

  /** Asks over HTTP and returns the body; any status from 400 on is an error. */
  public async ask(url: string, request: RequestInit = {}): Promise<string> {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) });
    const body = await response.text();
    if (!response.ok) {
      throw new Error(`${request.method ?? 'GET'} ${url}: ${response.status} ${body.slice(0, 500)}`);
    }
    return body;
  }

  /** Sends a datagram, and waits for no answer. */
  public async send(port: string, message: string): Promise<void> {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.send(message, this.port(port), '127.0.0.1', (error) => error ? reject(error) : resolve());
    });
    socket.close();
  }

  /** Sends a datagram, and returns the first that comes back. */
  public async answerTo(port: string, message: Buffer): Promise<Buffer> {
    const socket = dgram.createSocket('udp4');
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer from UDP port ${port}`)), 5_000);
        socket.once('message', (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        socket.send(message, this.port(port), '127.0.0.1');
      });
    } finally {
      socket.close();
    }
  }

  /** Sends what a TCP protocol begins with, and returns what comes back until `isWhole`. */
  public async dialogue(port: string, message: Buffer | string, isWhole: (answer: Buffer) => boolean): Promise<Buffer> {
    const socket = net.connect(this.port(port), '127.0.0.1');
    let answer = Buffer.alloc(0);
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const fail = (reason: string) => reject(new Error(`TCP port ${port}: ${reason}, after ${JSON.stringify(answer.toString('latin1').slice(0, 200))}`));
        const timer = setTimeout(() => fail('no whole answer'), 10_000);
        socket.on('data', (data) => {
          answer = Buffer.concat([answer, data]);
          if (isWhole(answer)) {
            clearTimeout(timer);
            resolve(answer);
          }
        });
        socket.on('error', reject);
        socket.on('close', () => fail('closed'));
        socket.write(message);
      });
    } finally {
      socket.destroy();
    }
  }

  /** The container of the construct with this path in the stack, joined by `-`. That of a task has eight characters more in its name. */
  public async container(name: string): Promise<RunningContainer> {
    const wanted = `${this.stackId}-${name}`;
    const all = await this.engine.containers();
    const found = all.find(({ name: one }) => one === wanted || one.startsWith(`${wanted}-`) && /^-[0-9a-f]{8}$/.test(one.slice(wanted.length)));
    if (!found) {
      throw new Error(`no container ${wanted}; there are ${all.map((container) => container.name).join(', ')}`);
    }
    return new RunningContainer(found.id, found.name);
  }

  /** All that a container has written. */
  public async logOf(name: string): Promise<string> {
    const { stdout, stderr } = await (await this.container(name)).logs();
    return `${stdout}${stderr}`;
  }

  /** What `command` writes in a container. */
  public async exec(name: string, ...command: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await (await this.container(name)).exec(command);
    if (exitCode !== 0) {
      throw new Error(`${name}: ${command.join(' ')}: exit code ${exitCode}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Does it again until it succeeds, for a minute. */
  public async eventually<T>(attempt: () => Promise<T>): Promise<T> {
    for (const end = Date.now() + PATIENCE_MILLISECONDS; ; await sleep(200)) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > end) {
          throw error;
        }
      }
    }
  }
}

/** Fails when `text` has no `part`. */
export function contains(text: string, part: string): void {
  if (!text.includes(part)) {
    throw new Error(`${JSON.stringify(part)} is not in ${JSON.stringify(text.slice(0, 2_000))}`);
  }
}
