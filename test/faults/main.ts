/**
 * Deploys a program twice to a Docker Engine of its own: with this library and with Docker Compose. Does the same faults to both, under the
 * same load at the same time. Prints what the faults did.
 *
 *   npm run e2e:faults -- [--only NAME,NAME] [--minutes 10] [--seed N] [--rate 100] [--write]
 *
 * `--minutes` is for the random faults. `--write` puts the rows into docs/when-the-machine-fails.md, and keeps those of other faults. Needs root on Linux, the programs of a
 * Docker Engine, Compose, and Terraform with a way to get the Docker provider.
 */
import { spawnSync } from 'child_process';
import { parseArgs } from 'util';
import { ComposeStand } from './compose-stand';
import { FAULTS, Fault, RANDOM } from './faults';
import { bringImages } from './images';
import { LibraryStand } from './library-stand';
import { Result, measure } from './measure';
import { randomFaults } from './random-faults';
import { Requests } from './requests';
import { Stand } from './stand';
import { describeMachine, rowsOf, tableOf, writePage } from './table';
import { OwnEngine } from '../engine/harness/own-engine';
import { terraformProblem } from '../engine/harness/terraform-project';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' }, write: { type: 'boolean' },
    },
  });
  const compose = spawnSync('docker', ['compose', 'version']).status === 0 ? undefined : 'Docker Compose is missing';
  const problem = OwnEngine.problem() ?? terraformProblem() ?? compose;
  if (problem !== undefined) {
    console.log(`skipped: faults (${problem})`);
    return;
  }
  const rate = Number(values.rate ?? 100);
  const random = randomFaults(RANDOM, Number(values.minutes ?? 10), Number(values.seed ?? Date.now() % 1_000_000));
  const faults = chosen([...FAULTS, random], values.only);
  const began = Date.now();
  const say = (text: string) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`);
  const engine = await OwnEngine.start();
  const stands: Stand[] = [];
  const remove = async () => {
    stands.forEach((stand) => stand.remove());
    await engine.remove();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void remove().then(() => process.exit(130)));
  }
  try {
    say('the engine answers');
    const images = await bringImages(engine);
    process.env.DOCKER_HOST = engine.host;
    say('it has the images');
    stands.push(new LibraryStand(engine, images), new ComposeStand(engine, images));
    for (const stand of stands) {
      if (!await stand.deploy('1')) {
        throw new Error(`${stand.name} does not start`);
      }
      say(`${stand.name} runs`);
    }
    const requests = Requests.start(engine, rate, stands.map(({ port }) => port));
    try {
      const results = new Map<Fault, Result[]>();
      for (const fault of faults) {
        say(`${fault.title} (${fault.name})`);
        try {
          const measured = await measure(fault, { engine, stands }, requests);
          measured.forEach((result) => console.log(`         ${JSON.stringify(result)}`));
          results.set(fault, measured);
          if (values.write) {
            writePage(describeMachine(engine, rate), rowsOf(results), [...FAULTS, random].map(({ title }) => title));
          }
        } catch (error) {
          // The others can be measured all the same.
          console.error(`${fault.name} was not measured: ${(error as Error).message}`);
          process.exitCode = 1;
        }
      }
      console.log(`${describeMachine(engine, rate)}\n\n${tableOf(rowsOf(results))}`);
    } finally {
      requests.stop();
    }
  } finally {
    await remove();
  }
}

function chosen(faults: readonly Fault[], only: string | undefined): readonly Fault[] {
  const names = only?.split(',') ?? faults.map(({ name }) => name);
  const unknown = names.find((name) => faults.every((fault) => fault.name !== name));
  if (unknown !== undefined) {
    throw new Error(`no fault ${unknown}; there are ${faults.map(({ name }) => name).join(', ')}`);
  }
  return names.map((name) => faults.find((fault) => fault.name === name)!);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
