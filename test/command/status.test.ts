import { Inspection } from '../../lib/command/containers';
import { ProgramService } from '../../lib/command/program';
import { judgedContainer, judgedService, missing } from '../../lib/command/status/judge';
import { MemoryKill, parsed } from '../../lib/command/status/kernel-log';
import { EngineEvent, lastEnd, shortened } from '../../lib/command/status/last-end';
import { worst } from '../../lib/command/status/report';
import { bytesText, span, text } from '../../lib/command/status/text';

const NOW = Date.parse('2030-01-02T12:00:00Z');
const ID = 'a'.repeat(64);
const SERVICE: ProgramService = { name: 'dev-shop', path: 'dev/shop', kind: 'service', replicas: 1, isBlueGreen: false, image: 'shop:2', provider: '' };
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

function inspection(state: Partial<Inspection['State']> = {}, other: Partial<Inspection> = {}): Inspection {
  return {
    Id: ID,
    Name: '/dev-shop',
    Created: ago(90_000),
    RestartCount: 0,
    Image: 'sha256:1',
    State: {
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: ago(7_500),
      FinishedAt: '0001-01-01T00:00:00Z',
      Health: health('healthy'),
      ...state,
    },
    Config: { Image: 'shop:2', User: '', Env: [], Labels: {} },
    HostConfig: { Memory: 512 * 2 ** 20, RestartPolicy: { Name: 'unless-stopped' } },
    ...other,
  };
}

function health(status: string, output = 'GET /healthz: 503'): Inspection['State']['Health'] {
  return { Status: status, FailingStreak: 7, Log: [{ End: ago(1), ExitCode: 1, Output: `${output}\n` }] };
}

function judged(container: Inspection, kills: MemoryKill[] = [], events: EngineEvent[] = []) {
  return judgedContainer({ service: SERVICE, container, images: ['shop:2'], now: NOW, lastEnd: lastEnd(container, events, kills), kills });
}

const stopped = { Status: 'exited', Running: false, FinishedAt: ago(60) };

test.each<[string, Inspection, string, string[]]>([
  ['runs and is healthy', inspection(), 'well', []],
  ['runs without a health check', inspection({ Health: undefined }), 'well', []],
  ['has restarted long ago', inspection({ StartedAt: ago(3_600), FinishedAt: ago(3_601) }, { RestartCount: 50 }), 'well', []],
  ['is unhealthy', inspection({ Health: health('unhealthy') }), 'sick', ['unhealthy: 7 checks have failed in a row']],
  ['starts', inspection({ Health: health('starting') }), 'attention', ['has not been healthy yet']],
  ['was stopped', inspection(stopped), 'sick', ['does not run (exited); the next deploy starts it']],
  ['is paused', inspection({ Status: 'paused', Paused: true }), 'sick', ['paused: docker unpause']],
  ['waits for its next start', inspection({ Status: 'restarting', Restarting: true, Health: health('unhealthy') }, { RestartCount: 2 }), 'sick',
    ['restarts again and again, so far twice']],
  ['runs for a moment between two crashes', inspection({ StartedAt: ago(5), FinishedAt: ago(6) }, { RestartCount: 3 }), 'sick',
    ['has restarted 3 times, the last time less than 10 minutes ago']],
  ['lost a session for lack of memory', inspection({ OOMKilled: true }), 'attention', ['the kernel has ended a process of it, out of memory at 512 MiB']],
])('a container that %s', (_, container, verdict, remarks) => {
  expect(judged(container)).toMatchObject({ verdict, remarks });
});

test.each<[string, string, string[], string, string[]]>([
  ['of the program', 'sha256:1', ['other:1', 'shop:2'], 'shop:2', []],
  ['of an earlier version', 'sha256:1', ['shop:1'], 'shop:1', ['runs shop:1; the synthesized program has shop:2']],
  ['of a name that has moved', 'sha256:1', [], 'sha256:1', []],
  ['by its name', 'shop:2', [], 'shop:2', []],
])('an image %s', (_, image, images, shown, remarks) => {
  const container = inspection({}, { Config: { ...inspection().Config, Image: image } });
  expect(judgedContainer({ service: SERVICE, container, images, now: NOW, kills: [] })).toMatchObject({ image: shown, remarks });
});

