/**
 * Makes mistakes in programs that work, applies each with Terraform and the real provider, and prints what the apply says and after how many
 * seconds. After each, what served must still serve where that is promised, and a good version must heal it.
 *
 *   npm run e2e:failures -- [--match TEXT] [--full] [--write]
 *
 * `--full` prints all that Terraform says. `--write` puts the rows of what was made into docs/when-a-deploy-fails.md.
 */
import * as fs from 'fs';
import { parseArgs } from 'util';
import { FAILURES } from './failures';
import { PAGE, keyOf, withOutcomes } from './page';
import { FailingStack, Outcome } from './run';
import { terraformProblem } from '../engine/harness/terraform-project';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { match: { type: 'string' }, full: { type: 'boolean' }, write: { type: 'boolean' } } });
  const problem = terraformProblem();
  if (problem !== undefined) {
    console.log(`skipped: no failures (${problem})`);
    return;
  }
  const chosen = FAILURES.filter((failure) => keyOf(failure).includes(values.match ?? ''));
  // Each scene is deployed once.
  const scenes = [...new Set(chosen.map(({ scene }) => scene))];
  const outcomes: Outcome[] = [];
  const stack = await FailingStack.start();
  try {
    for (const failure of scenes.flatMap((scene) => chosen.filter((one) => one.scene === scene))) {
      try {
        const outcome = await stack.make(failure);
        outcomes.push(outcome);
        console.log(`${keyOf(failure)}: ${outcome.seconds.toFixed(0)} s\n${outcome.lines.map((line) => `    ${line}`).join('\n')}`);
        if (values.full) {
          console.log(outcome.output);
        }
      } catch (error) {
        console.log(`FAILED: ${keyOf(failure)}\n${(error as Error).message.slice(-5_000)}`);
        process.exitCode = 1;
      }
    }
  } finally {
    await stack.end();
  }
  if (values.write) {
    fs.writeFileSync(PAGE, withOutcomes(fs.readFileSync(PAGE, 'utf8'), FAILURES, outcomes));
  }
}

void main();
