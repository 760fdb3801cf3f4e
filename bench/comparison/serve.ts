import { setTimeout as sleep } from 'timers/promises';
import { Deployer, deployers } from './deploy';
import { Sample, markdownTable, rotated } from './statistics';
import { Traffic } from './traffic';

export interface ServeOptions {
  readonly work: string;
  readonly rounds: number;
  readonly tarball: string;
  readonly firstPort: number;
  /** Requests a second. */
  readonly rate: number;
  readonly withTerraform: boolean;
  /** A part of the names of those to measure. */
  readonly match: string;
}

interface Round {
  /** Until the first answer of the new version. */
  readonly first: number;
  /** Until the last answer of the old version. */
  readonly last: number;
  readonly lost: ReadonlyMap<string, number>;
  readonly sent: number;
}

/** Measures how long it takes until a changed line is served, and how many requests are lost meanwhile. Returns a table. */
export async function compareServing(options: ServeOptions): Promise<string> {
  const all = deployers(options.work, options.tarball, options.firstPort, options.withTerraform).filter(({ name }) => name.includes(options.match));
  const rounds = new Map<Deployer, Round[]>(all.map((deployer) => [deployer, []]));
  const begun: Deployer[] = [];
  try {
    for (const deployer of all) {
      begun.push(deployer);
      deployer.program.change('first');
      await deployer.begin();
      await served(deployer, options.rate, 'first', async () => undefined);
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const deployer of rotated(all, round)) {
        const version = `${process.pid}-${round}`;
        const result = await served(deployer, options.rate, version, async () => {
          deployer.program.change(version);
          await deployer.deploy();
        });
        console.error(`serve, round ${round + 1}: ${deployer.name} ${result.first.toFixed(1)} s, ${total(result)} of ${result.sent} lost `
          + `${JSON.stringify(Object.fromEntries(result.lost))}`);
        rounds.get(deployer)!.push(result);
      }
    }
  } finally {
    for (const deployer of begun) {
      await deployer.end().catch((error: Error) => console.error(error.message));
    }
  }
  const head = ['One changed line to an answer', 'seconds to the first new one', 'seconds to the last old one', 'requests lost', 'requests'];
  const sample = (results: Round[], value: (round: Round) => number, digits?: number) => new Sample(results.map(value), digits);
  return markdownTable(head, [...rounds].map(([{ name }, results]) => [
    name,
    String(sample(results, ({ first }) => first)),
    String(sample(results, ({ last }) => last)),
    String(sample(results, total, 0)),
    sample(results, ({ sent }) => sent).median.toFixed(0),
  ]));
}

function total({ lost }: Round): number {
  return [...lost.values()].reduce((sum, count) => sum + count, 0);
}

/** Deploys under traffic, until the new version answers and the deployment has ended, and two seconds more. */
async function served(deployer: Deployer, rate: number, version: string, deploy: () => Promise<void>): Promise<Round> {
  const traffic = new Traffic(deployer.port, rate);
  try {
    await sleep(500);
    const start = performance.now();
    const [answered] = await Promise.all([traffic.answered(version), deploy()]);
    await sleep(2000);
    return { first: (answered - start) / 1000, last: (traffic.lastOfOthers(version) - start) / 1000, lost: traffic.lost, sent: traffic.sent };
  } finally {
    await traffic.stop();
  }
}
