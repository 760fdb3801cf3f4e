import * as http2 from 'http2';

/** An encoded field of a protobuf message, or the bytes of a field's value. */
export type Field = Buffer;

/** A field with a number of less than 128. */
export function integer(field: number, value: number): Field {
  return Buffer.from([8 * field, value]);
}

/** A field with bytes, a text or a message: the encoded fields of the message, one after another. */
export function bytes(field: number, ...content: Field[]): Field {
  const value = Buffer.concat(content);
  if (value.length > 127) {
    throw new Error('the length does not fit into one byte');
  }
  return Buffer.concat([Buffer.from([8 * field + 2, value.length]), value]);
}

/** Calls a method of a gRPC server without TLS, and returns the encoded answer; a status other than 0 is an error. */
export async function callGrpc(port: number, method: string, ...fields: Field[]): Promise<Buffer> {
  const message = Buffer.concat(fields);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  const session = http2.connect(`http://127.0.0.1:${port}`);
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':method': 'POST', ':path': method, 'content-type': 'application/grpc', 'te': 'trailers' });
      const chunks: Buffer[] = [];
      let status: string | undefined;
      // An error without an answer has its status in the headers.
      stream.on('response', (headers) => (status = headers['grpc-status'] as string | undefined));
      stream.on('trailers', (headers) => (status = headers['grpc-status'] as string | undefined));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => status === '0' ? resolve(Buffer.concat(chunks).subarray(5)) : reject(new Error(`${method}: gRPC status ${status}`)));
      stream.setTimeout(10_000, () => reject(new Error(`${method}: no answer`)));
      stream.end(Buffer.concat([head, message]));
    });
  } finally {
    session.destroy();
  }
}
