/**
 * Walks over an engine: random edits of a program, each applied with Terraform and the real provider, with all invariants checked.
 *
 *   npm run e2e:walk -- [--seed N] [--steps M] [--replay FILE] [--shrink-minutes 20]
 */
import * as fs from 'fs';
import { parseArgs } from 'util';
import { generate } from './proposals';
import { shrink } from './shrink';
import { Step } from './steps';
import { WalkResult, walk } from './walk';
import { terraformProblem } from '../engine/harness/terraform-project';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'seed': { type: 'string' }, 'steps': { type: 'string' }, 'replay': { type: 'string' }, 'shrink-minutes': { type: 'string' },
    },
  });
  const problem = terraformProblem();
  if (problem !== undefined) {
    console.log(`skipped: no walk (${problem})`);
    return;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const script: Step[] = values.replay === undefined ? generate(seed, Number(values.steps ?? 20)) : JSON.parse(fs.readFileSync(values.replay, 'utf8'));
  console.log(values.replay === undefined ? `seed ${seed}, ${script.length} steps` : `replay of ${values.replay}`);
  const start = Date.now();
  const result = await replay(script, console.log);
  console.log(`${result.steps} steps in ${((Date.now() - start) / 60_000).toFixed(1)} minutes, ${result.rows} acknowledged rows`);
  if (result.finding) {
    const { invariant, step, message } = result.finding;
    const until = Date.now() + Number(values['shrink-minutes'] ?? 20) * 60_000;
    const failing = script.slice(0, step + 1);
    console.log('shrinking');
    const shortest = await shrink(failing, async (candidate) => {
      const { finding } = await replay(candidate, () => undefined);
      console.log(`  ${candidate.length} steps: ${finding?.message.slice(0, 300).replace(/\s+/g, ' ') ?? 'nothing is wrong'}`);
      return finding?.invariant === invariant;
    }, () => Date.now() < until);
    console.log(`${message}\nReplay with --replay FILE, where FILE holds:\n[\n${shortest.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`);
    process.exitCode = 1;
  }
}

async function replay(script: readonly Step[], report: (line: string) => void): Promise<WalkResult> {
  return walk((_, index) => script[index], report);
}

void main();
