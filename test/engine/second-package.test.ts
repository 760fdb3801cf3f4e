import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { describeWithEngine, freePort } from './engine';
import { temporaryDirectory } from './harness/synthesized-stack';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { CellSettings, Taken, cellCommand } from '../matrix/cell';
import { problemOf } from '../matrix/cells';
import { Step } from '../matrix/walk';

const REPOSITORY = path.join(__dirname, '..', '..');
/** What `npm run cdktn` makes. */
const SECOND = path.join(REPOSITORY, '.cdktn');

/** The first one that Terraform can get. */
const NEWER_PROVIDERS = ['4.6.0', '4.5.0'];

const STEPS: readonly Step[] = ['deploy', 'empty plan', 'upgrade', 'Go change under load', 'compile error', 'destroy'];

const newer = NEWER_PROVIDERS.find((provider) => problemOf({ provider, tool: 'terraform' }) === undefined);
const problem = terraformProblem()
  ?? (newer === undefined ? problemOf({ provider: NEWER_PROVIDERS[0], tool: 'terraform' }) : undefined)
  ?? (fs.existsSync(path.join(SECOND, 'node_modules')) ? undefined : 'it is not made: npm run cdktn');
if (problem) {
  process.stderr.write(`skipped: the second package with provider 4 (${problem})\n`);
}

async function walk(id: string, settings: Pick<CellSettings, 'from' | 'mutation' | 'steps'>): Promise<Taken[]> {
  const [command, ...args] = cellCommand(SECOND, {
    id, directory: temporaryDirectory('second'), address: '127.0.0.1', port: await freePort(), provider: newer!, tool: 'terraform', ...settings,
  });
  const child = spawn(command, args, { cwd: SECOND, env: { ...process.env, TS_NODE_PREFER_TS_EXTS: 'true' } });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => process.stderr.write(data));
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Taken);
}

describeWithEngine('a running stack of cdktf with provider 3.6.2', () => {
  (problem ? describe.skip : describe)('is taken over by cdktn with provider 4', () => {
    const taken = new Map<Step, Taken>();

    beforeAll(async () => {
      const all = await walk(`second${testRun.id}`, { from: { checkout: REPOSITORY, provider: '3.6.2' }, steps: STEPS });
      all.forEach((step) => taken.set(step.step, step));
    });

    test.each(STEPS)('%s', (step) => {
      expect(taken.get(step)).toEqual(expect.objectContaining({ step }));
      expect(taken.get(step)!.failure).toBeUndefined();
    });
  });

  (problem ? describe.skip : describe)('would not be with', () => {
    test.each([
      ['the path of a Dockerfile as provider 3 reads it', 'dockerfile', /dockerfile not found|no such file/],
      ['a gate whose list has unknown elements', 'gate', /Value\s+Conversion\s+Error/],
    ])('%s', async (_, mutation, reason) => {
      const [step, ...others] = await walk(`mutated-${mutation}${testRun.id}`, { mutation, steps: ['deploy'] });
      expect(step.failure).toMatch(reason);
      expect(others).toEqual([]);
    });
  });
});
