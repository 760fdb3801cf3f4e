import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Mutation } from './mutations';
import { Deployment, Edit, synthesize } from './stack';
import { underLoad } from './traffic';
import { Engine, run } from '../walk/engine';

/** What the walk does in each cell. */
export const STEPS = [
  'deploy', 'empty plan', 'upgrade', 'Go change under load', 'compile error', 'failing task', 'roles', 'backup', 'PostgreSQL 17', 'stopped container', 'destroy',
] as const;

export type Step = typeof STEPS[number];

export interface WalkSettings extends Deployment {
  /** `terraform` or `tofu`. */
  readonly tool: string;
  /** Deploys the first version with another package or provider; undefined: the cell has nothing to upgrade from. */
  readonly upgradeFrom?: () => Promise<void>;
  readonly mutation?: Mutation;
}

class Mistake extends Error {}

function expect(isTrue: boolean, otherwise: string): void {
  if (!isTrue) {
    throw new Mistake(otherwise);
  }
}

/** The walk of one cell. Each step leaves the stack as a user would have it. */
export class Walk {
  private edit: Edit = {};
  private readonly engine: Engine;

  public constructor(private readonly settings: WalkSettings) {
    this.engine = new Engine(settings.id);
  }

  /** @returns what the step found, in a few words; undefined when the cell has no such step */
  public async take(step: Step): Promise<string | undefined> {
    switch (step) {
      case 'deploy': return this.deploy();
      case 'empty plan': return this.emptyPlan();
      case 'upgrade': return this.upgrade();
      case 'Go change under load': return this.goChange();
      case 'compile error': return this.compileError();
      case 'failing task': return this.failingTask();
      case 'roles': return this.roles();
      case 'backup': return this.backup();
      case 'PostgreSQL 17': return this.postgres();
      case 'stopped container': return this.stopped();
      case 'destroy': return this.destroy();
    }
  }

  /** What is left of a walk that failed. Data is protected from Terraform. */
  public async clear(): Promise<void> {
    await this.engine.removeEverything();
  }

  private async deploy(): Promise<string> {
    if (this.settings.upgradeFrom) {
      await this.settings.upgradeFrom();
      return 'with the package and provider of the upgrade';
    }
    await this.apply({});
    return this.answer();
  }

  private async emptyPlan(): Promise<string> {
    if (this.settings.upgradeFrom) {
      return 'after the upgrade';
    }
    await this.expectEmptyPlan();
    return '';
  }

  private async upgrade(): Promise<string | undefined> {
    if (!this.settings.upgradeFrom) {
      return undefined;
    }
    const before = await this.idOf('database');
    const { sent, failures } = await underLoad(this.page, async () => this.apply({}));
    expect(Object.keys(failures).length === 0, `of ${sent} requests failed: ${JSON.stringify(failures)}`);
    expect(await this.idOf('database') === before, 'the container of the database was replaced');
    await this.expectEmptyPlan();
    return `${sent} of ${sent} requests, same database`;
  }

  private async goChange(): Promise<string> {
    const { sent, failures, answers } = await underLoad(this.page, async () => this.apply({ revision: 2 }));
    expect(Object.keys(failures).length === 0, `of ${sent} requests failed: ${JSON.stringify(failures)}`);
    expect((await this.answer()).endsWith('2') && answers.length === 2, `answers: ${answers.join(', ')}`);
    await this.expectEmptyPlan();
    return `${sent} of ${sent} requests`;
  }

  private async compileError(): Promise<string> {
    const before = await this.running();
    const output = await this.refused({ behaviour: 'broken', revision: 3 });
    expect(/build/i.test(output), `the apply failed for another reason: ${output.slice(-2000)}`);
    expect((await this.running()).join() === before.join(), 'a container was touched');
    expect((await this.answer()).endsWith('2'), 'the old version does not answer');
    return '';
  }

  private async failingTask(): Promise<string> {
    const serving = await this.idOf('service');
    const output = await this.refused({ failingTask: true, revision: 4 });
    expect(/exit code 3/.test(output), `the apply failed for another reason: ${output.slice(-2000)}`);
    expect(await this.idOf('service') === serving && (await this.answer()).endsWith('2'), 'the old version does not serve');
    await this.apply({ revision: 4 });
    expect((await this.answer()).endsWith('4'), 'the repaired version does not serve');
    await this.expectEmptyPlan();
    return '';
  }

  private async roles(): Promise<string> {
    expect(await this.sql('owner', 'CREATE TABLE notes (text text); INSERT INTO notes VALUES (\'kept\')') === '', 'the owner cannot write');
    expect(await this.sql('reader', 'SELECT text FROM notes') === 'kept', 'the reader cannot read');
    const denied = await this.sql('reader', 'DELETE FROM notes').catch((error: Error) => error.message);
    expect(denied.includes('permission denied'), `the reader can delete: ${denied}`);
    return '';
  }

