import { setTimeout as sleep } from 'timers/promises';
import { dockerApi } from './docker-api';

/** Long enough for the busiest machine; a test does not measure time, it only must end. */
const DEADLINE_SECONDS = 300;

export interface Inspection {
  readonly Id: string;
  readonly Config: Record<string, any>;
  readonly HostConfig: Record<string, any>;
  readonly NetworkSettings: { readonly Ports: Record<string, { HostIp: string; HostPort: string }[] | null>; readonly Networks: Record<string, any> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string; readonly Log: { ExitCode: number; Output: string }[] };
  };
}

/** A container that a deployment created. */
export class RunningContainer {
  public constructor(public readonly id: string, public readonly name: string) {}

  public async inspect(): Promise<Inspection> {
    return dockerApi.get(`/containers/${this.id}/json`);
  }

  public async logs(): Promise<{ stdout: string; stderr: string }> {
    return dockerApi.output(await dockerApi.bytes('GET', `/containers/${this.id}/logs`, { query: { stdout: 'true', stderr: 'true' } }));
  }

  public async start(): Promise<void> {
    await dockerApi.post(`/containers/${this.id}/start`);
  }

  /** Sends the stop signal and waits; the engine kills after the container's own stop timeout. */
  public async stop(): Promise<void> {
    await dockerApi.post(`/containers/${this.id}/stop`);
  }

  public async remove(): Promise<void> {
    await dockerApi.delete(`/containers/${this.id}`, { force: 'true' });
  }

  /** Waits until the program has ended, and returns its exit code. */
  public async ended(): Promise<number> {
    return (await dockerApi.post<{ StatusCode: number }>(`/containers/${this.id}/wait`)).StatusCode;
  }

  /** Runs a further program in the container. */
  public async exec(command: string[], user?: string): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const { Id } = await dockerApi.post<{ Id: string }>(`/containers/${this.id}/exec`,
      { body: { Cmd: command, User: user, AttachStdout: true, AttachStderr: true } });
    const output = dockerApi.output(await dockerApi.bytes('POST', `/exec/${Id}/start`, { body: { Detach: false, Tty: false } }));
    const { ExitCode } = await dockerApi.get<{ ExitCode: number }>(`/exec/${Id}/json`);
    return { exitCode: ExitCode, ...output };
  }

  public async healthy(): Promise<void> {
    await this.until('is healthy', ({ State }) => {
      if (State.Health?.Status === 'unhealthy' || State.Status === 'exited') {
        throw new Error(`${this.name} is ${State.Health?.Status ?? State.Status}`);
      }
      return State.Health?.Status === 'healthy';
    });
  }

  /** Waits until the container is as the condition has it; what it wrote is part of the error when that does not happen. */
  public async until(what: string, condition: (inspection: Inspection) => boolean): Promise<Inspection> {
    try {
      for (const end = Date.now() + DEADLINE_SECONDS * 1000; Date.now() < end; await sleep(200)) {
        const inspection = await this.inspect();
        if (condition(inspection)) {
          return inspection;
        }
      }
      throw new Error(`${this.name}: waited ${DEADLINE_SECONDS} s until it ${what}`);
    } catch (error) {
      const { State } = await this.inspect();
      const { stdout, stderr } = await this.logs();
      const health = State.Health?.Log.map(({ ExitCode, Output }) => `probe ${ExitCode}: ${Output}`).join('\n');
      throw new Error([(error as Error).message, `state: ${State.Status}, exit code ${State.ExitCode}`, health, stdout, stderr].join('\n'));
    }
  }
}
