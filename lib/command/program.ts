import * as fs from 'fs';
import * as path from 'path';
import { known, knownText } from './known';
import { UsageError } from './plain-error';
import { constructPath, containerName, imageResource } from './resources';
import { ProviderAttribute, aliasBehindGate } from '../docker/engine-connection';

/** A service, database, gateway or backup of a program: what runs until somebody stops it. */
export interface ProgramService {
  /** The container's name, without the random characters of a blue/green version. */
  readonly name: string;
  /** The construct's path. */
  readonly path: string;
  readonly kind: 'service' | 'database' | 'backup';
  /** How many containers run. */
  readonly replicas: number;
  /** Its containers have random names, and are found by the label of the construct. */
  readonly isBlueGreen: boolean;
  /** The image, where the program knows it. */
  readonly image?: string;
  /** The alias of the user's provider; empty is the default one. */
  readonly provider: string;
}

/** A synthesized stack, as far as commands need it. */
export class Program {
  /** Reads a stack of the program that was synthesized in this directory. */
  public static read(options: { readonly stack?: string; readonly output?: string }, directory = process.cwd()): Program {
    const all = Program.readAll(options, directory);
    if (all.length !== 1) {
      const names = all.map(({ stack }) => stack);
      throw new UsageError(all.length === 0 ? 'the synthesized program has no stack' : `the program has several stacks: ${names.join(', ')}`,
        all.length === 0 ? undefined : `name one: --stack ${names[0]}`);
    }
    return all[0];
  }

  /** The same for the stack that is named, or for all stacks of the program. */
  public static readAll({ stack, output }: { readonly stack?: string; readonly output?: string }, directory = process.cwd()): Program[] {
    const synthesized = path.resolve(directory, output ?? outputOf(directory));
    const manifest = readJson(path.join(synthesized, 'manifest.json'));
    if (manifest === undefined) {
      throw new UsageError(`there is no synthesized program in ${synthesized}`,
        'run npx cdktf synth first, in the directory of cdktf.json, or name its output: --output DIR');
    }
    const stacks: Record<string, { synthesizedStackPath: string }> = manifest.stacks ?? {};
    return (stack === undefined ? Object.keys(stacks) : [stack]).map((name) => {
      const json = Object.hasOwn(stacks, name) ? readJson(path.join(synthesized, stacks[name].synthesizedStackPath)) : undefined;
      if (json === undefined) {
        throw new UsageError(`the program in ${synthesized} has no stack ${JSON.stringify(name)}; it has ${Object.keys(stacks).join(', ') || 'none'}`);
      }
      return new Program(name, path.join(synthesized, path.dirname(stacks[name].synthesizedStackPath)), json);
    });
  }

  public readonly services: readonly ProgramService[];

  /**
   * @param stack its name
   * @param directory where Terraform runs
   * @param json what is in `cdk.tf.json`
   */
  private constructor(public readonly stack: string, public readonly directory: string, public readonly json: any) {
    this.services = this.readServices();
  }

  /** The services that a user may mean: by container name or construct path, with or without the stack's name. */
  public find(wanted: string, services = this.services): ProgramService {
    const found = services.filter((service) => namesOf(service, this.stack).includes(wanted));
    const near = found.length > 0 ? found : services.filter(({ path: one }) => `/${one}/`.includes(`/${wanted}/`));
    const [first, ...others] = near;
    if (first === undefined || others.length > 0) {
      const shown = (near.length > 0 ? near : services).map(({ name }) => name).join(', ') || 'none';
      throw new UsageError(near.length > 0 ? `${JSON.stringify(wanted)} may be any of ${shown}` : `the stack ${this.stack} has no ${JSON.stringify(wanted)}; it has ${shown}`);
    }
    return first;
  }

  /** The user's configuration of a provider. */
  public provider(alias: string): ProviderAttribute {
    const all: any[] = [this.json.provider?.docker ?? []].flat();
    const own = all.find((each) => (each.alias ?? '') === alias) ?? {};
    return (name) => {
      const value = own[name];
      const values = [value].flat().filter((each) => each !== undefined && each !== null);
      const texts = values.map((each) => known(String(each), this.json));
      if (texts.some((each) => each === undefined)) {
        throw new UsageError(`only Terraform knows \`${name}\` of the Docker provider${alias === '' ? '' : ` ${alias}`}: ${values.join(' ')}`,
          'name the engine: --host ADDRESS, with DOCKER_CERT_PATH for certificates');
      }
      return Array.isArray(value) ? texts as string[] : texts[0];
    };
  }

  private readServices(): ProgramService[] {
    const containers: [string, any][] = Object.entries(this.json.resource?.docker_container ?? {});
    const byPath = new Map<string, any[]>();
    for (const [id, settings] of containers.filter(([, each]) => !each.attach)) {
      const own: string = settings['//']?.metadata?.path ?? `${this.stack}/${id}`;
      const scope = constructPath(own);
      byPath.set(scope, [...byPath.get(scope) ?? [], settings]);
    }
    return [...byPath].map(([scope, [first, ...others]]) => this.service(scope, first, 1 + others.length))
      .sort((one, other) => one.path < other.path ? -1 : 1);
  }

  private service(scope: string, settings: any, replicas: number): ProgramService {
    const { name, isBlueGreen } = containerName(settings.name);
    const variables: string[] = (settings.env ?? []).map((line: string) => line.split('=')[0]);
    return {
      name: knownText(name, this.json) ?? scope,
      path: scope,
      kind: variables.includes('BACKUP_INTERVAL') ? 'backup' : variables.includes('POSTGRES_DB') ? 'database' : 'service',
      replicas,
      isBlueGreen,
      image: this.imageOf(settings.image),
      provider: aliasBehindGate(/^docker\.(.*)$/.exec(settings.provider ?? '')?.[1] ?? ''),
    };
  }

  private imageOf(reference: string): string | undefined {
    const resource = imageResource(reference);
    return knownText(resource === undefined ? reference : this.json.resource.docker_image?.[resource]?.name ?? reference, this.json);
  }
}

function namesOf({ name, path: own }: ProgramService, stack: string): string[] {
  return [name, own].flatMap((each) => [each, ...['-', '/'].flatMap((separator) => each.startsWith(stack + separator) ? [each.slice(stack.length + 1)] : [])]);
}

/** The output directory of cdktf.json, or its default. */
function outputOf(directory: string): string {
  const configured: unknown = readJson(path.join(directory, 'cdktf.json'))?.output;
  return process.env.CDKTF_OUTDIR || (typeof configured === 'string' ? configured : 'cdktf.out');
}

function readJson(file: string): any {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`, 'run npx cdktf synth again');
  }
}
