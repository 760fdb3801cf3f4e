import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import { COMMANDS } from '../../lib/command/commands';
import { packageSource } from '../../lib/command/init/package-source';
import { TEMPLATES } from '../../lib/command/init/project';
import { main } from '../../lib/command/main';
import { synthesizeIn } from '../../scripts/example/synthesize';
import { writeFiles } from '../go/fixture';

const REPOSITORY = path.join(__dirname, '..', '..');

/** Milliseconds; Go may have to compile its standard library. */
const TIMEOUT = 300_000;

interface Called { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

async function init(directory: string, ...args: string[]): Promise<Called> {
  const written = { stdout: '', stderr: '' };
  const spies = [
    jest.spyOn(process, 'cwd').mockReturnValue(directory),
    ...(['stdout', 'stderr'] as const).map((stream) => jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text;
      return true;
    })),
  ];
  try {
    return { exitCode: await main(['init', ...args]), ...written };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}

function filesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath ?? entry.path, entry.name))).sort();
}

const PROJECT = [
  '.github/workflows/deploy.yml', '.gitignore', 'README.md', 'app/go.mod', 'app/main.go', 'cdktf.json', 'main.ts', 'package.json', 'stack.test.ts',
  'stack.ts', 'tsconfig.json',
];

/** Where `init` has made a project of each template. */
async function projects(): Promise<{ directory: string; template: string }[]> {
  const parent = writeFiles({ 'empty.txt': '' });
  for (const [template, ...options] of [['service'], ['database', '--database']]) {
    expect(await init(parent, template, '--name', 'shop-front', '--port', '9090', '--package', '^1.0.0', ...options)).toMatchObject({ exitCode: 0, stderr: '' });
  }
  return ['service', 'database'].map((template) => ({ template, directory: path.join(parent, template) }));
}

test('a project has the name of its directory, and the next steps are said', async () => {
  const parent = writeFiles({ 'library.tgz': 'a tarball' });
  const { exitCode, stdout } = await init(parent, 'My Shop', '--package', path.join(parent, 'library.tgz'));
  expect(exitCode).toBe(0);
  expect(stdout).toBe([
    `my-shop: 12 files in ${parent}/My Shop`, ...[...PROJECT, 'vendor/library.tgz'].map((file) => `  ${file}`),
    'next:', '  cd \'My Shop\'', '  npm install', '  npx cdktf deploy', '',
  ].join('\n'));
  const directory = path.join(parent, 'My Shop');
  expect(filesBelow(directory)).toEqual([...PROJECT, 'vendor/library.tgz']);
  expect(JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'))).toMatchObject({ name: 'my-shop', dependencies: { 'cdktf-go-docker': 'file:vendor/library.tgz' } });
  expect(fs.readFileSync(path.join(directory, 'vendor/library.tgz'), 'utf8')).toBe('a tarball');
  expect(fs.readFileSync(path.join(directory, 'app/go.mod'), 'utf8')).toContain('module example.com/my-shop\n');
});

test('nothing of the template\'s name and port is left', async () => {
  for (const { directory } of await projects()) {
    for (const file of filesBelow(directory).filter((each) => !each.endsWith('go.sum'))) {
      expect(fs.readFileSync(path.join(directory, file), 'utf8')).not.toMatch(/my-service|8080/);
    }
  }
});

test('JSON has the files and what to run next', async () => {
  const parent = writeFiles({ 'empty.txt': '' });
  const { stdout } = await init(parent, '--name', 'shop', '--database', '--package', 'next', '--json');
  expect(JSON.parse(stdout)).toEqual({ directory: parent, name: 'shop', files: [...PROJECT.slice(0, 4), 'app/go.sum', ...PROJECT.slice(4)], package: 'next', next: ['npm install', 'npx cdktf deploy'] });
});

test('files are not overwritten, and then none is written', async () => {
  const parent = writeFiles({ 'shop/stack.ts': 'mine', 'shop/app/main.go': 'mine', 'shop/other.txt': 'mine' });
  const { exitCode, stderr } = await init(parent, 'shop', '--package', '^1.0.0');
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `nothing was written, because ${parent}/shop has app/main.go, stack.ts already\n  to do: name an empty directory: npx cdktf-go-docker init DIRECTORY\n` });
  expect(filesBelow(parent)).toEqual(['shop/app/main.go', 'shop/other.txt', 'shop/stack.ts']);
});

