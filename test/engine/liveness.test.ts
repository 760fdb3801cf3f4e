import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Deployment, RunningContainer, SynthesizedStack, describeWithEngine, dockerApi, filesOf } from './engine';
import { testRun } from './harness/test-run';
import { Duration, GoScratchImage, GoService, HealthCheck, Liveness } from '../../lib';
import { httpProbeCommand, livenessArguments } from '../../lib/health/probe-program';

const SECOND = 1_000;
const SILENCES = 5;
const PATIENT = path.join(__dirname, 'fixtures', 'patient');
const QUESTION = { port: 8080, path: '/healthz' };

interface Health {
  readonly Status: string;
  readonly FailingStreak: number;
  readonly Log: { readonly Output: string }[] | null;
}

/** A container with everything taken away that a service does not need. */
class Patient extends RunningContainer {
  public static async create(image: string, name: string, settings: Record<string, any> = {}, host: Record<string, any> = {}): Promise<Patient> {
    const objectName = testRun.objectName(name);
    const { Id } = await dockerApi.post<{ Id: string }>('/containers/create', {
      query: { name: objectName },
      body: {
        Image: image,
        User: '65534:65534',
        Labels: testRun.labels,
        ...settings,
        HostConfig: {
          Init: true,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          RestartPolicy: { Name: 'unless-stopped' },
          ...host,
        },
      },
    });
    const patient = new Patient(Id, objectName);
    await patient.start();
    return patient;
  }

  /** A server that is asked once a second, and ended after five silences. */
  public static async watched(image: string, name: string, environment: string[] = [], host: Record<string, any> = {}): Promise<Patient> {
    return Patient.create(image, `liveness-${name}`, {
      Env: environment,
      Healthcheck: {
        Test: ['CMD', ...httpProbeCommand('/probe', QUESTION, SECOND), ...livenessArguments({
          silences: SILENCES, intervalMilliseconds: SECOND, stopGraceMilliseconds: 15 * SECOND,
        })],
        Interval: SECOND * 1e6,
        Timeout: SECOND * 1e6,
        StartPeriod: 60 * SECOND * 1e6,
        StartInterval: 500 * 1e6,
        Retries: 3,
      },
    }, host);
  }

  public async health(): Promise<{ status: string; failures: number; answers: string[]; restarts: number }> {
    const { RestartCount, State: { Health } } = await dockerApi.get<{ RestartCount: number; State: { Health?: Health } }>(`/containers/${this.id}/json`);
    return {
      status: Health?.Status ?? 'none',
      failures: Health?.FailingStreak ?? 0,
      restarts: RestartCount,
      answers: (Health?.Log ?? []).map(({ Output }) => Output.trim()),
    };
  }

  /** Makes the program ill: the probe asks it for that. */
  public async tell(what: string): Promise<void> {
    const { exitCode, stdout } = await this.exec(['/probe', 'http', '8080', what]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining(': 200 OK') });
  }

  public async falls(what: string): Promise<number> {
    await this.healthy();
    await this.tell(what);
    return Date.now();
  }

  public async untilHealth(what: string, condition: (health: Awaited<ReturnType<Patient['health']>>) => boolean): Promise<void> {
    for (const end = Date.now() + 300 * SECOND; ; await sleep(100)) {
      const health = await this.health();
      if (condition(health)) {
        return;
      }
      if (Date.now() > end) {
        throw new Error(`${this.name}: waited until it ${what}: ${JSON.stringify(health)}`);
      }
    }
  }

  public async isRestarted(since: number): Promise<string> {
    await this.untilHealth('is restarted', ({ restarts }) => restarts > 0);
    const restarted = (Date.now() - since) / SECOND;
    await this.untilHealth('is healthy', ({ status }) => status === 'healthy');
    process.stderr.write(`measured: ${this.name.replace(/^.*liveness-/, '')}: restarted after ${restarted.toFixed(1)} s, `
      + `healthy after ${((Date.now() - since) / SECOND).toFixed(1)} s (checks each second, ${SILENCES} silences)\n`);
    const { stderr } = await this.logs();
    return stderr;
  }

  /** The kernel refuses to freeze a container at a moment in which a check starts. */
  public async pause(): Promise<void> {
    const attempt = async (): Promise<unknown> => dockerApi.post(`/containers/${this.id}/pause`);
    for (let i = 0; i < 20; i++) {
      if (await attempt().then(() => true, () => false)) {
        return;
      }
      await sleep(100);
    }
    await attempt();
  }

  /** Waits for so many failed checks in a row. */
  public async isLeftAlone(failures: number): Promise<string[]> {
    await this.untilHealth(`has failed ${failures} checks`, (health) => health.failures >= failures);
    const { restarts, answers } = await this.health();
    expect(restarts).toBe(0);
    return answers;
  }
}

