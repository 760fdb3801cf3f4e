import { describeWithEngine } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { generate } from '../walk/proposals';
import { walk } from '../walk/walk';

/** About a minute and a half. It holds both rollouts, a version that hangs, a task and a database. */
const SEED = 1;
const STEPS = 6;

describeWithEngine('A walk of random edits', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no walk of random edits (${problem})\n`);
  }

  (problem ? test.skip : test)('loses no row and stops no service', async () => {
    const script = generate(SEED, STEPS);
    const lines: string[] = [];
    const { finding, rows } = await walk((_, index) => script[index], (line) => lines.push(line));
    expect({ finding, lines: finding && lines }).toEqual({ finding: undefined, lines: undefined });
    expect(rows).toBeGreaterThan(0);
  });
});
