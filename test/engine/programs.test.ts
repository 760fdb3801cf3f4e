import { describeWithEngine } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { SMALL } from './programs/catalogue';
import { live } from './programs/life';
import { moduleProblem } from './programs/module-source';

const [smallest] = SMALL;
const problem = terraformProblem() ?? moduleProblem({ path: smallest.module, version: smallest.versions[0] });
if (problem) {
  process.stderr.write(`skipped: no public program is deployed (${problem})\n`);
}

describeWithEngine('a public program', () => {
  (problem ? describe.skip : describe)('is deployed, used, replaced by its next version and destroyed:', () => {
    test.each(SMALL)('$name', async (program) => {
      expect((await live(program)).imageBytes).toBeGreaterThan(1_000_000);
    });
  });
});
