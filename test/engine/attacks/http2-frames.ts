import * as net from 'net';
import * as tls from 'tls';

/** RFC 9113, section 6. */
export const FrameType = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, GOAWAY: 7, WINDOW_UPDATE: 8, CONTINUATION: 9 } as const;

export const Flag = { END_STREAM: 1, END_HEADERS: 4, ACK: 1 } as const;

const SETTINGS_INITIAL_WINDOW_SIZE = 4;

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Literal header fields without indexing and without Huffman coding: RFC 7541, section 6.2.2. */
export function headerBlock(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) {
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  }
  const rest: number[] = [];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) {
    rest.push(left % 128 + 128);
  }
  return Buffer.concat([Buffer.from([127, ...rest, left]), bytes]);
}

/** A connection whose frames are written by hand. */
export class Http2Connection {
  public static async open(port: number, options: { readonly secure?: boolean; readonly window?: number } = {}): Promise<Http2Connection> {
    const socket = options.secure
      ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, servername: 'shop.example', ALPNProtocols: ['h2'] })
      : net.connect(port, '127.0.0.1');
    const connection = new Http2Connection(socket);
    await new Promise<void>((resolve) => {
      socket.once(options.secure ? 'secureConnect' : 'connect', () => resolve());
      socket.once('close', () => resolve());
    });
    const settings = Buffer.alloc(6);
    settings.writeUInt16BE(SETTINGS_INITIAL_WINDOW_SIZE, 0);
    settings.writeUInt32BE(options.window ?? 65535, 2);
    connection.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(FrameType.SETTINGS, 0, 0, settings));
    return connection;
  }

  public received = Buffer.alloc(0);
  public closed = false;

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (data) => {
      // The last part is enough to see what the gateway says.
      this.received = Buffer.concat([this.received, data]).subarray(-65536);
    });
    socket.on('error', () => { this.closed = true; });
    socket.on('close', () => { this.closed = true; });
  }

  public write(...frames: Buffer[]): void {
    if (!this.closed) {
      this.socket.write(Buffer.concat(frames));
    }
  }

  public request(stream: number, path: string, further: readonly (readonly [string, string])[] = [], method = 'GET', authority = 'shop.example'): void {
    this.write(frame(FrameType.HEADERS, Flag.END_HEADERS + Flag.END_STREAM, stream, headerBlock([
      [':method', method], [':scheme', 'http'], [':path', path], [':authority', authority], ...further,
    ])));
  }

  /** Opens a stream and cancels it: CVE-2023-44487. */
  public requestAndReset(stream: number, path: string): void {
    this.request(stream, path);
    this.write(frame(FrameType.RST_STREAM, 0, stream, Buffer.from([0, 0, 0, 8])));
  }

  public destroy(): void {
    this.socket.destroy();
  }
}
