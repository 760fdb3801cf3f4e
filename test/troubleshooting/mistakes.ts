import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { StandInRegistry, addressBeyondLoopback } from './stand-ins';
import { Configuration, docker, said } from './tools';
import { PrivateAuthority } from '../engine/harness/certificates';
import { freePort } from '../engine/harness/deployment';
import { filesOf, temporaryDirectory } from '../engine/harness/synthesized-stack';
import { testRun } from '../engine/harness/test-run';

const REPOSITORY = path.join(__dirname, '..', '..');

/** An image that CI has, and that has a shell. */
const IMAGE = 'debian:bookworm';

const LABEL = Object.entries(testRun.labels).map(([name, value]) => `${name}=${value}`)[0];

/** Arguments of `docker run` and `docker create`. */
const CONTAINER = ['--pull', 'missing', '--label', LABEL];

/** The version of the provider that the library asks for. */
const VERSION = '3.6.2';

function requirement(): string {
  return `terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker", version = "${VERSION}" }\n  }\n}\n`;
}

function lockFile(): string {
  return `provider "registry.terraform.io/kreuzwerker/docker" {\n  version = "${VERSION}"\n  constraints = "${VERSION}"\n  hashes = ["h1:${'A'.repeat(43)}="]\n}\n`;
}

async function withRegistry(address: string, action: (host: string) => Promise<string>): Promise<string> {
  const registry = await StandInRegistry.start(address);
  try {
    return await action(registry.host);
  } finally {
    await registry.stop();
  }
}

/** Makes a mistake, and returns what the tool says. */
type Mistake = () => Promise<string>;

/** Several resources of the provider fail in one apply. */
function failedApply(): Mistake {
  let output: Promise<string> | undefined;
  const apply = async () => {
    const name = testRun.objectName('taken');
    await docker('create', ...CONTAINER, '--name', name, IMAGE, 'true');
    const labels = Object.entries(testRun.labels).map(([label, value]) => `labels {\n    label = "${label}"\n    value = "${value}"\n  }`).join('\n');
    return withRegistry('127.0.0.1', async (host) => {
      const configuration = new Configuration(`${requirement()}
data "docker_image" "debian" { name = "${IMAGE}" }
resource "docker_container" "unhealthy" {
  name         = "${testRun.objectName('unhealthy')}"
  image        = data.docker_image.debian.id
  entrypoint   = ["sleep", "1000"]
  wait         = true
  wait_timeout = 5
  healthcheck {
    test     = ["CMD", "false"]
    interval = "1s"
    retries  = 1
  }
  ${labels}
}
resource "docker_container" "taken" {
  name     = "${name}"
  image    = data.docker_image.debian.id
  command  = ["true"]
  must_run = false
  ${labels}
}
resource "docker_image" "pulled" { name = "${host}/private/shop:1" }
resource "docker_image" "built" {
  name = "${testRun.imageRepository}-fails"
  build { context = "\${path.module}/context" }
}
`);
      fs.mkdirSync(path.join(configuration.directory, 'context'));
      fs.writeFileSync(path.join(configuration.directory, 'context', 'Dockerfile'), `FROM ${IMAGE}\nRUN false\n`);
      await configuration.terraform('init', '-input=false');
      return configuration.apply();
    });
  };
  return () => output ??= apply();
}

const APPLY = failedApply();

/** A build that fails. */
async function build(dockerfile: string): Promise<string> {
  return docker('build', filesOf('context', { Dockerfile: dockerfile }));
}

async function backendOf(text: string): Promise<string> {
  const configuration = new Configuration('');
  await configuration.terraform('init', '-input=false');
  configuration.write(`terraform {\n  backend "local" { path = "${text}" }\n}\n`);
  return configuration.terraform('plan', '-input=false');
}

async function untrustedEngine(): Promise<string> {
  const server = new PrivateAuthority().issue(['IP:127.0.0.1']);
  const stranger = new PrivateAuthority();
  const registry = await StandInRegistry.start('127.0.0.1', server);
  try {
    return await docker('--host', `tcp://${registry.host}`, '--tlsverify', '--tlscacert', stranger.certificateFile, 'version');
  } finally {
    await registry.stop();
  }
}

/** A socket of this user, and another user who asks; where this is no root, a socket that refuses this user. */
async function forbiddenSocket(): Promise<string> {
  const socket = path.join(temporaryDirectory('socket'), 'docker.sock');
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  fs.chmodSync(path.dirname(socket), 0o755);
  const isRoot = process.getuid!() === 0;
  fs.chmodSync(socket, isRoot ? 0o600 : 0);
  try {
    return await said('docker', ['--host', `unix://${socket}`, 'ps'], isRoot ? { uid: 65_534, gid: 65_534, env: { PATH: process.env.PATH, HOME: '/tmp' } } : {});
  } finally {
    server.close();
  }
}

