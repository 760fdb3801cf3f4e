import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack, TerraformVariable } from 'cdktf';
import { planBetween } from './plan-between';
import { Gateway, GoScratchImage, GoService, GoTask, PostgresDatabase, PublishedPort, Rollout, ServiceProps, Size } from '../../lib';
import { explain, linesOf } from '../../lib/command/explain/report';
import { Synthesized } from '../../lib/command/explain/synthesized';
import { main } from '../../lib/command/main';
import { writeFiles } from '../go/fixture';
import { PROGRAM, newStack, synthesized, writeStack } from '../stack';

interface Edit {
  readonly service?: Partial<ServiceProps>;
  readonly source?: string;
  readonly port?: number;
  readonly withoutService?: boolean;
  readonly withoutDatabase?: boolean;
  readonly task?: boolean;
  readonly secret?: boolean;
  readonly host?: string;
}

const SOURCE = writeFiles(PROGRAM);

function shop(edit: Edit = {}): TerraformStack {
  const stack = newStack();
  const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(edit.port ?? 8080) });
  const image = new GoScratchImage(stack, 'image', { source: edit.source ?? SOURCE });
  const secretEnvironment: Record<string, string> = edit.secret ? { API_KEY: new TerraformVariable(stack, 'key', { sensitive: true }).stringValue } : {};
  const web = new GoService(stack, 'web', { image, rollout: Rollout.blueGreen(), routes: [gateway.route({ host: edit.host ?? 'shop.example' })] });
  if (!edit.withoutService) {
    const service = new GoService(stack, 'shop', { image, secretEnvironment, ...edit.service });
    if (!edit.withoutDatabase) {
      service.connectTo(new PostgresDatabase(stack, 'database', { dataProtection: false }));
    }
  }
  if (edit.task) {
    new GoTask(stack, 'seed', { image });
  }
  expect(web).toBeDefined();
  return stack;
}

function explained(before: Edit, after: Edit, hidden: string[] = []): string[] {
  const [one, other] = [synthesized(shop(before)), synthesized(shop(after))];
  return linesOf(explain(planBetween(one, other, hidden), new Synthesized('dev', other)));
}

test('nothing changes', () => {
  expect(explained({}, {})).toEqual(['Nothing changes.']);
});

