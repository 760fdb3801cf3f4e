import type { IConstruct } from 'constructs';
import type { HttpHealthCheckOptions, TcpHealthCheckOptions } from './health-check-options';
import { httpQuestionProblem } from './http-question-rules';
import { HttpQuestion, httpProbeCommand, tcpProbeCommand } from './probe-program';
import { InputProblem, reject } from '../input/input-error';
import { isUnresolved, literal } from '../terraform/text';
import type { Duration } from '../values/duration';

/** The container that a health check is for. */
export interface HealthCheckTarget {
  /** The service's port inside the container. */
  readonly port?: number;
  /** Where the image holds the probe. */
  readonly probePath?: string;
  /** Whether that probe was built with TLS. */
  readonly probeHasTls?: boolean;
  /** Whether the image holds a shell. */
  readonly hasShell: boolean;
  /** The shell, if it is not `/bin/sh`. Docker's own shell form knows no other: it does not heed the image's `SHELL`. */
  readonly shell?: string;
}

/** The part of a health check that differs between its kinds: what is run. */
export interface HealthTest {
  /** Whether the engine reports a container with this test as healthy or unhealthy. */
  readonly tellsHealth: boolean;
  /** The request that others may ask as well, such as a load balancer. */
  readonly question?: Partial<HttpQuestion> & { readonly path: string };
  /** The `test` of Docker's API: `["CMD", program, argument, …]`, `["CMD-SHELL", line]` or `["NONE"]`. */
  render(scope: IConstruct, target: HealthCheckTarget, timeout: Duration): string[];
}

export function httpTest(path: string, options: HttpHealthCheckOptions): HealthTest {
  const question = { path, hostHeader: options.hostHeader, healthyStatusCodes: options.healthyStatusCodes };
  return {
    tellsHealth: true,
    question: { ...question, port: options.port },
    render: (scope, target, timeout) => {
      rejectProblem(scope, httpQuestionProblem(question));
      const port = portOf(scope, options.port ?? target.port);
      return ['CMD', ...httpProbeCommand(probeOf(scope, target), { ...question, port }, timeout.toMilliseconds())];
    },
  };
}

export function tcpTest(options: TcpHealthCheckOptions): HealthTest {
  return {
    tellsHealth: true,
    render: (scope, target, timeout) => {
      const port = portOf(scope, options.port ?? target.port);
      return ['CMD', ...tcpProbeCommand(probeOf(scope, target), port, timeout.toMilliseconds())];
    },
  };
}

export function commandTest(command: string[]): HealthTest {
  return {
    tellsHealth: true,
    render: (scope, target) => {
      rejectProblem(scope, commandProblem(command, target));
      return ['CMD', ...command.map(literal)];
    },
  };
}

export function shellTest(commandLine: string): HealthTest {
  return {
    tellsHealth: true,
    render: (scope, target) => {
      rejectProblem(scope, target.hasShell ? commandLineProblem(commandLine) : noShellProblem(commandLine));
      return target.shell === undefined ? ['CMD-SHELL', literal(commandLine)] : ['CMD', target.shell, '-c', literal(commandLine)];
    },
  };
}

export function noTest(): HealthTest {
  return { tellsHealth: false, render: () => ['NONE'] };
}

function rejectProblem(scope: IConstruct, problem: InputProblem | undefined): void {
  if (problem !== undefined) {
    reject(scope, problem);
  }
}

export function portOf(scope: IConstruct, port: number | undefined): number {
  if (port === undefined) {
    reject(scope, {
      what: 'the health check has no port to connect to',
      remedy: 'set the port of the service, or the port of the health check: HealthCheck.tcp({ port: 8080 })',
    });
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    reject(scope, {
      what: 'the port of the health check is out of range',
      given: port,
      allowed: 'a whole number from 1 to 65535',
      remedy: 'give the port that the server listens on inside the container',
    });
  }
  return port;
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

function commandProblem(command: string[], target: HealthCheckTarget): InputProblem | undefined {
  const problem = {
    given: command,
    allowed: 'a program and its arguments, each of them a text that is not empty',
  };
  if (isUnresolved(command)) {
    return {
      ...problem,
      what: 'the command of the health check is a list that only Terraform knows',
      remedy: 'write the list out; single entries of it may be references',
    };
  }
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
  if (command.some(hasNul)) {
    return { ...problem, what: 'the command of the health check holds a NUL character', remedy: 'remove it: no program can be given one' };
  }
  return !target.hasShell && SHELLS.includes(command[0]) ? noShellProblem(command) : undefined;
}

function commandLineProblem(commandLine: string): InputProblem | undefined {
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
