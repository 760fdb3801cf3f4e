import * as path from 'path';

/** The Go module of the probe: a Dockerfile stage copies these files and compiles them. */
export const PROBE_SOURCE_DIRECTORY = path.join(__dirname, 'probe');

/** What of that directory is compiled; its tests are not. */
export const PROBE_SOURCE_FILES: readonly string[] = [
  'go.mod', 'answers.go', 'arguments.go', 'check.go', 'clock.go', 'exec.go', 'failure.go', 'file.go', 'files.go', 'frames.go', 'grpc.go', 'hpack.go',
  'http.go', 'huffman.go', 'kernel.go', 'liveness.go', 'main.go', 'process.go', 'reload.go', 'resolve.go', 'signals.go', 'silence.go', 'socket.go',
  'text.go', 'tls.go', 'tls_absent.go', 'trial.go', 'volumes.go', 'wait.go',
];

/**
 * Flags of `go build` for the probe.
 *
 * Inlining is off because the probe only waits. That saves 3 % of its size for linux/amd64 and 10 % for linux/arm64.
 */
export const PROBE_BUILD_FLAGS: readonly string[] = ['-trimpath', '-gcflags=all=-l', '-ldflags=-s -w -buildid='];

export interface HttpQuestion {
  readonly port: number;
  readonly path: string;
  readonly hostHeader?: string;
  readonly healthyStatusCodes?: string;
}

/** The probe's command line for a GET request. `timeoutMilliseconds` is the engine's. */
export function httpProbeCommand(probePath: string, question: HttpQuestion, timeoutMilliseconds: number): string[] {
  return [
    probePath, 'http', String(question.port), question.path, '--timeout', ownTimeout(timeoutMilliseconds),
    ...question.hostHeader === undefined ? [] : ['--host-header', question.hostHeader],
    ...question.healthyStatusCodes === undefined ? [] : ['--expect', question.healthyStatusCodes],
  ];
}

export function tcpProbeCommand(probePath: string, port: number, timeoutMilliseconds: number): string[] {
  return [probePath, 'tcp', String(port), '--timeout', ownTimeout(timeoutMilliseconds)];
}

/** What makes `go build` compile a probe that speaks TLS, which is 2.8 MB larger. */
export const PROBE_TLS_FLAG = '-tags=tls';

/** Whom the probe trusts. */
export interface ProbeTls {
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
}

/** The probe's command line for a GET request over TLS; it needs a probe with TLS. */
export function httpsProbeCommand(probePath: string, question: HttpQuestion, tls: ProbeTls, timeoutMilliseconds: number): string[] {
  const [, , ...rest] = httpProbeCommand(probePath, question, timeoutMilliseconds);
  return [probePath, 'https', ...rest, ...tlsArguments(tls)];
}

/** The probe's command line for a call of `grpc.health.v1.Health/Check`; with TLS it needs a probe that has it. */
export function grpcProbeCommand(
  probePath: string, port: number, service: string | undefined, tls: ProbeTls | undefined, timeoutMilliseconds: number,
): string[] {
  return [
    probePath, tls === undefined ? 'grpc' : 'grpcs', String(port), '--timeout', ownTimeout(timeoutMilliseconds),
    ...service === undefined ? [] : ['--service', service],
    ...tls === undefined ? [] : tlsArguments(tls),
  ];
}

function tlsArguments(tls: ProbeTls): string[] {
  return [
    ...tls.ca === undefined ? [] : ['--ca', tls.ca],
    ...tls.insecure ? ['--insecure'] : [],
    ...tls.serverName === undefined ? [] : ['--server-name', tls.serverName],
  ];
}

/** How the probe tries a program out. */
export interface TrialLimits {
  /** How long the program may take until it is healthy. */
  readonly patienceMilliseconds: number;
  /** How long it must stay healthy. */
  readonly settleMilliseconds: number;
  /** How long it may take to end. */
  readonly graceMilliseconds: number;
}

/** The probe's command line that starts a program, asks it until it is healthy, and ends it. `check` is the command line of a check. */
export function trialCommand([probePath, ...check]: readonly string[], limits: TrialLimits, program: readonly string[]): string[] {
  const most = (milliseconds: number) => String(Math.min(milliseconds, LONGEST_TRIAL));
  return [
    probePath, 'trial', '--timeout', most(limits.patienceMilliseconds),
    ...limits.settleMilliseconds === 0 ? [] : ['--settle', most(limits.settleMilliseconds)],
    '--grace', most(limits.graceMilliseconds), ...check, '--', ...program,
  ];
}

/** The probe's own limit for a time in milliseconds. */
const LONGEST_TRIAL = 24 * 60 * 60 * 1_000;

/** When the probe ends a program that has stopped answering. */
export interface ProbeLiveness {
  /** How many checks in a row get no answer. The last one sends SIGQUIT, the one after it SIGKILL. */
  readonly silences: number;
  /** Time from the end of one check to the start of the next. A gap that is much longer begins the count anew. */
  readonly intervalMilliseconds: number;
  /** The program's time to shut down. Until it is over, refused connections do not end the program. By default two minutes. */
  readonly stopGraceMilliseconds?: number;
  /** A check without the probe's path, which is asked first and whose silences count. By default those of the check itself. */
  readonly alive?: readonly string[];
}

/**
 * What to add to the command line of a check so that it restarts a program that hangs.
 *
 * The container needs an init and a restart policy: process 1 cannot be killed from inside, and the engine does the restart.
 */
export function livenessArguments(liveness: ProbeLiveness): string[] {
  return [
    '--liveness', String(liveness.silences),
    '--interval', String(liveness.intervalMilliseconds),
    ...liveness.stopGraceMilliseconds === undefined ? [] : ['--stop-grace', String(liveness.stopGraceMilliseconds)],
    ...liveness.alive === undefined ? [] : ['--alive', ...liveness.alive],
  ];
}

/** The probe gives up a little before the engine would kill it, or its line that says why would be lost. */
function ownTimeout(milliseconds: number): string {
  return String(Math.max(1, Math.floor(milliseconds * 0.9)));
}
