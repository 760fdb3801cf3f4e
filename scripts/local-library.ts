/** Loaded before an example: its `cdktf-go-docker` is then this repository's sources, as they are, without a compilation. */
import Module from 'node:module';
import * as path from 'node:path';

type Resolve = (request: string, ...rest: unknown[]) => string;
const loader = Module as unknown as { _resolveFilename: Resolve };
const original = loader._resolveFilename;

loader._resolveFilename = function (request, ...rest) {
  return original.call(this, request === 'cdktf-go-docker' ? path.join(__dirname, '..', 'lib', 'index.ts') : request, ...rest);
};
