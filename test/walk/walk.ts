import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { disturbContainer } from './disturbances';
import { Engine, isAnonymous } from './engine';
import { exceptionFor } from './exceptions';
import { Invariant, Violation, checkLeftovers, checkRows, checkSecrets, outage, unowned } from './invariants';
import { EMPTY, Model, ServiceModel, expectedFailure, partOf, pathOf } from './model';
import { keptVolumes } from './protected-volumes';
import { Rows } from './rows';
import { SECRET_VARIABLE, synthesize } from './stack';
import { Step, describeStep, isPossible, programAfter } from './steps';
import { StateResource, Terraform } from './terraform';
import { rowsOfVolume } from './throw-away-server';
import { freePort } from '../engine/harness/deployment';

export interface Finding {
  /** The number of the step, from 0. */
  readonly step: number;
  readonly invariant: Invariant;
  readonly message: string;
}

export interface WalkResult {
  readonly finding?: Finding;
  /** Steps that were applied. */
  readonly steps: number;
  readonly rows: number;
}

/** One line at a time. */
export type Report = (line: string) => void;

/**
 * Applies one program after another to the engine and checks all invariants after each. Removes what it made.
 *
 * @param nextStep the next step for the present program; undefined at the end
 */
export async function walk(nextStep: (model: Model, index: number) => Step | undefined, report: Report): Promise<WalkResult> {
  const run = await Run.start(report);
  let index = 0;
  try {
    for (let step; (step = nextStep(run.model, index)) !== undefined; index++) {
      if (isPossible(run.model, step)) {
        await run.take(step, index);
      }
    }
    await run.end();
    return { steps: index, rows: run.rows.count };
  } catch (error) {
    if (error instanceof Violation) {
      report(`  ${error.message}`);
      return { finding: { step: index, invariant: error.invariant, message: error.message }, steps: index + 1, rows: run.rows.count };
    }
    throw error;
  } finally {
    await run.clean();
  }
}

class Run {
  public static async start(report: Report): Promise<Run> {
    return new Run(`walk${randomBytes(3).toString('hex')}`, await freePorts(['gateway', 'service1', 'service2', 'service3', 'service4']), report);
  }

