import * as http from 'http';
import { AddressInfo } from 'net';

/** A server that keeps Terraform's state, with locks, as its `http` backend asks for. */
export class StateServer {
  public static async start(): Promise<StateServer> {
    const server = new StateServer();
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The state, as Terraform has written it. */
  public state = '';
  /** Who holds the lock, as JSON of Terraform. */
  public lock = '';

  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => body += text).on('end', () => {
      const [status, answer] = this.answer(request.method!, body);
      response.writeHead(status).end(answer);
    });
  });

  public get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/state`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(method: string, body: string): [number, string] {
    switch (method) {
      case 'GET':
        return this.state === '' ? [404, ''] : [200, this.state];
      case 'POST':
        this.state = body;
        return [200, ''];
      case 'LOCK':
        if (this.lock !== '') {
          return [423, this.lock];
        }
        this.lock = body;
        return [200, ''];
      case 'UNLOCK':
        this.lock = '';
        return [200, ''];
      default:
        return [405, ''];
    }
  }
}
