import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { clusterOf, docker } from './cluster';
import { Result, SCENARIOS, shown } from './scenarios';
import { Stand } from './stand';
import { providerVersion } from '../engine/harness/provider-version';
import { removeTemporaryDirectories } from '../engine/harness/synthesized-stack';

/**
 * Deploys a service with its database to a Swarm, and does to it what users do: `npm run e2e:swarm -- [NAME …] [--write]`. It prints a table, and
 * ends with 1 when something does not hold. `--write` puts the rows into docs/swarm.md; rows of scenarios that were not run stay.
 */
const PAGE = path.join(__dirname, '..', '..', 'docs', 'swarm.md');
const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];
const HEAD = ['| what | requests failed | apply | next plan |', '|---|---:|---|---|'];

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  const cluster = clusterOf(process.env);
  if (unknown !== undefined || typeof cluster === 'string') {
    console.error(unknown === undefined ? `skipped: needs ${cluster}` : `no scenario ${unknown}; there are: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const stand = new Stand(cluster);
  const rows = new Map<string, string>();
  let wrong = 0;
  const report = (title: string, { requests, apply, plan, wrong: problems }: Result) => {
    rows.set(title, `| ${title} | ${requests ? shown(requests) : '–'} | ${apply} | ${plan} |`);
    console.log(rows.get(title));
    problems.forEach((problem) => console.log(`  WRONG: ${problem}`));
    wrong += problems.length;
  };
  try {
    const first = await stand.apply();
    const isEmpty = Object.keys(first.plan).length === 0;
    report('the first deploy', {
      apply: `${first.applied ? 'succeeds' : 'fails'}, ${first.seconds} s`,
      plan: isEmpty ? 'empty' : 'not empty',
      wrong: first.applied && isEmpty ? [] : [first.output.slice(-1500), JSON.stringify(first.plan)],
    });
    for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      if (scenario.cutsPower && cluster.power === undefined) {
        console.log(`skipped: ${scenario.name}: SWARM_POWER names no command that cuts off the power of a node`);
        continue;
      }
      report(scenario.title, await scenario.run(stand));
    }
  } finally {
    stand.stack.destroy();
  }
  const left = (['service', 'secret', 'config', 'network'] as const).flatMap((kind) =>
    docker(cluster, kind, 'ls', '--format', '{{.Name}}').split('\n').filter((name) => name.startsWith(stand.stack.id)));
  report('destroy', { apply: left.length === 0 ? 'leaves nothing' : `leaves ${left.join(', ')}`, plan: '–', wrong: left });
  if (args.includes('--write')) {
    write(rows, `${os.cpus().length} processors for all nodes, load average ${os.loadavg()[1].toFixed(1)}; provider ${providerVersion()}, Docker `
      + `${docker(cluster, 'version', '--format', '{{.Server.Version}}')}, ${docker(cluster, 'node', 'ls', '--quiet').split('\n').length} nodes; 100 requests a second, each on a new connection.`);
  }
  process.exitCode = wrong > 0 ? 1 : 0;
}

function write(rows: ReadonlyMap<string, string>, machine: string): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const [table, after] = rest.split(END);
  const known = new Map(table.split('\n').filter((row) => row.startsWith('| ') && !HEAD.includes(row)).map((row) => [row.split(' | ')[0].slice(2), row] as const));
  rows.forEach((row, title) => known.set(title, row));
  const order = ['the first deploy', ...SCENARIOS.map(({ title }) => title), 'destroy'];
  const sorted = order.flatMap((title) => known.get(title) ?? []);
  fs.writeFileSync(PAGE, `${before}${BEGIN}\n${machine}\n\n${[...HEAD, ...sorted].join('\n')}\n${END}${after}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
}).finally(removeTemporaryDirectories);
