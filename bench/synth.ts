/**
 * Compares the synthesis of many `GoServiceWithPostgres` that share one Go module with the synthesis of the same resources as
 * plain classes of the provider, plus one read of the sources.
 *
 *   npm run bench:synth -- [--services 100] [--rounds 7] [--source <directory of a Go module>] [--main ./cmd/app] [--validation off] [--terraform-data lean]
 *
 * Both run in one process and take turns, so that whatever else the machine does meets both. Prints the median of the rounds' ratios and
 * exits with 1 when it is above 1.5, or when the two did not make the same resources.
 *
 * cdktf validates at synth, and its own class for `terraform_data` then starts Terraform once for each, to ask for its version; this library's
 * does not. `--terraform-data lean` gives the plain side the library's class as well, and `--validation off` leaves the validation out on
 * both sides: what remains is the library's own work.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Container } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Network } from '@cdktf/provider-docker/lib/network';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { App, DataResource, Fn, TerraformStack } from 'cdktf';
import { GoServiceWithPostgres, PublishedPort } from '../lib';
import { TerraformData } from '../lib/terraform/data';

const LIMIT = 1.5;
const STACK = 'bench';
const TAG = '0'.repeat(32);
const FIRST_PORT = 20_000;

interface Options {
  readonly services: number;
  readonly rounds: number;
  readonly source: string;
  readonly mainPackage: string;
  readonly skipValidation: boolean;
  readonly leanTerraformData: boolean;
}

type Resources = Record<string, Record<string, Record<string, unknown>>>;

interface Run {
  readonly milliseconds: number;
  readonly resources: Resources;
}

function main(args: readonly string[]): number {
  const options = readOptions(args);
  const pairs: { library: Run; plain: Run }[] = [];
  // The first round compiles what it runs; it is not counted.
  for (let round = 0; round <= options.rounds; round += 1) {
    const libraryFirst = round % 2 === 0;
    const first = libraryFirst ? measure(options, library) : measure(options, plain);
    const second = libraryFirst ? measure(options, plain) : measure(options, library);
    pairs.push(libraryFirst ? { library: first, plain: second } : { library: second, plain: first });
  }
  const counted = pairs.slice(1);
  for (const pair of counted) {
    console.log(`library ${pair.library.milliseconds.toFixed(0)} ms, plain ${pair.plain.milliseconds.toFixed(0)} ms`);
  }
  const difference = firstDifference(counted[0].library.resources, counted[0].plain.resources);
  if (difference !== undefined) {
    console.log(`not the same resources: ${difference}`);
    return 1;
  }
  const ratio = median(counted.map((pair) => pair.library.milliseconds / pair.plain.milliseconds));
  console.log(`${options.services} services, ${options.rounds} rounds: median ratio ${ratio.toFixed(2)} (at most ${LIMIT})`);
  return ratio <= LIMIT ? 0 : 1;
}

function readOptions(args: readonly string[]): Options {
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at += 2) {
    given.set(args[at], args[at + 1]);
  }
  return {
    services: Number(given.get('--services') ?? 100),
    rounds: Number(given.get('--rounds') ?? 7),
    source: path.resolve(given.get('--source') ?? path.join(__dirname, '..', 'examples', 'service-with-postgres', 'app')),
    mainPackage: given.get('--main') ?? './cmd/links',
    skipValidation: given.get('--validation') === 'off',
    leanTerraformData: given.get('--terraform-data') === 'lean',
  };
}

function measure(options: Options, declare: (stack: TerraformStack, options: Options) => void): Run {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-synth-'));
  try {
    const start = process.hrtime.bigint();
    const app = new App({ outdir, skipValidation: options.skipValidation });
    const stack = new TerraformStack(app, STACK);
    new DockerProvider(stack, 'docker');
    declare(stack, options);
    app.synth();
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
    const { resource } = JSON.parse(fs.readFileSync(path.join(outdir, 'stacks', STACK, 'cdk.tf.json'), 'utf8'));
    return { milliseconds, resources: resource };
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

function library(stack: TerraformStack, { services, source, mainPackage }: Options): void {
  for (let index = 0; index < services; index += 1) {
    new GoServiceWithPostgres(stack, `service${index}`, { source, mainPackage, publish: PublishedPort.onLoopback(FIRST_PORT + index) });
  }
}

/** What somebody would write without the library to get the same resources. */
function plain(stack: TerraformStack, { services, source, leanTerraformData }: Options): void {
  readAll(source);
  const ids: string[] = [];
  const gate = new DockerProvider(stack, 'after-images', { alias: 'after_images' });
  for (let index = 0; index < services; index += 1) {
    const name = `${STACK}-service${index}`;
    const image = new Image(stack, `image${index}`, {
      name: `${name}:${TAG}`,
      keepLocally: true,
      buildAttribute: {
        context: `assets/${name}-image/${TAG}`,
        dockerfile: `assets/${name}-image/${TAG}/Dockerfile`,
        builder: 'default',
        buildLogFile: `assets/${name}-image/build.log`,
        buildArgs: { SOURCE_DATE_EPOCH: '0' },
      },
      lifecycle: { createBeforeDestroy: true },
    });
    const password = new (leanTerraformData ? TerraformData : DataResource)(stack, `password${index}`, {
      triggersReplace: { secret: Fn.sensitive(Fn.uuid()) },
      lifecycle: { ignoreChanges: ['triggers_replace'] },
    });
    const secret = password.getStringAttribute('triggers_replace.secret');
    const databaseNetwork = new Network(stack, `database-network${index}`, { name: `${name}-database-network`, driver: 'bridge', internal: true });
    const volume = new Volume(stack, `volume${index}`, { name: `${name}-database-data-17`, lifecycle: { preventDestroy: true } });
    const postgres = new Image(stack, `postgres${index}`, {
      name: 'postgres:17', keepLocally: true, lifecycle: { createBeforeDestroy: true },
    });
    ids.push(image.imageId, postgres.imageId);
    const database = new Container(stack, `database${index}`, {
      ...hardening(name, 1024, 120),
      name: `${name}-database`,
      image: postgres.imageId,
      command: ['postgres'],
      env: ['POSTGRES_DB=app', 'POSTGRES_INITDB_ARGS=--data-checksums', `POSTGRES_PASSWORD=${secret}`, 'POSTGRES_USER=postgres'],
      networksAdvanced: [{ name: databaseNetwork.name }],
      volumes: [{ volumeName: volume.name, containerPath: '/var/lib/postgresql/data', readOnly: false }],
      tmpfs: { '/run/postgresql': 'rw,nosuid,nodev,noexec,mode=1777,size=1024k', '/tmp': 'rw,nosuid,nodev,noexec,mode=1777,size=65536k' },
      capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_SETGID', 'CAP_SETUID'] },
      shmSize: 256,
      healthcheck: healthCheck(['CMD', 'pg_isready', '-h', '127.0.0.1', '-p', '5432', '-U', 'postgres', '-d', 'app'], '2m0s'),
      stopSignal: 'SIGINT',
      provider: gate,
    });
    new Container(stack, `container${index}`, {
      ...hardening(name, 512, 30),
      name,
      image: image.imageId,
      user: '65534:65534',
      env: [
        `DATABASE_URL=${Fn.sensitive(Fn.join('', [
          'postgres://', 'postgres', ':', Fn.replace(Fn.urlencode(secret), '+', '%20'), `@${name}-database:5432/`, 'app', '?sslmode=disable',
        ]))}`,
        'GOMEMLIMIT=483183820B',
        'PORT=8080',
      ],
      ports: [{ ip: '127.0.0.1', external: FIRST_PORT + index, internal: 8080, protocol: 'tcp' }],
      networksAdvanced: [{ name: sharedNetwork(stack).name }, { name: databaseNetwork.name }],
      tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,mode=1777,size=65536k' },
      capabilities: { drop: ['ALL'] },
      healthcheck: healthCheck(['CMD', '/probe', 'http', '8080', '/healthz', '--timeout', '2700'], '30s'),
      dependsOn: [database],
      provider: gate,
    });
  }
  gate.sshOpts = ids.flatMap((id) => ['-o', `SendEnv=${id}`]);
}

