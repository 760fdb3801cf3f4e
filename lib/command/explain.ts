import * as fs from 'fs';
import * as path from 'path';
import type { Command } from './command';
import { GRAVITIES, Gravity } from './explain/part';
import type { Plan } from './explain/plan';
import { explain, linesOf } from './explain/report';
import { Synthesized } from './explain/synthesized';
import { Terraform } from './explain/terraform';
import { EXIT, PlainError, UsageError } from './plain-error';
import { Program } from './program';
import { BuiltFrom } from '../files/built-from';

/** What `--fail-on` may be: the least grave change that fails. */
const LIMITS: Readonly<Record<string, Gravity>> = { loss: 'loses', interruption: 'interrupts', change: 'runs' };

/** What a plan does, in the words of the program. */
export const EXPLAIN: Command = {
  summary: 'says what a deploy would do: what is lost, interrupted, replaced without a gap, untouched',
  usage: '[PLAN] [--fail-on loss|interruption|change]',
  help: [
    'PLAN            a file of `terraform plan -out`, or of `terraform show -json`; - reads JSON from stdin. By default it makes a plan',
    `--fail-on WHAT  ends with exit code ${EXIT.refused} when something is lost, or also when something is interrupted, or when anything changes`,
  ],
  options: { 'fail-on': { type: 'string' } },
  positionals: { required: [], optional: ['PLAN'] },
  async run({ positionals: [file], options }) {
    const limit = options['fail-on'];
    if (limit !== undefined && !Object.hasOwn(LIMITS, String(limit))) {
      throw new UsageError(`--fail-on is ${Object.keys(LIMITS).join(', ')}, not ${JSON.stringify(limit)}`);
    }
    const program = Program.read(options);
    const plan = await planOf(file, program);
    if (plan.errored) {
      throw new PlainError('this plan is not complete, because terraform plan failed', 'mend what terraform plan says, and make it again');
    }
    const explanation = explain(plan, new Synthesized(program.stack, program.json, new BuiltFrom(path.join(program.directory, 'assets'))));
    process.stdout.write(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : `${linesOf(explanation).join('\n')}\n`);
    const refused = limit !== undefined && explanation.gravest !== undefined
      && GRAVITIES.indexOf(explanation.gravest) <= GRAVITIES.indexOf(LIMITS[String(limit)]);
    return refused ? EXIT.refused : EXIT.well;
  },
};

async function planOf(file: string | undefined, program: Program): Promise<Plan> {
  const terraform = new Terraform(program.directory);
  if (file === undefined) {
    return terraform.plan((text) => process.stderr.write(`${text} …\n`));
  }
  let content: Buffer;
  try {
    content = fs.readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new UsageError(`the plan ${JSON.stringify(file)} cannot be read: ${(error as Error).message}`);
  }
  // A plan of `-out` is a zip archive.
  if (content.subarray(0, 2).toString('latin1') === 'PK') {
    return terraform.show(file);
  }
  try {
    const plan = JSON.parse(content.toString('utf8'));
    if (typeof plan?.format_version === 'string') {
      return plan;
    }
  } catch {
    // It is no JSON either.
  }
  throw new UsageError(`${file === '-' ? 'stdin' : JSON.stringify(file)} is no plan`, 'give it a file of terraform plan -out, or of terraform show -json');
}
