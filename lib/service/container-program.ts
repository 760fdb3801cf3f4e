import { Aspects, Fn, ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { ProgramFiles } from './program-files';
import { ReadinessCheck } from './readiness-check';
import { ProgramOptions } from './service-options';
import { refuseNetwork, validateLabels, validateMounts } from './validation';
import { VolumeOwner } from './volume-owner';
import { ContainerImageBinding } from '../image/container-image';
import { atConstruct, reject } from '../input/input-error';
import { checkMethod, checkStruct } from '../input/props';
import { ContainerNetwork } from '../places/container-network';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { refuseOtherStack } from '../terraform/same-stack';
import { literalArgument } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';
import { ConnectionOptions, IBinding, Readiness } from '../workload/binding';
import { registerWorkload } from '../workload/copies';
import { Exclusive, exclusiveOf } from '../workload/exclusive';
import { FileChange } from '../workload/file-change';
import { ContainerFile } from '../workload/files';
import { IContainerNetwork } from '../workload/network';
import { Running } from '../workload/running';
import { ContainerMount } from '../workload/storage';
import { isTemporaryDirectory, temporaryDirectory } from '../workload/temporary-directory';
import { Variables } from '../workload/variables';
import { Workload } from '../workload/workload';

/** The parts of a workload that differ between services and tasks. */
type Kind = Pick<Workload, 'lifetime' | 'replicas' | 'beside' | 'awaitsHealth' | 'restart' | 'stopTimeout'>
& Partial<Pick<
  Workload, 'spreads' | 'processes' | 'oneAfterAnother' | 'settleTime' | 'port' | 'listensOn' | 'healthCheck' | 'liveness' | 'ports' | 'entrypoint' | 'init' | 'stopSignal'>>;

/**
 * The base of services and tasks: a program in a hardened container, with environment, networks, storage and prerequisites.
 * @example
 * function traced(program: ContainerProgram): void {
 *   program.addEnvironment('TRACES', 'on');
 *   program.addMount(ContainerMount.tmpfs('/traces'));
 * }
 * traced(new GoService(this, 'Api', { image: new GoScratchImage(this, 'Image', { source: 'services/api' }) }));
 */
export abstract class ContainerProgram extends Construct implements ITerraformDependable {
  private place!: Place;
  private workload!: Workload;
  private running?: Running;
  private temporary?: ContainerMount;
  private volumeOwner?: VolumeOwner;
  private readonly files: ContainerFile[] = [];
  /** The program's arguments. */
  private words: readonly string[] = [];
  private readonly checks = new Map<ITerraformDependable, ReadinessCheck>();

  /** The name by which containers on the same networks reach the program. */
  public get containerName(): string {
    return this.workload.name;
  }

  /** The underlying resources, for settings that this library has no property for: one `docker_container` for each replica. */
  public get resources(): TerraformResource[] {
    return [...this.running!.resources];
  }

  /** The first of the underlying resources. */
  public get resource(): TerraformResource {
    return this.resources[0];
  }

  /** The Terraform address to depend on: ready once the service is healthy, or the task has exited with 0. */
  public get fqn(): string {
    return this.running!.ready.fqn;
  }

  /**
   * Connects the program to a database: sets the connection URL as an environment variable, joins the database's network, and waits for the
   * database.
   * @param database for example a {@link PostgresDatabase}, or one of its roles
   * @param options the variable's name, and parameters of the URL
   * @throws an error with the construct's path when the variable is taken
   */
  public connectTo(database: IBinding, options: ConnectionOptions = {}): void {
    checkMethod(this, 'ContainerProgram.connectTo', { database, options });
    refuseOtherStack(this, database, 'create both in one stack, or publish the database and describe it with PostgresDatabase.fromConnection()');
    const binding = database.bind(this, options);
    checkStruct(this, 'Binding', binding);
    const { variables, networks = [], after = [] } = binding;
    this.requireParts(options, variables);
    if (options.placeholder !== undefined) {
      this.fillIn(options.placeholder, binding.url);
    }
    if (options.file === undefined) {
      Object.entries(variables).forEach(([name, value]) => {
        this.refuseSecondConnection(name);
        this.workload.variables.addSensitive(name, value);
      });
    } else {
      this.connectByFile(options.file, options.variable, Object.entries(variables));
    }
    networks.forEach((network) => this.join(network));
    this.wait(this.workload.beside && binding.readiness ? [this.check(binding.readiness, exclusiveOf(database))] : after);
    this.refresh();
  }

  /**
   * Connects the program to a further network.
   * @param network one of this stack, or one that exists already: {@link ContainerNetwork.fromName}
   */
  public joinNetwork(network: IContainerNetwork): void {
    checkMethod(this, 'ContainerProgram.joinNetwork', { network });
    this.join(network);
    this.refresh();
  }

  /**
   * Starts the program only after others are ready, for example a {@link GoTask} that migrates its database. If one fails, the apply fails
   * and the old version keeps running.
   * @param prerequisites tasks, services, databases, or any other Terraform resources
   */
  public after(...prerequisites: ITerraformDependable[]): void {
    checkMethod(this, 'ContainerProgram.after', { prerequisites });
    this.wait(prerequisites);
    this.refresh();
  }

  /**
   * Adds an environment variable. It is visible in plans and in `docker inspect`.
   * @param name at least one character, none of them "=", white space or a control character
   * @param value the variable's value
   * @throws an error with the construct's path when there is a variable of this name
   */
  public addEnvironment(name: string, value: string): void {
    checkMethod(this, 'ContainerProgram.addEnvironment', { name, value });
    this.workload.variables.add(name, value);
    this.refresh();
  }

  /**
   * Adds an environment variable whose value Terraform keeps out of its output.
   * @param name as for `addEnvironment`
   * @param value a Terraform variable or another resource's attribute; plain text works and gets a warning
   * @throws an error with the construct's path when there is a variable of this name
   */
  public addSecret(name: string, value: string): void {
    checkMethod(this, 'ContainerProgram.addSecret', { name, value });
    this.workload.variables.addSecret(name, value);
    this.refresh();
  }

  /**
   * Adds storage.
   * @param mount a volume, a directory of the host, or memory
   * @throws an error with the construct's path when the path in the container is taken
   */
  public addMount(mount: ContainerMount): void {
    checkMethod(this, 'ContainerProgram.addMount', { mount });
    const mounts = this.workload.mounts.filter((one) => one !== this.temporary || !isTemporaryDirectory(mount));
    validateMounts(this, [...mounts, mount]);
    this.workload.mounts.splice(0, Infinity, ...mounts, mount);
    this.ownVolume(mount);
    this.refresh();
  }

  /**
   * Adds a file for configuration or a secret.
   * @param file a text, a template, a copy of a file or directory, or a secret
   * @throws an error with the construct's path when the file's variable is taken
   */
  public addFile(file: ContainerFile): void {
    checkMethod(this, 'ContainerProgram.addFile', { file });
    this.provide(file);
    this.refresh();
  }

  /**
   * Adds a label of the container, or replaces its value.
   * @param name letters, digits, ".", "_", "/" and "-"
   * @param value the label's value
   */
  public addLabel(name: string, value: string): void {
    checkMethod(this, 'ContainerProgram.addLabel', { name, value });
    validateLabels(this, { [name]: value });
    this.workload.labels.set(name, value);
    this.refresh();
  }

  /** @internal */
  protected get _workload(): Workload {
    return this.workload;
  }

  /** @internal */
  protected get _place(): Place {
    return this.place;
  }

  /** @internal */
  protected get _running(): Running | undefined {
    return this.running;
  }

  /** @internal */
  protected _describe(
    place: Place, options: ProgramOptions, image: ContainerImageBinding, kind: Kind, change = FileChange.replace(),
  ): Variables {
    const variables = new Variables(this);
    Object.entries(options.environment ?? {}).forEach(([name, value]) => variables.add(name, value));
    Object.entries(options.secretEnvironment ?? {}).forEach(([name, value]) => variables.addSecret(name, value));
    this.place = place;
    this.temporary = temporaryDirectory(options.mounts ?? [], options.tmpSize);
    this.words = options.arguments ?? [];
    this.workload = {
      name: options.containerName ?? dockerName(this),
      image,
      command: options.arguments && (() => this.words),
      variables,
      networks: [],
      mounts: [...options.mounts ?? [], ...this.temporary ? [this.temporary] : []],
      ports: [],
      capabilities: options.capabilities ?? [],
      memory: options.memory ?? Size.mebibytes(512),
      cpuShares: options.cpuShares,
      cpuPercent: options.cpuPercent,
      openFiles: options.openFiles,
      workingDirectory: options.workingDirectory,
      extraHosts: options.extraHosts,
      hostNetwork: options.hostNetwork,
      hostProcesses: options.hostProcesses,
      logging: options.logging ?? defaultLogging(this),
      labels: new Map(Object.entries(options.labels ?? {})),
      after: [],
      ...kind,
    };
    registerWorkload(this, this.workload);
    this.workload.mounts.forEach((mount) => this.ownVolume(mount));
    (options.files ?? []).forEach((file) => this.provide(file));
    // At synth, when all files and mounts are known.
    Aspects.of(this).add({ visit: (node) => node === this && this.placeFiles(change) });
    (options.networks ?? (options.hostNetwork ? [] : [ContainerNetwork._ofStack(this, place)])).forEach((network) => this.join(network));
    this.wait(options.after ?? []);
    return variables;
  }

  /** @internal */
  protected _start(): void {
    this.running = this.place._run(this, this.workload);
  }

  private ownVolume(mount: ContainerMount): void {
    // Without a known user, the volume has the owner that the image's directory has.
    if (mount._ownedVolume !== undefined && this.workload.image.user !== undefined) {
      if (this.volumeOwner === undefined) {
        this.volumeOwner = new VolumeOwner(this, 'Volumes', this.place, this.workload);
        this.workload.after.push(this.volumeOwner);
      }
      this.volumeOwner.add(mount);
    }
  }

  private provide(file: ContainerFile): void {
    const { environmentVariable } = file._options;
    if (environmentVariable !== undefined) {
      this.workload.variables.add(environmentVariable, file.containerPath);
    }
    this.files.push(file);
  }

  /** @internal */
  protected get _hasFiles(): boolean {
    return this.files.length > 0;
  }

  private placeFiles(change: FileChange): void {
    if (this._hasFiles && this.node.tryFindChild('Files') === undefined) {
      new ProgramFiles(this, 'Files', {
        place: this.place, workload: this.workload, running: this.running!, files: this.files, change,
      });
    }
  }

  private join(network: IContainerNetwork): void {
    const { name, networks, beside, hostNetwork } = this.workload;
    if (hostNetwork) {
      refuseNetwork(this, network);
    }
    if (!networks.some((attachment) => attachment.network.networkName === network.networkName)) {
      // Containers that are replaced side by side change their names. The alias stays.
      networks.push({ network, aliases: beside ? [name] : [] });
    }
  }

  private connectByFile(file: string, variable: string | undefined, values: readonly [string, string][]): void {
    if (values.length === 0) {
      reject(this, {
        what: '`file` and `placeholder` for one connection: the arguments would show what the file hides',
        given: { file },
        allowed: 'one of the two',
        remedy: 'leave `placeholder` out and let the program read the file, or leave `file` out',
      });
    }
    if (values.length !== 1) {
      reject(this, {
        what: 'a connection with several variables for one file',
        given: values.map(([name]) => name),
        allowed: '`file` for a connection with one variable',
        remedy: 'leave `file` out',
      });
    }
    const [[name, value]] = values;
    const environmentVariable = variable ?? `${name}_FILE`;
    this.refuseSecondConnection(environmentVariable);
    if (variable === undefined) {
      // Beside it, the file would hide nothing.
      this.refuseSecondConnection(name);
    }
    this.provide(atConstruct(this, () => ContainerFile.secret(file, value, { environmentVariable })));
  }

  private refuseSecondConnection(name: string): void {
    if (this.workload.variables.has(name)) {
      reject(this, {
        what: 'the variable that gets the connection is set already',
        given: name,
        allowed: 'a name that neither the environment nor another connection has',
        remedy: `name another variable: connectTo(…, { variable: "${name}_2" }); or remove the other one. `
          + 'A GoServiceWithPostgres connects by itself: give it `databaseRole` to connect as a role',
      });
    }
  }

  private fillIn(placeholder: string, url: string | undefined): void {
    if (placeholder === '' || !this.words.some((word) => word.includes(placeholder))) {
      reject(this, {
        what: 'no argument of the program holds the placeholder for the connection URL',
        given: placeholder,
        allowed: 'a text that is in one of `arguments`',
        remedy: 'write it where the URL belongs, for example arguments: ["-database", "{database}", "up"] with placeholder: "{database}"',
      });
    }
    const text = url ?? reject(this, {
      what: 'the database gives no URL to put into arguments',
      given: placeholder,
      allowed: 'databases of this library, or a binding with `url`',
      remedy: 'let `bind` return `url`, or leave `placeholder` out',
    });
    this.words = this.words.map((word) => word.includes(placeholder) ? textAround(word.split(placeholder), text) : word);
  }

  /** A database of another library may not know `parts`. */
  private requireParts({ parts }: ConnectionOptions, variables: Readonly<Record<string, string>>): void {
    const missing = Object.values(parts?._names ?? {}).find((name) => name !== undefined && !(name in variables));
    if (missing !== undefined) {
      reject(this, {
        what: 'the database gives no value for one of the `parts` of its connection',
        given: missing,
        allowed: 'the parts that the database knows: for one of this library, all of them',
        remedy: 'leave the part out, or let `bind` return its variable',
      });
    }
  }

  private wait(prerequisites: readonly ITerraformDependable[]): void {
    const { after, beside } = this.workload;
    for (const prerequisite of prerequisites) {
      refuseOtherStack(this, prerequisite);
      const exclusive = beside ? exclusiveOf(prerequisite) : undefined;
      const awaited = exclusive === undefined ? prerequisite : this.checkOf(prerequisite, exclusive);
      if (!after.includes(awaited)) {
        after.push(awaited);
      }
    }
  }

  /** The check that stands for a container which cannot exist twice. */
  private checkOf(prerequisite: ITerraformDependable, exclusive: Exclusive): ReadinessCheck {
    const check = this.checks.get(prerequisite)
      ?? new ReadinessCheck(this, this.place, exclusive.question(this, this.workload.image), exclusive);
    this.checks.set(prerequisite, check);
    return check;
  }

  private check({ id, image, script, environment, secretEnvironment, networks }: Readiness, standsFor?: Exclusive): ReadinessCheck {
    return new ReadinessCheck(this, this.place,
      { id, image, entrypoint: ['/bin/sh', '-c', script], environment, secretEnvironment, networks }, standsFor);
  }

  private refresh(): void {
    this.running?.refresh();
  }
}

/** Joined by Terraform, which keeps the whole text secret. */
function textAround(parts: readonly string[], url: string): string {
  return Fn.join('', parts.flatMap((part, index) => [...index === 0 ? [] : [literalArgument(url)], ...part === '' ? [] : [literalArgument(part)]]));
}