async function takenPort(): Promise<string> {
  const port = `127.0.0.1:${await freePort()}:80`;
  await docker('run', ...CONTAINER, '--detach', '--publish', port, IMAGE, 'sleep', '1000');
  return docker('run', ...CONTAINER, '--detach', '--publish', port, IMAGE, 'sleep', '1000');
}

async function busyNetwork(): Promise<string> {
  const name = testRun.objectName('busy');
  await docker('network', 'create', '--label', LABEL, name);
  await docker('run', ...CONTAINER, '--detach', '--network', name, IMAGE, 'sleep', '1000');
  return docker('network', 'rm', name);
}

async function busyVolume(): Promise<string> {
  const name = testRun.objectName('busy');
  await docker('volume', 'create', '--label', LABEL, name);
  await docker('create', ...CONTAINER, '--volume', `${name}:/data`, IMAGE, 'true');
  return docker('volume', 'rm', name);
}

/** The head of a program for a processor that is not this one: ELF, 64 bits, s390x. */
async function foreignProgram(): Promise<string> {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x02\x01', 'latin1');
  head.writeUInt16BE(2, 16);
  head.writeUInt16BE(22, 18);
  const directory = temporaryDirectory('foreign');
  fs.writeFileSync(path.join(directory, 'shop'), head, { mode: 0o755 });
  const id = (await docker('create', ...CONTAINER, '--entrypoint', '/shop', IMAGE)).trim().split('\n').at(-1)!;
  await docker('cp', path.join(directory, 'shop'), `${id}:/shop`);
  return docker('start', '--attach', id);
}

async function inContainer(options: readonly string[], command: string): Promise<string> {
  return docker('run', '--rm', ...CONTAINER, ...options, IMAGE, 'sh', '-c', command);
}

/** A program of a user, with the packages of this repository but those that are named. */
function project(main: string, without: readonly string[]): string {
  const directory = filesOf('project', { 'main.ts': main, 'package.json': '{}' });
  const modules = path.join(directory, 'node_modules');
  fs.mkdirSync(modules);
  for (const name of ['cdktf', 'constructs', '@types', 'typescript', 'ts-node'].filter((each) => !without.includes(each))) {
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules', name), path.join(modules, name));
  }
  return directory;
}

async function tsNode(directory: string, ...options: readonly string[]): Promise<string> {
  return said(process.execPath, [path.join(REPOSITORY, 'node_modules', 'ts-node', 'dist', 'bin.js'), '--skipProject', ...options, 'main.ts'], { cwd: directory });
}

const PROGRAM = 'import { App, TerraformStack } from "cdktf";\nconst app = new App();\nnew TerraformStack(app, "dev");\n';

async function sameId(): Promise<string> {
  const stack = new TerraformStack(new App({ outdir: temporaryDirectory('same-id') }), 'dev');
  new Construct(stack, 'shop');
  try {
    new Construct(stack, 'shop');
    return 'nothing was thrown';
  } catch (error) {
    return (error as Error).message;
  }
}

