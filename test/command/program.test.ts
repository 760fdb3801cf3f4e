import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import {
  BackupSchedule, BackupStorage, ContainerImage, ContainerService, DockerHost, Duration, Gateway, GoService, GoTask, HealthCheck, PostgresDatabase,
  PublishedPort, Rollout,
} from '../../lib';
import { Program } from '../../lib/command/program';
import { connectionOf } from '../../lib/docker/engine-connection';
import { errorOf } from '../message';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'command-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const image = ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe', probeHasLiveness: true });

function synthesize(stacks: Record<string, (stack: TerraformStack) => void>): void {
  const app = new App({ outdir: path.join(directory, 'cdktf.out') });
  Object.entries(stacks).forEach(([id, define]) => define(new TerraformStack(app, id)));
  app.synth();
}

function shop(stack: TerraformStack): void {
  const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8080) });
  const database = new PostgresDatabase(stack, 'database');
  database.backup({ schedule: BackupSchedule.every(Duration.hours(1)), keep: 2, to: BackupStorage.volume() });
  const service = new GoService(stack, 'shop', { image, rollout: Rollout.blueGreen(), replicas: 2, routes: [gateway.route()] });
  service.connectTo(database);
  service.after(new GoTask(stack, 'migrate', { image }));
}

function remedyOf(action: () => unknown): string {
  const error = errorOf(action) as Error & { remedy?: string; exitCode: number };
  expect(error.exitCode).toBe(2);
  return `${error.message}${error.remedy === undefined ? '' : ` | ${error.remedy}`}`;
}

test('what runs for good is a service of the program; tasks, trials and checks are not', () => {
  synthesize({ dev: shop });
  const services = Program.read({}, directory).services;
  expect(services.map(({ name, path: own, kind, replicas, isBlueGreen, image: of }) => [name, own, kind, replicas, isBlueGreen, of?.replace(/:[0-9a-f]{32}$/, ':…')])).toEqual([
    ['dev-database', 'dev/database', 'database', 1, false, 'postgres:17'],
    ['dev-database-backup', 'dev/database/Backup', 'backup', 1, false, 'dev-database-backup:…'],
    ['dev-gateway', 'dev/gateway', 'service', 1, false, 'haproxy:3.0'],
    ['dev-shop', 'dev/shop', 'service', 2, true, 'acme/api:1'],
  ]);
});

test.each([
  ['dev-shop', 'dev-shop'], ['shop', 'dev-shop'], ['dev/shop', 'dev-shop'], ['database', 'dev-database'], ['database/Backup', 'dev-database-backup'],
  ['Backup', 'dev-database-backup'],
])('%s means %s', (wanted, name) => {
  synthesize({ dev: shop });
  expect(Program.read({}, directory).find(wanted).name).toBe(name);
});

test('a name that nothing or several have is named, with what there is', () => {
  synthesize({
    dev: (stack) => ['one', 'two'].forEach((id) => new ContainerService(stack, id, { image: ContainerImage.fromRegistry('redis:7'), containerName: `cache-${id}` })),
  });
  const program = Program.read({}, directory);
  expect(remedyOf(() => program.find('nope'))).toBe('the stack dev has no "nope"; it has cache-one, cache-two');
  expect(remedyOf(() => program.find('dev'))).toBe('"dev" may be any of cache-one, cache-two');
});

test('without a program, with several stacks, and with another stack, the user reads what to do', () => {
  expect(remedyOf(() => Program.read({}, directory))).toBe(`there is no synthesized program in ${directory}/cdktf.out`
    + ' | run npx cdktf synth first, in the directory of cdktf.json, or name its output: --output DIR');
  synthesize({ dev: shop, production: shop });
  expect(remedyOf(() => Program.read({}, directory))).toBe('the program has several stacks: dev, production | name one: --stack dev');
  expect(remedyOf(() => Program.read({ stack: 'constructor' }, directory))).toContain('has no stack "constructor"; it has dev, production');
  expect(Program.read({ stack: 'production' }, directory).stack).toBe('production');
  fs.writeFileSync(path.join(directory, 'cdktf.out', 'manifest.json'), '{');
  expect(remedyOf(() => Program.read({}, directory))).toContain('manifest.json is not JSON | run npx cdktf synth again');
});

test('the output directory is that of the option, or of cdktf.json', () => {
  synthesize({ dev: shop });
  fs.renameSync(path.join(directory, 'cdktf.out'), path.join(directory, 'elsewhere'));
  expect(Program.read({ output: 'elsewhere' }, directory).stack).toBe('dev');
  fs.writeFileSync(path.join(directory, 'cdktf.json'), '{"output":"elsewhere"}');
  expect(Program.read({}, directory).stack).toBe('dev');
});

test('a service is asked on the engine of its own provider, without what its gate adds', () => {
  synthesize({
    dev: (stack) => {
      const address = new TerraformVariable(stack, 'address', { type: 'string', default: 'tcp://10.0.0.1:2376' });
      const secret = new TerraformVariable(stack, 'secret', { type: 'string' });
      new DockerProvider(stack, 'default', { host: 'ssh://deploy@server', sshOpts: ['-p', '2222', '$${HOME}'] });
      const far = new DockerProvider(stack, 'far', { alias: 'far', host: address.stringValue, certPath: '/certificates' });
      const unknown = new DockerProvider(stack, 'unknown', { alias: 'unknown', host: secret.stringValue });
      const service = (id: string, place?: DockerHost) => new GoService(stack, id, {
        image, place, healthCheck: HealthCheck.none(), after: [new GoTask(stack, `${id}-task`, { image, place })],
      });
      service('near');
      service('far-service', DockerHost.fromProvider(far));
      service('unknown-service', DockerHost.fromProvider(unknown));
    },
  });
  const program = Program.read({}, directory);
  expect(program.services.map(({ name, provider }) => [name, provider])).toEqual([['dev-far-service', 'far'], ['dev-near', ''], ['dev-unknown-service', 'unknown']]);
  expect(connectionOf(program.provider(''), {})).toMatchObject({ ssh: { destination: 'ssh://deploy@server', options: ['-p', '2222', expect.stringContaining('{HOME}')] } });
  expect(connectionOf(program.provider('far'), {}).environment).toEqual({
    DOCKER_CONTEXT: 'default', DOCKER_HOST: 'tcp://10.0.0.1:2376', DOCKER_CERT_PATH: '/certificates', DOCKER_TLS_VERIFY: '1',
  });
  expect(remedyOf(() => connectionOf(program.provider('unknown'), {}))).toBe('only Terraform knows `host` of the Docker provider unknown: ${var.secret}'
    + ' | name the engine: --host ADDRESS, with DOCKER_CERT_PATH for certificates');
  process.env.TF_VAR_secret = 'unix:///run/other.sock';
  try {
    expect(connectionOf(program.provider('unknown'), {}).environment.DOCKER_HOST).toBe('unix:///run/other.sock');
  } finally {
    delete process.env.TF_VAR_secret;
  }
});
