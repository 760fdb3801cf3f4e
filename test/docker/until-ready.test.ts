import { DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { ContainerService, ContainerImage, Gateway, HealthCheck, PublishedPort, RestartPolicy, Rollout, Duration } from '../../lib';
import { Run, runWithFakes } from '../fake-tools';
import { container, goService, newStack, resources, synthesized } from '../stack';

type Props = Record<string, any>;

/** What the engine says of a container at one moment. */
function state(status: string, health = 'none', restarts = 0, { code = 0, killed = false } = {}): string {
  return `${status} ${code} ${killed} ${restarts} 2026-01-02T03:04:05Z ${health}`;
}

/** Lasts from one second on. The engine says the last state for ever. */
type States = readonly (readonly [from: number, state: string])[];

interface Answers {
  readonly log?: string;
  readonly health?: string;
  readonly error?: string;
}

/** Runs what waits for a service, with a clock that goes on while it sleeps. */
function waitFor(props: Props, states: States, { log = '', health = '', error = '' }: Answers = {}): Run & { seconds: number } {
  const stack = newStack();
  goService(stack, props);
  const { command, environment } = container(stack, 'dev-service').provisioner[0]['local-exec'];
  const line: string = JSON.parse(/ : (".*")\}$/.exec(command)![1]);
  const docker = `case "$*" in
    logs*) printf '%b' "$LOG" ;;
    *Log*) printf '%b' "$HEALTH" ;;
    *State.Error*) printf '%s' "$PROBLEM" ;;
    inspect*)
      now=$(cat clock)
      while read -r from state; do if [ "$now" -ge "$from" ]; then last=$state; fi; done < states
      echo 'WARNING: a warning of the docker command' >&2
      [ "$last" != missing ] || { echo 'Error: No such object' >&2; exit 1; }
      echo "$last" ;;
  esac`;
  const run = runWithFakes(`echo 0 > clock; printf '%s\n' "$STATES" > states; (${line}); code=$?; echo "$(cat clock) seconds" >&2; exit $code`, {
    docker, date: 'cat clock', sleep: 'echo $(($(cat clock) + $1)) > clock',
  }, {
    ...environment,
    FUNCTIONS: synthesized(stack).locals.docker_reasons.replaceAll('$${', '${'),
    CONTAINER: 'dev-service',
    STATES: states.map(([from, text]) => `${from} ${text}`).join('\n'),
    LOG: log,
    HEALTH: health,
    PROBLEM: error,
  });
  return { ...run, seconds: Number(/(\d+) seconds\n$/.exec(run.output)![1]) };
}

const WORKER = { healthCheck: HealthCheck.none() };

describe('a container with a health check', () => {
  test('is ready when it is healthy', () => {
    const { exitCode, seconds, output } = waitFor({}, [[0, state('running', 'starting')], [4, state('running', 'healthy')]]);
    expect({ exitCode, seconds, output }).toEqual({ exitCode: 0, seconds: 4, output: '4 seconds\n' });
  });

  test('may end a few times before', () => {
    expect(waitFor({}, [
      [0, state('running', 'starting')], [1, state('restarting', 'unhealthy', 4, { code: 1 })], [2, state('running', 'starting', 4)],
      [5, state('running', 'healthy', 4)],
    ])).toMatchObject({ exitCode: 0, seconds: 5 });
  });

  test('fails when it always ends, with its last log and exit code', () => {
    const { exitCode, seconds, output } = waitFor({}, [[0, state('running', 'starting', 1)], [4, state('restarting', 'unhealthy', 5, { code: 2 })]], {
      log: 'flag provided but not defined: -prot\n',
    });
    expect({ exitCode, seconds }).toEqual({ exitCode: 1, seconds: 4 });
    expect(output).toBe(`dev/service: the container dev-service does not stay up: its program has ended 5 times within 4 seconds, the last time with exit code 2.
The end of its log (docker logs dev-service):
    flag provided but not defined: -prot
4 seconds
`);
  });

  test('fails at once when it is unhealthy, with the last different answers', () => {
    const { exitCode, seconds, output } = waitFor({}, [[0, state('running', 'starting')], [9, state('running', 'unhealthy')]], {
      health: 'GET /: refused\n\nGET /: status 404\n\nGET /: status 404\n',
    });
    expect({ exitCode, seconds }).toEqual({ exitCode: 1, seconds: 9 });
    expect(output).toContain('is unhealthy after 9 seconds. If it needs more time to start, raise "startPeriod" of its health check.');
    expect(output).toContain('Last answers of its health check:\n    GET /: refused\n    GET /: status 404\nIts log is empty (docker logs dev-service).\n');
  });

  test('fails after its longest wait when the engine never decides', () => {
    const { exitCode, seconds, output } = waitFor({}, [[0, state('running', 'starting')]]);
    expect({ exitCode, seconds }).toEqual({ exitCode: 1, seconds: 85 });
    expect(output).toContain('dev/service: the container dev-service is not ready after 85 seconds: its state is running, its health starting.');
  });

  test('is left alone by the restart policy, and fails at once', () => {
    const { output } = waitFor({ restart: RestartPolicy.never() }, [[0, state('exited', 'unhealthy', 0, { code: 3 })]]);
    expect(output).toContain('has ended with exit code 3, and its restart policy leaves it so.');
  });

  test('is restarted as often as the user allows', () => {
    const props = { restart: RestartPolicy.onFailure(8) };
    expect(waitFor(props, [[0, state('restarting', 'starting', 8)], [9, state('running', 'healthy', 8)]])).toMatchObject({ exitCode: 0 });
  });
});

