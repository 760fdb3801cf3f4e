import { spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { describeWithEngine, freePort } from './engine';
import { temporaryDirectory } from './harness/synthesized-stack';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { Taken, cellCommand } from '../matrix/cell';
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

describeWithEngine('a running stack of cdktf with provider 3.6.2', () => {
  (problem ? describe.skip : describe)('is taken over by cdktn with provider 4', () => {
    const taken = new Map<Step, Taken>();
    let output = '';

    beforeAll(async () => {
      const [command, ...args] = cellCommand(SECOND, {
        id: `second${testRun.id}`,
        directory: temporaryDirectory('second'),
        address: '127.0.0.1',
        port: await freePort(),
        provider: newer!,
        tool: 'terraform',
        from: { checkout: REPOSITORY, provider: '3.6.2' },
        steps: STEPS,
      });
      const child = spawn(command, args, { cwd: SECOND, env: { ...process.env, TS_NODE_PREFER_TS_EXTS: 'true' } });
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => process.stderr.write(data));
      await new Promise((resolve) => child.once('close', resolve));
      output.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Taken).forEach((step) => taken.set(step.step, step));
    });

    test.each(STEPS)('%s', (step) => {
      expect(taken.get(step)).toEqual(expect.objectContaining({ step }));
      expect(taken.get(step)!.failure).toBeUndefined();
    });
  });
});
