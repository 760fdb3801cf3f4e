import { ContainerNetwork, FileChange, GoTask, Liveness, PostgresDatabase, PublishedPort, Rollout } from '../../lib';
import { container, goImage, goService, newStack, resourcesByPath } from '../stack';

type Props = Record<string, any>;

function containerWith(props: Props): any {
  const stack = newStack();
  goService(stack, props);
  return container(stack, 'dev-service');
}

test('working directory, stop signal and further hosts', () => {
  expect(containerWith({
    workingDirectory: '/data', stopSignal: 'SIGINT', extraHosts: { 'host.docker.internal': 'host-gateway', 'db': '10.0.0.5' },
  })).toMatchObject({
    working_dir: '/data',
    stop_signal: 'SIGINT',
    host: [{ host: 'host.docker.internal', ip: 'host-gateway' }, { host: 'db', ip: '10.0.0.5' }],
  });
  const plain = containerWith({});
  expect([plain.working_dir, plain.stop_signal, plain.host, plain.pid_mode]).toEqual([undefined, undefined, undefined, undefined]);
});

test('the network of the host: no network, no trial, no networks of the stack', () => {
  const stack = newStack();
  goService(stack, { hostNetwork: true, image: goImage(stack) });
  const { docker_container: containers, docker_network: networks } = resourcesByPath(stack);
  expect(Object.keys(containers)).toEqual(['service/Resource']);
  expect(networks).toBeUndefined();
  expect(containers['service/Resource']).toMatchObject({ network_mode: 'host' });
  expect(containers['service/Resource'].networks_advanced).toBeUndefined();
});

test.each([
  ['as a setting', (stack: any) => goService(stack, { hostProcesses: true })],
  ['by an override', (stack: any) => goService(stack).resource.addOverride('pid_mode', 'host')],
])('the processes of the host %s come with the security option that the engine adds', (_, apply) => {
  const stack = newStack();
  apply(stack);
  expect(container(stack, 'dev-service')).toMatchObject({ pid_mode: 'host', security_opts: ['no-new-privileges:true', 'label=disable'] });
});

test('security options of the user are added', () => {
  const stack = newStack();
  const service = goService(stack, { hostProcesses: true });
  service.resource.addOverride('security_opts', ['seccomp=unconfined']);
  expect(container(stack, 'dev-service').security_opts).toEqual(['no-new-privileges:true', 'seccomp=unconfined', 'label=disable']);
});

test('among the processes of the host, nothing ends a program that hangs', () => {
  const stack = newStack();
  goService(stack, { hostProcesses: true, image: goImage(stack) });
  expect(container(stack, 'dev-service').init).toBeUndefined();
  expect(container(stack, 'dev-service').healthcheck.test.join(' ')).not.toContain('--kill');
});

test('tasks have them as well', () => {
  const stack = newStack();
  new GoTask(stack, 'task', { image: goImage(stack), workingDirectory: '/data', hostNetwork: true });
  expect(resourcesByPath(stack).docker_container['task/Resource']).toMatchObject({ working_dir: '/data', network_mode: 'host' });
});

test.each<[string, Props, string]>([
  ['a relative directory', { workingDirectory: 'data' }, 'not a working directory'],
  ['a signal without SIG', { stopSignal: 'INT' }, 'not a signal'],
  ['the signal 65', { stopSignal: '65' }, 'not a signal'],
  ['a host name for an address', { extraHosts: { db: 'db.example.com' } }, 'not an address for `extraHosts`'],
  ['a URL for a host name', { extraHosts: { 'http://db': '10.0.0.5' } }, 'not a host name for `extraHosts`'],
  ['a published port on the network of the host', { hostNetwork: true, publish: PublishedPort.onLoopback(80) }, 'publishes no port'],
  ['networks beside that of the host', { hostNetwork: true, networks: [ContainerNetwork.fromName('other')] }, 'cannot be on other networks'],
  ['two versions on the network of the host', { hostNetwork: true, rollout: Rollout.blueGreen() }, 'a blue/green service cannot have the network of the host'],
  ['a signal among the processes of the host', { hostProcesses: true, onFileChange: FileChange.signal('SIGHUP') }, 'process 1 of the host'],
  ['a network of this stack beside that of the host', { hostNetwork: true, networks: [new ContainerNetwork(newStack(), 'other')] }, 'leave one of the two out'],
  ['liveness among the processes of the host', { hostProcesses: true, liveness: Liveness.restart() }, 'the probe cannot tell which one it is'],
])('%s is refused', (_, props, message) => {
  const stack = newStack();
  expect(() => goService(stack, { image: goImage(stack), ...props })).toThrow(message);
});

test('a program on the network of the host joins no database, and gets no further port', () => {
  const stack = newStack();
  const service = goService(stack, { hostNetwork: true });
  expect(() => service.connectTo(new PostgresDatabase(stack, 'database'))).toThrow('leave `hostNetwork` out; or publish a port');
  expect(() => service.addPort(PublishedPort.onLoopback(80))).toThrow('publishes no port');
});