describe('a worker without a health check', () => {
  test('is ready when it has run for the settle time', () => {
    expect(waitFor(WORKER, [[0, state('running')]])).toMatchObject({ exitCode: 0, seconds: 10 });
    expect(waitFor({ ...WORKER, rollout: Rollout.recreate({ settleTime: Duration.seconds(30) }) }, [[0, state('running')]])).toMatchObject({ seconds: 30 });
  });

  test('must run for the settle time without a restart', () => {
    expect(waitFor(WORKER, [[0, state('running')], [6, state('running', 'none', 1)]])).toMatchObject({ exitCode: 0, seconds: 16 });
  });

  test('fails when it always ends', () => {
    expect(waitFor(WORKER, [0, 1, 2, 3, 4, 5].map((restarts) => [restarts * 6, state('restarting', 'none', restarts, { code: 1 })])))
      .toMatchObject({ exitCode: 1, seconds: 30 });
  });

  test('that ends with 0 is told that it is a task', () => {
    expect(waitFor(WORKER, [[0, state('restarting', 'none', 5)]]).output).toContain('A program that does its work and ends is a task: GoTask.');
  });
});

describe('the reason', () => {
  const loop: States = [[0, state('restarting', 'starting', 5, { code: 2 })]];

  test('names the memory limit, and what the engine says', () => {
    const { output } = waitFor({}, [[0, state('restarting', 'starting', 5, { code: 137, killed: true })]], { error: 'no such device' });
    expect(output).toContain('needed more memory than its limit');
    expect(output).toContain('The engine says:\n    no such device\n');
  });

  test.each([
    ['exec /app: exec format error', 'is built for another processor'],
    ['[FATAL tini (7)] exec /app failed: No such file or directory', 'is built for another processor'],
  ])('explains %s', (log, hint) => {
    expect(waitFor({}, loop, { log }).output).toContain(hint);
  });

  test('has the first and the last lines of a long log', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    const shown = waitFor({}, loop, { log: lines.join('\n') }).output.split('\n').filter((line) => /^ {4}/.test(line)).map((line) => line.trim());
    expect(shown).toEqual([...lines.slice(0, 10), '... 70 lines ...', ...lines.slice(80)]);
  });

  test.each([1, 10, 11, 30, 31])('shows each of %d lines once', (count) => {
    const lines = Array.from({ length: count }, (_, index) => `line ${index + 1}`);
    const shown = waitFor({}, loop, { log: lines.join('\n') }).output.split('\n').filter((line) => /^ {4}/.test(line)).map((line) => line.trim());
    expect(shown.filter((line) => line.startsWith('line'))).toEqual(count === 31 ? lines.filter((line) => line !== 'line 11') : lines);
  });

  test('has no control characters, and no endless lines', () => {
    const { output } = waitFor({}, loop, { log: `\\033[31mred\\033[0m\\r\\007 \\033]0;title\\007\\tend\\n${'x'.repeat(1_000)}` });
    expect(output).toContain('    red ]0;title\tend\n');
    expect(output).toMatch(/\n {4}x{400}\n/);
    expect(output).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  });

  test('is that the engine does not answer', () => {
    const { exitCode, output } = waitFor({}, [[0, 'missing']]);
    expect(exitCode).toBe(1);
    expect(output).toContain('dev/service: cannot ask the engine about the container dev-service. Terraform needs a docker command that reaches the engine:\n'
      + '    WARNING: a warning of the docker command\n    Error: No such object\n');
  });
});

describe('what waits', () => {
  const waits = (provider?: DockerProviderConfig) => {
    const stack = newStack('dev', provider);
    goService(stack);
    return container(stack, 'dev-service').wait;
  };

  test('is the provider where there is no docker command, or where it has no access', () => {
    const stack = newStack();
    goService(stack);
    expect(synthesized(stack).locals.docker_command).toMatch(/^\$\{abspath\("\/"\) == "\/" && anytrue\(\[for directory in \["\/usr\/bin",.*fileexists/);
    expect(waits()).toBe('${!local.docker_command}');
    expect(waits({ host: 'tcp://10.0.0.1:2376', certMaterial: 'a', keyMaterial: 'b' })).toBe('${true}');
    expect(waits({ host: 'ssh://deploy@server' })).toBe('${abspath("/") != "/"}');
  });

  test('refers to nothing sensitive: Terraform would hide the reason', () => {
    const stack = newStack();
    goService(stack, { secretEnvironment: { TOKEN: 'very secret' } });
    expect(JSON.stringify(container(stack, 'dev-service').provisioner)).not.toContain('secret');
  });

  test('is a gateway\'s first second, whatever its health is', () => {
    const stack = newStack();
    new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
    expect(container(stack, 'dev-gateway').provisioner[0]['local-exec'].environment).toMatchObject({ IGNORE_HEALTH: 'yes', SETTLE_SECONDS: '1' });
  });

  test('is each replica, and a failure says that the others are as they were', () => {
    const stack = newStack();
    new ContainerService(stack, 'cache', { image: ContainerImage.fromRegistry('redis:7'), rollout: Rollout.blueGreen(), replicas: 3 });
    const environments = resources(stack, 'docker_container').map(({ provisioner }) => provisioner[0]['local-exec'].environment);
    expect(environments).toHaveLength(3);
    environments.forEach((environment) => expect(environment).toMatchObject({ SETTLE_SECONDS: '10', MEANING: ' What ran before has not been touched.' }));
  });
});