/** These tests mostly wait, so all of them run at once. Each reports its own result. */
function together(tests: Record<string, () => Promise<void>>): void {
  const results = new Map<string, Promise<unknown>>();
  beforeAll(() => Object.entries(tests).forEach(([name, body]) => results.set(name, body().then(() => undefined, (error) => error))));
  test.each(Object.keys(tests))('%s', async (name) => {
    const error = await results.get(name);
    if (error) {
      throw error;
    }
  });
}

describeWithEngine('a check with liveness', () => {
  let image: string;
  beforeAll(async () => {
    image = await (await new Deployment(SynthesizedStack.of((stack) => new GoScratchImage(stack, 'patient', { source: PATIENT }))).build()).imageId();
  });

  together({
    'has a stopped program restarted': async () => {
      const patient = await Patient.watched(image, 'stopped');
      const log = await patient.isRestarted(await patient.falls('/stop'));
      expect(log).toMatch(/^probe: no answer for \d+ s \(5 checks\): SIGQUIT to process \d+; last check: GET .*: no complete answer within 900 ms; nothing was received$/m);
      expect(log).toMatch(/^probe: no answer for \d+ s \(6 checks\): SIGKILL to process \d+; /m);
    },
    'has a deadlocked program restarted, whose log says where it hangs': async () => {
      const patient = await Patient.watched(image, 'deadlocked');
      const log = await patient.isRestarted(await patient.falls('/deadlock'));
      expect(log).toMatch(/^probe: no answer for \d+ s \(5 checks\): SIGQUIT to process \d+; [^]*^SIGQUIT: quit$[^]*sync\.\(\*Mutex\)\.Lock/m);
      expect(log).not.toContain('SIGKILL');
    },
    'leaves a program alone that answers 503 for ever': async () => {
      const patient = await Patient.watched(image, 'unavailable');
      await patient.falls('/unavailable');
      const answers = await patient.isLeftAlone(3 * SILENCES);
      expect(new Set(answers.filter((answer) => !answer.startsWith('Health check exceeded timeout')))).toEqual(new Set(['GET http://127.0.0.1:8080/healthz: 503 Service Unavailable; body: the database is away']));
    },
    'leaves a program alone that starts slowly': async () => {
      const patient = await Patient.watched(image, 'slow', ['START_DELAY=15s']);
      await patient.healthy();
      expect((await patient.health()).restarts).toBe(0);
      expect((await patient.logs()).stdout).toBe('started \n');
    },
    'leaves a program alone that hangs for a moment': async () => {
      const patient = await Patient.watched(image, 'moment');
      await patient.falls('/deadlock');
      await patient.untilHealth('has been silent', ({ answers }) => answers.some((answer) => /; silence [12] of 5$/.test(answer)));
      await patient.tell('/recover');
      await patient.untilHealth('is healthy', ({ status, failures }) => status === 'healthy' && failures === 0);
      expect((await patient.health()).restarts).toBe(0);
    },
    'leaves a program its stop grace period that listens no longer': async () => {
      const patient = await Patient.watched(image, 'draining');
      const since = await patient.falls('/drain');
      expect(await patient.isRestarted(since)).toMatch(/^probe: no answer for (1[5-9]|[2-9]\d|\d{3}) s .*: SIGQUIT to process/m);
    },
    'counts anew after the container was paused': async () => {
      const patient = await Patient.watched(image, 'paused');
      const since = await patient.falls('/deadlock');
      await patient.untilHealth('has been silent for three checks', ({ answers }) => (answers.at(-1) ?? '').endsWith('; silence 3 of 5'));
      await patient.pause();
      await sleep(20 * SECOND);
      await dockerApi.post(`/containers/${patient.id}/unpause`);
      await patient.untilHealth('has said so', ({ answers }) => answers.some((answer) => answer.endsWith('the machine or the container stood still')));
      await patient.isRestarted(since);
    },
    'leaves a program alone that is paused': async () => {
      const patient = await Patient.watched(image, 'frozen');
      await patient.healthy();
      for (let i = 0; i < 6; i++) {
        await patient.pause();
        await sleep(3 * SECOND);
        await dockerApi.post(`/containers/${patient.id}/unpause`);
        await sleep(200);
      }
      await patient.untilHealth('is healthy', ({ status, failures }) => status === 'healthy' && failures === 0);
      expect((await patient.health()).restarts).toBe(0);
    },
    'leaves a program alone that gets hardly any processor': async () => {
      const patient = await Patient.watched(image, 'starved', [], { CpuPeriod: 100_000, CpuQuota: 5_000 });
      await patient.falls('/compute');
      const answers = new Set<string>();
      for (const end = Date.now() + 40 * SECOND; Date.now() < end; await sleep(SECOND)) {
        (await patient.health()).answers.forEach((answer) => answers.add(answer));
      }
      process.stderr.write(`measured: starved: ${JSON.stringify([...answers])}\n`);
      expect((await patient.health()).restarts).toBe(0);
    },
    'does nothing where the program is process 1, and says so': async () => {
      const patient = await Patient.watched(image, 'no-init', [], { Init: false });
      const note = '; liveness is off: process 1 is the program itself, which cannot be killed; run the container with an init';
      await patient.falls('/deadlock');
      const answers = await patient.isLeftAlone(2 * SILENCES);
      expect(answers.some((answer) => answer.endsWith(note))).toBe(true);
    },
    'does nothing where the container shares the processes of another one': async () => {
      const other = await Patient.watched(image, 'other');
      const guest = await Patient.watched(image, 'guest', [], { Init: false, PidMode: `container:${other.id}` });
      await guest.untilHealth('has said so', ({ answers }) => answers.some((answer) => answer.includes('liveness is off: ')));
      expect((await guest.health()).answers.at(-1)).toMatch(/; liveness is off: process 1 does not belong to this container$/);
    },
    'works without shared memory, with a writable /tmp, and says where there is neither': async () => {
      const patient = await Patient.watched(image, 'no-shm', [], { IpcMode: 'none', Tmpfs: { '/tmp': '' } });
      await patient.isRestarted(await patient.falls('/stop'));
      const without = await Patient.watched(image, 'no-memory', [], { IpcMode: 'none' });
      await without.healthy();
      expect((await without.health()).answers.at(-1)).toMatch(/: 200 OK; liveness is off: cannot open \/tmp\/\.probe-pid:\[\d+\]: read-only file system$/);
    },
  });
});