  private async backup(): Promise<string> {
    const container = `${this.settings.id}-database-backup`;
    const newest = async () => this.docker('exec', container, 'sh', '-c', 'ls /backups/app-*.dump | tail -n 1');
    const before = await newest();
    await this.docker('exec', container, 'backup.sh', 'now');
    const after = await newest();
    expect(after > before, `the newest backup is ${after}, as before`);
    const content = await this.docker('exec', container, 'pg_restore', '--file', '-', after);
    expect(content.includes('notes'), 'the backup lacks a table');
    return '';
  }

  private async postgres(): Promise<string> {
    await this.apply({ revision: 4, postgres: 17 });
    expect((await this.sql('reader', 'SHOW server_version')).startsWith('17'), 'another version runs');
    expect(await this.sql('reader', 'SELECT text FROM notes') === 'kept', 'a row is lost');
    await this.expectEmptyPlan();
    return '';
  }

  private async stopped(): Promise<string> {
    const id = await this.idOf('service');
    await this.docker('stop', '--time', '3', id);
    const plan = await this.terraform('plan', '-input=false', '-no-color');
    expect(plan.includes('is not running'), 'the plan does not name it');
    expect(await this.idOf('service', true) === id, 'the plan removed it');
    await this.apply(this.edit);
    expect(await this.idOf('service') === id, 'the apply does not start it');
    await this.expectEmptyPlan();
    return '';
  }

  private async destroy(): Promise<string> {
    await this.terraform('destroy', '-auto-approve', '-input=false', '-no-color');
    const left = (await this.engine.containers()).map(({ name }) => name);
    expect(left.length === 0, `left: ${left.join(', ')}`);
    expect((await this.engine.volumes()).some((name) => /-database-data-1[57]$/.test(name)), 'the protected data is gone');
    return 'the data stays';
  }

  private async apply(edit: Edit): Promise<void> {
    this.synthesize(edit);
    await this.terraform('apply', '-auto-approve', '-input=false', '-no-color');
  }

  private async refused(edit: Edit): Promise<string> {
    const kept = this.edit;
    this.synthesize(edit);
    try {
      await this.terraform('apply', '-auto-approve', '-input=false', '-no-color');
    } catch (error) {
      this.edit = kept;
      return (error as Error).message;
    }
    throw new Mistake('the apply succeeded');
  }

  private synthesize(edit: Edit): void {
    this.edit = edit;
    synthesize(this.settings, edit, this.settings.mutation ?? (() => undefined));
  }

  private async expectEmptyPlan(): Promise<void> {
    this.synthesize(this.edit);
    const { code, stdout, stderr } = await this.runTool('plan', '-detailed-exitcode', '-input=false', '-no-color');
    expect(code === 0, `a plan changes something: ${(stdout + stderr).slice(0, 4000)}`);
  }

  private async terraform(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.runTool(...args);
    if (code !== 0) {
      throw new Mistake(`${this.settings.tool} ${args[0]}:\n${stdout.slice(-6000)}${stderr}`);
    }
    return stdout;
  }

  private async runTool(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = { cwd: path.join(this.settings.directory, 'stacks', this.settings.id), environment: { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' } };
    // Each time, because an upgrade changes the version of the provider.
    const init = await run(this.settings.tool, ['init', '-upgrade', '-input=false', '-no-color'], options);
    return init.code === 0 ? run(this.settings.tool, args, options) : init;
  }

  private get page(): string {
    return `http://${this.settings.address}:${this.settings.port}/`;
  }

  private async answer(): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(this.page).catch(() => undefined);
      if (response?.status === 200) {
        return (await response.text()).trim();
      }
      expect(attempt < 60, `the service does not answer: ${response?.status}`);
      await sleep(500);
    }
  }

  private async idOf(part: string, isStopped = false): Promise<string> {
    const pattern = new RegExp(`^${this.settings.id}-${part}(-[0-9a-f]{8})?$`);
    const found = (await this.engine.containers()).filter(({ name, isRunning }) => pattern.test(name) && (isRunning || isStopped));
    expect(found.length === 1, `${found.length} containers are ${part}`);
    return found[0].id;
  }

  private async running(): Promise<string[]> {
    return (await this.engine.containers()).filter(({ isRunning }) => isRunning).map(({ id }) => id).sort();
  }

  /** Runs SQL as a role of the program, which has no password on the server's own socket. */
  private async sql(role: string, statements: string): Promise<string> {
    return this.docker('exec', '--user', 'postgres', `${this.settings.id}-database`,
      'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', 'app', '-c', `SET ROLE ${role}`, '-c', statements);
  }

  private async docker(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('docker', args);
    if (code !== 0) {
      throw new Mistake(`docker ${args.join(' ')}: ${stderr}`);
    }
    return stdout.trim();
  }
}
