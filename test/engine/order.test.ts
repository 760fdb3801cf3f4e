import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { describeWithEngine, dockerApi } from './engine';
import { EditedStack } from './harness/edited-stack';
import { Inspection } from './harness/running-container';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { Duration, DockerHost, GoScratchImage, GoService, GoTask, HealthCheck, PostgresDatabase, Rollout } from '../../lib';

const SOURCE = path.join(__dirname, 'fixtures', 'ordered');
const HEALTH = HealthCheck.http('/', { startPeriod: Duration.seconds(3), startInterval: Duration.seconds(1), retries: 1, interval: Duration.seconds(2) });

function image(stack: TerraformStack): GoScratchImage {
  return new GoScratchImage(stack, 'Image', { source: SOURCE, repository: testRun.imageRepository });
}

interface ServiceSettings {
  readonly blueGreen?: boolean;
  readonly variables?: Record<string, string>;
}

function service(stack: TerraformStack, id: string, of: GoScratchImage, version: number, settings: ServiceSettings = {}): GoService {
  return new GoService(stack, id, {
    image: of,
    healthCheck: HEALTH,
    shutdownTimeout: Duration.seconds(2),
    rollout: settings.blueGreen ? Rollout.blueGreen({ settleTime: Duration.seconds(1) }) : undefined,
    environment: { VERSION: String(version), ...settings.variables },
  });
}

function task(stack: TerraformStack, id: string, of: GoScratchImage, version: number, variables: Record<string, string> = {}): GoTask {
  return new GoTask(stack, id, { image: of, arguments: ['task'], environment: { VERSION: String(version), ...variables } });
}

