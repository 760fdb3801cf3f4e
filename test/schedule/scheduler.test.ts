import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Duration, MissedRuns, Schedule } from '../../lib';
import { SCHEDULER_BUILD_FLAGS, SCHEDULER_SOURCE_DIRECTORY, SCHEDULER_SOURCE_FILES, SchedulerSettings, serveCommand } from '../../lib/schedule/scheduler-program';
import { GoOracle, ORACLE_TIMEOUT, describeWithGo } from '../oracles/go-oracle';
import { SeededRandom } from '../oracles/seeded-random';

/** What an image can spend on its scheduler. */
const LARGEST = 2_800_000;

let directory: string;
let scheduler: string;

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'scheduler-'));
  scheduler = path.join(directory, 'scheduler');
});
afterAll(() => {
  fs.rmSync(directory, { recursive: true });
});

function go(args: string[], env: Record<string, string> = {}, cwd = SCHEDULER_SOURCE_DIRECTORY): string {
  const result = spawnSync('go', args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`go ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

test('the files to compile are all of the module but its tests', () => {
  const found = fs.readdirSync(SCHEDULER_SOURCE_DIRECTORY).filter((name) => !name.endsWith('_test.go'));
  expect([...SCHEDULER_SOURCE_FILES].sort()).toEqual(found.sort());
});

describeWithGo('the scheduler', () => {
  test.each(['amd64', 'arm64'])('for linux/%s it is small, and compiled from the listed files alone', (architecture) => {
    const source = fs.mkdtempSync(path.join(directory, 'source-'));
    SCHEDULER_SOURCE_FILES.forEach((name) => fs.copyFileSync(path.join(SCHEDULER_SOURCE_DIRECTORY, name), path.join(source, name)));
    const program = path.join(directory, architecture);
    go(['build', ...SCHEDULER_BUILD_FLAGS, '-o', program, '.'], { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: architecture }, source);
    expect(fs.statSync(program).size).toBeLessThanOrEqual(LARGEST);
  }, ORACLE_TIMEOUT);

  describe('on this machine', () => {
    beforeAll(() => {
      go(['build', '-o', scheduler, '.'], { CGO_ENABLED: '0' });
    }, ORACLE_TIMEOUT);

    function next(schedule: Schedule, from: string, count: number): string[] {
      const { stdout, stderr, status } = spawnSync(scheduler, ['next', ...schedule._arguments, '--from', from, '--count', String(count)], { encoding: 'utf8' });
      if (status !== 0) {
        throw new Error(stderr);
      }
      return stdout.trim().split('\n');
    }

    test('takes every command line that is rendered for it', () => {
      const settings: SchedulerSettings = {
        name: 'dev-nightly', schedule: Schedule.every(Duration.seconds(1)), timeLimit: Duration.hours(720), killAfter: Duration.minutes(10),
        shutdownTimeout: Duration.minutes(15), retries: 100, retryDelay: Duration.seconds(1), missedRuns: MissedRuns.RUN_ONCE, metricsPort: 65_535,
      };
      for (const change of [
        {}, { schedule: Schedule.every(Duration.hours(8_760)) }, { missedRuns: MissedRuns.SKIP }, { retries: 0 }, { metricsPort: 1 },
        { schedule: Schedule.cron('*/7 0-23/5 * feb sun', 'America/Argentina/Buenos_Aires') }, { name: '${name} "x"\n' },
      ]) {
        const [command, ...args] = serveCommand(scheduler, { ...settings, ...change }, ['/nowhere/program', '--', '-x']);
        const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
        // It has read all of its options when it looks for the program.
        expect({ status, stderr }).toEqual({ status: 1, stderr: 'scheduler: cannot run "/nowhere/program": no such file or directory\n' });
      }
    });

    /** Zones whose clocks change in different ways; some of them by half an hour, or at midnight. */
    const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Cairo', 'America/Santiago'];

    test('runs when robfig/cron would, in all zones, where every hour counts or no clock changes', () => {
      const random = new SeededRandom(21);
      const numbers = (low: number, high: number) => () => low + random.below(high - low + 1);
      const part = (low: number, high: number) => {
        const one = numbers(low, high)();
        const other = numbers(one, high)();
        return random.pick([String(one), `${one}-${other}`, `${one}-${other}/${1 + random.below(9)}`, `*/${1 + random.below(9)}`]);
      };
      const field = (low: number, high: number, star: number) => random.below(100) < star ? '*'
        : random.several(1, 3, () => part(low, high)).join(',');
      const expressions = Array.from({ length: 300 }, (_, index) => {
        // A step beside the other kind of day is refused, because the two programs differ there.
        const days = random.below(2) === 0 ? [field(1, 28, 40), '*'] : ['*', field(0, 6, 20)];
        return [field(0, 59, 20), index % 3 === 0 ? '*' : field(0, 23, 10), days[0], field(1, 12, 60), days[1]].join(' ');
      });
      expressions.push('0 0 13 * 5', '0 12 1,15 * mon', '0 0 29 2 *', '59 23 31 dec *', '@weekly', '@monthly', '0 0 1-7 * 1');
      const questions = expressions.map((expression) => {
        const timeZone = expression.split(' ')[1] === '*' ? random.pick(ZONES) : 'UTC';
        const from = new Date(Date.UTC(2024 + random.below(6), random.below(12), 1 + random.below(28), random.below(24), random.below(60), random.below(60)));
        // It looks five years ahead, so it does not get beyond 2096.
        return { expression, timeZone, from: `${from.toISOString().slice(0, 19)}Z`, count: expression === '0 0 29 2 *' ? 12 : 40 };
      });
      const answers = new GoOracle('cron').ask<typeof questions[0], { error?: string; times: string[] }>(questions);
      questions.forEach(({ expression, timeZone, from, count }, index) => {
        expect(answers[index].error).toBeUndefined();
        expect({ expression, timeZone, from, times: next(Schedule.cron(expression, timeZone), from, count).map(instant) })
          .toEqual({ expression, timeZone, from, times: answers[index].times.map(instant) });
      });
    }, ORACLE_TIMEOUT);

    test.each(ZONES)('in %s, a night\'s run comes once a day, at its own time unless the clock skips that', (timeZone) => {
      for (const expression of ['30 2 * * *', '0 0 * * *', '15 1 * * *', '45 23 * * *']) {
        const times = next(Schedule.cron(expression, timeZone), '2025-01-01T12:00:00Z', 800);
        const dates = times.map((time) => time.slice(0, 10));
        expect(dates).toEqual([...new Set(dates)]);
        const span = (Date.parse(dates[dates.length - 1]) - Date.parse(dates[0])) / 86_400_000;
        expect(span).toBe(times.length - 1);
        const [minute, hour] = expression.split(' ').map(Number);
        const others = times.filter((time) => time.slice(11, 16) !== `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
        // Once a year at most. The run then comes when the clock goes on, which is on a full or half hour.
        expect(others.length).toBeLessThanOrEqual(3);
        others.forEach((time) => expect(time.slice(14, 16)).toMatch(/^[03]0$/));
      }
    });
  });
});

/** Two programs write the same moment in different zones. */
function instant(time: string): string {
  return new Date(time).toISOString();
}
