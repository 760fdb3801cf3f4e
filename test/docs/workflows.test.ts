import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import { invocationOf } from '../../lib/command/arguments';
import { COMMANDS } from '../../lib/command/commands';
import { writeFiles } from '../go/fixture';

const PAGE = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'remote-state-and-ci.md'), 'utf8');
const workflows: any[] = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => parse(text, { strict: true, uniqueKeys: true }));
const steps = (job: any): any[] => job.steps;

test('the page has one workflow, with the jobs that it describes', () => {
  expect(workflows).toHaveLength(1);
  expect(Object.keys(workflows[0].on)).toEqual(['pull_request', 'push', 'schedule']);
  expect(Object.keys(workflows[0].jobs)).toEqual(['test', 'plan', 'apply', 'drift']);
});

const jobs = Object.entries<any>(workflows[0].jobs);

test.each(jobs)('%s checks out, installs and runs', (_, job) => {
  expect(steps(job)[0].uses).toMatch(/^actions\/checkout@v\d+$/);
  expect(steps(job).map(({ run }) => run)).toContain('npm ci');
  expect(steps(job).filter((step) => (step.run === undefined) === (step.uses === undefined))).toEqual([]);
});

test.each(jobs.filter(([name]) => name !== 'test'))('%s runs on the host, and only it has the state', (_, job) => {
  expect(job['runs-on']).toEqual(['self-hosted', 'docker-host']);
  expect(Object.keys(job.env)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
  expect(workflows[0].jobs.test).not.toHaveProperty('env');
});

test('strangers\' pull requests are not planned, and applies run one after the other', () => {
  expect(workflows[0].jobs.plan.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
  expect(workflows[0].jobs.apply).toMatchObject({ if: 'github.event_name == \'push\'', concurrency: 'production', environment: 'production' });
});

test.each([[0, 'Nothing changes.'], [3, 'Will be lost:\n  volume data']])('the comment has the explanation, and the step ends with %d as explain does', (status, text) => {
  const { run } = steps(workflows[0].jobs.plan).find(({ name }) => name === 'Explain the plan');
  const directory = writeFiles({ 'npx': `#!/bin/sh\nprintf '${text}\\n'\nexit ${status}\n`, 'step.sh': run });
  fs.chmodSync(path.join(directory, 'npx'), 0o755);
  // As GitHub's runner calls it for `shell: bash`.
  const step = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'step.sh'], {
    cwd: directory, encoding: 'utf8', env: { PATH: `${directory}:${process.env.PATH}`, GITHUB_STEP_SUMMARY: path.join(directory, 'summary') },
  });
  expect(step.status).toBe(status);
  const comment = `**What this changes in production**\n\n${text.replace(/^/gm, '    ')}\n`;
  expect(fs.readFileSync(path.join(directory, 'comment.md'), 'utf8')).toBe(comment);
  expect(fs.readFileSync(path.join(directory, 'summary'), 'utf8')).toBe(comment);
});

test('it calls commands and options that there are', () => {
  const calls = jobs.flatMap(([, job]) => steps(job)).flatMap(({ run = '' }) => [...run.matchAll(/npx cdktf-go-docker (\w+)(.*)/g)]);
  expect(calls.length).toBeGreaterThan(3);
  for (const [, name, rest] of calls) {
    expect(Object.keys(COMMANDS)).toContain(name);
    // Up to a redirection or a pipe. It throws what the command would say.
    invocationOf(name, COMMANDS[name], rest.split(/[|>]/)[0].trim().split(/\s+/).filter((word: string) => word !== ''));
  }
});
