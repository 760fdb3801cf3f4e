import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack, TerraformVariable } from 'cdktf';
import { Cluster } from './cluster';
import {
  ContainerFile, Defaults, DockerHost, Duration, Gateway, GoServiceWithPostgres, ImageRegistry, PublishedPort, RegistryCredentials, ReplicaOrder,
  Rollout, SwarmCluster, SwarmOptions,
} from '../../lib';
import { AppliedStack } from '../engine/harness/terraform-stack';

const PROGRAM = path.join(__dirname, 'program');
const PORT = 22400;
const RATE = 100;

/** One version of the program, and how it runs. */
export interface Version {
  readonly environment?: Readonly<Record<string, string>>;
  readonly replicas?: number;
  /** Seconds; of the library's own defaults if undefined. */
  readonly settle?: number;
  readonly monitor?: number;
  readonly oneByOne?: boolean;
  readonly options?: SwarmOptions;
  readonly token?: string;
  readonly migrationFails?: boolean;
}

export interface Outcome {
  readonly applied: boolean;
  readonly seconds: number;
  readonly output: string;
  /** What the next plan would do. */
  readonly plan: Readonly<Record<string, readonly string[]>>;
}

export interface Requests {
  readonly sent: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, number>>;
}

/** The README's service with its database and migration behind a gateway, on a cluster. */
export class Stand {
  public readonly stack: AppliedStack;
  private number = 0;

  public constructor(public readonly cluster: Cluster, id = 'e2e-swarm') {
    this.stack = new AppliedStack(id);
  }

  public get name(): string {
    return `${this.stack.id}-shop`;
  }

  public get version(): string {
    return String(this.number);
  }

  public async apply(version: Version = {}): Promise<Outcome> {
    this.number++;
    process.env.TF_VAR_token = version.token ?? 'first';
    this.stack.define((stack) => this.define(stack, version));
    const began = Date.now();
    const { status, output } = await this.stack.applyBeside();
    const seconds = Math.round((Date.now() - began) / 1000);
    return { applied: status === 0, seconds, output, plan: this.stack.plan() };
  }

  public async under(deeds: () => Promise<void>): Promise<Requests> {
    const load = new Load(this.cluster);
    await sleep(2000);
    try {
      await deeds();
      await sleep(3000);
    } finally {
      await load.end();
    }
    return load.result!;
  }

  public async ask(): Promise<string> {
    const { versions } = await this.under(() => Promise.resolve());
    return Object.keys(versions).join(' ');
  }

  private define(stack: TerraformStack, { environment, replicas = 3, settle = 5, monitor = 5, oneByOne, options, migrationFails }: Version): void {
    const { manager, registry } = this.cluster;
    new DockerProvider(stack, 'docker', { host: manager });
    Defaults.apply(stack, {
      place: SwarmCluster.managedBy(DockerHost.local(), { monitor: Duration.seconds(monitor), ...options }),
      images: { registry: ImageRegistry.of(`${registry}/${stack.node.id}`, { credentials: RegistryCredentials.anonymous() }) },
    });
    const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onAllInterfaces(PORT) });
    const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true });
    const shop = new GoServiceWithPostgres(stack, 'shop', {
      source: PROGRAM,
      mainPackage: './cmd/app',
      replicas,
      rollout: Rollout.blueGreen({
        settleTime: Duration.seconds(settle), replicaOrder: oneByOne ? ReplicaOrder.ONE_AFTER_ANOTHER : ReplicaOrder.TOGETHER,
      }),
      routes: [gateway.route()],
      migration: { mainPackage: './cmd/migrate', environment: migrationFails ? { MIGRATION_FAILS: 'yes' } : {} },
      environment: { VERSION: this.version, ...environment },
      files: [ContainerFile.text('/etc/shop/config.yaml', 'level: info\n')],
      database: { dataProtection: false },
    });
    shop.service.addSecret('TOKEN', token.stringValue);
  }
}

class Load {
  public result?: Requests;
  private readonly client: ChildProcess;
  private readonly ended: Promise<void>;
  private text = '';

  public constructor({ way, address }: Cluster) {
    const [command, ...args] = [...way, process.execPath, '--require', require.resolve('ts-node/register/transpile-only'), path.join(__dirname, 'client.ts'),
      `http://${address}:${PORT}/`, String(RATE)];
    this.client = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.client.stdout!.on('data', (chunk) => {
      this.text += chunk;
    });
    this.ended = new Promise((resolve) => this.client.on('close', () => resolve()));
  }

  public async end(): Promise<void> {
    this.client.kill('SIGTERM');
    await this.ended;
    this.result = JSON.parse(this.text);
  }
}
