import { describeWithEngine } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { FREQUENT } from '../../scripts/messages/frequent';
import { pattern } from '../../scripts/messages/text';
import { mistakeOf } from '../troubleshooting/mistakes';

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: no frequent errors (${problem})\n`);
}

const made = FREQUENT.flatMap(({ title, errors }) => errors.filter(({ maker }) => maker === 'engine').map(({ says }) => [title, says] as const));

describeWithEngine('The page on troubleshooting has the words of the tool', () => {
  (problem ? describe.skip : describe)('and each mistake is made', () => {
    test.each(made)('%s: %s', async (_, says) => {
      const output = await mistakeOf(says)!();
      expect(output.replace(/\s+/g, ' ')).toMatch(pattern(says, { ends: 'none' }));
    });
  });
});
