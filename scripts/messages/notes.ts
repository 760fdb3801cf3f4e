/** What to do, where the sources do not say it, and when a message comes, where that is not obvious. */
import type { Message } from './message';

/** For messages of these files without a remedy of their own. */
const BY_FILE: readonly (readonly [files: RegExp, remedy: string])[] = [
  [/^lib\/go\/module-(syntax|file)\.ts$/, 'Correct the line of `go.mod` or `go.work` that the error names; `go mod edit -fmt` refuses it in the same words'],
  [/^lib\/go\/go-source\.ts$/, 'Correct the Go file; `gofmt -l .` names it as well'],
  [/^lib\/go\/build-constraint\.ts$/, 'Correct the `//go:build` line; `go vet` names it as well'],
  [/^lib\/health\/probe\/(arguments|wait)\.go$/, 'The command line of the probe is wrong. The library writes it; where you call the probe yourself, its usage follows the message'],
  [/^lib\/health\/probe\/exec\.go$/, 'The file is that of `connectTo(…, { file })` or of a secret. It must be a text file that the user of the container can read'],
  [/^lib\/health\/probe\/(frames|grpc|http|resolve|socket|answers|check)\.go$/, 'This is the answer of a health check. Ask the same from beside the container: `npx cdktf-go-docker shell ‹service›`'],
  [/^lib\/health\/probe\/tls(_absent)?\.go$/, 'Correct `tls` of the health check; the file of the authority must be in the image. Another image needs a probe that was built with TLS'],
  [/^lib\/health\/probe\/(liveness|process|silence)\.go$/, 'A program that hangs is ended only where the probe is sure. See [when the machine fails](when-the-machine-fails.md), or `liveness` of the health check'],
  [/^lib\/health\/probe\/trial\.go$/, 'The new version was tried out and is not good. What ran before was not touched. The reason is in the message and in the log above it'],
  [/^lib\/health\/probe\/(files|volumes)\.go$/, 'Correct the path of the file or volume. A file cannot replace a directory of the image'],
  [/^lib\/health\/probe\/reload\.go$/, 'Correct `onFileChange` of the service; the service must run'],
  [/^lib\/docker\/(converged|swarm-service)\.ts$/, 'The apply shows what the Swarm and the program say. What the Swarm does in each case: [Swarm](swarm.md#a-version-that-fails)'],
  [/^lib\/schedule\/scheduler\/(arguments|schedule|main)\.go$/, 'The command line of the scheduler is wrong. The library writes it; where you call the scheduler yourself, its usage follows the message'],
  [/^lib\/schedule\/scheduler\//, 'See the log of the task: `npx cdktf-go-docker logs ‹task›`, and [scheduled tasks](scheduled-tasks.md)'],
  [/^lib\/command\/status\//, '`npx cdktf-go-docker logs ‹service›` has the reason'],
  [/^lib\/command\/arguments\.ts$/, '`npx cdktf-go-docker ‹command› --help`'],
  [/^lib\/command\//, 'The message has the words of the tool'],
];

const NOTES: Readonly<Record<string, string>> = {
  'HAProxy\'s configuration cannot hold ‹text›': 'Remove line breaks and control characters from the text',
  'not a repository: ‹repository›':
    '`repository` of the image is no repository: correct it',
  '‹construct›: its images are not listed, and none is removed.':
    'The docker command did not reach the engine while old images were removed. Nothing is lost; the next apply removes them',
  'A service must keep running. A program that does its work and ends is a task: GoTask.':
    'Make it a `GoTask` or a [scheduled task](scheduled-tasks.md), or let the program serve',
  'Nothing accepts connections at the port that the health check asks, on 127.0.0.1 and [::1] in the container.':
    'Listen on `PORT`, on all addresses, or correct `port` of the service or its health check',
  'The program is not in the image, or is built for another processor ("platform"), or needs a loader and libraries that the image lacks (cgo).':
    'Remove `platform`, or use `GoDistrolessImage` for a program with cgo',
  'Its log is empty (docker logs ‹…›).':
    'The program wrote nothing before it ended, or writes into a file. The lines above have what the engine knows',
  'has ended with exit code ‹code›, and its restart policy leaves it so':
    'Correct the program: its log follows in the error. With `RestartPolicy.never()` or after `onFailure(n)` the engine does not start it again',
  'does not stay up: its program has ended ‹ends› times within ‹…› seconds, the last time with exit code ‹code›':
    'Correct the program: its log follows in the error. [Exit codes](troubleshooting.md#programs-in-containers)',
  'is unhealthy after ‹…› seconds. If it needs more time to start, raise "startPeriod" of its health check':
    'The last answers of the health check follow in the error',
  'is not ready after ‹…› seconds: its state is ‹status›, its health ‹health›':
    'The health check never decided: give it a shorter `startPeriod` and fewer `retries`, or the program less work at its start',
  '‹construct›: the container ‹…› cannot be started:':
    'The words of the engine follow. Often a file that is mounted is gone, or a port is taken',
  'It was stopped, and this apply has started it again.':
    'The container was stopped by hand before; the reason why it is not ready stands before this sentence',
  'the engine allows ‹limit› open files only: the gateway takes ‹possible› connections instead of ‹wanted›':
    'Raise `default-ulimits` (nofile) in the engine\'s `daemon.json`, or lower `maxConnections`',
  'the certificates have changed and are not valid, the gateway keeps the earlier ones: ‹…›':
    'Correct the PEM files: certificate, chain and private key in one file. The gateway looks again within a second',
  'the gateway does not accept connections':
    'HAProxy starts or ends. When it lasts, its log says why: `npx cdktf-go-docker logs ‹gateway›`',
  'the gateway has not answered ‹silent› times in a row':
    'HAProxy hangs. After the third time it is ended, and the engine starts it again',
  'What ran before has not been touched.':
    'This is a blue/green rollout that failed: correct the new version, and apply again',
  'not ready within ‹patience› seconds: ‹why›':
    'PostgreSQL does not accept the connection. `npx cdktf-go-docker logs ‹database›` says why; a restore or a recovery may need a longer `startupTimeout`',
  'This image is built without cgo. If the errors name one of these packages, it needs cgo:':
    'Use `GoDistrolessImage` with `variant: BaseImage.BASE`, or a package in pure Go',
  'Use GoDistrolessImage with variant: BaseImage.BASE, or a package in pure Go.':
    'The package is named in the line above',
  '‹value› needs cgo, which this image has not: it compiles and then fails when the program runs.':
    'Use `GoDistrolessImage` with `variant: BaseImage.BASE`, or a package in pure Go',
  'cCompilers has none for ‹target›':
    'Add the platform to `cCompilers`, with a `builderImage` that has the compiler',
  'cannot place ‹to›: the image has a directory there':
    'Give the file another path: the image has a directory of this name',
  'FAILED: the server does not answer':
    'Start the database: `npx cdktf-go-docker status`. The backup is tried again',
  'FAILED: this is not the directory that earlier backups went to: a disk is not mounted or was replaced, or the volume is new.':
    'Mount the disk and restart the container of the backup. To go on with this directory: `docker exec ‹container› backup.sh accept`',
  'FAILED: user ‹…›:‹…› cannot write into the directory for backups, which belongs to ‹…›':
    'Give the directory to this user, or set `user` in `BackupStorage.directory()`',
  'FAILED: no backup of database ‹database›':
    '`pg_dump` has said why in the lines above. It is tried again',
  'FAILED: the backup of database ‹database› cannot be read back':
    'The disk of the backups is full or broken. No older backup was removed',
  'WARNING: ‹…› MiB are left on the disk of the backups, and the last ones took ‹…› MiB':
    'Free space, or lower `keep`: the next backup may not fit',
  'no backup of database ‹database› yet':
    'Wait for the first time of the schedule, or make one: `docker exec ‹container› backup.sh now`',
  'the last backup of database ‹database› is ‹…›':
    'It is older than `maximumAge`. The log of the backup says why the last ones failed',
  'another backup is running':
    'Wait for it: two would write into one file',
  'FAILED: the server does not tell its databases':
    'The server ended while it was asked. The backup is tried again',
  'usage: backup.sh [serve|now|check|prove|accept]':
    '`now` makes a backup, `check` looks at their age, `accept` goes on in a new directory',
  'FAILED: the database is not initialised. The lines above name the script, the line and the reason. The volume is empty again:':
    'Correct the init script, and apply again',
  'The database holds ‹objects› tables, indexes and sequences already. A backup is restored into a new database only:':
    'Give the construct another `volumeName` or another database, or remove `restoreFrom()`',
  'The file is not there, or this container\'s user cannot read it. What is in its directory:':
    'Correct the name in `BackupFile`, or give the file to the user',
  'Another server has used this volume for ‹waited› seconds. Two servers would lose rows, so this one does not start.':
    '`docker ps --filter volume=‹volume›` names the other server: stop it',
  'Another server uses this volume. Waiting for it to stop.':
    'Normal for the seconds of a replacement. When it lasts: `docker ps --filter volume=‹volume›`',
  'The password of the superuser ‹postgres user› could not be set. The volume keeps the superuser that it was created with.':
    'Set `username` of the credentials to the superuser that the volume was made with',
  'The volume holds data of another stack: ‹…›':
    'Set another `volumeName`. To take it over, after that stack has given it up: `adoptVolume: true`',
  'The new volume holds a data directory that does not come from this upgrade. It is not touched.':
    'Look into the volume; `docker volume rm` it when it is not needed',
  'The new volume holds files that do not come from this upgrade. It is not touched.':
    'Look into the volume; `docker volume rm` it when it is not needed',
  'The older server has version ‹…›, expected is ‹upgrade from›.':
    'Set `upgradeFrom` to the version that the message names',
  'FAILED: the copy of database ‹database› is not the same. Tables with counts of rows, before (<) and after (>):':
    'Something wrote to the old server, or the copy failed. The old volume is as it was: apply again, without clients',
  'the prop ‹name› is undefined':
    'A variable that you pass has no value, often `process.env.X`',
  'constructs wait for each other in a circle, so that none of them could start':
    '`after`, `connectTo` and migrations count as waiting',
  'the port that the program listens on is not known':
    'An image of a registry does not say it: set `port`',
  'the stack has two default Docker providers, and Terraform accepts one':
    'Give the second one an `alias`',
  'several replicas without a gateway that shares the requests among them':
    'One port of the host cannot lead to two containers',
  'the connection pools of the services are larger than what the server accepts':
    'Replicas count, and blue/green counts twice: for a moment both versions run',
  'a construct of another stack: ‹construct›':
    'Containers of two stacks do not wait for each other; connect them by an address',
  'the source directory does not exist':
    'Relative paths are relative to `cdktf.json`',
  'missing go.sum entry for a module: the build would fail':
    'After an edit of `go.mod` by hand',
  'the image holds no probe to run the health check with':
    'Images of a registry need `probePath`, or a health check with a command of the image',
  'lib/input/props.json does not know ‹name›: run npm run compile and npm run props': 'In a clone: do what it says. In an installed package: install it again',
};

/** Parts of a message that say themselves what to do. */
const SAYS_ITSELF = /[.:;] (?:To see why|Give|Pass|Set|Change|Raise|Leave|Mount|Put|put|End|Use|add|make|Look|Terraform needs)\b|: docker unpause|npx cdktf deploy|give it more|the next deploy starts it|run the container with an init|its own log says why/;

export function noteOf({ text, file, kind, remedies }: Message): string | undefined {
  if (Object.hasOwn(NOTES, text)) {
    return NOTES[text];
  }
  if (remedies.length > 0) {
    return undefined;
  }
  return SAYS_ITSELF.test(text) || kind === 'warning' ? 'The message says it' : BY_FILE.find(([files]) => files.test(file))?.[1];
}

/** Notes for messages that are gone. */
export function staleNotes(messages: readonly Message[]): string[] {
  return Object.keys(NOTES).filter((note) => !messages.some(({ text }) => text === note));
}
