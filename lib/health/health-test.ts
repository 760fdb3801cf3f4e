import type { IConstruct } from 'constructs';
import type { HttpHealthCheckOptions, TcpHealthCheckOptions } from './health-check-options';
import type { HealthCheckTiming } from './health-check-timing';
import { HttpQuestion, httpProbeCommand, livenessArguments, tcpProbeCommand } from './probe-program';
import { InputProblem, reject } from '../input/input-error';
import type { Duration } from '../values/duration';

/** When the probe ends a program that no longer answers. */
export interface LivenessRule {
  /** The question whose silences count. Without one, that of the health check. */
  readonly _aliveTest?: HealthTest;
  _unansweredChecks(interval: Duration): number;
}

/** The container that a health check is for. */
export interface HealthCheckTarget {
  readonly port?: number;
  /** The probe's path in the image. */
  readonly probePath?: string;
  /** Whether that probe was built with TLS. */
  readonly probeHasTls?: boolean;
  /** When the probe ends a program that no longer answers. Without it, never. */
  readonly liveness?: LivenessRule;
  /** The program's time to shut down. Until it is over, the probe does not take a refused connection for a hang. */
  readonly stopTimeout?: Duration;
  /** Whether the image holds a shell. */
  readonly hasShell: boolean;
  /** A shell other than `/bin/sh`. Docker's `CMD-SHELL` ignores the image's `SHELL`. */
  readonly shell?: string;
}

/** The command of a health check. */
export interface HealthTest {
  /** Whether the engine reports the container's health: false for `none`. */
  readonly tellsHealth: boolean;
  /** Whether it runs the probe of the image. */
  readonly asksProbe?: boolean;
  /** The request that others may ask as well, such as a load balancer. */
  readonly question?: Partial<HttpQuestion> & { readonly path: string };
  /** The `test` of Docker's API: `["CMD", program, argument, …]`, `["CMD-SHELL", line]` or `["NONE"]`. */
  render(scope: IConstruct, target: HealthCheckTarget, timing: HealthCheckTiming): string[];
}

export function httpTest(path: string, options: HttpHealthCheckOptions): HealthTest {
  const question = { path, hostHeader: options.hostHeader, healthyStatusCodes: options.healthyStatusCodes };
  return {
    tellsHealth: true,
    asksProbe: true,
    question: { ...question, port: options.port },
    render: (scope, target, timing) => {
      const port = portOf(scope, options.port ?? target.port);
      return ['CMD', ...httpProbeCommand(probeOf(scope, target), { ...question, port }, timing.timeout.toMilliseconds()), ...livenessOf(scope, target, timing)];
    },
  };
}

export function tcpTest(options: TcpHealthCheckOptions): HealthTest {
  return {
    tellsHealth: true,
    asksProbe: true,
    render: (scope, target, timing) => {
      const port = portOf(scope, options.port ?? target.port);
      return ['CMD', ...tcpProbeCommand(probeOf(scope, target), port, timing.timeout.toMilliseconds()), ...livenessOf(scope, target, timing)];
    },
  };
}

export function commandTest(command: string[]): HealthTest {
  return {
    tellsHealth: true,
    render: (scope, target) => {
      if (!target.hasShell && SHELLS.includes(command[0])) {
        reject(scope, noShellProblem(command));
      }
      return ['CMD', ...command];
    },
  };
}

export function shellTest(commandLine: string): HealthTest {
  return {
    tellsHealth: true,
    render: (scope, target) => {
      if (!target.hasShell) {
        reject(scope, noShellProblem(commandLine));
      }
      return target.shell === undefined ? ['CMD-SHELL', commandLine] : ['CMD', target.shell, '-c', commandLine];
    },
  };
}

export function noTest(): HealthTest {
  return { tellsHealth: false, render: () => ['NONE'] };
}

export function portOf(scope: IConstruct, port: number | undefined): number {
  if (port === undefined) {
    reject(scope, {
      what: 'the health check has no port to connect to',
      remedy: 'set the port of the service, or the port of the health check: HealthCheck.tcp({ port: 8080 })',
    });
  }
  return port;
}

/** What to add to the probe's command line so that it ends a program that no longer answers. */
export function livenessOf(scope: IConstruct, target: HealthCheckTarget, timing: HealthCheckTiming): string[] {
  const { liveness, stopTimeout, ...withoutLiveness } = target;
  return liveness === undefined ? [] : livenessArguments({
    silences: liveness._unansweredChecks(timing.interval),
    intervalMilliseconds: timing.interval.toMilliseconds(),
    stopGraceMilliseconds: stopTimeout?.toMilliseconds(),
    // Without the keyword and the probe's path. Half of the time: the health check needs the rest.
    alive: liveness._aliveTest?.render(scope, withoutLiveness, timing.half()).slice(2),
  });
}

export function probeOf(scope: IConstruct, target: HealthCheckTarget): string {
  if (target.probePath === undefined) {
    reject(scope, {
      what: 'the image holds no probe to run the health check with',
      allowed: 'HealthCheck.http and HealthCheck.tcp with images that this library builds with their probe',
      remedy: `use ${target.hasShell ? 'HealthCheck.shell("…") or ' : ''}HealthCheck.command([…]) with a program of the image, or HealthCheck.none()`,
    });
  }
  return target.probePath;
}

const SHELLS = ['sh', 'ash', 'bash', 'dash', '/bin/sh', '/bin/ash', '/bin/bash', '/bin/dash', '/usr/bin/sh', '/usr/bin/bash'];

/** The mistake in a command, if there is one. */
export function commandProblem(command: string[]): InputProblem | undefined {
  const problem = {
    given: command,
    allowed: 'a program and its arguments, each of them a text that is not empty',
  };
  if (command.length === 0) {
    return { ...problem, what: 'the command of the health check is empty', remedy: 'write it like HealthCheck.command(["/app", "check"])' };
  }
  if (['CMD', 'CMD-SHELL', 'NONE'].includes(command[0])) {
    return {
      ...problem,
      what: `the command of the health check starts with Docker's keyword ${command[0]}`,
      remedy: 'leave the keyword out: HealthCheck.command([…]), .shell("…") and .none() stand for the three of them',
    };
  }
  if (command.some((entry) => entry === '')) {
    return { ...problem, what: 'the command of the health check has an empty entry', remedy: 'remove it' };
  }
  return command.some(hasNul)
    ? { ...problem, what: 'the command of the health check holds a NUL character', remedy: 'remove it: no program can be given one' }
    : undefined;
}

/** The mistake in a command line, if there is one. */
export function commandLineProblem(commandLine: string): InputProblem | undefined {
  if (commandLine.trim() === '') {
    return {
      what: 'the command line of the health check is empty',
      given: commandLine,
      allowed: 'a line for /bin/sh -c',
      remedy: 'write it like HealthCheck.shell("pg_isready -h 127.0.0.1"), or use HealthCheck.none()',
    };
  }
  return hasNul(commandLine)
    ? {
      what: 'the command line of the health check holds a NUL character',
      given: commandLine,
      allowed: 'a line for /bin/sh -c',
      remedy: 'remove it: no program can be given one',
    }
    : undefined;
}

function noShellProblem(given: string | string[]): InputProblem {
  return {
    what: 'the image holds no shell to run the health check in',
    given,
    allowed: 'HealthCheck.http, HealthCheck.tcp, HealthCheck.command with a program of the image',
    remedy: 'use HealthCheck.http("/healthz") or HealthCheck.tcp(), which need no shell',
  };
}

function hasNul(text: string): boolean {
  return text.includes('\0');
}
