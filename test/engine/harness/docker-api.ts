import * as http from 'http';

/** The oldest API that knows `start_interval`: Docker Engine 25. */
const API_VERSION = 'v1.44';

/** What an engine answered when it refused. */
export class DockerApiError extends Error {
  public constructor(public readonly status: number, request: string, message: string) {
    super(`${request}: ${status} ${message}`);
  }
}

export interface DockerRequest {
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** A tar archive, in place of a body. */
  readonly archive?: Buffer;
}

/**
 * The Docker Engine's HTTP API. It takes a container's settings as they are, where the command line would first map
 * them to options and back. Reference: https://docs.docker.com/reference/api/engine/version/v1.44/
 */
export const dockerApi = {
  async get<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    return parsed<T>(await call('GET', path, { query }));
  },

  async post<T>(path: string, request: DockerRequest = {}): Promise<T> {
    return parsed<T>(await call('POST', path, request));
  },

  /** Writes files into a container. */
  async putArchive(container: string, archive: Buffer): Promise<void> {
    await call('PUT', `/containers/${container}/archive`, { query: { path: '/' }, archive });
  },

  async delete(path: string, query: Record<string, string> = {}): Promise<void> {
    await call('DELETE', path, { query });
  },

  /** The answer's bytes: an archive, or a stream of output. */
  async bytes(method: 'GET' | 'POST', path: string, request: DockerRequest = {}): Promise<Buffer> {
    return call(method, path, request);
  },

  /** What a container without a terminal wrote: frames of 8 bytes (stream, 0, 0, 0, length) and content. */
  output(frames: Buffer): { stdout: string; stderr: string } {
    const streams: Buffer[][] = [[], [], []];
    for (let at = 0; at + 8 <= frames.length;) {
      const end = at + 8 + frames.readUInt32BE(at + 4);
      streams[frames[at]].push(frames.subarray(at + 8, end));
      at = end;
    }
    return { stdout: Buffer.concat(streams[1]).toString(), stderr: Buffer.concat(streams[2]).toString() };
  },
};

/** The socket's path; engines that answer elsewhere are for `docker context`, which these tests do not read. */
function socketPath(): string {
  return (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
}

function parsed<T>(answer: Buffer): T {
  return (answer.length > 0 ? JSON.parse(answer.toString()) : undefined) as T;
}

async function call(method: string, path: string, request: DockerRequest): Promise<Buffer> {
  const query = new URLSearchParams(request.query).toString();
  const body = request.archive ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  return new Promise((resolve, reject) => {
    const message = http.request({
      socketPath: socketPath(),
      method,
      path: `/${API_VERSION}${path}${query && `?${query}`}`,
      headers: body === undefined ? {} : { 'content-type': request.archive ? 'application/x-tar' : 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks);
        const status = response.statusCode ?? 0;
        if (status < 400) {
          resolve(answer);
        } else {
          reject(new DockerApiError(status, `${method} ${path}`, answer.toString().trim()));
        }
      });
    });
    message.on('error', reject);
    message.end(body);
  });
}