describe('the last end', () => {
  const restarted = inspection({ FinishedAt: ago(60), StartedAt: ago(59) }, { RestartCount: 1 });
  const kill: MemoryKill = { containerId: ID, at: NOW - 61_000, process: 'app' };
  const event = (action: string, exitCode?: number): EngineEvent => ({ containerId: ID, action, at: NOW - 60_000, exitCode });

  test.each<[string, Inspection, MemoryKill[], EngineEvent[], object | undefined]>([
    ['has never been', inspection(), [], [], undefined],
    ['that the kernel remembers', restarted, [kill], [event('die', 137)],
      { source: 'kernel log', outOfMemory: true, exitCode: 137, reason: 'out of memory: the kernel ended app at its limit of 512 MiB' }],
    ['at another time than the kernel\'s', restarted, [{ ...kill, at: NOW - 600_000 }], [], { at: ago(60) }],
    ['of another container', restarted, [{ ...kill, containerId: 'b' }], [], { at: ago(60) }],
    ['that the engine\'s events remember', restarted, [], [event('oom'), event('die', 137)], { source: 'events', outOfMemory: true, exitCode: 137 }],
    ['with an exit code among the events', restarted, [], [event('die', 2)], { source: 'events', outOfMemory: false, reason: 'exit code 2' }],
    ['of a container that is stopped', inspection({ ...stopped, ExitCode: 137, OOMKilled: true }), [], [], { source: 'state', outOfMemory: true, exitCode: 137 }],
    ['by a signal', inspection({ ...stopped, ExitCode: 143 }), [], [event('kill')], { reason: 'exit code 143 (SIGTERM), after a signal by way of the engine' }],
    ['before the start', inspection({ ...stopped, ExitCode: 127, Error: 'exec: "/ap": not found' }), [], [], { reason: 'exec: "/ap": not found' }],
  ])('%s', (_, container, kills, events, expected) => {
    const end = lastEnd(container, events, kills);
    expect(end).toEqual(expected === undefined ? undefined : expect.objectContaining({ at: ago(60), ...expected }));
  });

  test('an end that everybody has forgotten has no reason', () => {
    expect(lastEnd(restarted, [], undefined)).toEqual({ at: ago(60) });
  });

  test('several for lack of memory are counted', () => {
    expect(judged(restarted, [kill, { ...kill, at: NOW - 7_000_000 }])).toMatchObject({
      verdict: 'attention', remarks: ['out of memory twice in the last 24 hours, at 512 MiB'],
    });
  });
});

test('the kernel\'s lines have container, time and process, on cgroups 1 and 2', () => {
  const line = (path: string) => '[  961.149405] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,'
    + `oom_memcg=${path},task_memcg=${path},task=my app,pid=7039,uid=999`;
  const log = ['1000.50 2000.00', '[ 1.0] perl invoked oom-killer', line(`/docker/${ID}`), `<6>${line(`/system.slice/docker-${ID}.scope`)}`, line('/user.slice')].join('\n');
  const kill = { containerId: ID, at: NOW - 39_350.595, process: 'my app' };
  const rounded = (kills: readonly MemoryKill[]) => kills.map((each) => ({ ...each, at: Math.round(each.at) }));
  expect(rounded(parsed(log, NOW))).toEqual(rounded([kill, kill]));
  expect(parsed('', NOW)).toEqual([]);
});