test('a new version: the one without a gap, the other with one, and the database is not touched', () => {
  const source = writeFiles({ ...PROGRAM, 'main.go': 'package main\n\nfunc main() { println("new") }\n' });
  expect(explained({}, { source })).toEqual([
    'Will be interrupted:',
    '  shop: new image; stops before the new one starts',
    '',
    'Changes without an interruption:',
    '  web: new image; replaced without a gap',
    '',
    'Untouched: database, gateway',
    expect.stringMatching(/^In Terraform's words: \d resources of the program\.$/),
  ]);
});

describe('variables', () => {
  test('in plain text are shown', () => {
    expect(explained({ service: { environment: { A: '1', GONE: 'x' } } }, { service: { environment: { A: '2', LOG_LEVEL: 'debug' } } }))
      .toContain('  shop: LOG_LEVEL=debug added, A 1 → 2, GONE removed; stops before the new one starts');
  });

  test('are shown in an environment that holds a secret, which is not', () => {
    const [before, after] = [{ LOG_LEVEL: 'info' }, { LOG_LEVEL: 'debug' }].map((environment) => ({ service: { environment } }));
    // The former value may have been a secret: Terraform hides all of them.
    expect(explained({ ...before, secret: true }, { ...after, secret: true }, ['env'])).toContain('  shop: LOG_LEVEL → debug; stops before the new one starts');
    expect(explained({}, { secret: true }, ['env'])).toContain('  shop: API_KEY (secret) added; stops before the new one starts');
    expect(explained({ secret: true }, {}, ['env'])).toContain('  shop: API_KEY removed; stops before the new one starts');
  });

  test('cannot write to the terminal', () => {
    const lines = explained({}, { service: { environment: { A: '\u001b[2Jx\n\u009b' } } });
    expect(lines).toContain('  shop: A="\\u001b[2Jx\\n\\u009b" added; stops before the new one starts');
  });
});

test('a setting that Docker changes while the container runs', () => {
  const lines = explained({ service: { environment: { GOMEMLIMIT: 'off' } } }, { service: { environment: { GOMEMLIMIT: 'off' }, memory: Size.mebibytes(300) } });
  expect(lines).toContain('  shop: memory 512 → 300, memory_swap 512 → 300; changed while it runs');
});

test('other routes reload the gateway, other ports restart it', () => {
  expect(explained({}, { host: 'other.example' })).toContain('  gateway: other routes or settings; reloads without a gap');
  expect(explained({}, { port: 8081 })).toContain('  gateway: other ports; restarts: all of its routes are interrupted');
});

test('more and fewer replicas', () => {
  expect(explained({}, { service: { rollout: Rollout.recreate() } })).toEqual(['Nothing changes.']);
  const one = { service: { publish: undefined, replicas: 1, rollout: Rollout.blueGreen() } };
  const three = { service: { ...one.service, replicas: 3 } };
  expect(explained(one, three)).toContain('  shop: 3 replicas instead of 1; the others keep running');
});

test('what is lost comes first', () => {
  const lines = explained({}, { withoutService: true });
  expect(lines.slice(0, 5)).toEqual([
    'Will be lost:',
    '  volume dev-database-data-17: is deleted with all that it holds',
    '',
    'Will be interrupted:',
    '  database: stops for good; its data stays unless a line above says otherwise',
  ]);
});

test('new services and tasks', () => {
  expect(explained({ withoutService: true }, { withoutDatabase: true })).toEqual(expect.arrayContaining(['New:', '  shop: starts']));
  expect(explained({}, { task: true })).toEqual(expect.arrayContaining(['Runs once:', '  seed: runs to its end']));
});

test('a container that is gone, and one that failed to start', () => {
  const json = synthesized(shop());
  const plan: any = planBetween(json, json);
  const change = plan.resource_changes.find(({ change: { after } }: any) => after.name === 'dev-shop');
  const gone = { ...change, change: { ...change.change, actions: ['create'], before: null } };
  const others = plan.resource_changes.filter((each: any) => each !== change);
  const drift = [{ ...change, change: { ...change.change, actions: ['delete'] } }];
  expect(linesOf(explain({ ...plan, resource_changes: [...others, gone], resource_drift: drift }, new Synthesized('dev', json))))
    .toContain('  shop: its container is gone from the engine; started again');
  const tainted = { ...change, action_reason: 'replace_because_tainted', change: { ...change.change, actions: ['delete', 'create'] } };
  expect(linesOf(explain({ ...plan, resource_changes: [...others, tainted] }, new Synthesized('dev', json))))
    .toContain('  shop: its last start failed; stops before the new one starts');
});

test('what checks found comes before all', () => {
  const json = synthesized(shop());
  const checks = [{ status: 'fail', instances: [{ problems: [{ message: 'dev/web: the container is not running' }] }] }];
  expect(linesOf(explain({ ...planBetween(json, json), checks }, new Synthesized('dev', json)))[0]).toBe('Warning: dev/web: the container is not running');
});

describe('the command', () => {
  let written: string;
  let directory: string;

  beforeEach(() => {
    written = '';
    for (const stream of ['stdout', 'stderr'] as const) {
      jest.spyOn(process[stream], 'write').mockImplementation((text) => {
        written += String(text);
        return true;
      });
    }
    const stack = shop();
    directory = path.join(writeStack(stack), '..', '..');
    fs.writeFileSync(path.join(directory, 'plan.json'), JSON.stringify(planBetween(synthesized(stack), synthesized(stack))));
    fs.writeFileSync(path.join(directory, 'new.json'), JSON.stringify(planBetween({}, synthesized(stack))));
  });

  afterEach(() => jest.restoreAllMocks());

  const run = async (...args: string[]) => main(['explain', '--output', directory, ...args]);

  test('reads a plan, and its exit code says what the plan does', async () => {
    expect(await run(path.join(directory, 'plan.json'), '--fail-on', 'change')).toBe(0);
    expect(written).toBe('Nothing changes.\n');
    expect(await run(path.join(directory, 'new.json'), '--fail-on', 'interruption')).toBe(0);
    expect(await run(path.join(directory, 'new.json'), '--fail-on', 'change')).toBe(3);
  });

  test('writes JSON', async () => {
    expect(await run(path.join(directory, 'new.json'), '--json')).toBe(0);
    expect(JSON.parse(written)).toMatchObject({ gravest: 'creates', untouched: [], parts: expect.arrayContaining([expect.objectContaining({ path: 'shop', effect: 'starts' })]) });
  });

  test.each([
    [['nowhere.json'], 'the plan "nowhere.json" cannot be read'],
    [[__filename], 'is no plan\n  to do: give it a file of terraform plan -out'],
    [['--fail-on', 'all'], '--fail-on is loss, interruption, change, not "all"'],
  ])('%j', async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(written).toContain(message);
  });

  test('without Terraform, says what to install', async () => {
    const environment = { ...process.env };
    process.env.TERRAFORM_BINARY_NAME = '/nowhere/terraform';
    try {
      expect(await run()).toBe(1);
    } finally {
      process.env = environment;
    }
    expect(written).toContain('/nowhere/terraform cannot be started');
    expect(spawnSync('/nowhere/terraform').error).toBeDefined();
  });
});
