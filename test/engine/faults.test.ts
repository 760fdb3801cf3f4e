import { spawnSync } from 'child_process';
import { describeWithEngine, eventually } from './engine';
import { OwnEngine } from './harness/own-engine';
import { terraformProblem } from './harness/terraform-project';
import { FAULTS, Scene } from '../faults/faults';
import { bringImages } from '../faults/images';
import { LibraryStand } from '../faults/library-stand';
import { measure } from '../faults/measure';
import { Requests } from '../faults/requests';

/** Requests a second. A busy machine of continuous integration must answer them all when nothing is wrong. */
const RATE = 20;

describeWithEngine('faults on an engine of its own', () => {
  const problem = OwnEngine.problem() ?? terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no faults on an engine of its own (${problem})\n`);
    test.skip('faults', () => undefined);
    return;
  }
  const shared = process.env.DOCKER_HOST;
  let scene: Scene;
  let stand: LibraryStand;
  let requests: Requests;

  beforeAll(async () => {
    const engine = await OwnEngine.start();
    scene = { engine, stands: [] };
    const images = await bringImages(engine);
    process.env.DOCKER_HOST = engine.host;
    stand = new LibraryStand(engine, images);
    scene = { engine, stands: [stand] };
    expect(await stand.deploy('1')).toBe(true);
    requests = Requests.start(engine, RATE, [stand.port]);
  });

  afterAll(async () => {
    if (shared === undefined) {
      delete process.env.DOCKER_HOST;
    } else {
      process.env.DOCKER_HOST = shared;
    }
    requests?.stop();
    stand?.remove();
    await scene?.engine.remove();
  });

  test('a disk that fills up is told by the health check and the log of the database, which stays healthy', async () => {
    const { engine } = scene;
    const [database] = stand.containers('database');
    const directory = engine.directory(`data/volumes/${stand.volume}/_data`);
    const health = async () => engine.docker('inspect', '--format', '{{.State.Health.Status}} {{json .State.Health.Log}}', database);
    expect(await health()).not.toContain('WARNING');
    expect(engine.inMachine('df', '-P', directory).stdout).toContain('/dev/loop');
    const free = Number(engine.inMachine('df', '-Pk', directory).stdout.split('\n')[1].split(/\s+/)[3]);
    expect(engine.inMachine('fallocate', '--length', `${Math.floor(free * 0.95)}KiB`, `${directory}/filler`)).toMatchObject({ status: 0 });
    try {
      expect(await eventually(health, (text) => text.includes('WARNING'))).toMatch(/^healthy .*WARNING: the disk of the data is 9\d % full, \d+ MiB are left/);
      const { stderr } = spawnSync('docker', ['logs', database], { encoding: 'utf8', env: { ...process.env, ...engine.environment } });
      expect(stderr).toMatch(/LOG: {2}WARNING: the disk of the data is 9\d % full/);
    } finally {
      engine.inMachine('rm', `${directory}/filler`);
    }
  });

  test.each(FAULTS.filter(({ isShort }) => isShort).map((fault) => [fault.title, fault] as const))('%s', async (_, fault) => {
    const [{ requests: sent, failed, rowsLost, restarts, left, acknowledged }] = await measure(fault, scene, requests);
    process.stdout.write(`${fault.title}: ${JSON.stringify({ sent, failed, acknowledged, rowsLost, restarts, left })}\n`);
    // Rows cannot be written while the table is locked.
    expect(failed).toBeLessThan(sent / 2);
    expect(acknowledged).toBeGreaterThan(0);
    expect(rowsLost).toBe(0);
    expect(left).toEqual([]);
    if (fault.name !== 'lock') {
      expect(restarts).toBeGreaterThan(0);
    }
  });
});