test('a service is as sick as its sickest part', () => {
  expect(worst(['well', 'attention'])).toBe('attention');
  expect(worst([])).toBe('well');
  const well = judged(inspection());
  expect(judgedService(SERVICE, 'engine', [missing(SERVICE)])).toMatchObject({ verdict: 'sick', containers: [{ state: 'missing' }] });
  expect(judgedService({ ...SERVICE, replicas: 2, isBlueGreen: true }, 'engine', [well])).toMatchObject({ verdict: 'sick', remarks: ['1 of 2 replicas are well'] });
  expect(judgedService({ ...SERVICE, isBlueGreen: true }, 'engine', [well, well])).toMatchObject({
    verdict: 'attention', remarks: ['1 more than the program has: of a deploy that has failed or is not over'],
  });
  const disk = (usedPercent: number) => judgedService(SERVICE, 'engine', [well], { directory: '/data', usedPercent, freeBytes: 2 ** 30 });
  expect([disk(79), disk(80), disk(95)].map(({ verdict }) => verdict)).toEqual(['well', 'attention', 'sick']);
});

test('people read a table, with what is wrong below its line', () => {
  const sick = judged(inspection({ Health: health('unhealthy', 'GET /: \u001b[31m503') }));
  const restarted = judged(inspection({ FinishedAt: ago(120), StartedAt: ago(119) }, { RestartCount: 1, Name: '/dev-api' }), [{ containerId: ID, at: NOW - 120_000, process: 'app' }]);
  const database = { ...SERVICE, name: 'dev-database', path: 'dev/database', kind: 'backup' as const };
  const services = [
    judgedService({ ...SERVICE, name: 'dev-api' }, 'ssh://server', [restarted]),
    judgedService(database, 'ssh://server', [{ ...judged(inspection()), name: 'dev-database' }], { directory: '/backups', usedPercent: 40, freeBytes: 10 * 2 ** 30 },
      [{ database: 'shop', lastAt: ago(5_400), bytes: 2_500_000 }]),
    judgedService(SERVICE, 'ssh://server', [sick]),
  ];
  expect(text({ stack: 'dev', verdict: 'sick', at: new Date(NOW).toISOString(), services }, false)).toBe(`stack dev on ssh://server

! dev-api       healthy    for 1 min 59 s  1 restart  shop:2
    its last end was out of memory: give it more \`memory\`, or find the leak
    last end: 2 min ago, out of memory: the kernel ended app at its limit of 512 MiB
✔ dev-database  healthy    for 2 h 5 min              shop:2
    last backup of shop: 1 h 30 min ago, 2.4 MiB
    disk of /backups: 40 % used, 10 GiB free
✖ dev-shop      unhealthy  for 2 h 5 min              shop:2
    unhealthy: 7 checks have failed in a row
    last answer: GET /:  [31m503

Sick: dev-shop (1 of 3). Worth a look: dev-api.`);
  const well = { stack: 'dev', verdict: 'well' as const, at: new Date(NOW).toISOString(), services: [services[1]] };
  expect(text(well, false)).toMatch(/\n\nIt runs\.$/);
  expect(text(well, true)).toContain('\u001b[32m✔\u001b[0m dev-database');
  expect(text({ ...well, services: [] }, false)).toMatch(/The stack dev has nothing that runs\.$/);
});

test.each([[0, '0 s'], [1_400, '1 s'], [59_000, '59 s'], [60_000, '1 min'], [605_000, '10 min'], [3_660_000, '1 h 1 min'], [200_000_000, '2 d 7 h']])('%d ms are %s', (ms, expected) => {
  expect(span(ms)).toBe(expected);
});

test.each([[0, '0 bytes'], [868, '868 bytes'], [1_100, '1.1 KiB'], [512 * 2 ** 20, '512 MiB'], [3 * 2 ** 50, '3072 TiB']])('%d bytes are %s', (bytes, expected) => {
  expect(bytesText(bytes)).toBe(expected);
});

test('what a program wrote is one short line that moves no cursor', () => {
  expect(shortened(' a\u001b[2J\r\nb\u009bc ')).toBe('a [2J b c');
  expect(shortened('x'.repeat(300))).toHaveLength(200);
});
