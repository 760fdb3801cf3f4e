import * as https from 'https';
import { TLSSocket } from 'tls';
import { ContainerFile, ContainerMount, GoScratchImage, GoService, HealthCheck, PublishedPort } from '../../../../lib';
import { contains, Deployed } from '../deployed';
import { RealProgram } from '../real-program';

/** A web server, with HTTPS from a certificate authority of its own that is in its data directory. */
export const caddy: RealProgram = {
  name: 'caddy',
  kinds: ['TLS', 'configuration files', 'data directory'],
  module: 'github.com/caddyserver/caddy/v2',
  versions: ['v2.11.8', 'v2.11.9'],
  firstTry: { worked: true },
  ports: ['https'],

  deploy: (stack, { source, port, file, volume }) => {
    new GoService(stack, 'caddy', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/caddy', probeTls: true }),
      arguments: ['run', '--config', '/etc/caddy/Caddyfile'],
      environment: { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: '/data/config' },
      port: 8443,
      publish: PublishedPort.onLoopback(port('https')),
      healthCheck: HealthCheck.https('/healthz', { insecure: true }),
      files: [ContainerFile.fromFile('/etc/caddy/Caddyfile', file('caddy/Caddyfile'))],
      mounts: [ContainerMount.volume(volume('data'), '/data')],
    });
  },

  use: async (deployed) => {
    contains(await authorityOf(deployed), 'Caddy Local Authority');
    authority = await authorityOf(deployed);
  },
  useNext: async (deployed) => contains(await authorityOf(deployed), authority),
};

/** What signed the certificate of the first version. */
let authority = '';

/** The authority's name and fingerprint. */
async function authorityOf(deployed: Deployed): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get({
      host: '127.0.0.1', port: deployed.port('https'), servername: 'localhost', headers: { host: 'localhost' }, rejectUnauthorized: false, agent: false,
    }, (response) => {
      const issuer = (response.socket as TLSSocket).getPeerCertificate(true).issuerCertificate;
      response.resume().on('end', () => response.statusCode === 200
        ? resolve(`${issuer.subject.CN} ${issuer.fingerprint256}`) : reject(new Error(`status ${response.statusCode}`)));
    });
    request.on('error', reject);
  });
}
