import * as fs from 'fs';
import * as path from 'path';
import { main } from '../../lib/command/main';
import { writeFiles } from '../go/fixture';

/** A stack as cdktf writes it: a service, a database, and a provider. */
function project(provider: object = {}): string {
  const container = (id: string, settings: object) => ({ ...settings, '//': { metadata: { path: `dev/${id}/Resource`, uniqueId: id } } });
  return writeFiles({
    'cdktf.out/manifest.json': JSON.stringify({ stacks: { dev: { name: 'dev', synthesizedStackPath: 'stacks/dev/cdk.tf.json' } } }),
    'cdktf.out/stacks/dev/cdk.tf.json': JSON.stringify({
      provider: { docker: [provider] },
      resource: {
        docker_container: {
          shop: container('shop', { name: 'dev-shop', image: 'shop:1' }),
          database: container('database', { name: 'dev-database', image: 'postgres:17', env: ['POSTGRES_DB=app'] }),
          migrate: container('migrate', { name: 'dev-migrate', image: 'shop:1', attach: true }),
        },
      },
    }),
  });
}

const INSPECTION = {
  Id: 'a'.repeat(64),
  Name: '/dev-shop',
  Created: '2030-01-01T00:00:00Z',
  RestartCount: 0,
  Image: 'sha256:1',
  State: { Status: 'running', Running: true, Paused: false, Restarting: false, OOMKilled: false, ExitCode: 0, Error: '', StartedAt: '2030-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
  Config: { Image: 'shop:1', User: '', Env: [], Labels: {} },
  HostConfig: { Memory: 0, RestartPolicy: { Name: 'no' } },
};

const DATABASE = {
  ...INSPECTION, Id: 'b'.repeat(64), Name: '/dev-database', Config: { ...INSPECTION.Config, Image: 'postgres:17', Env: ['VOLUME_PATH=/data'] },
};

/** An engine with both services. */
const DOCKER = `case "$1" in
  info) echo 2030-01-02T00:00:00Z ;;
  ps) ;;
  inspect) echo '${JSON.stringify([INSPECTION, DATABASE])}' ;;
  exec) [ "$3" != df ] || { printf 'head\n/dev/a 100 40 60 40%% /\n'; exit; }; exit 3 ;;
esac`;

interface Called { readonly exitCode: number; readonly stdout: string; readonly stderr: string; readonly calls: string[] }

/** Calls the command in a directory, with fakes of the tools that it calls, and with these alone when `alone` says so. */
async function call(directory: string, args: readonly string[], tools: Record<string, string> = { docker: DOCKER }, alone = false): Promise<Called> {
  const bin = writeFiles({
    calls: '',
    ...Object.fromEntries(Object.entries(tools).map(([name, body]) => [`bin/${name}`, `#!/bin/sh\n{ printf '%s' ${name}; printf ' <%s>' "$@"; echo; } >> "${'${0%/bin/*}'}/calls"\n${body}\n`])),
  });
  // A tool without a text cannot be executed.
  Object.entries(tools).forEach(([name, body]) => fs.chmodSync(path.join(bin, 'bin', name), body === '' ? 0o644 : 0o755));
  const written = { stdout: '', stderr: '' };
  const before = { ...process.env };
  const spies = [
    jest.spyOn(process, 'cwd').mockReturnValue(directory),
    ...(['stdout', 'stderr'] as const).map((stream) => jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text;
      return true;
    })),
  ];
  process.env = { PATH: `${bin}/bin${alone ? '' : ':/usr/bin:/bin'}` };
  try {
    const exitCode = await main(args);
    return { exitCode, ...written, calls: fs.readFileSync(path.join(bin, 'calls'), 'utf8').trim().split('\n') };
  } finally {
    process.env = before;
    spies.forEach((spy) => spy.mockRestore());
  }
}

