import { ContainerFile, ContainerMount, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** Sends alerts on. It keeps silences in its data directory. */
export const alertmanager: RealProgram = {
  name: 'alertmanager',
  kinds: ['configuration files', 'several ports', 'data directory'],
  module: 'github.com/prometheus/alertmanager',
  versions: ['v0.28.1', 'v0.31.1'],
  firstTry: { worked: true },
  ports: ['http', 'cluster'],

  deploy: (stack, { source, port, file, volume }) => {
    const cluster = PublishedPort.onLoopback(port('cluster'));
    new GoService(stack, 'alertmanager', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/alertmanager' }),
      arguments: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager', '--cluster.listen-address=0.0.0.0:9094'],
      port: 9093,
      publish: PublishedPort.onLoopback(port('http')),
      healthCheck: HealthCheck.http('/-/ready'),
      ports: [ServicePort.tcp('cluster', 9094, { publish: cluster }), ServicePort.udp('cluster-udp', 9094, { publish: cluster })],
      files: [ContainerFile.fromFile('/etc/alertmanager/alertmanager.yml', file('alertmanager/alertmanager.yml'))],
      mounts: [ContainerMount.volume(volume('data'), '/alertmanager')],
    });
  },

  use: async (deployed) => {
    const [startsAt, endsAt] = [0, 3_600_000].map((later) => new Date(Date.now() + later).toISOString());
    await deployed.ask(deployed.url('http', '/api/v2/silences'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ matchers: [{ name: 'service', value: 'shop', isRegex: false }], startsAt, endsAt, createdBy: 'ann', comment: 'the move' }),
    });
    await hasSilence(deployed);
  },

  useNext: async (deployed) => {
    await hasSilence(deployed);
    contains(await deployed.ask(deployed.url('http', '/api/v2/status')), '"cluster"');
  },
};

async function hasSilence(deployed: Deployed): Promise<void> {
  contains(await deployed.ask(deployed.url('http', '/api/v2/silences')), '"the move"');
}
