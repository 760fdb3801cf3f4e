import { ContainerFile, ContainerMount, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** An MQTT server. It keeps retained messages in its data directory. */
export const mochiMqtt: RealProgram = {
  name: 'mochi-mqtt',
  kinds: ['configuration files', 'several ports', 'data directory'],
  module: 'github.com/mochi-mqtt/server/v2',
  versions: ['v2.7.8', 'v2.7.9'],
  firstTry: { worked: true },
  ports: ['mqtt', 'websocket'],

  deploy: (stack, { source, port, file, volume }) => {
    new GoService(stack, 'mqtt', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/docker' }),
      arguments: ['-config', '/etc/mqtt/config.yaml'],
      port: 1883,
      publish: PublishedPort.onLoopback(port('mqtt')),
      healthCheck: HealthCheck.tcp(),
      ports: [ServicePort.tcp('websocket', 1882, { publish: PublishedPort.onLoopback(port('websocket')) })],
      files: [ContainerFile.fromFile('/etc/mqtt/config.yaml', file('mochi-mqtt/config.yaml'))],
      mounts: [ContainerMount.volume(volume('data'), '/data')],
    });
  },

  use: async (deployed) => {
    const payload = Buffer.concat([text('shop/open'), Buffer.from('since eight')]);
    // A PUBLISH that is retained, then PINGREQ: its answer says that the server has taken both.
    await deployed.dialogue('mqtt', Buffer.concat([CONNECT, Buffer.from([0x31, payload.length]), payload, Buffer.from('c000', 'hex')]), (answer) => answer.length >= 6);
    await hasMessage(deployed);
  },
  useNext: async (deployed) => hasMessage(deployed),
};

/** MQTT 3.1.1: a string has its length in front. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
}

const CONNECT = Buffer.concat([Buffer.from([0x10, 16]), text('MQTT'), Buffer.from([4, 2, 0, 60]), text('test')]);

/** Subscribes to the topic, and waits for the retained message. */
async function hasMessage(deployed: Deployed): Promise<void> {
  const topic = Buffer.concat([Buffer.from([0, 1]), text('shop/open'), Buffer.from([0])]);
  const answer = await deployed.dialogue('mqtt', Buffer.concat([CONNECT, Buffer.from([0x82, topic.length]), topic]),
    (received) => received.includes('since eight'));
  contains(answer.toString('latin1'), 'since eight');
}