test.each<[string[], string]>([
  [[], 'usage: npx cdktf-go-docker COMMAND'],
  [['stats'], 'there is no command "stats"; there are init, tree, graph, explain, status, logs, psql, shell\n  to do: npx cdktf-go-docker --help\n'],
  [['toString'], 'there is no command "toString"'],
  [['status', '--jsn'], 'Unknown option \'--jsn\'\n  to do: npx cdktf-go-docker status --help\n'],
  [['status', 'dev'], 'status does not understand "dev"\n'],
  [['status', '--', 'x'], 'status takes nothing after --\n'],
  [['logs'], 'logs needs SERVICE: npx cdktf-go-docker logs SERVICE [--follow] [--tail LINES] [--since TIME]\n'],
  [['logs', 'shop', '--tail', 'some'], '--tail is a number of lines or all, not "some"\n'],
  [['logs', 'nope'], 'the stack dev has no "nope"; it has dev-database, dev-shop\n'],
  [['psql', 'shop'], 'the stack dev has no "shop"; it has dev-database\n'],
])('%j is answered in plain words, with exit code 2', async (args, words) => {
  const { exitCode, stderr, stdout } = await call(project(), args);
  expect({ exitCode, stderr, stdout }).toEqual({ exitCode: 2, stderr: expect.stringContaining(words), stdout: '' });
  expect(stderr).not.toMatch(/^ +at /m);
});

/** A program with stacks, each with containers by their ids. */
function stacks(containers: Record<string, Record<string, object>>, provider: object = {}): string {
  return writeFiles({
    'cdktf.out/manifest.json': JSON.stringify({
      stacks: Object.fromEntries(Object.keys(containers).map((name) => [name, { name, synthesizedStackPath: `stacks/${name}/cdk.tf.json` }])),
    }),
    ...Object.fromEntries(Object.entries(containers).map(([name, all]) => [`cdktf.out/stacks/${name}/cdk.tf.json`, JSON.stringify({
      provider: { docker: [provider] },
      resource: {
        docker_container: Object.fromEntries(Object.entries(all).map(([id, settings]) => [id, { 'name': `${name}-${id}`, ...settings, '//': { metadata: { path: `${name}/${id}/Resource`, uniqueId: id } } }])),
      },
    })])),
  });
}

const POSTGRES = { image: 'postgres:17', env: ['POSTGRES_DB=app'] };

test.each<[string, string, string[], string]>([
  ['no stack', stacks({}), ['status'], 'has no stack\n'],
  ['no stack of this name', stacks({}), ['status', '--stack', 'dev'], 'has no stack "dev"; it has none\n'],
  ['no service', stacks({ dev: {} }), ['logs', 'shop'], 'the stack dev has no "shop"; it has none\n'],
  ['no database', stacks({ dev: { shop: { image: 'shop:1' } } }), ['psql'], 'the stack dev has no database\n'],
  ['several databases', stacks({ dev: { a: POSTGRES, b: POSTGRES } }), ['psql'], 'the stack has several databases: dev-a, dev-b\n  to do: name one: npx cdktf-go-docker psql dev-a\n'],
  ['an engine that only Terraform knows', stacks({ dev: { shop: { image: 'shop:1' } } }, { host: '${aws_instance.a.public_dns}' }), ['status'],
    'only Terraform knows `host` of the Docker provider: ${aws_instance.a.public_dns}\n  to do: name the engine: --host ADDRESS'],
])('a program with %s is answered with exit code 2', async (_, directory, args, words) => {
  expect(await call(directory, args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(words), stdout: '' });
});