describeWithEngine('a service', () => {
  const deployed = async (name: string, environment: Record<string, string> = {}, liveness?: Liveness) => {
    const deployment = new Deployment(SynthesizedStack.of((stack) => new GoService(stack, 'service', {
      image: new GoScratchImage(stack, 'patient', { source: PATIENT }),
      healthCheck: HealthCheck.http('/healthz', { interval: Duration.seconds(1), timeout: Duration.seconds(1) }),
      environment,
      liveness,
    }), name));
    await deployment.apply();
    const { id, name: containerName } = deployment.container(`${name}-service`);
    return new Patient(id, containerName);
  };

  test('is restarted when it hangs, and then answers again', async () => {
    const patient = await deployed('hanging', {}, Liveness.restart({ unansweredChecks: SILENCES }));
    expect(await patient.isRestarted(await patient.falls('/deadlock'))).toContain('SIGQUIT: quit');
  });

  test('that starts slowly is deployed without a restart, and ends at once when it is told to', async () => {
    const patient = await deployed('slow', { START_DELAY: '8s' });
    expect((await patient.health()).restarts).toBe(0);
    const start = Date.now();
    await patient.stop();
    const { State, HostConfig } = await patient.inspect();
    expect({ ...State, ...HostConfig }).toMatchObject({ Init: true, ExitCode: 143 });
    expect(Date.now() - start).toBeLessThan(15 * SECOND);
  });

  test('with a question of liveness is left alone while the one of readiness hangs, and restarted when both do', async () => {
    const patient = await deployed('apart', {}, Liveness.restart({ check: HealthCheck.http('/livez'), unansweredChecks: SILENCES }));
    await patient.falls('/deadlock');
    const answers = await patient.isLeftAlone(2 * SILENCES);
    expect(answers.at(-1)).toMatch(/^GET .*\/healthz: no complete answer within \d+ ms; nothing was received$/);
    const start = Date.now();
    await patient.tell('/stop');
    expect(await patient.isRestarted(start)).toMatch(/^probe: no answer for \d+ s \(5 checks\): SIGQUIT to process \d+; last check: GET .*\/livez: /m);
  });

  test('is left alone with Liveness.off()', async () => {
    const patient = await deployed('left-alone', {}, Liveness.off());
    await patient.falls('/deadlock');
    await patient.isLeftAlone(2 * SILENCES);
  });
});

