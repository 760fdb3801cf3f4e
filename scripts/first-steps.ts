/**
 * Does what docs/getting-started.md says, line by line, in an empty container of Debian: a project of `init`, and the one that is made by hand.
 * Prints the seconds of each step.
 *
 *   npm run test:first-steps [-- --tarball FILE] [-- --only init | hand]
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Machine, docker, onPath } from './first-steps/machine';
import { IN_THE_CLONE, type Step, stepsOf } from './first-steps/page';

const REPOSITORY = path.join(__dirname, '..');
const PAGE = path.join(REPOSITORY, 'docs', 'getting-started.md');

/** What the page names on the engine. */
const PORT = 8080;
const NAMES = 'dev-shop';

/** What is added to lines. Some ask before they do something, and nobody answers here. CDKTF asks the registry for checksums, also where Terraform has a mirror. */
const ADDED: readonly [RegExp, string][] = [
  [/\bnpx cdktf (deploy|destroy)\b/, '--auto-approve'],
  ...process.env.TF_CLI_CONFIG_FILE === undefined ? [] : [[/\bnpx cdktf (deploy|destroy|diff)\b/, '--skip-provider-lock'] as [RegExp, string]],
  [/\bterraform \S+ apply\b/, '-auto-approve'],
];

function main(): Promise<void> {
  const { values } = parseArgs({ options: { tarball: { type: 'string' }, only: { type: 'string' } } });
  return run(values.tarball, values.only);
}

async function run(given: string | undefined, only: string | undefined): Promise<void> {
  const problem = await missing();
  if (problem !== undefined) {
    console.log(`skipped: the first steps: ${problem}`);
    return;
  }
  const page = fs.readFileSync(PAGE, 'utf8');
  const { withInit, byHand } = stepsOf(page);
  const tarball = given === undefined ? packed(page) : path.resolve(given);
  for (const [name, title, steps] of [['init', 'With init', withInit], ['hand', 'By hand', byHand]] as const) {
    if (only === undefined || only === name) {
      console.log(`\n${title}`);
      followed(tarball, steps);
    }
  }
}

/** What this machine lacks, or has in the way. */
async function missing(): Promise<string | undefined> {
  try {
    ['docker', 'terraform', 'npm'].forEach(onPath);
  } catch (error) {
    return (error as Error).message;
  }
  if (!fs.existsSync('/var/run/docker.sock') || docker('version').status !== 0) {
    return 'no engine answers at /var/run/docker.sock';
  }
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'first-steps-'));
  fs.writeFileSync(path.join(directory, 'main.tf'), 'terraform {\n  required_providers {\n    docker = {\n      source = "kreuzwerker/docker"\n      version = "3.6.2"\n    }\n  }\n}\n');
  const init = spawnSync('terraform', ['init', '-input=false', '-no-color'], { cwd: directory, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  fs.rmSync(directory, { recursive: true });
  if (init.status !== 0) {
    return `terraform init cannot get the docker provider: ${/Error: .*/.exec(init.stderr)?.[0]}`;
  }
  const there = ['container', 'volume', 'network'].flatMap((kind) =>
    docker(kind, 'ls', ...kind === 'container' ? ['--all'] : [], '--filter', `name=${NAMES}`, '--format', kind === 'container' ? '{{.Names}}' : '{{.Name}}')
      .stdout.split('\n').filter((line) => line.startsWith(NAMES)));
  if (there.length > 0) {
    throw new Error(`the engine has ${there.join(', ')} already, which are the names of the page: remove them first`);
  }
  if (!await isFree(PORT)) {
    throw new Error(`the port ${PORT} of the page is in use`);
  }
  return undefined;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Does what the page says in the clone, but for the installation of what is installed here. */
function packed(page: string): string {
  const line = page.split('\n').find((each) => IN_THE_CLONE.test(each))!.replace(/^npm ci && /, '');
  console.log(line);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) {
    throw new Error(`${line} failed:\n${stdout}\n${stderr}`);
  }
  return path.join(REPOSITORY, stdout.trim().split('\n').at(-1)!);
}

/** What stays on an engine on purpose: images of all versions, and what the library remembers of volumes. */
function kept(): { images: string[]; volumes: string[] } {
  const lines = (...args: string[]) => docker(...args).stdout.split('\n').filter((line) => line !== '');
  return {
    images: lines('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', `${NAMES}*`),
    volumes: lines('volume', 'ls', '--format', '{{.Name}}', '--filter', 'name=dev-database-records'),
  };
}

function followed(tarball: string, steps: readonly Step[]): void {
  const before = kept();
  const machine = Machine.start(tarball);
  let total = 0;
  const does = (line: string): string => {
    const { status, output, seconds } = machine.run(ADDED.reduce((text, [command, option]) => text.replace(command, `$& ${option}`), line));
    total += seconds;
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${line}`);
    if (status !== 0) {
      throw new Error(`exit code ${status}:\n${output.slice(-4000)}`);
    }
    return output;
  };
  let changed = false;
  let output = '';
  try {
    for (const step of steps) {
      if (step.kind === 'file') {
        machine.write(step.path, step.content);
      } else if (step.kind === 'output') {
        expect(output, step.text);
      } else {
        if (step.section === 'Change it' && !changed) {
          does('sed -i s/Hello/Welcome/ app/main.go');
          changed = true;
        }
        output = does(step.line);
        if (/^npx cdktf deploy\b/.test(step.line)) {
          expect(does('npx cdktf diff'), 'No changes.');
          if (changed) {
            expect(does(`curl http://127.0.0.1:${PORT}`), 'Welcome');
          }
        }
      }
    }
    const left = docker('container', 'ls', '--all', '--filter', `name=${NAMES}`, '--format', '{{.Names}}').stdout.trim();
    if (left !== '') {
      throw new Error(`the page leaves containers: ${left}`);
    }
    console.log(`${total.toFixed(1).padStart(7)} s  in all`);
  } catch (error) {
    ['deploy', 'destroy'].forEach((command) => machine.run(`DATA_PROTECTION=off npx cdktf ${command} --auto-approve --skip-provider-lock`));
    throw error;
  } finally {
    machine.remove();
    const { images, volumes } = kept();
    images.filter((image) => !before.images.includes(image)).forEach((image) => docker('image', 'rm', image));
    volumes.filter((volume) => !before.volumes.includes(volume)).forEach((volume) => docker('volume', 'rm', volume));
  }
}

function expect(output: string, wanted: string): void {
  if (!output.includes(wanted)) {
    throw new Error(`${JSON.stringify(wanted)} was expected in:\n${output.slice(-4000)}`);
  }
}

main().catch((error: Error) => {
  console.error(`failed: ${error.message}`);
  process.exitCode = 1;
});