test('help needs no program', async () => {
  const { exitCode, stdout } = await call(writeFiles({ 'empty.txt': '' }), ['logs', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^usage: npx cdktf-go-docker logs SERVICE [^]*--follow, -f[^]*--stack NAME/);
});

test.each<[string, Record<string, string>, number, string]>([
  ['no docker command', {}, 2, 'the docker command is not installed, or not on the PATH\n  to do: install the Docker command line\n'],
  ['no engine', { docker: 'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1' }, 1, 'no engine answers at the local Docker engine: '],
  ['no permission', { docker: 'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1' }, 1, 'this user may not use the local Docker engine\n'],
  ['an error without words', { docker: 'exit 1' }, 1, 'the local Docker engine says: nothing, and the docker command failed\n'],
  ['something else', { docker: 'echo "Error response from daemon: odd" >&2; exit 1' }, 1, 'the local Docker engine says: Error response from daemon: odd\n'],
])('%s is said in plain words', async (_, tools, exitCode, words) => {
  expect(await call(project(), ['status'], tools, Object.keys(tools).length === 0)).toMatchObject({ exitCode, stderr: expect.stringContaining(words), stdout: '' });
});

test('a machine without ssh, and one that has no docker command, are said in plain words', async () => {
  const directory = project({ host: 'ssh://server' });
  expect(await call(directory, ['status'], {}, true)).toMatchObject({ exitCode: 2, stderr: 'the ssh command is not installed, or not on the PATH\n  to do: install an ssh client\n' });
  expect(await call(directory, ['status'], { ssh: 'echo "sh: 1: docker: not found" >&2; exit 127' }))
    .toMatchObject({ exitCode: 1, stderr: 'ssh://server has no docker command\n  to do: install it there\n' });
});

test.each([['docker', {}], ['ssh', { host: 'ssh://server' }]])('a command %s that cannot be started is said in plain words', async (tool, provider) => {
  const { exitCode, stderr } = await call(project(provider), ['status'], { [tool]: '' }, true);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `the ${tool} command cannot be started: spawn ${tool} EACCES\n` });
});

test.each([[['psql'], 'psql writes no JSON itself'], [['shell', 'shop'], 'shell writes no JSON']])('%j has no JSON', async (args, error) => {
  const { exitCode, stdout } = await call(project(), [...args, '--json']);
  expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 2, error });
});

test('an engine that does not answer is given up', async () => {
  const timeout = jest.spyOn(global, 'setTimeout').mockImplementation(((action: () => void) => setImmediate(action)) as any);
  const { exitCode, stderr } = await call(project(), ['status'], { docker: 'exec sleep 100' });
  timeout.mockRestore();
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1, stderr: 'the local Docker engine has not answered for 60 seconds\n  to do: see whether its machine is up and the network leads there\n',
  });
});

test('a container that is not there, or does not run, is said in plain words', async () => {
  const inspect = (all: object[]) => ({ docker: `case "$1" in inspect) echo '${JSON.stringify(all)}' ;; esac` });
  expect((await call(project(), ['logs', 'shop'], inspect([]))).stderr).toBe('dev-shop does not exist on the local Docker engine\n  to do: deploy it: npx cdktf deploy\n');
  expect((await call(project(), ['shell', 'shop'], inspect([]))).stderr).toBe('dev-shop does not exist on the local Docker engine\n  to do: deploy it: npx cdktf deploy\n');
  const exited = { ...INSPECTION, State: { ...INSPECTION.State, Status: 'exited', Running: false } };
  expect((await call(project(), ['shell', 'shop'], inspect([exited]))).stderr).toBe('dev-shop does not run: it is exited\n  to do: npx cdktf-go-docker logs dev-shop\n');
});

test('an image for a shell that cannot be pulled is said in plain words', async () => {
  const docker = DOCKER.replace('ps) ;;', 'ps) ;; image) exit 1 ;; pull) echo denied >&2; exit 1 ;;');
  const { exitCode, stderr } = await call(project(), ['shell', 'shop', '--image', 'acme/tools'], { docker });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the image acme/tools is not on the local Docker engine, and cannot be pulled: denied\n  to do: name one with a shell that the engine has: --image IMAGE\n');
});

test('plans that are none, or not complete, are said in plain words', async () => {
  const directory = project();
  const plan = path.join(directory, 'plan');
  const explained = async (content: string, tools: Record<string, string> = {}) => {
    fs.writeFileSync(plan, content);
    return (await call(directory, ['explain', plan], tools)).stderr;
  };
  expect(await explained('{}')).toContain(`${JSON.stringify(plan)} is no plan\n`);
  expect(await explained('{"format_version":"1.2","errored":true}')).toBe(
    'this plan is not complete, because terraform plan failed\n  to do: mend what terraform plan says, and make it again\n');
  expect(await explained('PK', { terraform: 'echo "Error: Failed to read plan" >&2; exit 1' })).toMatch(/^terraform show failed in .*\nError: Failed to read plan\n$/s);
});

