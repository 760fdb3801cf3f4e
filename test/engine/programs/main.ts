/**
 * Deploys public Go programs of the Go module proxy as their users would, with Terraform and the real provider: two versions of each.
 *
 *   npm run e2e:programs -- [NAME…] [--write]
 *
 * `--write` puts what was measured into docs/programs.md.
 */
import { parseArgs } from 'util';
import { CATALOGUE } from './catalogue';
import { Outcome, live } from './life';
import { moduleProblem } from './module-source';
import { readPage, withRows, writePage } from './page';
import { RealProgram } from './real-program';
import { removeTemporaryDirectories } from '../harness/synthesized-stack';
import { terraformProblem } from '../harness/terraform-project';
import { testRun } from '../harness/test-run';

function chosen(names: readonly string[]): readonly RealProgram[] {
  const unknown = names.filter((name) => !CATALOGUE.some((program) => program.name === name));
  if (unknown.length > 0) {
    throw new Error(`no program ${unknown.join(', ')}; there are ${CATALOGUE.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? CATALOGUE : CATALOGUE.filter(({ name }) => names.includes(name));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
  const programs = chosen(positionals);
  const problem = terraformProblem() ?? moduleProblem({ path: programs[0].module, version: programs[0].versions[0] });
  if (problem !== undefined) {
    console.log(`skipped: no program is deployed (${problem})`);
    return 0;
  }
  const outcomes = new Map<RealProgram, Outcome>();
  for (const program of programs) {
    console.log(program.name);
    try {
      outcomes.set(program, await live(program, (line) => console.log(`  ${line}`)));
    } catch (error) {
      console.log(`  FAILED: ${(error as Error).message}`);
    }
  }
  await testRun.removeEverything();
  removeTemporaryDirectories();
  if (values.write) {
    writePage(withRows(readPage(), outcomes, CATALOGUE));
  }
  console.log(`${outcomes.size} of ${programs.length} programs run`);
  return outcomes.size === programs.length ? 0 : 1;
}

void main().then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
