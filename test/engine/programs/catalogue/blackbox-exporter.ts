import { ContainerFile, GoScratchImage, GoService, HealthCheck, PublishedPort } from '../../../../lib';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

/** Asks other programs whether they answer, as its configuration says. */
export const blackboxExporter: RealProgram = {
  name: 'blackbox-exporter',
  kinds: ['HTTP', 'configuration files'],
  module: 'github.com/prometheus/blackbox_exporter',
  versions: ['v0.27.0', 'v0.28.0'],
  firstTry: { worked: true },
  ports: ['http'],

  deploy: (stack, { source, port, file }) => {
    new GoService(stack, 'blackbox', {
      image: new GoScratchImage(stack, 'Image', { source }),
      arguments: ['--config.file=/etc/blackbox/blackbox.yml'],
      port: 9115,
      publish: PublishedPort.onLoopback(port('http')),
      healthCheck: HealthCheck.http('/-/healthy'),
      files: [ContainerFile.fromFile('/etc/blackbox/blackbox.yml', file('blackbox-exporter/blackbox.yml'))],
    });
  },

  use: async (deployed) => contains(await deployed.ask(deployed.url('http', '/probe?module=itself&target=127.0.0.1:9115')), 'probe_success 1'),
  useNext: async (deployed) => contains(await deployed.ask(deployed.url('http', '/probe?module=itself&target=127.0.0.1:9115')), 'probe_success 1'),
};
