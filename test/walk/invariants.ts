import * as fs from 'fs';
import * as http from 'http';
import * as path from 'path';
import { Engine, EngineContainer } from './engine';
import { Model, ServiceModel, pathOf } from './model';
import { Rows, dataVolumeOf } from './rows';
import { hostOf } from './stack';
import { StateResource, Terraform } from './terraform';

/** The promises that a walk checks. */
export type Invariant =
  | 'rows are kept' | 'services serve' | 'the second plan is empty' | 'nothing is left over' | 'secrets stay secret'
  | 'a failure fails' | 'a good program is applied' | 'protected data outlives everything';

/** What a walk has found. */
export class Violation extends Error {
  public constructor(public readonly invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
  }
}

/** Milliseconds in which a gateway changes over, and in which the engine restarts a program. */
const PATIENCE = 15_000;

/** Each volume with acknowledged rows is there, and the servers that run have all of them. */
export async function checkRows(engine: Engine, rows: Rows, model: Model): Promise<void> {
  const existing = new Set(await engine.volumes());
  const lost = rows.volumes.filter((volume) => !existing.has(volume));
  if (lost.length > 0) {
    throw new Violation('rows are kept', `the volume ${lost.join(', ')} is gone`);
  }
  for (const container of (await engine.containers()).filter((candidate) => candidate.isRunning && dataVolumeOf(candidate) !== undefined)) {
    const missing = await rows.missing(container);
    if (typeof missing === 'string') {
      // A server that is not ready is a matter of what the program may expect of it.
      if (model.database.every(({ isMisspelt }) => !isMisspelt) && container.health === 'healthy') {
        throw new Violation('rows are kept', `${container.name} cannot be asked: ${missing}`);
      }
    } else if (missing.length > 0) {
      throw new Violation('rows are kept', `${container.name} has lost ${missing.length} acknowledged rows: ${missing.slice(0, 10).join(', ')}`);
    }
  }
}

/** What keeps a service from serving; undefined when it serves. Waits for a short time, as clients do. */
export async function outage(
  service: ServiceModel, engine: Engine, portOf: (key: string) => number, stackId: string, needsRevision: boolean,
): Promise<string | undefined> {
  let reason: string | undefined;
  for (const start = Date.now(); ;) {
    reason = await presentOutage(service, engine, portOf, stackId, needsRevision);
    if (reason === undefined || Date.now() - start > PATIENCE) {
      return reason;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function presentOutage(
  service: ServiceModel, engine: Engine, portOf: (key: string) => number, stackId: string, needsRevision: boolean,
): Promise<string | undefined> {
  if (!service.isPublic) {
    const own = await engine.containersOf(`${stackId}/${pathOf(service)}`);
    const healthy = own.filter(({ health, isRunning }) => isRunning && health === 'healthy').length;
    return healthy >= (needsRevision ? service.replicas : 1) ? undefined
      : `${healthy} healthy containers of ${own.map(({ name, health }) => `${name} (${health})`).join(', ') || 'none'}`;
  }
  const port = portOf(service.rollout === 'blueGreen' ? 'gateway' : service.key);
  const answer = await get(port, '/', hostOf(service.key));
  if (answer.status !== 200 || !answer.body.startsWith(`${service.key} `)) {
    return `GET / on port ${port}: ${answer.status} ${answer.body.trim()}`;
  }
  if (!needsRevision) {
    return undefined;
  }
  if (answer.body.trim() !== `${service.key} ${service.revision}`) {
    return `an older version answers: ${answer.body.trim()}`;
  }
  if (service.database === undefined) {
    return undefined;
  }
  const database = await get(port, '/database', hostOf(service.key));
  return database.status === 200 ? undefined : `it cannot log in to its database: ${database.body.trim()}`;
}

async function get(port: number, where: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path: where, headers: { host }, agent: false, timeout: 8000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => resolve({ status: 0, body: error.message }));
      response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in 8 seconds')));
    request.on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}

export interface Objects {
  readonly containers: readonly EngineContainer[];
  readonly networks: ReadonlyArray<{ readonly id: string; readonly name: string }>;
  readonly volumes: readonly string[];
}

/** What the engine has and Terraform's state has not; protected volumes and those that containers mount are no remains. */
export async function unowned(engine: Engine, resources: readonly StateResource[], isProtected: (volume: string) => boolean): Promise<Objects> {
  const ids = new Set(resources.map(({ values }) => values.id as string));
  const containers = await engine.containers();
  const mounted = new Set(containers.filter(({ id }) => ids.has(id)).flatMap(({ volumes }) => [...volumes.keys()]));
  return {
    containers: containers.filter(({ id }) => !ids.has(id)),
    networks: (await engine.networks()).filter(({ id }) => !ids.has(id)),
    volumes: (await engine.volumes()).filter((name) => !ids.has(name) && !mounted.has(name) && !isProtected(name)),
  };
}

export function checkLeftovers({ containers, networks, volumes }: Objects, anonymousVolumes: readonly string[]): void {
  const left = [
    ...containers.map(({ name }) => `container ${name}`), ...networks.map(({ name }) => `network ${name}`),
    ...volumes.map((name) => `volume ${name}`), ...anonymousVolumes.map((name) => `volume ${name}`),
  ];
  if (left.length > 0) {
    throw new Violation('nothing is left over', `the program does not own ${left.join(', ')}`);
  }
}

/** No secret is in what Terraform prints, nor in the synthesized files. */
export function checkSecrets(terraform: Terraform, directory: string, secrets: readonly string[]): void {
  const texts: (readonly [string, string])[] = terraform.output.map((text) => ['the output of Terraform', text]);
  for (const entry of fs.readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    // The state has secrets, as those of all providers do.
    if (entry.isFile() && !/terraform\.tfstate|\/\.terraform\//.test(file)) {
      texts.push([path.relative(directory, file), fs.readFileSync(file, 'utf8')]);
    }
  }
  for (const [where, text] of texts) {
    const found = secrets.find((secret) => text.includes(secret));
    if (found !== undefined) {
      const at = text.indexOf(found);
      throw new Violation('secrets stay secret', `a secret is in ${where}: ${text.slice(Math.max(0, at - 80), at).replace(/\s+/g, ' ')}…`);
    }
  }
}
