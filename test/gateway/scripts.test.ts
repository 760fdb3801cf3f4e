import { STATE_DIRECTORY } from '../../lib/gateway/haproxy/settings';
import { quoted } from '../../lib/gateway/haproxy/text';
import { CONFIGURE_SCRIPT, HEALTH_COMMAND } from '../../lib/gateway/scripts';
import { type FakeTools, runWithFakes } from '../fake-tools';
import { writeFiles } from '../go/fixture';

describe('a new configuration', () => {
  function configure(tools: FakeTools, environment: Record<string, string>) {
    const directory = writeFiles({ keep: '' });
    const { exitCode, output } = runWithFakes(CONFIGURE_SCRIPT.replaceAll(STATE_DIRECTORY, directory), { haproxy: '', sleep: '', seq: 'echo 1', ...tools }, {
      CONFIGURATION: 'global', USERS: '', AUTHORITIES: '', TRUSTED: '', ...environment,
    });
    return { exitCode, output };
  }

  test('with a password that is no hash is refused', () => {
    const { exitCode, output } = configure({}, { USERS: 'shop alice secret' });
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'alice\nthe passwords of these users are not hashes: make them with openssl passwd -6\n' });
  });

  test('that the gateway does not take over fails', () => {
    const { exitCode, output } = configure({}, {});
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'the gateway has not taken over its new configuration: its own log says why\n' });
  });
});

describe('the health check', () => {
  function check(code: number, silent: string) {
    const count = `${writeFiles({ silent })}/silent`;
    const { exitCode, output } = runWithFakes(HEALTH_COMMAND.replaceAll('/dev/shm/silent', count), { timeout: `exit ${code}` }, {});
    return { exitCode, output };
  }

  test('says that nothing accepts connections', () => {
    expect(check(3, '0')).toEqual({ exitCode: 1, output: 'the gateway does not accept connections\n' });
  });

  test('counts the answers that are missing', () => {
    expect(check(124, '0')).toEqual({ exitCode: 1, output: 'the gateway has not answered 1 times in a row\n' });
  });
});

test('a line break never gets into a word of the configuration', () => {
  expect(() => quoted('a\nb')).toThrow('HAProxy\'s configuration cannot hold "a\\nb"');
});
