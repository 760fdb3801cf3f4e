import * as net from 'net';
import * as tls from 'tls';
import { TerraformVariable } from 'cdktf';
import { ContainerFile, ContainerMount, GoScratchImage, GoService, HealthCheck, PublishedPort, ServicePort } from '../../../../lib';
import { PrivateAuthority, ServerCertificate } from '../../harness/certificates';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

let issued: ServerCertificate | undefined;

/** A message server with TLS. It keeps streams of messages in its data directory. */
export const natsServer: RealProgram = {
  name: 'nats-server',
  kinds: ['TLS', 'configuration files', 'several ports', 'data directory'],
  module: 'github.com/nats-io/nats-server/v2',
  versions: ['v2.15.2', 'v2.15.3'],
  firstTry: {
    worked: false,
    reason: 'Its configuration had a cluster beside JetStream, and lacked the `server_name` that NATS then asks for. The apply failed after 53 seconds with '
      + 'this line of the program\'s log.',
    remedy: 'The configuration has no cluster now.',
  },
  ports: ['clients', 'monitoring'],
  variables: () => {
    issued ??= new PrivateAuthority().issue(['DNS:nats.example']);
    return { certificate: issued.certificate, privateKey: issued.key };
  },

  deploy: (stack, { source, port, file, volume }) => {
    const certificate = new TerraformVariable(stack, 'certificate', {});
    const privateKey = new TerraformVariable(stack, 'privateKey', { sensitive: true });
    new GoService(stack, 'nats', {
      image: new GoScratchImage(stack, 'Image', { source }),
      arguments: ['--config', '/etc/nats/nats.conf'],
      port: 8222,
      publish: PublishedPort.onLoopback(port('monitoring')),
      healthCheck: HealthCheck.http('/healthz'),
      ports: [ServicePort.tcp('clients', 4222, { publish: PublishedPort.onLoopback(port('clients')) })],
      files: [
        ContainerFile.fromFile('/etc/nats/nats.conf', file('nats-server/nats.conf')),
        ContainerFile.text('/etc/nats/certificate.pem', certificate.stringValue),
        ContainerFile.secret('/run/secrets/nats.key', privateKey.stringValue),
      ],
      mounts: [ContainerMount.volume(volume('data'), '/data')],
    });
  },

  use: async (deployed) => {
    const port = deployed.port('clients');
    const stream = JSON.stringify({ name: 'orders', subjects: ['orders.*'], storage: 'file', retention: 'limits', max_consumers: -1, max_msgs: -1, max_bytes: -1, max_age: 0, num_replicas: 1, discard: 'old' });
    contains(await ask(port, '$JS.API.STREAM.CREATE.orders', stream), '"name":"orders"');
    contains(await ask(port, 'orders.dk', 'two pears'), '"seq":1');
  },
  useNext: async (deployed) => {
    const answer = await ask(deployed.port('clients'), '$JS.API.STREAM.MSG.GET.orders', '{"seq":1}');
    contains(answer, Buffer.from('two pears').toString('base64'));
  },
};

/** Sends a request with TLS, as NATS has it: the server greets first, then both change over. Returns the reply's payload. */
async function ask(port: number, subject: string, payload: string): Promise<string> {
  const plain = net.connect(port, '127.0.0.1');
  try {
    return await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reply to ${subject}`)), 10_000);
      plain.once('error', reject);
      plain.once('data', () => {
        const socket = tls.connect({ socket: plain, rejectUnauthorized: false }, () => {
          if (socket.getPeerCertificate().subjectaltname !== 'DNS:nats.example') {
            reject(new Error(`the certificate is for ${socket.getPeerCertificate().subjectaltname}`));
          }
          socket.write(`CONNECT {"verbose":false,"tls_required":true}\r\nSUB reply 1\r\nPUB ${subject} reply ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
        });
        let received = '';
        socket.on('error', reject);
        socket.on('data', (data) => {
          received += data.toString();
          const reply = /MSG reply 1 (\d+)\r\n/.exec(received);
          const body = reply && received.slice(reply.index + reply[0].length);
          if (reply && body!.length >= Number(reply[1])) {
            clearTimeout(timer);
            resolve(body!.slice(0, Number(reply[1])));
          }
        });
      });
    });
  } finally {
    plain.destroy();
  }
}
