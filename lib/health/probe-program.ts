import * as path from 'path';

/** The Go module of the probe: a Dockerfile stage copies these files and compiles them. */
export const PROBE_SOURCE_DIRECTORY = path.join(__dirname, 'probe');

/** What of that directory is compiled; its tests are not. */
export const PROBE_SOURCE_FILES: readonly string[] = [
  'go.mod', 'answers.go', 'arguments.go', 'check.go', 'clock.go', 'exec.go', 'failure.go', 'file.go', 'frames.go', 'grpc.go', 'hpack.go', 'http.go',
  'huffman.go', 'liveness.go', 'main.go', 'process.go', 'resolve.go', 'signals.go', 'silence.go', 'socket.go', 'text.go', 'tls.go', 'tls_absent.go',
  'trial.go', 'wait.go',
];

/**
 * Flags of `go build` with which the size of the probe is measured and tested.
 *
 * Inlining is off because it trades size for speed, and the probe spends its time waiting: 3 % of the size for
 * linux/amd64 and 10 % for linux/arm64.
 */
export const PROBE_BUILD_FLAGS: readonly string[] = ['-trimpath', '-gcflags=all=-l', '-ldflags=-s -w -buildid='];

/** What the probe asks of an HTTP server. */
export interface HttpQuestion {
  readonly port: number;
  readonly path: string;
  readonly hostHeader?: string;
  readonly healthyStatusCodes?: string;
}

/** The probe's command line for a GET request; the timeout is the engine's. */
export function httpProbeCommand(probePath: string, question: HttpQuestion, timeoutMilliseconds: number): string[] {
  return [
    probePath, 'http', String(question.port), question.path, '--timeout', ownTimeout(timeoutMilliseconds),
    ...question.hostHeader === undefined ? [] : ['--host-header', question.hostHeader],
    ...question.healthyStatusCodes === undefined ? [] : ['--expect', question.healthyStatusCodes],
  ];
}

/** The probe's command line for a TCP connection; the timeout is the engine's. */
export function tcpProbeCommand(probePath: string, port: number, timeoutMilliseconds: number): string[] {
  return [probePath, 'tcp', String(port), '--timeout', ownTimeout(timeoutMilliseconds)];
}

/** The probe gives up a little before the engine would kill it, or its line that says why would be lost. */
function ownTimeout(milliseconds: number): string {
  return String(Math.max(1, Math.floor(milliseconds * 0.9)));
}
