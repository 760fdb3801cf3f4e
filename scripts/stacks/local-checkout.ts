/** Loaded before an app: its `cdktf-go-docker` is the sources of the checkout that STACKS_CHECKOUT names, and its stacks are recorded. */
import Module from 'node:module';
import * as path from 'node:path';
import { recordSyntheses } from './record';

type Resolve = (request: string, ...rest: unknown[]) => string;

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) {
    throw new Error(`${variable} is not set`);
  }
  return value;
}

const library = path.join(required('STACKS_CHECKOUT'), 'lib', 'index.ts');
const loader = Module as unknown as { _resolveFilename: Resolve };
const original = loader._resolveFilename;
loader._resolveFilename = function (request, ...rest) {
  return original.call(this, request === 'cdktf-go-docker' ? library : request, ...rest);
};

const maker = process.env.STACKS_MAKER;
recordSyntheses(path.join(required('STACKS_DIRECTORY'), `${process.pid}.ndjson`), () => maker ?? process.env.STACKS_SNIPPET ?? '(no snippet)');
