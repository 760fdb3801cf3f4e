/**
 * Deploys the containers of the library to a Docker Engine with each of its settings. The second plan must be empty.
 *
 *   npm run matrix:engine -- [--only init,icc] [--provider 4.5.0] [--write]
 *
 * `--write` puts the table into docs/compatibility.md. Needs root on Linux, and what `npm run matrix` needs.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { CONFIGURATIONS, EngineConfiguration } from './configurations';
import { PAGE } from './table';
import {
  BackupSchedule, BackupStorage, Duration, Gateway, GoService, IContainerImage, PostgresDatabase, PublishedPort, Rollout, Size,
} from '../../lib';
import { OwnEngine } from '../engine/harness/own-engine';
import { chooseProvider, providerVersion } from '../engine/harness/provider-version';
import { bringImages, broughtImage } from '../faults/images';
import { Engine } from '../walk/engine';
import { Terraform } from '../walk/terraform';

const [BEGIN, END] = ['<!-- engine: begin -->', '<!-- engine: end -->'];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, provider: { type: 'string' }, write: { type: 'boolean' } } });
  const problem = OwnEngine.problem();
  if (problem !== undefined) {
    console.log(`skipped: configurations of an engine (${problem})`);
    return;
  }
  const provider = values.provider ?? providerVersion();
  const only = values.only?.split(',');
  const chosen = CONFIGURATIONS.filter(({ name }) => only === undefined || only.some((word) => name.includes(`\`${word}\``)));
  const engine = await OwnEngine.start();
  const remove = async () => engine.remove();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void remove().then(() => process.exit(130)));
  }
  const rows = new Map<string, string>();
  try {
    const images = await bringImages(engine);
    for (const configuration of chosen) {
      await engine.configure(configuration.daemon);
      process.env.DOCKER_HOST = engine.host;
      const found = await changes(configuration, broughtImage(images[1]), provider).catch((error: Error) => `fails: ${error.message.trim().slice(0, 3000)}`);
      console.log(`${configuration.name}: ${found || 'empty'}`);
      rows.set(configuration.name, `| ${configuration.name} | ${found === '' ? 'empty' : '**not empty**'} |`);
      process.exitCode ||= found === '' ? 0 : 1;
      if (values.write) {
        writePage(provider, rows);
      }
    }
  } finally {
    await remove();
  }
  console.log([...rows.values()].join('\n'));
}

/** Puts the rows into the page, and keeps those of other settings. */
function writePage(provider: string, rows: ReadonlyMap<string, string>): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  const known = page.slice(begin, end).split('\n');
  const all = CONFIGURATIONS.map(({ name }) => rows.get(name) ?? known.find((line) => line.startsWith(`| ${name} |`)));
  const table = ['| Setting of the engine | Second plan |', '|---|---|', ...all.filter((row) => row !== undefined)].join('\n');
  fs.writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\nProvider ${provider}.\n\n${table}\n${page.slice(end)}`);
}

/** What a second plan would change; empty when nothing. */
async function changes({ name }: EngineConfiguration, image: IContainerImage, provider: string): Promise<string> {
  const id = `engine-${name.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}`;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'engine-configuration-'));
  const app = new App({ outdir: directory });
  const stack = new TerraformStack(app, id);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  chooseProvider(stack, provider);
  const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onAllInterfaces(18080), shutdownTimeout: Duration.seconds(1) });
  const database = new PostgresDatabase(stack, 'Database', { memory: Size.mebibytes(256), dataProtection: false });
  database.backup({ schedule: BackupSchedule.every(Duration.hours(24)), keep: 1, to: BackupStorage.volume() });
  const beside = new GoService(stack, 'Beside', { image, rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }), routes: [gateway.route()] });
  beside.connectTo(database.addRole('beside'));
  new GoService(stack, 'Alone', { image, publish: PublishedPort.onLoopback(18081) }).connectTo(database);
  app.synth();
  const terraform = new Terraform(path.join(directory, 'stacks', id), {});
  try {
    await terraform.init();
    const { code, stdout, stderr } = await terraform.apply();
    if (code !== 0) {
      throw new Error(`${stdout.slice(-1500)}${stderr}`);
    }
    const plan = await terraform.plan();
    return plan.split('\n').filter((line) => /^\s*(#|[-+~/]+)\s/.test(line)).join('\n').slice(0, 3000);
  } finally {
    await terraform.destroy();
    await new Engine(id).removeEverything();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