describeWithEngine('the order of a deploy', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no order is applied (${problem})\n`);
  }

  let applied: EditedStack;

  afterEach(() => applied?.end());

  const running = async (name: string) => {
    const { State, Config } = await dockerApi.get<Inspection>(`/containers/${applied.id}-${name}/json`);
    return { status: State.Status, version: Config.Env.find((variable: string) => variable.startsWith('VERSION='))?.slice('VERSION='.length) };
  };
  const serving = (version: number) => ({ status: 'running', version: String(version) });

  (problem ? describe.skip : describe)('with the real provider', () => {
    test('a failing task leaves its service serving and lets others go on; tasks come and go with their services', async () => {
      applied = new EditedStack('order-tasks');
      const program = (versions: { shop: number; api: number }, migration: { version: number; exit?: number }) => (stack: TerraformStack) => {
        const of = image(stack);
        const migrate = task(stack, 'migrate', of, migration.version, { EXIT: String(migration.exit ?? 0) });
        service(stack, 'shop', of, versions.shop).after(migrate);
        const seed = task(stack, 'seed', of, 1);
        seed.after(migrate);
        service(stack, 'api', of, versions.api).after(seed);
        service(stack, 'other', of, versions.api).after(task(stack, 'check', of, versions.api));
      };
      applied.define(program({ shop: 1, api: 1 }, { version: 1 })).apply();
      expect(applied.plan()).toEqual([]);

      expect(applied.define(program({ shop: 2, api: 2 }, { version: 2, exit: 3 })).applyInVain()).toContain('migrate ended with exit code 3');
      expect(await running('shop')).toEqual(serving(1));
      expect(await running('api')).toEqual(serving(1));
      expect(await running('other')).toEqual(serving(2));

      applied.define(program({ shop: 2, api: 2 }, { version: 3 })).apply();
      expect(await running('shop')).toEqual(serving(2));
      expect(await running('api')).toEqual(serving(2));
      expect(applied.plan()).toEqual([]);

      applied.define(program({ shop: 3, api: 3 }, { version: 4, exit: 1 })).applyInVain();
      applied.define((stack) => service(stack, 'other', image(stack), 3)).apply();
      expect(await running('other')).toEqual(serving(3));
      // The service, and its trial, which has ended.
      expect(await dockerApi.get('/containers/json', { all: 'true', filters: JSON.stringify({ name: [applied.id] }) })).toHaveLength(2);
      expect(applied.plan()).toEqual([]);

      applied.define((stack) => DockerHost.local().declareIn(stack)).apply();
      expect(applied.plan()).toEqual([]);
      applied.destroy();
    });

    test('provisioning that fails leaves the service serving, and the next apply is clean', async () => {
      applied = new EditedStack('order-roles');
      const program = (version: number, extension?: string) => (stack: TerraformStack) => {
        const database = new PostgresDatabase(stack, 'database', { dataProtection: false });
        if (extension !== undefined) {
          database.addExtension(extension);
        }
        service(stack, 'shop', image(stack), version).connectTo(database.addRole('shop'));
      };
      applied.define(program(1)).apply();
      expect(applied.plan()).toEqual([]);
      expect(applied.define(program(2, 'no_such_extension')).applyInVain()).toContain('no_such_extension');
      expect(await running('shop')).toEqual(serving(1));
      applied.define(program(3)).apply();
      expect(await running('shop')).toEqual(serving(3));
      expect(applied.plan()).toEqual([]);
      applied.destroy();
    });

    test('a recreated service that does not become healthy leaves the one that waits for it serving', async () => {
      applied = new EditedStack('order-chain');
      const program = (version: number, sick = false) => (stack: TerraformStack) => {
        const of = image(stack);
        const first = service(stack, 'first', of, version, { variables: sick ? { SICK: 'yes' } : {} });
        const second = service(stack, 'second', of, version);
        second.after(first);
        service(stack, 'third', of, version).after(second);
      };
      applied.define(program(1)).apply();
      expect(applied.define(program(2, true)).applyInVain()).toContain('healthy');
      expect(await running('second')).toEqual(serving(1));
      expect(await running('third')).toEqual(serving(1));
      applied.define(program(3)).apply();
      expect(await running('third')).toEqual(serving(3));
      expect(applied.plan()).toEqual([]);
      applied.destroy();
    });

    test('a task and a blue/green service wait for the wanted version of a private service that is recreated', async () => {
      applied = new EditedStack('order-checks');
      const program = (version: number, exit = 0) => (stack: TerraformStack) => {
        const of = image(stack);
        const api = service(stack, 'api', of, version, { variables: { LATE: '2s' } });
        api.after(task(stack, 'migrate', of, version, { EXIT: String(exit) }));
        const smoke = task(stack, 'smoke', of, version, { ASK: `http://${api.containerName}:8080/`, EXPECT: String(version) });
        smoke.after(api);
        service(stack, 'shop', of, version, { blueGreen: true }).after(api, smoke);
      };
      applied.define(program(1)).apply();
      expect(applied.plan()).toEqual([]);
      applied.define(program(2)).apply();
      expect(await running('api')).toEqual(serving(2));
      expect(applied.plan()).toEqual([]);
      // The check does not run into its own timeout.
      const start = Date.now();
      expect(applied.define(program(3, 1)).applyInVain()).toContain('migrate ended with exit code 1');
      expect(Date.now() - start).toBeLessThan(60_000);
      expect(await running('api')).toEqual(serving(2));
      applied.destroy();
    });

    test('a stack with the gates of earlier versions updates without a replacement', async () => {
      applied = new EditedStack('order-former');
      const program = (stack: TerraformStack) => {
        const of = image(stack);
        service(stack, 'shop', of, 1).after(task(stack, 'migrate', of, 1));
      };
      const written = path.join(applied.define(program).stackDirectory, 'cdk.tf.json');
      const json = JSON.parse(fs.readFileSync(written, 'utf8'));
      for (const container of Object.values<any>(json.resource.docker_container)) {
        container.provider = container.name.includes('-shop') ? 'docker.after_tasks' : 'docker.after_images';
      }
      fs.writeFileSync(written, JSON.stringify(json));
      applied.apply();
      applied.define(program);
      expect(applied.plan()).toEqual([]);
      applied.define((stack) => DockerHost.local().declareIn(stack)).apply();
      applied.destroy();
    });
  });
});
