/**
 * Measures how the synthesis of services on a Swarm grows with their number, and how long Terraform plans them.
 *
 *   npm run bench:swarm -- [--counts 50,100,200] [--replicas 3] [--rounds 3] [--plan yes]
 *
 * Each service has three replicas, a secret, a connection and a route. For each number of services it prints the median of the rounds, in processor time. It exits
 * with 1 when one service takes more than 1.5 times as long in the largest stack as in the smallest. `--plan yes` also plans the largest one with nothing
 * applied, which needs Terraform, and DOCKER_HOST for an engine.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import {
  Defaults, DockerHost, Gateway, GoScratchImage, GoService, ImageRegistry, PostgresDatabase, PublishedPort, RegistryCredentials, Rollout,
  SwarmCluster,
} from '../lib';

const LIMIT = 1.5;
const SERVICES_OF_A_GATEWAY = 25;
const SOURCE = path.join(__dirname, '..', 'test', 'swarm', 'program');

function main(args: readonly string[]): number {
  const option = (name: string, otherwise: string) => args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : otherwise;
  const counts = option('counts', '50,100,200').split(',').map(Number);
  const replicas = Number(option('replicas', '3'));
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-swarm-'));
  try {
    // The first one compiles what it runs; it is not counted.
    synthesize(directory, 5, replicas);
    const times = counts.map((count) => {
      const rounds = Array.from({ length: Number(option('rounds', '3')) }, () => synthesize(directory, count, replicas)).sort((a, b) => a - b);
      return rounds[Math.floor(rounds.length / 2)];
    });
    counts.forEach((count, index) => console.log(
      `${count} services x ${replicas} replicas: ${times[index].toFixed(0)} ms, ${(times[index] / count).toFixed(1)} ms for each`));
    const [first, last] = [times[0] / counts[0], times[times.length - 1] / counts[counts.length - 1]];
    console.log(`one service of ${counts[counts.length - 1]} takes ${(last / first).toFixed(2)} times as long as one of ${counts[0]} (at most ${LIMIT})`);
    if (option('plan', 'no') === 'yes') {
      plan(path.join(directory, 'stacks', 'bench'));
    }
    return last / first <= LIMIT ? 0 : 1;
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

function synthesize(outdir: string, services: number, replicas: number): number {
  const began = process.cpuUsage();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'bench');
  new DockerProvider(stack, 'docker');
  Defaults.apply(stack, {
    place: SwarmCluster.managedBy(DockerHost.local()),
    images: { registry: ImageRegistry.of('127.0.0.1:5000/bench', { credentials: RegistryCredentials.anonymous() }) },
  });
  // One gateway holds some tens of services.
  const gateways = Array.from({ length: Math.ceil(services / SERVICES_OF_A_GATEWAY) }, (_, index) =>
    new Gateway(stack, `Gateway${index}`, { publish: PublishedPort.onLoopback(20_000 + index) }));
  const database = new PostgresDatabase(stack, 'Database');
  const image = new GoScratchImage(stack, 'Image', { source: SOURCE, mainPackage: './cmd/app' });
  const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true });
  for (let index = 0; index < services; index++) {
    const service = new GoService(stack, `Service${index}`, {
      image,
      replicas,
      rollout: Rollout.blueGreen(),
      routes: [gateways[Math.floor(index / SERVICES_OF_A_GATEWAY)].route({ host: `service${index}.example` })],
      secretEnvironment: { TOKEN: token.stringValue },
    });
    service.connectTo(database);
  }
  app.synth();
  // Processor time, because others may work on the machine.
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

function plan(directory: string): void {
  const terraform = (...args: string[]) => spawnSync('terraform', args, {
    cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, TF_VAR_token: 'token', CHECKPOINT_DISABLE: '1' },
  });
  terraform('init', '-input=false');
  const began = Date.now();
  const { status, stdout, stderr } = terraform('plan', '-input=false', '-no-color');
  if (status !== 0) {
    throw new Error(stderr);
  }
  console.log(`terraform plan with nothing applied: ${((Date.now() - began) / 1000).toFixed(1)} s, ${/^Plan: .*/m.exec(stdout)?.[0]}`);
}

process.exitCode = main(process.argv.slice(2));
