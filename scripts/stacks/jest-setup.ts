/** Loaded before each test file: records what its tests synthesize, by the tests' names. */
import * as path from 'node:path';
import { recordSyntheses } from './record';

/** Jest's own, which the compiler knows in tests only. */
declare const expect: { getState(): { currentTestName?: string } };

const directory = process.env.STACKS_DIRECTORY;
if (directory === undefined) {
  throw new Error('STACKS_DIRECTORY must name the directory of the records');
}
recordSyntheses(path.join(directory, `${process.pid}.ndjson`), () => expect.getState().currentTestName ?? '(outside of tests)');
