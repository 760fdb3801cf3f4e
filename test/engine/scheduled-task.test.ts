import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { describeWithEngine, dockerApi } from './engine';
import { EditedStack } from './harness/edited-stack';
import { eventually } from './harness/eventually';
import { Inspection, RunningContainer } from './harness/running-container';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { Duration, GoScratchImage, Schedule, ScheduledTask, ScheduledTaskProps, Size } from '../../lib';

const JOB = path.join(__dirname, 'fixtures', 'job');
const OFTEN = Schedule.every(Duration.seconds(2));

type Tasks = Record<string, Partial<ScheduledTaskProps> & { readonly job: string }>;

function program(tasks: Tasks): (stack: TerraformStack) => void {
  return (stack) => {
    const image = new GoScratchImage(stack, 'Image', { source: JOB, repository: testRun.imageRepository, scheduler: true });
    for (const [id, { job, ...props }] of Object.entries(tasks)) {
      new ScheduledTask(stack, id, { image, schedule: OFTEN, environment: { JOB: job }, ...props });
    }
  };
}

const TASKS: Tasks = {
  good: { job: 'print=hello', schedule: OFTEN },
  bad: { job: 'print=try fails-without=/tmp/good', retries: 1, retryDelay: Duration.seconds(1) },
  slow: { job: 'trace=begin sleep=5s trace=end', schedule: Schedule.every(Duration.seconds(1)), shutdownTimeout: Duration.minutes(2) },
  stuck: { job: 'ignore-term sleep=1h', timeLimit: Duration.seconds(1), killAfter: Duration.seconds(1) },
  greedy: { job: 'eat', memory: Size.mebibytes(64) },
  nightly: { job: 'print=never', schedule: Schedule.cron('30 3 29 2 *', 'Asia/Kathmandu') },
};

