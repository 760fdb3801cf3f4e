import { type SpawnSyncReturns, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { providerVersion } from './provider-version';
import { filesOf, temporaryDirectory } from './synthesized-stack';
import { testRun } from './test-run';

const REPOSITORY = path.join(__dirname, '..', '..', '..');

/** The provider that the library's synthesized stacks ask for. */
const REQUIREMENT = `terraform {\n  required_providers {\n    docker = {\n      source  = "kreuzwerker/docker"\n      version = "${providerVersion()}"\n    }\n  }\n}\n`;

function terraform(directory: string, ...args: string[]): SpawnSyncReturns<string> {
  return spawnSync('terraform', args, {
    cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
  });
}

/** Why Terraform cannot be asked on this machine; undefined when it can. */
export function terraformProblem(): string | undefined {
  const version = terraform('/', 'version');
  if (version.error) {
    return 'there is no terraform on the PATH';
  }
  const directory = filesOf('provider', { 'main.tf': REQUIREMENT });
  const init = terraform(directory, 'init', '-input=false', '-no-color');
  // Now, because what tidies up after the tests does not run when all of them are skipped.
  fs.rmSync(directory, { recursive: true });
  return init.status === 0 ? undefined : `terraform init cannot get the docker provider: ${/Error: .*/.exec(init.stderr)?.[0]}`;
}

/** What a plan would do: address of the resource → actions. What stays as it is is left out. */
export type PlannedChanges = Record<string, string[]>;

/**
 * A copy of an example or of the project in another directory, with a stack id of this run, so that no other deployment on the engine is touched.
 * It is synthesized by its own main.ts, with this repository's sources as the library.
 */
export class ExampleProject {
  public readonly stackId: string;
  private readonly directory = temporaryDirectory('example');

  public constructor(private readonly example: string, private readonly environment: Record<string, string>, copyOf?: ExampleProject) {
    const origin = copyOf?.directory ?? path.resolve(REPOSITORY, 'examples', example);
    fs.cpSync(origin, this.directory, {
      recursive: true,
      filter: (file) => !/(^|\/)(node_modules|cdktf\.out|\.terraform)(\/|$)/.test(path.relative(origin, file)),
    });
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(this.directory, 'node_modules'));
    const main = this.read('main.ts');
    const [, id] = /new (?:Terraform|Service)Stack\(app, '([^']+)'\)/.exec(main)!;
    this.stackId = copyOf?.stackId ?? `${id}${testRun.id}`;
    this.write('main.ts', main.replace(`Stack(app, '${id}')`, `Stack(app, '${this.stackId}')`));
  }

  /** Another directory with the same files, Terraform's state included. */
  public copy(): ExampleProject {
    return new ExampleProject(this.example, this.environment, this);
  }

  public read(file: string): string {
    return fs.readFileSync(path.join(this.directory, file), 'utf8');
  }

  public write(file: string, text: string): void {
    fs.writeFileSync(path.join(this.directory, file), text);
  }

  /** A file of the directory where Terraform runs. */
  public readOutput(file: string): string {
    return fs.readFileSync(path.join(this.stackDirectory, file), 'utf8');
  }

  public synthesize(): void {
    const result = spawnSync(process.execPath, [
      '--require', require.resolve('ts-node/register'), '--require', path.join(REPOSITORY, 'scripts', 'local-library.ts'), 'main.ts',
    ], {
      cwd: this.directory,
      encoding: 'utf8',
      env: { ...process.env, ...this.environment, TS_NODE_TRANSPILE_ONLY: 'true', TS_NODE_PREFER_TS_EXTS: 'true', CDKTF_OUTDIR: 'cdktf.out' },
    });
    if (result.status !== 0) {
      throw new Error(`${this.example} is not synthesized: ${result.error ?? result.stderr}`);
    }
    if (!fs.existsSync(path.join(this.stackDirectory, '.terraform'))) {
      this.succeed('init', '-input=false');
    }
  }

  public apply(): void {
    this.succeed('apply', '-auto-approve', '-input=false');
  }

  /** Applies what cannot be applied, and returns what Terraform says about it. */
  public applyInVain(): string {
    const result = terraform(this.stackDirectory, 'apply', '-auto-approve', '-input=false', '-no-color');
    if (result.status === 0) {
      throw new Error(`the apply of ${this.stackId} succeeded:\n${result.stdout}`);
    }
    return result.stderr;
  }

  public plan(): PlannedChanges {
    this.succeed('plan', '-input=false', '-out=plan');
    const { resource_changes: changes = [] } = JSON.parse(this.succeed('show', '-json', 'plan'));
    return Object.fromEntries(changes.map(({ address, change }: any) => [address.replace(/_[0-9A-F]{8}$/, ''), change.actions])
      .filter(([, actions]: [string, string[]]) => actions.join() !== 'no-op'));
  }

  /** What a plan says to the person who reads it. */
  public planText(): string {
    // Terraform breaks lines, and draws a border beside a warning.
    return this.succeed('plan', '-input=false').replace(/\s*\n\s*[│|]?\s*/g, ' ');
  }

  public destroy(): void {
    this.succeed('destroy', '-auto-approve', '-input=false');
  }

  /** Whether Terraform's state holds anything. */
  public get isDeployed(): boolean {
    return terraform(this.stackDirectory, 'state', 'list').stdout.trim() !== '';
  }

  private get stackDirectory(): string {
    return path.join(this.directory, 'cdktf.out', 'stacks', this.stackId);
  }

  private succeed(...args: string[]): string {
    const result = terraform(this.stackDirectory, ...args, ...args[0] === 'show' ? [] : ['-no-color']);
    if (result.status !== 0) {
      throw new Error(`terraform ${args.join(' ')}:\n${result.stdout}${result.stderr}`);
    }
    return result.stdout;
  }
}