test.each<[string[], number, string]>([
  [['...'], 2, 'the directory "..." gives no name for the service\n  to do: name it: --name NAME, with 2 to 40 characters'],
  [['shop', '--name', 'Shop'], 2, '--name cannot be "Shop"\n  to do: use 2 to 40 characters: lower-case letters'],
  [['shop', '--name', 'x'.repeat(41)], 2, '--name cannot be "xxx'],
  [['shop', '--port', '0'], 2, '--port is a number from 1 to 65535, not "0"\n'],
  [['shop', '--port', '65536'], 2, 'not "65536"\n'],
  [['shop', '--package', './nowhere.tgz'], 2, 'there is no package /'],
  [['shop', '--package', 'a b'], 2, '--package cannot be "a b"'],
  [['shop', 'other'], 2, 'init does not understand "other"\n'],
  [['shop', '--stack', 'dev'], 2, 'Unknown option \'--stack\'\n'],
  [['file/shop'], 1, 'the project cannot be written: '],
])('%j ends with %d', async (args, exitCode, words) => {
  const parent = writeFiles({ file: 'no directory' });
  const called = await init(parent, ...args, ...args.includes('--package') ? [] : ['--package', '1.0.0']);
  expect(called).toMatchObject({ exitCode, stderr: expect.stringContaining(words) });
  expect(called.stderr).not.toMatch(/^ +at /m);
});

describe('the package of a project', () => {
  const installed = (lock: object | undefined, files: Record<string, string> = {}) => path.join(writeFiles({
    'node_modules/cdktf-go-docker/package.json': '{"version":"1.2.3"}',
    ...lock === undefined ? {} : { 'node_modules/.package-lock.json': JSON.stringify({ packages: { 'node_modules/cdktf-go-docker': lock } }) },
    ...files,
  }), 'node_modules', 'cdktf-go-docker');

  test.each<[string, object | undefined, string]>([
    ['npm', { resolved: 'https://registry.npmjs.org/cdktf-go-docker/-/cdktf-go-docker-1.2.3.tgz' }, '^1.2.3'],
    ['another registry', { resolved: 'https://npm.example/a/cdktf-go-docker/-/cdktf-go-docker-1.2.3.tgz' }, '^1.2.3'],
    ['a registry that npm does not note', {}, '^1.2.3'],
    ['another package manager', undefined, '^1.2.3'],
    ['git', { resolved: 'git+ssh://git@github.com/a/b.git#abc' }, 'git+ssh://git@github.com/a/b.git#abc'],
    ['an address', { resolved: 'https://example.com/library.tgz' }, 'https://example.com/library.tgz'],
  ])('is that of the command, when it came from %s', (_, lock, spec) => {
    expect(packageSource(undefined, installed(lock))).toEqual({ spec });
  });

  test('is the tarball that the command was installed from', () => {
    const own = installed({ resolved: 'file:library.tgz' }, { 'library.tgz': '' });
    const tarball = path.join(own, '..', '..', 'library.tgz');
    expect(packageSource(undefined, own)).toEqual({ spec: 'file:vendor/library.tgz', tarball: { from: tarball, to: 'vendor/library.tgz' } });
    fs.rmSync(tarball);
    expect(() => packageSource(undefined, own)).toThrow(`this copy of cdktf-go-docker was installed from ${tarball}, which is no longer there`);
  });

  test('is the tarball in a clone', () => {
    const clone = writeFiles({ 'package.json': '{"version":"0.0.0"}' });
    expect(() => packageSource(undefined, clone)).toThrow('this copy of cdktf-go-docker is a clone, which other machines do not have');
    fs.writeFileSync(path.join(clone, 'cdktf-go-docker-0.0.0.tgz'), '');
    expect(packageSource(undefined, clone)).toMatchObject({ spec: 'file:vendor/cdktf-go-docker-0.0.0.tgz' });
  });

  test.each(['^1.0.0', 'latest', '>=1 || 2', 'https://example.com/a.tgz', 'github:acme/library', 'npm:@acme/library@^1'])('can be %s', (spec) => {
    expect(packageSource(spec)).toEqual({ spec });
  });
});

test('the template asks for what the library works with', () => {
  const library = JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = JSON.parse(fs.readFileSync(path.join(TEMPLATES, 'service', 'package.json'), 'utf8'));
  expect(dependencies).toEqual({ ...library.peerDependencies, 'cdktf-go-docker': '*' });
  expect(devDependencies).toEqual({
    ...Object.fromEntries(['@types/node', 'ts-node', 'typescript'].map((name) => [name, library.devDependencies[name]])), 'cdktf-cli': library.peerDependencies.cdktf,
  });
});

