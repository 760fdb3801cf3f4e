import { setTimeout as sleep } from 'timers/promises';
import { POSTGRES_USER, Role, Stand } from './stand';
import { OwnEngine } from '../engine/harness/own-engine';

/** The machine, and what runs on it. */
export interface Scene {
  readonly engine: OwnEngine;
  readonly stands: readonly Stand[];
}

/** Something that goes wrong. */
export interface Fault {
  /** For `--only`. */
  readonly name: string;
  /** For the table. */
  readonly title: string;
  /** What the observation lasts at least, in seconds. */
  readonly seconds: number;
  /** Does it to one stand. */
  readonly toStand?: (stand: Stand, scene: Scene) => Promise<void> | void;
  /** Does it to the machine, and so to all stands. */
  readonly toMachine?: (scene: Scene) => Promise<void>;
  /** Takes it back, as a person does who has noticed. Before that, the stands are asked whether they know. */
  readonly undo?: (stand: Stand, scene: Scene) => Promise<void> | void;
  /** How often it and its end restart containers of a stand themselves, which nobody has noticed. */
  readonly ownRestarts?: number;
  /** A short one, for the tests on the engine. */
  readonly isShort?: boolean;
}

export const INTERRUPTED_DEPLOY = 'power-cut-in-deploy';
export const NEW_REVISION = '2';

/** Sends a signal to programs of the machine. */
function signal({ engine }: Scene, name: string, ...ids: string[]): void {
  const { status, stderr } = engine.inMachine('sh', '-c', `kill -${name} ${ids.join(' ')}`);
  if (ids.length === 0 || status !== 0) {
    throw new Error(`kill -${name} ${ids.join(' ')}: ${stderr}`);
  }
}

interface Process {
  readonly id: string;
  readonly parent: string;
  readonly command: string;
}

/** The processes of a container, as the machine numbers them. */
function processes({ engine }: Scene, container: string): Process[] {
  const { stdout } = engine.inMachine('sh', '-c',
    'for p in /proc/[0-9]*; do echo "${p#/proc/} $(sed -n "s/^PPid:[^0-9]*//p" $p/status) $(tr "\\0" " " < $p/cmdline)"; done 2> /dev/null');
  const all = stdout.split('\n').flatMap((line) => {
    const [, id, parent, command] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id, parent, command }];
  });
  const inside = new Set([engine.docker('inspect', '--format', '{{.State.Pid}}', container)]);
  for (let before = 0; before !== inside.size;) {
    before = inside.size;
    all.filter(({ parent }) => inside.has(parent)).forEach(({ id }) => inside.add(id));
  }
  return all.filter(({ id }) => inside.has(id));
}

/** HAProxy's worker processes: their parent is one as well. */
function workers(scene: Scene, stand: Stand): string[] {
  const all = processes(scene, stand.containers('gateway')[0]).filter(({ command }) => /^(\S*\/)?haproxy /.test(command));
  return all.filter(({ parent }) => all.some(({ id }) => id === parent)).map(({ id }) => id);
}

/** The server's process for a connection of the program. */
function session(scene: Scene, stand: Stand): string {
  const found = processes(scene, stand.containers('database')[0]).find(({ command }) => /^postgres: postgres app /.test(command));
  if (found === undefined) {
    throw new Error(`the program of ${stand.name} has no connection to its database`);
  }
  return found.id;
}

const toService = (name: string) => (stand: Stand) => stand.execBeside(stand.containers('service')[0], '/app', 'fault', name);

const ofProgram: readonly Fault[] = [
  {
    name: 'hung-program',
    title: 'one replica hangs (SIGSTOP)',
    seconds: 100,
    toStand: (stand, scene) => signal(scene, 'STOP', stand.program(stand.containers('service')[0])),
  },
  { name: 'deadlock', title: 'one replica is in a deadlock', seconds: 100, toStand: toService('deadlock') },
  { name: 'crash', title: 'one replica is killed', seconds: 15, toStand: (stand, scene) => signal(scene, 'KILL', stand.program(stand.containers('service')[0])) },
  { name: 'memory', title: 'one replica takes more memory than it may', seconds: 20, toStand: toService('memory') },
  {
    name: 'not-ready',
    title: 'all replicas answer 503 to their health check for 20 s',
    seconds: 25,
    toStand: (stand) => stand.containers('service').forEach((container) => stand.execBeside(container, '/app', 'fault', 'ill')),
  },
];

const ofGateway: readonly Fault[] = [
  { name: 'gateway-killed', title: 'the gateway\'s worker process is killed', seconds: 15, isShort: true, toStand: (stand, scene) => signal(scene, 'KILL', ...workers(scene, stand)) },
  { name: 'gateway-hung', title: 'the gateway\'s worker process hangs (SIGSTOP)', seconds: 40, toStand: (stand, scene) => signal(scene, 'STOP', ...workers(scene, stand)) },
];