test('a mistake of the command itself is said in one line', async () => {
  const { exitCode, stderr } = await call(writeFiles({ 'cdktf.out/manifest.json': '{"stacks":{"dev":null}}' }), ['status']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^this is a mistake of the command itself: .*\n {2}to do: please report it, with DEBUG=cdktf-go-docker for the details\n$/);
});

test('errors are JSON where JSON was asked for', async () => {
  const { exitCode, stdout, stderr } = await call(project(), ['status', '--json', '--stack', 'other']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining('has no stack "other"; it has dev') });
});

test('status fails when something is missing, and its JSON has all', async () => {
  const well = await call(project(), ['status', '--json']);
  expect(well.exitCode).toBe(0);
  expect(JSON.parse(well.stdout)).toMatchObject({ stack: 'dev', verdict: 'well', services: [{ name: 'dev-database', kind: 'database', disk: { usedPercent: 40, freeBytes: 61_440 } }, { name: 'dev-shop', engine: 'the local Docker engine' }] });
  const partly = DOCKER.replace(/inspect\) echo '.*' ;;/, `inspect) echo '${JSON.stringify([INSPECTION])}'; echo 'Error: No such container: dev-database' >&2; exit 1 ;;`);
  const missing = await call(project(), ['status'], { docker: partly });
  expect(missing.exitCode).toBe(1);
  expect(missing.stdout).toMatch(/✖ dev-database +missing +postgres:17\n +it does not exist: npx cdktf deploy\n✔ dev-shop +running/);
  expect(missing.stdout).toContain('Sick: dev-database (1 of 2).');
});

test('over ssh the docker command of the other machine runs, and each word arrives as it is', async () => {
  const ssh = 'for line; do :; done; eval "$line"';
  const tools = { docker: DOCKER, ssh };
  const directory = project({ host: 'ssh://deploy@server', ssh_opts: ['-p', '2222'] });
  const { exitCode, calls } = await call(directory, ['psql', '--', '-c', 'SELECT \'$HOME\' "x"; `id`'], tools);
  expect(exitCode).toBe(3);
  const [first] = calls;
  expect(first).toMatch(/^ssh <-o> <BatchMode=yes> <-o> <ConnectTimeout=15> <-p> <2222> <ssh:\/\/deploy@server> <docker ps /);
  expect(calls.at(-1)).toBe('docker <exec> <--interactive> <dev-database> <sh> <-c> <exec psql --username="$POSTGRES_USER" '
    + '--dbname="${POSTGRES_DB:-$POSTGRES_USER}" "$@"> <psql> <-c> <SELECT \'$HOME\' "x"; `id`>');
});

test('a connection over ssh that fails is said in plain words', async () => {
  const { exitCode, stderr } = await call(project({ host: 'ssh://server' }), ['status'], { ssh: 'echo "ssh: connect to host server port 22: Connection refused" >&2; exit 255' });
  expect(exitCode).toBe(1);
  expect(stderr).toBe('ssh://server cannot be reached by ssh: ssh: connect to host server port 22: Connection refused\n  to do: try it by hand: ssh ssh://server docker version\n');
});

test('certificates of the configuration are files for one call only', async () => {
  const docker = 'cat "$DOCKER_CERT_PATH/ca.pem" >&2; echo " $DOCKER_HOST $DOCKER_TLS_VERIFY $DOCKER_CERT_PATH" >&2; exit 1';
  const { stderr } = await call(project({ host: 'tcp://server:2376', ca_material: 'PEM' }), ['status'], { docker });
  const [, directory] = /says: PEM tcp:\/\/server:2376 1 (\S+)/.exec(stderr)!;
  expect(fs.existsSync(directory)).toBe(false);
});
