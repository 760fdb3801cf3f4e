import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { creationOrder, nameOf } from '../../lib/command/stack/configuration';
import { readConfiguration } from '../../scripts/example/configuration';
import { REPOSITORY, exampleDirectory, exampleNames } from '../../scripts/example/synthesize';

/** Milliseconds; the library is compiled first. */
const TIMEOUT = 600_000;

const NEEDED = [
  /^(\.jsii|LICENSE|README\.md|package\.json)$/,
  /^lib\/.*\.(js|d\.ts)$/,
  /^lib\/(health\/probe|schedule\/scheduler)\/(go\.mod|\w+\.go)$/,
  /^lib\/postgres\/scripts\/(initialise\/)?[\w.-]+$/,
  /^lib\/docker\/transfer\/\w+\.mjs$/,
  /^lib\/input\/props\.json$/,
  /^templates\/(service|database)\/(app\/(go\.(mod|sum)|main\.go)|\.github\/workflows\/deploy\.yml|(main|stack|stack\.test)\.ts|(package|cdktf|tsconfig)\.json|README\.md|gitignore)$/,
  /^node_modules\/@dagrejs\/(dagre|graphlib)\//,
];

let directory: string;
let tarball: string;

function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${result.error?.message ?? ''}\n${result.stdout}\n${result.stderr}`);
  }
  return result.stdout;
}

/** What a package's users install besides it, as this repository has it: so that no registry is asked. */
function linkInstalled(names: readonly string[], project: string): void {
  for (const name of names) {
    const link = path.join(project, 'node_modules', name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules', name), link, 'dir');
  }
}

function filesBelow(root: string): string[] {
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** Installs the library's tarball in a project, and links what else the project asks for. */
function install(project: string): void {
  const manifest = path.join(project, 'package.json');
  const original = fs.readFileSync(manifest, 'utf8');
  const { dependencies, devDependencies } = JSON.parse(original);
  // The project's own dependencies would be fetched, so that npm sees the library's tarball alone.
  fs.writeFileSync(manifest, JSON.stringify({ private: true }));
  run('npm', ['install', '--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', tarball], project);
  fs.writeFileSync(manifest, original);
  linkInstalled([...Object.keys(dependencies), ...Object.keys(devDependencies)]
    .filter((dependency) => !['cdktf-go-docker', 'cdktf-cli'].includes(dependency)), project);
}

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'packed-'));
  run('npx', ['projen', 'compile'], REPOSITORY);
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], REPOSITORY));
  tarball = path.join(directory, filename);
}, TIMEOUT);

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

test('the package holds what users need, and nothing else', () => {
  const files = run('tar', ['-tzf', tarball], directory).trim().split('\n').map((file) => file.replace(/^package\//, ''));
  expect(files).toEqual(expect.arrayContaining([
    '.jsii', 'LICENSE', 'README.md', 'package.json', 'lib/index.js', 'lib/index.d.ts',
    'lib/health/probe/main.go', 'lib/health/probe/go.mod', 'lib/postgres/scripts/backup.sh',
    ...filesBelow(path.join(REPOSITORY, 'templates')).map((file) => `templates/${file}`),
  ]));
  expect(files.filter((file) => !NEEDED.some((pattern) => pattern.test(file)))).toEqual([]);
  expect(files.filter((file) => file.endsWith('_test.go'))).toEqual([]);
  // What it depends on is in it. The other packages are the user's own.
  const { dependencies, bundledDependencies } = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json'], directory));
  expect(Object.keys(dependencies)).toEqual(bundledDependencies);
  expect(files).toEqual(expect.arrayContaining(bundledDependencies.map((name: string) => `node_modules/${name}/LICENSE`)));
});

test('declarations show what is public alone', () => {
  run('tar', ['-xzf', tarball], directory);
  const library = path.join(directory, 'package/lib');
  const declarations = fs.readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  expect(declarations.length).toBeGreaterThan(100);
  const internal = declarations.filter((file) => /^ {4}(\w+ )*_\w+[(:?]/m.test(fs.readFileSync(path.join(library, file), 'utf8')));
  expect(internal).toEqual([]);
});

test.each(exampleNames())('%s, copied out of the repository, compiles and is synthesized with the packed library', (name) => {
  const project = path.join(directory, name);
  fs.cpSync(exampleDirectory(name), project, {
    recursive: true,
    filter: (source) => !['node_modules', 'cdktf.out'].includes(path.basename(source)),
  });
  install(project);

  run(process.execPath, [path.join(project, 'node_modules', 'ts-node', 'dist', 'bin.js'), 'main.ts'], project);

  const configuration = readConfiguration(path.join(project, 'cdktf.out'));
  const trial = configuration.resources.map(nameOf).find((resource) => resource.endsWith('-trial'))!;
  const service = trial.replace(/-trial$/, '');
  // The service, after its trial.
  expect(creationOrder(configuration.resources).slice(-2).map((group) => group.map(nameOf))).toEqual([[`${service}-trial`], [service]]);
  // The command is on the path of the project's scripts, and reads what was synthesized. No engine is asked: there is none at this address.
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'cdktf-go-docker', 'status', '--host', 'unix:///nowhere.sock'], { cwd: project, encoding: 'utf8' });
  expect({ status, stdout, stderr: stderr.split('\n').filter((line) => !line.startsWith('npm ')) }).toEqual({
    status: 1, stdout: '', stderr: expect.arrayContaining([expect.stringMatching(/^no engine answers at unix:\/\/\/nowhere\.sock: /)]),
  });

  for (const { settings } of configuration.resources.filter((resource) => resource.settings.build)) {
    const context = path.join(configuration.directory, settings.build.context);
    expect(fs.readdirSync(context).sort()).toEqual(expect.arrayContaining(['probe', 'src']));
    expect(fs.readdirSync(path.join(context, 'probe'))).toContain('main.go');
  }
}, TIMEOUT);

test.each([['service'], ['database', '--database']])('init makes a project that passes its own tests and is synthesized: %s', (name, ...options) => {
  const command = path.join(directory, 'command');
  fs.mkdirSync(command, { recursive: true });
  fs.writeFileSync(path.join(command, 'package.json'), JSON.stringify({ private: true }));
  run('npm', ['install', '--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', tarball], command);
  // It knows where it came from.
  run('npx', ['--no-install', 'cdktf-go-docker', 'init', `../${name}-project`, ...options], command);
  const project = path.join(directory, `${name}-project`);
  expect(JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8')).dependencies['cdktf-go-docker']).toBe(`file:vendor/${path.basename(tarball)}`);
  expect(fs.readFileSync(path.join(project, 'vendor', path.basename(tarball)))).toEqual(fs.readFileSync(tarball));
  expect(fs.existsSync(path.join(project, '.gitignore'))).toBe(true);
  install(project);
  // npm links the commands of what it installs, and `install` has linked without npm.
  fs.symlinkSync('../typescript/bin/tsc', path.join(project, 'node_modules', '.bin', 'tsc'));
  run('npm', ['test'], project);
  run(process.execPath, [path.join(project, 'node_modules', 'ts-node', 'dist', 'bin.js'), 'main.ts'], project);
  const picture = run('npx', ['--no-install', 'cdktf-go-docker', 'graph', '--format', 'svg'], project);
  expect(picture).toContain(`dev-${name}-project`);
  expect(run('npx', ['--no-install', 'cdktf-go-docker', 'tree'], project)).toContain(`container dev-${name}-project`);
}, TIMEOUT);
