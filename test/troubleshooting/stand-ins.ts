import * as http from 'http';
import * as https from 'https';
import { AddressInfo } from 'net';
import { networkInterfaces } from 'os';

/** An address of this machine that the engine does not take for loopback. Of a registry there, the engine expects HTTPS. */
export function addressBeyondLoopback(): string {
  const found = Object.values(networkInterfaces()).flatMap((each) => each ?? []).find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) {
    throw new Error('this machine has no network but loopback');
  }
  return found.address;
}

/** Answers of a registry, by repository. */
const ANSWERS: Readonly<Record<string, { readonly status: number; readonly type?: string; readonly body: unknown }>> = {
  private: { status: 403, body: { errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] } },
  busy: { status: 429, body: { errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your unauthenticated pull rate limit.' }] } },
  untagged: { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] } },
  foreign: {
    status: 200,
    type: 'application/vnd.oci.image.index.v1+json',
    body: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{
        mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2, platform: { os: 'linux', architecture: 's390x' },
      }],
    },
  },
};

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const repository = /^\/v2\/([a-z]+)\//.exec(request.url!)?.[1];
  const { status, type = 'application/json', body } = repository === undefined ? { status: 200, body: {} } : ANSWERS[repository];
  response.writeHead(status, { 'Content-Type': type });
  response.end(JSON.stringify(body));
}

/**
 * Answers as a registry does that refuses, knows no tag, or has other platforms only. A real registry answers so only to some clients and at some
 * times. The words are those that the specification of OCI has for it.
 */
export class StandInRegistry {
  public static async start(address: string, certificate?: { readonly certificate: string; readonly key: string }): Promise<StandInRegistry> {
    const server = certificate === undefined ? http.createServer(answer)
      : https.createServer({ cert: certificate.certificate, key: certificate.key }, answer);
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return new StandInRegistry(server, `${address}:${(server.address() as AddressInfo).port}`);
  }

  private constructor(private readonly server: http.Server, public readonly host: string) {}

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
