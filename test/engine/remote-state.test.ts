import { type ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { App, HttpBackend, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import { describeWithEngine, temporaryDirectory } from './engine';
import { docker } from './harness/applied-stack';
import { callCommand } from './harness/command-line';
import { eventually } from './harness/eventually';
import { StateServer } from './harness/state-server';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { ContainerFile, GoScratchImage, GoService } from '../../lib';

const STACK = `ci${testRun.id}`;
const SECRET = 'correct-horse-battery';
const ENVIRONMENT = { CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '-no-color', TF_IN_AUTOMATION: '1', TF_VAR_password: SECRET };

/** Milliseconds; the machine may be busy. */
const LONG = 300_000;

/** A checkout of the repository: a copy of the sources in a directory of its own, from which a pipeline deploys. */
class Checkout {
  public readonly directory = temporaryDirectory('checkout');
  private readonly source = path.join(this.directory, 'services', 'hello');

  public constructor() {
    fs.cpSync(path.join(__dirname, 'fixtures', 'patient'), this.source, { recursive: true });
  }

  /** `address` is that of the remote state; without one, the state is in this checkout. */
  public synthesize(address?: string): this {
    const app = new App({ outdir: path.join(this.directory, 'cdktf.out') });
    const stack = new TerraformStack(app, STACK);
    if (address === undefined) {
      new LocalBackend(stack, { path: path.join(this.directory, 'terraform.tfstate') });
    } else {
      new HttpBackend(stack, { address, lockAddress: address, unlockAddress: address });
    }
    const password = new TerraformVariable(stack, 'password', { type: 'string', sensitive: true });
    new GoService(stack, 'hello', {
      image: new GoScratchImage(stack, 'image', { source: this.source, removeImagesOnDestroy: true }),
      files: [ContainerFile.secret('/run/secrets/password', password.stringValue)],
    });
    app.synth();
    return this;
  }

  /** Not `spawnSync`: the server of the state is in this process. */
  public async terraform(...args: string[]): Promise<{ status: number | null; output: string }> {
    const child = spawn('terraform', args, { cwd: this.stackDirectory, env: { ...process.env, ...ENVIRONMENT }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    [child.stdout, child.stderr].forEach((stream) => stream.setEncoding('utf8').on('data', (text: string) => output += text));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, output: output.replace(/^[│╷╵] ?/gm, '') };
  }

  public async succeed(...args: string[]): Promise<string> {
    const { status, output } = await this.terraform(...args);
    if (status !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${output}`);
    }
    return output;
  }

  /** An apply that waits for a person's answer, and has the lock. */
  public async applyAndAsk(server: StateServer): Promise<ChildProcess> {
    const child = spawn('terraform', ['apply', '-var', 'password=other'], { cwd: this.stackDirectory, env: { ...process.env, ...ENVIRONMENT }, stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => output += text);
    await eventually(async () => output, (text) => text.includes('Enter a value:'), LONG);
    expect(server.lock).toContain('"Operation":"OperationTypeApply"');
    return child;
  }

  private get stackDirectory(): string {
    return path.join(this.directory, 'cdktf.out', 'stacks', STACK);
  }
}

describeWithEngine('state at another place, and a pipeline', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no remote state is tested (${problem})\n`);
  }

  (problem ? describe.skip : describe)('a service that was deployed from one checkout', () => {
    let server: StateServer;
    const first = new Checkout();
    const second = new Checkout();

    beforeAll(async () => {
      server = await StateServer.start();
      await first.synthesize().succeed('init', '-input=false');
      await first.succeed('apply', '-auto-approve', '-input=false');
    }, LONG);

    afterAll(async () => {
      await first.synthesize(server.address).terraform('destroy', '-auto-approve', '-input=false', '-lock=false');
      server.stop();
    }, LONG);

    test('its state moves to the server, with its secrets, and the next plan is empty', async () => {
      await first.synthesize(server.address).succeed('init', '-input=false', '-migrate-state', '-force-copy');
      expect(await first.succeed('plan', '-input=false', '-detailed-exitcode')).toContain('No changes.');
      expect(server.state).toContain(SECRET);
    }, LONG);

    test('a fresh checkout in another directory plans nothing, and its status is well', async () => {
      await second.synthesize(server.address).succeed('init', '-input=false');
      expect(await second.succeed('plan', '-input=false', '-detailed-exitcode')).toContain('No changes.');
      const call = async (...args: string[]) => callCommand(second.directory, args, { environment: ENVIRONMENT });
      expect(await call('explain', '--fail-on', 'change')).toMatchObject({ exitCode: 0, stdout: 'Nothing changes.\n' });
      expect(await call('status')).toMatchObject({ exitCode: 0 });
    }, LONG);

    test('drift is found: somebody has removed the container', async () => {
      const name = `${STACK}-hello`;
      docker('rm', '--force', name);
      const { exitCode, stdout } = await callCommand(second.directory, ['explain', '--fail-on', 'change'], { environment: ENVIRONMENT });
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: expect.stringContaining('hello: ') });
      await second.succeed('apply', '-auto-approve', '-input=false');
      expect(await second.succeed('plan', '-input=false', '-detailed-exitcode')).toContain('No changes.');
    }, LONG);

    test('a lock that another apply holds is an error that names it, and can be waited for', async () => {
      const apply = await first.applyAndAsk(server);
      const { status, output } = await second.terraform('plan', '-input=false').finally(() => apply.stdin!.end('no\n'));
      expect(status).toBe(1);
      expect(output).toContain('Error acquiring the state lock');
      expect(await second.succeed('plan', '-input=false', '-lock-timeout=60s')).toContain('No changes.');
    }, LONG);

    test('the lock of an apply that was killed stays, and is removed by its id', async () => {
      (await first.applyAndAsk(server)).kill('SIGKILL');
      const { output } = await second.terraform('plan', '-input=false');
      // What Terraform 1.11 calls `Lock Info` is the asking process's own, with this backend.
      const [, id] = /already locked:\s+ID=(\S+)/.exec(output) ?? [];
      expect(id).toBe(JSON.parse(server.lock).ID);
      await second.succeed('force-unlock', '-force', id);
      expect(await second.succeed('plan', '-input=false')).toContain('No changes.');
    }, LONG);

    test('a container that a killed apply has made, and not written into the state, is named, and may be removed', async () => {
      const name = `${STACK}-hello`;
      const state = JSON.parse(server.state);
      const isHello = ({ type, instances }: any) => type === 'docker_container' && instances[0].attributes.name === name;
      expect(state.resources.filter(isHello)).toHaveLength(1);
      server.state = JSON.stringify({ ...state, serial: state.serial + 1, resources: state.resources.filter((resource: any) => !isHello(resource)) });
      const { status, output } = await second.terraform('apply', '-auto-approve', '-input=false');
      expect(status).toBe(1);
      expect(output.replace(/\s+/g, ' ')).toContain(`Conflict. The container name "/${name}" is already in use`);
      docker('rm', '--force', name);
      await second.succeed('apply', '-auto-approve', '-input=false');
      expect(await second.succeed('plan', '-input=false', '-detailed-exitcode')).toContain('No changes.');
    }, LONG);
  });
});
