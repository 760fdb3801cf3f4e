import * as http from 'http';
import * as https from 'https';
import * as net from 'net';

export interface Answer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

/** One request on a connection of its own. */
export async function ask(url: string, options: https.RequestOptions = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    const request = client.request(url, { agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Everything that is received on one connection until it ends, or until there was nothing for a while. */
export async function raw(port: number, sent: string, quietMilliseconds = 1500): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.from(sent, 'latin1')));
    socket.setTimeout(quietMilliseconds, () => socket.destroy());
    socket.on('data', (data) => { received += data.toString('latin1'); });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

/** The status codes of all answers in what was received. */
export function statuses(received: string): number[] {
  return [...received.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
}
