import { aliasBehindGate, connectionOf } from '../../lib/docker/engine-connection';

function connection(attributes: Record<string, string | string[]>, environment: Record<string, string> = {}) {
  return connectionOf((name) => attributes[name], environment);
}

test('without settings it is the local engine, whatever context the docker command has chosen', () => {
  expect(connection({})).toEqual({ environment: { DOCKER_CONTEXT: 'default' }, certificates: undefined, shown: 'the local Docker engine' });
});

test.each<[string, Record<string, string>, Record<string, string>, Record<string, string>]>([
  ['the host of the provider', { host: 'unix:///run/a.sock' }, { DOCKER_HOST: 'unix:///run/b.sock' }, { DOCKER_CONTEXT: 'default', DOCKER_HOST: 'unix:///run/a.sock' }],
  ['the host of the environment', {}, { DOCKER_HOST: 'unix:///run/b.sock' }, { DOCKER_CONTEXT: 'default', DOCKER_HOST: 'unix:///run/b.sock' }],
  ['a context, which goes before the host', { context: 'far', host: 'unix:///run/a.sock' }, {}, { DOCKER_CONTEXT: 'far', DOCKER_HOST: '' }],
  ['a context of the environment', {}, { DOCKER_CONTEXT: 'far', DOCKER_HOST: 'unix:///run/b.sock' }, { DOCKER_CONTEXT: 'far', DOCKER_HOST: '' }],
  ['TLS', { host: 'tcp://a:2376', cert_path: '/c' }, {}, { DOCKER_CONTEXT: 'default', DOCKER_HOST: 'tcp://a:2376', DOCKER_CERT_PATH: '/c', DOCKER_TLS_VERIFY: '1' }],
])('%s', (_, attributes, environment, expected) => {
  expect(connection(attributes, environment).environment).toEqual(expected);
});

test('over ssh, with the options of the provider', () => {
  expect(connection({ host: 'ssh://a', ssh_opts: ['-i', 'key'] })).toEqual({ environment: {}, ssh: { destination: 'ssh://a', options: ['-i', 'key'] }, shown: 'ssh://a' });
});

test('certificates in the configuration become files', () => {
  expect(connection({ host: 'tcp://a:2376', ca_material: 'A', cert_material: 'B', key_material: 'C' })).toMatchObject({
    certificates: { 'ca.pem': 'A', 'cert.pem': 'B', 'key.pem': 'C' }, environment: { DOCKER_TLS_VERIFY: '1' },
  });
});

test.each([['gate_00', ''], ['far_gate_15', 'far'], ['far', 'far'], ['', '']])('behind %j is the provider %j', (alias, own) => {
  expect(aliasBehindGate(alias)).toBe(own);
});