describeWithEngine('the probe as a program of its own', () => {
  let image: string;
  beforeAll(async () => {
    image = await (await new Deployment(SynthesizedStack.of((stack) => new GoScratchImage(stack, 'patient', { source: PATIENT }))).build()).imageId();
  });
  const once = { RestartPolicy: { Name: 'no' } };
  const entrypoint = (...command: string[]) => ({ Entrypoint: command, Cmd: [], Healthcheck: { Test: ['NONE'] } });

  test.each([true, false])('tries a program out, with an init: %s', async (Init) => {
    const started = Date.now();
    const trial = await Patient.create(image, `trial-good-${Init}`, entrypoint('/probe', 'trial', '--settle', '1000', 'http', '8080', '/healthz', '--', '/app'), { ...once, Init });
    expect(await trial.ended()).toBe(0);
    process.stderr.write(`measured: a trial with a settle time of 1 s took ${((Date.now() - started) / SECOND).toFixed(1)} s\n`);
    const { stdout, stderr } = await trial.logs();
    expect(stdout).toBe('started \n');
    expect(stderr).toMatch(/^probe: trial: healthy after \d+ ms: GET http:\/\/127\.0\.0\.1:8080\/healthz: 200 OK\n$/);
  });

  test('tells of a program that is never healthy', async () => {
    const trial = await Patient.create(image, 'trial-bad', entrypoint('/probe', 'trial', '--timeout', '2000', 'http', '8080', '/missing', '--', '/app'), once);
    expect(await trial.ended()).toBe(1);
    expect((await trial.logs()).stderr).toMatch(/^probe: trial: not healthy within 2000 ms: .*: 404 Not Found; body: 404 page not found \(\d+ times\)\n$/);
  });

  test('ends a trial when the engine stops the container', async () => {
    const trial = await Patient.create(image, 'trial-stopped', entrypoint('/probe', 'trial', 'tcp', '9', '--', '/app'), once);
    await trial.until('runs', ({ State }) => State.Status === 'running');
    await sleep(SECOND);
    await trial.stop();
    expect(await trial.ended()).toBe(143);
    expect((await trial.logs()).stderr).toContain('probe: trial: ended by signal 15 before it was decided');
  });

  test('reads a secret from a file into a variable', async () => {
    const files = { '/run/secrets/greeting': path.join(filesOf('secret', { greeting: 'hello\n' }), 'greeting') };
    const stack = SynthesizedStack.of((scope) => new GoScratchImage(scope, 'secret', { source: PATIENT, extraFiles: files }));
    const withSecret = await (await new Deployment(stack).build()).imageId();
    const command = ['/probe', 'exec', 'GREETING=/run/secrets/greeting', '--', '/app'];
    const service = await Patient.create(withSecret, 'exec', entrypoint(...command), { Init: false });
    for (let i = 0; (await service.logs()).stdout === '' && i < 100; i++) {
      await sleep(100);
    }
    expect((await service.logs()).stdout).toBe('started hello\n');
    expect(JSON.stringify(await service.inspect())).not.toContain('hello');
    const missing = await Patient.create(image, 'exec-missing', entrypoint(...command), once);
    expect(await missing.ended()).toBe(126);
    expect((await missing.logs()).stderr).toBe('probe: exec: the file "/run/secrets/greeting" for "GREETING" cannot be read: no such file or directory\n');
  });

  test('waits for another container', async () => {
    const network = testRun.objectName('wait');
    await dockerApi.post('/networks/create', { body: { Name: network, Labels: testRun.labels } });
    const wait = await Patient.create(image, 'wait', entrypoint('/probe', 'wait', '--timeout', '60000', 'http', '8080', '/healthz', '--host', 'shop'),
      { ...once, NetworkMode: network });
    await Patient.create(image, 'waited-for', {
      Env: ['START_DELAY=2s'], NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ['shop'] } } },
    }, { NetworkMode: network });
    expect(await wait.ended()).toBe(0);
    expect((await wait.logs()).stdout).toBe('GET http://shop:8080/healthz: 200 OK\n');
    const vain = await Patient.create(image, 'wait-vain', entrypoint('/probe', 'wait', '--timeout', '1000', 'tcp', '8080', '--host', 'nobody'),
      { ...once, NetworkMode: network });
    expect(await vain.ended()).toBe(1);
    expect((await vain.logs()).stdout).toMatch(/^not healthy within 1000 ms: connect to nobody:8080: looking up nobody: /);
  });
});
