import { ContainerNetwork } from '../../lib';
import { goService, newStack, resources } from '../stack';

test('an isolated network has no address of the host, and one that exists keeps its options', () => {
  const stack = newStack();
  goService(stack, { networks: [new ContainerNetwork(stack, 'network', { isolated: true })] });
  expect(resources(stack, 'docker_network')).toMatchObject([{
    internal: true, options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' }, lifecycle: { ignore_changes: ['options'] },
  }]);
});

test('another network has no options', () => {
  const stack = newStack();
  goService(stack, { networks: [new ContainerNetwork(stack, 'network')] });
  const [network] = resources(stack, 'docker_network');
  expect(network).not.toHaveProperty('options');
  expect(network).not.toHaveProperty('lifecycle');
});
