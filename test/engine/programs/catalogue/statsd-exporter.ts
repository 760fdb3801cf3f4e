import { ContainerFile, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** Takes metrics over UDP and TCP, and shows them to Prometheus. It keeps none. */
export const statsdExporter: RealProgram = {
  name: 'statsd-exporter',
  kinds: ['UDP', 'several ports', 'configuration files'],
  module: 'github.com/prometheus/statsd_exporter',
  versions: ['v0.30.0', 'v0.31.0'],
  firstTry: { worked: true },
  ports: ['metrics', 'statsd'],

  deploy: (stack, { source, port, file }) => {
    new GoService(stack, 'statsd', {
      image: new GoScratchImage(stack, 'Image', { source }),
      arguments: ['--statsd.mapping-config=/etc/statsd/mapping.yml'],
      port: 9102,
      publish: PublishedPort.onLoopback(port('metrics')),
      healthCheck: HealthCheck.http('/-/healthy'),
      ports: [
        ServicePort.udp('statsd', 9125, { publish: PublishedPort.onLoopback(port('statsd')) }),
        ServicePort.tcp('statsd-tcp', 9125),
      ],
      files: [ContainerFile.fromFile('/etc/statsd/mapping.yml', file('statsd-exporter/mapping.yml'))],
    });
  },

  use: async (deployed) => countsDatagrams(deployed),
  useNext: async (deployed) => countsDatagrams(deployed),
};

async function countsDatagrams(deployed: Deployed): Promise<void> {
  await deployed.eventually(async () => {
    await deployed.send('statsd', 'shop.dk.orders:1|c');
    contains(await deployed.ask(deployed.url('metrics', '/metrics')), 'shop_orders{country="dk"}');
  });
}
