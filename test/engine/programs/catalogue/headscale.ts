import { ContainerFile, ContainerMount, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

/** A control server for Tailscale's clients. It keeps users in SQLite, which is written in Go. */
export const headscale: RealProgram = {
  name: 'headscale',
  kinds: ['SQLite without cgo', 'own migrations', 'configuration files', 'several ports', 'UDP', 'data directory'],
  module: 'github.com/juanfont/headscale',
  versions: ['v0.26.0', 'v0.26.1'],
  firstTry: { worked: true },
  ports: ['http', 'metrics', 'stun'],

  deploy: (stack, { source, port, file, volume }) => {
    new GoService(stack, 'headscale', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/headscale' }),
      arguments: ['serve'],
      port: 8080,
      publish: PublishedPort.onLoopback(port('http')),
      healthCheck: HealthCheck.http('/health'),
      ports: [
        ServicePort.tcp('metrics', 9090, { publish: PublishedPort.onLoopback(port('metrics')) }),
        ServicePort.udp('stun', 3478, { publish: PublishedPort.onLoopback(port('stun')) }),
      ],
      files: [ContainerFile.fromFile('/etc/headscale/config.yaml', file('headscale/config.yaml'))],
      mounts: [ContainerMount.volume(volume('data'), '/var/lib/headscale')],
    });
  },

  use: async (deployed) => {
    await deployed.exec('headscale', '/app', 'users', 'create', 'ann');
    contains(await deployed.ask(deployed.url('metrics', '/metrics')), 'headscale');
    const answer = await deployed.answerTo('stun', BINDING_REQUEST);
    contains(answer.subarray(0, 2).toString('hex'), '0101');
  },
  useNext: async (deployed) => contains(await deployed.exec('headscale', '/app', 'users', 'list'), 'ann'),
};

/** STUN (RFC 8489), as Tailscale's clients ask and its server demands: with the software "tailnode" and a fingerprint. */
const BINDING_REQUEST = Buffer.from('000100142112a442070707070707070707070707802200087461696c6e6f646580280004759f50d3', 'hex');
