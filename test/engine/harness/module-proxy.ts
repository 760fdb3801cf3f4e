import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import * as https from 'https';
import * as path from 'path';
import { ServerCertificate } from './certificates';

/** One version of one module. Source of all formats: https://go.dev/ref/mod */
export interface ServedModule {
  readonly path: string;
  readonly version: string;
  /** Path in the module → text; `go.mod` is one of them. */
  readonly files: Readonly<Record<string, string>>;
}

/** The module's lines of a go.sum. */
export function goSum(module: ServedModule): string {
  const prefix = `${module.path}@${module.version}/`;
  const all = Object.entries(module.files).map(([name, text]) => [prefix + name, text] as const);
  return [
    `${module.path} ${module.version} ${directoryHash(all)}`,
    `${module.path} ${module.version}/go.mod ${directoryHash([['go.mod', module.files['go.mod']]])}`,
    '',
  ].join('\n');
}

/** `Hash1` of golang.org/x/mod/sumdb/dirhash. */
function directoryHash(files: readonly (readonly [string, string])[]): string {
  const lines = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}

/** What a proxy answers about a module: https://go.dev/ref/mod#goproxy-protocol */
function answersFor(module: ServedModule): Record<string, string | Buffer> {
  const base = `/${module.path}/@v/${module.version}`;
  const zipped = Object.entries(module.files).map(([name, text]) => [`${module.path}@${module.version}/${name}`, text]);
  return {
    [`${base}.info`]: JSON.stringify({ Version: module.version, Time: '2024-01-01T00:00:00Z' }),
    [`${base}.mod`]: module.files['go.mod'],
    [`${base}.zip`]: execFileSync('go', ['run', '.'], {
      cwd: path.join(__dirname, '..', 'fixtures', 'modulezip'),
      input: JSON.stringify(Object.fromEntries(zipped)),
    }),
  };
}

/** A module proxy that answers over HTTPS to one user only. */
export class PrivateModuleProxy {
  /** How many requests came without the right credentials. */
  public refused = 0;
  /** How many requests were answered. */
  public answered = 0;

  private readonly server: https.Server;

  public constructor(modules: readonly ServedModule[], tls: ServerCertificate, login: string, password: string) {
    const answers: Record<string, string | Buffer> = Object.assign({}, ...modules.map(answersFor));
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    this.server = https.createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
      const answer = answers[request.url ?? ''];
      if (request.headers.authorization !== authorization) {
        this.refused += 1;
        response.writeHead(401).end('who are you?');
      } else if (answer === undefined) {
        response.writeHead(404).end('no such module');
      } else {
        this.answered += 1;
        response.end(answer);
      }
    });
  }

  /** Listens on one address of this machine, and returns the port. */
  public async listen(address: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.on('error', reject);
      this.server.listen(0, address, resolve);
    });
    return (this.server.address() as { port: number }).port;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