describeWithEngine('a scheduled task', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no scheduled task is applied (${problem})\n`);
  }

  let applied: EditedStack;

  const inspect = async (task: string) => dockerApi.get<Inspection>(`/containers/${applied.id}-${task}/json`);
  const container = async (task: string) => new RunningContainer((await inspect(task)).Id, task);
  /** What the health check says at last, as everybody sees it without entering the container. */
  const health = async (task: string) => {
    const { Status, Log } = (await inspect(task)).State.Health!;
    return `${Status}: ${Log[Log.length - 1]?.Output.trim()}`;
  };
  const untilHealth = async (task: string, expected: RegExp) => {
    expect(await eventually(async () => health(task), (line) => expected.test(line))).toMatch(expected);
  };
  const status = async (task: string) => (await container(task)).exec(['/scheduler', 'status']);
  const job = async (task: string, ...words: string[]) => (await (await container(task)).exec(['/app', ...words])).stdout;
  const metrics = async (task: string, from = task) => job(from, `get=http://${applied.id}-${task}:9464/metrics`);
  const metric = async (task: string, name: string) =>
    Number(new RegExp(`^scheduled_task_${name}\\{task="${applied.id}-${task}"\\} (.+)$`, 'm').exec(await metrics(task))?.[1]);

  (problem ? describe.skip : describe)('with the real provider', () => {
    beforeAll(() => {
      applied = new EditedStack('scheduled');
      applied.define(program(TASKS)).apply();
    });

    afterAll(() => applied?.end());

    test('the second plan is empty, and the container is as protected as that of a service', async () => {
      expect(applied.plan()).toEqual([]);
      const { Config, HostConfig } = await inspect('good');
      expect({ ...Config, ...HostConfig }).toMatchObject({
        User: '65534:65534', Init: true, ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'], Memory: 512 * 1024 * 1024,
      });
    });

    test('runs again and again; log, health check and metrics tell of the last run', async () => {
      await untilHealth('good', /^healthy: (running since .*; )?last run \S+ \S+ UTC ok, \d+\.\d s; next \S+ \S+ UTC/);
      const { stdout, stderr } = await (await container('good')).logs();
      expect(stdout).toMatch(/^(hello 1 \S+Z\n){2,}/);
      expect(stderr).toMatch(/scheduler: run of \S+ \S+ UTC starts\nscheduler: run of \S+ \S+ UTC ok, \d+\.\d s; next run \S+ \S+ UTC\n/);
      expect(await metric('good', 'runs_total')).toBeGreaterThan(1);
      expect(await metric('good', 'last_run_exit_code')).toBe(0);
      expect(Date.now() / 1000 - await metric('good', 'last_success_timestamp_seconds')).toBeLessThan(600);
      // From another container, as Prometheus would.
      expect(await metrics('good', 'nightly')).toContain('# TYPE scheduled_task_runs_total counter\n');
    });

    test('is unhealthy after a failed run with all its attempts, until the next success', async () => {
      await untilHealth('bad', /^unhealthy: (running since .*; )?last run \S+ \S+ UTC FAILED: exit code 3, 2 attempts, \d+\.\d s; next /);
      expect(await metric('bad', 'healthy')).toBe(0);
      expect(await metric('bad', 'last_run_exit_code')).toBe(3);
      expect(await metric('bad', 'retries_total')).toBeGreaterThan(0);
      const { stderr } = await (await container('bad')).logs();
      expect(stderr).toMatch(/scheduler: attempt 1 of 2 failed after \d+\.\d s: exit code 3; the next one starts in 1\.0 s\n/);
      await job('bad', 'create=/tmp/good');
      await untilHealth('bad', /^healthy: (running since .*; )?last run \S+ \S+ UTC ok, /);
    });

    test('never overlaps: runs that are due meanwhile are skipped and counted', async () => {
      await eventually(async () => metric('slow', 'runs_total'), (runs) => runs >= 3);
      expect(await job('slow', 'show=/var/lib/scheduler/trace')).toMatch(/^(begin end ){2,}(begin )?$/);
      expect((await status('slow')).stdout).toMatch(/; skipped \d+ while the one before was going/);
    });

    test('a program that takes too long is ended, and one that takes too much memory', async () => {
      const failed = async (task: string, reason: string) => {
        const found = await eventually(async () => status(task), ({ exitCode }) => exitCode !== 0);
        expect(found).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(`FAILED: ${reason}, `) });
      };
      await failed('stuck', 'it took longer than its time limit of 1.0 s; it did not end within 1.0 s of SIGTERM, so SIGKILL ended it');
      await failed('greedy', 'signal 9 (killed) (out of memory)');
      expect((await inspect('greedy')).State.Status).toBe('running');
    });

    test('knows the time zone, and runs by hand', async () => {
      expect(await health('nightly')).toBe('healthy: no run has ended yet; next 2028-02-29 03:30 +0545');
      const run = await (await container('nightly')).exec(['/scheduler', 'run']);
      expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^the run has started; .*\nrun of .* \(by hand\) ok, /) });
      expect((await (await container('nightly')).logs()).stdout).toMatch(/^never 1 20\d\d-\S+\+05:45\n$/);
      await untilHealth('nightly', /^healthy: last run .* \(by hand\) ok, /);
    });

    test('a new version and a new schedule let the run of the old one finish, remember it, and change nothing else', async () => {
      await eventually(async () => (await status('slow')).stdout, (line) => line.startsWith('running'));
      const changed: Tasks = {
        ...TASKS,
        slow: { ...TASKS.slow, environment: { JOB: 'trace=new-version' } },
        nightly: { ...TASKS.nightly, schedule: Schedule.cron('30 4 29 2 *', 'Asia/Kathmandu') },
      };
      applied.define(program(changed));
      expect(applied.plan().sort()).toEqual([
        'docker_container.nightly delete/create', 'docker_container.slow delete/create',
        'terraform_data.nightly_Processes delete/create', 'terraform_data.nightly_Start delete/create',
        'terraform_data.slow_Processes delete/create', 'terraform_data.slow_Start delete/create',
      ]);
      applied.apply();
      expect(applied.plan()).toEqual([]);
      await eventually(async () => job('slow', 'show=/var/lib/scheduler/trace'), (trace) => trace.includes('new-version'));
      expect(await job('slow', 'show=/var/lib/scheduler/trace')).toMatch(/^(begin end )+(new-version )+$/);
      expect((await status('nightly')).stdout).toMatch(/^last run .* \(by hand\) ok, \d+\.\d s \(before this start\); next 2028-02-29 04:30 \+0545\n$/);
    });

    test('a destroy leaves nothing', async () => {
      applied.destroy();
      const filters = JSON.stringify({ name: [`${applied.id}-`] });
      expect(await dockerApi.get('/containers/json', { all: 'true', filters })).toEqual([]);
      expect((await dockerApi.get<{ Volumes: unknown[] | null }>('/volumes', { filters })).Volumes ?? []).toEqual([]);
    });
  });
});
