import { promises as dns } from 'dns';
import { ContainerFile, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** Answers DNS questions over UDP and TCP. It keeps nothing. */
export const dnsproxy: RealProgram = {
  name: 'dnsproxy',
  kinds: ['UDP', 'configuration files'],
  module: 'github.com/AdguardTeam/dnsproxy',
  versions: ['v0.77.0', 'v0.78.0'],
  firstTry: { worked: true },
  ports: ['dns'],

  deploy: (stack, { source, port, file }) => {
    new GoService(stack, 'dns', {
      image: new GoScratchImage(stack, 'Image', { source }),
      arguments: ['--config-path=/etc/dnsproxy/config.yaml'],
      port: 5353,
      publish: PublishedPort.onLoopback(port('dns')),
      healthCheck: HealthCheck.tcp(),
      ports: [ServicePort.udp('dns-udp', 5353, { publish: PublishedPort.onLoopback(port('dns')) })],
      files: [ContainerFile.fromDirectory('/etc/dnsproxy', file('dnsproxy'))],
    });
  },

  use: async (deployed) => resolves(deployed),
  useNext: async (deployed) => resolves(deployed),
};

/** Over UDP, as Node.js asks. */
async function resolves(deployed: Deployed): Promise<void> {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 3 });
  resolver.setServers([`127.0.0.1:${deployed.port('dns')}`]);
  contains((await resolver.resolve4('shop.example')).join(), '192.0.2.7');
}
