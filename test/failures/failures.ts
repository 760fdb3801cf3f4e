import { Ports, Scene, blueGreen, foreign, gateway, postgres, service, shortener, task, untried, worker } from './scenes';
import { ContainerMount, Duration, HealthCheck, Platform, PublishedPort, Rollout, Size } from '../../lib';

/** A mistake in a program that works, and what an apply says of it. */
export interface Failure {
  /** As in a sentence that starts with "The program has …". */
  readonly mistake: string;
  /** How the program is deployed, for the page. */
  readonly deployedBy: string;
  readonly scene: Scene;
  readonly edit: (ports: Ports, directory: string) => unknown;
  /** Each is in a line of the output. The page shows these lines. */
  readonly says: readonly RegExp[];
  /** What serves afterwards. */
  readonly serves: 'the old version' | 'nothing';
}

function failure(
  mistake: string, [deployedBy, scene]: readonly [string, Scene], edit: Failure['edit'], says: readonly RegExp[], serves: Failure['serves'] = 'the old version',
): Failure {
  return { mistake, deployedBy, scene, edit, says, serves };
}

const DEFAULT = ['`GoService`', service] as const;
const BLUE_GREEN = ['`GoService`, blue/green', blueGreen] as const;
const UNTRIED = ['`GoService`, `trial: false`', untried] as const;
const WORKER = ['worker without health check', worker] as const;
const FOREIGN = ['`ContainerService`', foreign] as const;

const TRIED_OUT = /shop\/Trial ended with exit code \d+\. The new version was tried out/;
const STAYS_DOWN = /shop: the container \S+ does not stay up: its program has ended \d+ times within \d+ seconds, the last time with exit code \d+/;
const UNHEALTHY = /shop: the container \S+ is unhealthy after \d+ seconds/;

/** Sorted by what is wrong. */
export const FAILURES: readonly Failure[] = [
  failure('a wrong flag', DEFAULT, () => ({ arguments: ['-prot', '8080'] }), [TRIED_OUT, /flag provided but not defined: -prot/]),
  failure('a wrong flag', BLUE_GREEN, () => ({ arguments: ['-prot', '8080'] }), [STAYS_DOWN, /flag provided but not defined: -prot/]),
  failure('a wrong flag', UNTRIED, () => ({ arguments: ['-prot', '8080'] }), [STAYS_DOWN, /flag provided but not defined: -prot/], 'nothing'),
  failure('a wrong flag', WORKER, () => ({ arguments: ['-rol', 'worker'] }), [STAYS_DOWN, /flag provided but not defined: -rol/], 'nothing'),
  failure('a variable that is missing', DEFAULT, () => ({ mode: 'variable' }), [TRIED_OUT, /the variable SIGNING_KEY is not set/]),
  failure('a panic at its start', BLUE_GREEN, () => ({ mode: 'panic' }), [STAYS_DOWN, /panic: assignment to entry in nil map/, /main\.main\(\)/]),
  failure('a wrong health path', DEFAULT, () => ({ healthCheck: HealthCheck.http('/health') }), [TRIED_OUT, /404 Not Found/]),
  failure('a wrong health path', BLUE_GREEN, () => ({ healthCheck: HealthCheck.http('/health') }), [UNHEALTHY, /404 Not Found/]),
  failure('another port than `PORT`', BLUE_GREEN, () => ({ mode: 'port' }), [UNHEALTHY, /Nothing accepts connections at the port/, /onnection refused/]),
  failure('a host port that another program has', DEFAULT, ({ taken }) => ({ publish: PublishedPort.onLoopback(taken) }),
    [/cannot publish a port of the host/, /address already in use/]),
  failure('a file to write on the read-only root', DEFAULT, () => ({ mode: 'read-only' }), [TRIED_OUT, /open \/cache\.db: read-only file system/]),
  failure('a data directory that belongs to root', UNTRIED,
    (_, directory) => ({ mode: 'mount', mounts: [ContainerMount.directory(directory, '/data')] }), [STAYS_DOWN, /open \/data\/shop\.db: permission denied/], 'nothing'),
  failure('a right that it does not have', DEFAULT, () => ({ mode: 'privileged' }), [TRIED_OUT, /operation not permitted/]),
  failure('more data than memory', BLUE_GREEN, () => ({ mode: 'memory', memory: Size.mebibytes(32) }),
    [STAYS_DOWN, /needed more memory than its limit/]),
  failure('more data than memory', DEFAULT, () => ({ mode: 'memory', memory: Size.mebibytes(32) }), [TRIED_OUT, /needed more memory than its limit/]),
  failure('an end: it exits with 0', BLUE_GREEN, () => ({ mode: 'done' }), [STAYS_DOWN, /A service must keep running/, /all orders are exported/]),
  failure('an end: it exits with 0', DEFAULT, () => ({ mode: 'done' }), [TRIED_OUT, /all orders are exported/]),
  failure('a health check that says 503', DEFAULT, () => ({ mode: 'ill' }), [TRIED_OUT, /503 Service Unavailable; body: the index is not loaded/]),
  failure('a health check that says 503', BLUE_GREEN, () => ({ mode: 'ill' }), [UNHEALTHY, /503 Service Unavailable; body: the index is not loaded/]),
  failure('a start that hangs', BLUE_GREEN, () => ({ mode: 'hang' }), [UNHEALTHY, /waiting for the lock of another process/]),
  failure('a crash after five seconds', BLUE_GREEN, () => ({ mode: 'soon' }), [STAYS_DOWN, /the lease has expired/]),
  failure('a crash after five seconds', ['`GoService`, `settleTime`', service], () => ({
    mode: 'soon', rollout: Rollout.recreate({ settleTime: Duration.seconds(10) }),
  }), [TRIED_OUT, /the lease has expired/]),
  failure('a crash after five seconds', WORKER, () => ({ mode: 'soon' }), [STAYS_DOWN, /the lease has expired/], 'nothing'),
  failure('another architecture', DEFAULT, () => ({ platform: Platform.LINUX_ARM64 }), [/exec format error|exec \S+ failed/, /is built for another processor/]),
  failure('a wrong password of its database', ['`GoService` with PostgreSQL', shortener],
    () => ({ url: (server: string) => `postgres://postgres:wrong@${server}:5432/postgres` }), [TRIED_OUT, /password authentication failed for user/]),
  failure('a database that does not answer', ['`GoService` with PostgreSQL', shortener],
    () => ({ url: () => 'postgres://postgres:wrong@192.0.2.1:5432/postgres' }), [TRIED_OUT, /192\.0\.2\.1/]),
  failure('a program that its image lacks', FOREIGN, () => ({ command: ['/opt/cache'] }), [/exec: \\?"\/opt\/cache\\?": stat \/opt\/cache: no such file or directory/], 'nothing'),
  failure('a user that its image lacks', FOREIGN, () => ({ user: 'shop' }), [/unable to find user shop/], 'nothing'),
  failure('a task that fails', ['`GoTask`', task], () => ({ mode: 'fails' }), [/migrate ended with exit code 1\./, /migration 7 failed: column "price" already exists/]),
  failure('a setting that PostgreSQL refuses', ['`PostgresDatabase`', postgres], () => ({ parameters: { work_mem: '4 potatoes' } }),
    [/database: the container \S+ does not stay up/, /invalid value for parameter "work_mem"/], 'nothing'),
  failure('a line that HAProxy refuses', ['`Gateway`', gateway], () => ({ additionalConfiguration: { frontend: ['http-requst deny'] } }),
    [/gateway ended with exit code 1\./, /unknown keyword 'http-requst'/]),
];