/** How each frequent error that a machine with an engine, Terraform and the provider can make is made: by a part of its text. */
const MISTAKES: ReadonlyMap<string, Mistake> = new Map<string, Mistake>([
  // `npm run --silent` would keep npx quiet, too.
  ['could not determine executable', async () => said('npx', ['--no', 'cdktf', 'deploy'], {
    cwd: project(PROGRAM, []), env: { ...process.env, npm_config_loglevel: 'notice' },
  })],
  ['Error: Cannot find module', async () => tsNode(project(PROGRAM, ['cdktf']), '--transpile-only', '--compilerOptions', '{"module":"commonjs","moduleResolution":"node"}')],
  ['error TS2307', async () => tsNode(project(PROGRAM, ['cdktf']))],
  ['There is already a Construct', sameId],
  ['Failed to query available', async () => {
    const empty = temporaryDirectory('mirror');
    const settings = path.join(empty, 'terraform.rc');
    fs.writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = "${empty}"\n  }\n}\n`);
    return new Configuration(requirement(), { TF_CLI_CONFIG_FILE: settings }).terraform('init', '-input=false');
  }],
  ['Inconsistent dependency lock file', async () => {
    return new Configuration(requirement()).terraform('plan', '-input=false');
  }],
  ['Required plugins are not installed', async () => {
    const configuration = new Configuration(requirement());
    fs.writeFileSync(path.join(configuration.directory, '.terraform.lock.hcl'), lockFile());
    return configuration.terraform('plan', '-input=false');
  }],
  ['Unsupported Terraform Core version', async () => new Configuration('terraform {\n  required_version = ">= 99"\n}\n').terraform('init', '-input=false')],
  ['Backend initialization required', async () => backendOf('elsewhere.tfstate')],
  ['acquiring the state lock', async () => {
    const configuration = new Configuration('resource "terraform_data" "shop" {}\n');
    await configuration.terraform('init', '-input=false');
    return configuration.whileApplying(async () => configuration.terraform('plan', '-input=false', '-lock-timeout=0s'));
  }],
  ['Saved plan is stale', async () => {
    const configuration = new Configuration('resource "terraform_data" "shop" {}\n');
    await configuration.terraform('init', '-input=false');
    await configuration.terraform('plan', '-input=false', '-out=plan');
    await configuration.apply();
    return configuration.terraform('apply', '-input=false', 'plan');
  }],
  ['No value for required variable', async () => new Configuration('variable "password" {}\n').terraform('plan', '-input=false')],
  ['Error: Cycle', async () => new Configuration(
    'resource "terraform_data" "a" {\n  input = terraform_data.b.id\n}\nresource "terraform_data" "b" {\n  input = terraform_data.a.id\n}\n').terraform('plan', '-input=false')],
  ['Instance cannot be destroyed', async () => {
    const configuration = new Configuration('resource "terraform_data" "data" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n');
    await configuration.terraform('init', '-input=false');
    await configuration.apply();
    return configuration.terraform('destroy', '-auto-approve', '-input=false');
  }],
  ['Error pinging Docker server', async () => {
    const configuration = new Configuration(`${requirement()}provider "docker" { host = "unix:///nowhere/docker.sock" }\nresource "docker_network" "shop" { name = "shop" }\n`);
    await configuration.terraform('init', '-input=false');
    return configuration.apply();
  }],
  ['Cannot connect to the Docker daemon', async () => docker('--host', 'unix:///nowhere/docker.sock', 'ps')],
  ['permission denied while trying', forbiddenSocket],
  ['x509: certificate signed', untrustedEngine],
  ['Error response from daemon: denied', async () => withRegistry('127.0.0.1', (host) => docker('pull', `${host}/private/shop:1`))],
  ['unable to pull image', APPLY],
  ['toomanyrequests', async () => withRegistry('127.0.0.1', (host) => docker('pull', `${host}/busy/shop:1`))],
  ['Error response from daemon: manifest unknown', async () => withRegistry('127.0.0.1', (host) => docker('pull', `${host}/untagged/shop:1`))],
  ['no matching manifest', async () => withRegistry('127.0.0.1', (host) => docker('pull', `${host}/foreign/shop:1`))],
  ['server gave HTTP response', async () => withRegistry(addressBeyondLoopback(), (host) => docker('pull', `${host}/private/shop:1`))],
  ['no such host', async () => docker('pull', 'registry.invalid/shop:1')],
  ['connection refused', async () => docker('pull', `127.0.0.1:${await freePort()}/shop:1`)],
  ['Error running legacy build', APPLY],
  ['failed to solve', async () => build(`FROM ${IMAGE}\nRUN false\n`)],
  ['did not complete successfully', async () => build(`FROM ${IMAGE}\nRUN false\n`)],
  ['failed to resolve source metadata', async () => build(`FROM 127.0.0.1:${await freePort()}/base\n`)],
  ['failed to be in healthy state', APPLY],
  ['is already in use by container', APPLY],
  ['port is already allocated', takenPort],
  ['has active endpoints', busyNetwork],
  ['volume is in use', busyVolume],
  ['executable file not found', async () => docker('run', '--rm', ...CONTAINER, IMAGE, 'shop')],
  ['exec format error', foreignProgram],
  ['Read-only file system', async () => inContainer(['--read-only'], 'echo > /cache.db')],
  ['Permission denied', async () => inContainer(['--user', '65534:65534'], 'echo > /var/shop.db')],
  ['No space left on device', async () => inContainer(['--tmpfs', '/tmp:size=1m'], 'head -c 2000000 /dev/zero > /tmp/cache')],
]);

/** The mistake that makes an error: that with the longest part of its text. */
export function mistakeOf(says: string): Mistake | undefined {
  return [...MISTAKES].filter(([part]) => says.includes(part)).sort(([one], [other]) => other.length - one.length)[0]?.[1];
}