function hardening(name: string, memory: number, stopSeconds: number) {
  return {
    networkMode: 'bridge',
    readOnly: true,
    securityOpts: ['no-new-privileges:true'],
    memory,
    memorySwap: memory,
    wait: true,
    waitTimeout: 120,
    restart: 'unless-stopped',
    logDriver: 'json-file',
    logOpts: { 'max-size': '10240k', 'max-file': '3' },
    labels: [{ label: 'health-check', value: name }],
    stopTimeout: stopSeconds,
    destroyGraceSeconds: stopSeconds,
  };
}

function healthCheck(test: string[], startPeriod: string) {
  return { test, interval: '5s', timeout: '3s', startPeriod, startInterval: '500ms', retries: 5 };
}

function sharedNetwork(stack: TerraformStack): Network {
  return (stack.node.tryFindChild('network') as Network | undefined) ??
    new Network(stack, 'network', { name: `${STACK}-services`, driver: 'bridge', internal: false });
}

function readAll(directory: string): void {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) {
      readAll(file);
    } else {
      fs.readFileSync(file);
    }
  }
}

/** The two must make as many resources of each type, with the same attributes set, or the comparison says nothing. */
function firstDifference(one: Resources, other: Resources): string | undefined {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .map((type) => [type, shape(one[type]), shape(other[type])])
    .filter(([, ours, plains]) => ours !== plains)
    .map(([type, ours, plains]) => `${type}: ${ours} with the library, ${plains} without`)[0];
}

function shape(resources: Record<string, Record<string, unknown>> = {}): string {
  const all = Object.values(resources);
  const attributes = [...new Set(all.flatMap((resource) => Object.keys(resource)))].filter((name) => name !== '//').sort();
  return `${all.length} with ${attributes.join(', ')}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

process.exitCode = main(process.argv.slice(2));