// `npm test` of the projects, with TypeScript's compiler, is in test/engine/packed-library.test.ts.
test('the unit tests of the projects pass', async () => {
  const made = await projects();
  fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(path.dirname(made[0].directory), 'node_modules'));
  for (const { directory } of made) {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));
    // As the script runs it, with the sources of this repository as the library.
    const [, words] = /^tsc && node (.*)$/.exec(scripts.test)!;
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    const run = spawnSync(process.execPath, [
      '--require', 'ts-node/register/transpile-only', '--require', path.join(REPOSITORY, 'scripts', 'local-library.ts'), ...words.split(' '),
    ], { cwd: directory, encoding: 'utf8', env: { ...environment, TS_NODE_PREFER_TS_EXTS: 'true' } });
    expect({ status: run.status, summary: run.stdout.match(/^# (pass|fail) \d+$/gm) }).toEqual({ status: 0, summary: [expect.stringMatching(/^# pass [23]$/), '# fail 0'] });
  }
}, TIMEOUT);

test('the state is in a file, or in the bucket that the environment names', async () => {
  const [{ directory }] = await projects();
  fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(directory, 'node_modules'));
  const backend = (environment: Record<string, string>) => {
    synthesizeIn(directory, path.join(directory, 'cdktf.out'), environment);
    return JSON.parse(fs.readFileSync(path.join(directory, 'cdktf.out/stacks/dev/cdk.tf.json'), 'utf8')).terraform.backend;
  };
  expect(backend({ STATE_BUCKET: '' })).toEqual({ local: { path: path.join(directory, 'terraform.dev.tfstate') } });
  expect(backend({ STATE_BUCKET: 'acme-state', AWS_REGION: 'eu-central-1' })).toEqual({
    s3: { bucket: 'acme-state', region: 'eu-central-1', key: 'shop-front/dev.tfstate', encrypt: true, use_lockfile: true },
  });
}, TIMEOUT);

test('the Go programs compile, and go vet and gofmt find nothing', async () => {
  for (const { directory } of await projects()) {
    const cwd = path.join(directory, 'app');
    const go = (command: string, ...args: string[]) => spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' } });
    expect(go('go', 'build', '-o', path.join(directory, 'program'), '.')).toMatchObject({ status: 0 });
    expect(go('go', 'vet', './...')).toMatchObject({ status: 0 });
    expect(go('gofmt', '-l', '.')).toMatchObject({ status: 0, stdout: '' });
  }
}, TIMEOUT);

test('the workflow tests each change, plans pull requests of the own repository alone, and deploys main', async () => {
  for (const { directory } of await projects()) {
    const workflow = parse(fs.readFileSync(path.join(directory, '.github/workflows/deploy.yml'), 'utf8'));
    expect(workflow.on).toEqual({ pull_request: null, push: { branches: ['main'] } });
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const { test: tests, plan, deploy } = workflow.jobs;
    expect(Object.keys(workflow.jobs)).toEqual(['test', 'plan', 'deploy']);
    expect(tests).not.toHaveProperty('if');
    expect(tests['runs-on']).toBe('ubuntu-latest');
    expect(JSON.stringify(tests)).not.toContain('secrets.');
    expect(plan).toMatchObject({ needs: 'test', if: 'github.event_name == \'pull_request\' && github.event.pull_request.head.repo.full_name == github.repository' });
    expect(deploy).toMatchObject({ needs: 'test', if: 'github.event_name == \'push\'', concurrency: 'deploy' });
    const lines = (job: any): string[] => job.steps.flatMap(({ run }: any) => run ?? []);
    expect(lines(tests)).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'go vet ./... && go test ./...']));
    expect(lines(deploy)).toContain('npx cdktf deploy --auto-approve');
    const called = [tests, plan, deploy].flatMap(lines).flatMap((line) => /npx cdktf-go-docker (\w+)/.exec(line)?.[1] ?? []);
    expect(called).toEqual(['explain', 'status']);
    expect(Object.keys(COMMANDS)).toEqual(expect.arrayContaining(called));
    // The rest of a line that is no comment in the file would be one in YAML.
    expect(lines(plan)).toContainEqual(expect.stringMatching(/^npx cdktf-go-docker explain --fail-on loss \| sed .*GITHUB_STEP_SUMMARY"$/));
    expect(workflow.defaults.run.shell).toBe('bash');
  }
});