  public model = EMPTY;
  public readonly rows: Rows;
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'walk-'));
  private readonly engine: Engine;
  private readonly secret = randomBytes(16).toString('hex');
  private readonly portOf: (key: string) => number;
  /** The services that served after the last step, as they were then. */
  private served: ServiceModel[] = [];
  private readonly keptVolumes = new Set<string>();
  private readonly anonymousVolumes = new Set<string>();
  private terraform?: Terraform;

  private constructor(private readonly stackId: string, ports: ReadonlyMap<string, number>, private readonly report: Report) {
    this.engine = new Engine(stackId);
    this.rows = new Rows(this.engine);
    this.portOf = (key) => ports.get(key)!;
  }

  public async take(step: Step, index: number): Promise<void> {
    const start = Date.now();
    this.report(`${index + 1}. ${describeStep(step)}`);
    const before = this.model;
    this.model = programAfter(before, step);
    await this.disturb(step, before);
    const stateChanged = step.disturbance !== undefined && !('key' in step.disturbance);
    let result = await this.apply(stateChanged);
    if (stateChanged) {
      // Without its newest state, Terraform meets containers that it does not know. A person removes them, and keeps the volumes.
      await this.checkAfterFailure();
      await this.removeUnowned(await this.terraform!.resources());
      this.served = [];
      result = await this.apply(false);
    }
    const expected = expectedFailure(this.model);
    if (expected !== undefined) {
      if (result === 0) {
        throw new Violation('a failure fails', `the apply succeeded although ${expected}`);
      }
      await this.checkAfterFailure();
    } else {
      await this.checkAfterSuccess();
    }
    checkSecrets(this.terraform!, this.directory, [this.secret, ...this.terraform!.generatedSecrets()]);
    this.report(`   ${expected === undefined ? 'applied' : `failed as it must (${expected})`}, ${this.served.length} services serve, ${this.rows.count} rows, ${Math.round((Date.now() - start) / 1000)} s`);
  }

  /** Removes the whole program. All volumes with rows must still have them. */
  public async end(): Promise<void> {
    if (this.terraform === undefined) {
      return;
    }
    const { code, stderr } = await this.terraform.destroy();
    const isRefused = code !== 0;
    if (isRefused) {
      if (!stderr.includes('Instance cannot be destroyed')) {
        throw new Violation('a good program is applied', `the destroy failed: ${stderr}`);
      }
      // `prevent_destroy` protects a volume. A person removes the rest.
      await this.removeUnowned([]);
    }
    const left = await unowned(this.engine, [], (volume) => this.keptVolumes.has(volume));
    // A refused destroy also leaves the volumes that are not protected.
    checkLeftovers(isRefused ? { ...left, volumes: [] } : left, []);
    await checkRows(this.engine, this.rows, EMPTY);
    for (const volume of this.rows.volumes) {
      const missing = this.rows.missingOf(volume, await rowsOfVolume(volume, `${this.stackId}-reader`));
      if (missing.length > 0) {
        throw new Violation('protected data outlives everything', `${volume} has lost ${missing.length} acknowledged rows`);
      }
    }
  }

  public async clean(): Promise<void> {
    await this.engine.removeEverything(this.anonymousVolumes);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private async disturb({ disturbance }: Step, before: Model): Promise<void> {
    if (disturbance === undefined) {
      return;
    }
    if ('key' in disturbance) {
      if (await disturbContainer(disturbance, before, this.engine, this.stackId)) {
        // What somebody has stopped need not serve until an apply has succeeded. A database takes its services along.
        this.served = this.served.filter(({ key, database }) => key !== disturbance.key && database !== disturbance.key);
      }
    } else if (disturbance.disturb === 'loseState') {
      this.terraform?.loseState();
    } else {
      this.terraform?.restoreState(disturbance.back);
    }
  }

  /** The exit code. A program that must succeed does, unless Terraform has lost its state. */
  private async apply(mayFail: boolean): Promise<number> {
    const stackDirectory = synthesize(this.model, { stackId: this.stackId, directory: this.directory, portOf: this.portOf });
    this.terraform ??= new Terraform(stackDirectory, { [`TF_VAR_${SECRET_VARIABLE}`]: this.secret });
    await this.terraform.init();
    const { code, stdout, stderr } = await this.rows.writeDuring(async () => this.terraform!.apply());
    await this.noteVolumes(stackDirectory);
    await this.rows.write();
    if (code !== 0 && !mayFail && expectedFailure(this.model) === undefined) {
      throw new Violation('a good program is applied', `the apply failed: ${stderr}\n${stdout.split('\n').slice(-40).join('\n')}`);
    }
    return code;
  }

  private async noteVolumes(stackDirectory: string): Promise<void> {
    const containers = await this.engine.containers();
    keptVolumes(stackDirectory, containers).forEach((volume) => this.keptVolumes.add(volume));
    containers.flatMap(({ volumes }) => [...volumes.keys()]).filter(isAnonymous)
      .forEach((name) => this.anonymousVolumes.add(name));
  }

  private async checkAfterFailure(): Promise<void> {
    await checkRows(this.engine, this.rows, this.model);
    for (const old of this.served) {
      const present = partOf(this.model, 'service', old.key);
      // A service that has another address since is looked for at the old one, too.
      if (present !== undefined && exceptionFor(present, this.model) === undefined) {
        const reasons = [
          await outage({ ...old, key: present.key }, this.engine, this.portOf, this.stackId, false),
          ...isAtSamePlace(old, present) ? [] : [await outage(present, this.engine, this.portOf, this.stackId, false)],
        ];
        if (reasons.every((reason) => reason !== undefined)) {
          throw new Violation('services serve', `${old.key} served before the failed apply, and does no longer: ${reasons.join('; ')}`);
        }
      }
    }
    this.served = this.served.filter(({ key }) => {
      const present = partOf(this.model, 'service', key);
      return present !== undefined && exceptionFor(present, this.model) === undefined;
    });
  }

  private async checkAfterSuccess(): Promise<void> {
    for (const service of this.model.service) {
      const reason = await outage(service, this.engine, this.portOf, this.stackId, true);
      if (reason !== undefined) {
        throw new Violation('services serve', `${service.key} does not serve after a good apply: ${reason}`);
      }
    }
    this.served = [...this.model.service];
    await checkRows(this.engine, this.rows, this.model);
    const plan = await this.terraform!.plan();
    if (plan !== '') {
      throw new Violation('the second plan is empty', plan);
    }
    const present = await unowned(this.engine, await this.terraform!.resources(), (volume) => this.keptVolumes.has(volume));
    const mounted = new Set((await this.engine.containers()).flatMap(({ volumes }) => [...volumes.keys()]));
    checkLeftovers(present, await this.engine.existing([...this.anonymousVolumes].filter((name) => !mounted.has(name))));
  }

  private async removeUnowned(resources: readonly StateResource[]): Promise<void> {
    const { containers, networks } = await unowned(this.engine, resources, () => true);
    for (const { id } of containers) {
      await this.engine.removeContainer(id);
    }
    // Containers of the state may be on a network that it does not have.
    for (const { id } of networks) {
      await this.engine.removeNetwork(id);
    }
  }
}

function isAtSamePlace(one: ServiceModel, other: ServiceModel): boolean {
  return pathOf(one) === pathOf(other) && one.isPublic === other.isPublic && one.rollout === other.rollout;
}

async function freePorts(keys: readonly string[]): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  for (const key of keys) {
    ports.set(key, await freePort());
  }
  return ports;
}
