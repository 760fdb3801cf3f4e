import { describeWithEngine } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { FAILURES, Failure } from '../failures/failures';
import { FailingStack } from '../failures/run';

/** About a minute. `npm run e2e:failures` makes all mistakes. */
const FEW: readonly (readonly [mistake: string, deployedBy: string])[] = [
  ['a panic at its start', '`GoService`, blue/green'],
  ['a wrong flag', 'worker without health check'],
];

describeWithEngine('A mistake', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no mistakes (${problem})\n`);
  }

  let stack: FailingStack;

  afterEach(() => stack.end());

  (problem ? test.skip : test)('fails the apply with its reason, and the next good apply heals it', async () => {
    stack = await FailingStack.start();
    for (const [mistake, deployedBy] of FEW) {
      const failure = FAILURES.find((one): one is Failure => one.mistake === mistake && one.deployedBy === deployedBy)!;
      const { lines, seconds } = await stack.make(failure);
      expect(lines).toHaveLength(failure.says.length);
      process.stderr.write(`measured: ${mistake}, ${deployedBy}: ${seconds.toFixed(0)} s\n`);
    }
  });
});