const ofDatabase: readonly Fault[] = [
  {
    name: 'database-process',
    title: 'a process of PostgreSQL is killed',
    seconds: 15,
    toStand: (stand, scene) => signal(scene, 'KILL', session(scene, stand)),
  },
  {
    name: 'lock',
    title: 'a lock holds a table of the database for 10 s',
    seconds: 20,
    isShort: true,
    toStand: (stand) => stand.execBeside(stand.containers('database')[0],
      'psql', '-U', 'postgres', '-d', 'app', '-c', 'BEGIN', '-c', 'LOCK TABLE rows', '-c', 'SELECT pg_sleep(10)', '-c', 'COMMIT'),
  },
];

const ROLES: readonly Role[] = ['service', 'gateway', 'database', 'backup'];

const ofEngine: readonly Fault[] = [
  {
    name: 'containers-killed',
    title: 'all containers are killed (SIGKILL)',
    seconds: 30,
    toStand: (stand, scene) => signal(scene, 'KILL', ...ROLES.flatMap((role) => stand.containers(role))
      .map((container) => scene.engine.docker('inspect', '--format', '{{.State.Pid}}', container))),
  },
  {
    name: 'engine-restart',
    title: 'the engine is stopped and started',
    seconds: 30,
    toMachine: async ({ engine }) => {
      await engine.stopDaemon();
      await engine.startDaemon();
    },
  },
  {
    name: 'power-cut',
    title: 'power cut: the engine and all containers are killed at once',
    seconds: 30,
    isShort: true,
    toMachine: async ({ engine }) => {
      await engine.cutPower();
      await engine.switchOn();
    },
  },
  {
    name: 'live-restore',
    title: 'the engine is away for 45 s, with `live-restore`',
    seconds: 15,
    toMachine: async ({ engine }) => {
      await engine.setLiveRestore(true);
      await engine.stopDaemon();
      await sleep(45_000);
      await engine.startDaemon();
      await engine.setLiveRestore(false);
    },
  },
  {
    name: INTERRUPTED_DEPLOY,
    title: 'power cut in the middle of a deploy',
    seconds: 45,
    toMachine: async ({ engine, stands }) => {
      const before = stands.map((stand) => stand.containers('service'));
      const deploys = stands.map(async (stand) => stand.deploy(NEW_REVISION).catch(() => false));
      // Until both have containers of the new version, which is not ready for 20 s.
      const isUnderWay = () => stands.every((stand, index) => stand.containers('service').some((id) => !before[index].includes(id)));
      for (const end = Date.now() + 120_000; !isUnderWay(); await sleep(200)) {
        if (Date.now() > end) {
          throw new Error('the deploys do not come to new containers');
        }
      }
      await sleep(3000);
      await engine.cutPower();
      await Promise.all(deploys);
      await engine.switchOn();
    },
    undo: async (stand) => {
      await stand.deploy('1');
    },
  },
];

/** Writes until nothing fits any more on one of the small disks. */
function fill({ engine }: Scene, directory: string): void {
  const [, line] = engine.inMachine('df', '-P', directory).stdout.split('\n');
  if (!/^\/dev\/loop\d+ /.test(line ?? '')) {
    throw new Error(`${directory} is on no disk of its own: ${line}`);
  }
  engine.inMachine('sh', '-c', `head -c 1G /dev/zero > ${directory}/filler; sync ${directory}/filler`);
}

function empty({ engine }: Scene, directory: string): void {
  engine.inMachine('rm', '-f', `${directory}/filler`);
}

const dataOf = ({ engine }: Scene, { volume }: Stand) => engine.directory(`data/volumes/${volume}/_data`);

const ofDisks: readonly Fault[] = [
  {
    name: 'data-disk-full',
    title: 'the disk of the database\'s data is full',
    seconds: 45,
    toStand: (stand, scene) => fill(scene, dataOf(scene, stand)),
    undo: (stand, scene) => empty(scene, dataOf(scene, stand)),
  },
  {
    name: 'backup-disk-full',
    title: 'the disk of the backups is full',
    seconds: 160,
    toStand: (stand, scene) => {
      fill(scene, stand.backups);
      stand.backUp();
    },
    undo: (stand, scene) => empty(scene, stand.backups),
  },
  {
    name: 'backup-disk-gone',
    title: 'the disk of the backups is not mounted after a restart',
    // Health checks of backups may fail for five minutes after a start, and are a minute apart.
    seconds: 400,
    ownRestarts: 2,
    toStand: (stand, { engine }) => {
      engine.unmount(stand.backups);
      // The directory below, as it was before somebody mounted a disk.
      engine.inMachine('chown', POSTGRES_USER, stand.backups);
      engine.docker('restart', stand.containers('backup')[0]);
    },
    undo: (stand, { engine }) => {
      engine.mount(stand.backupDisk, stand.backups, POSTGRES_USER);
      engine.docker('restart', stand.containers('backup')[0]);
    },
  },
];

export const FAULTS: readonly Fault[] = [...ofProgram, ...ofGateway, ...ofDatabase, ...ofEngine, ...ofDisks];

/** What the random minutes draw from. */
export const RANDOM: readonly Fault[] = FAULTS.filter(({ name }) => [
  'hung-program', 'deadlock', 'crash', 'memory', 'not-ready', 'gateway-killed', 'gateway-hung', 'database-process', 'lock', 'containers-killed', 'power-cut',
].includes(name));
