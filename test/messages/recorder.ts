import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { Annotations } from 'cdktf';
import { PlainError } from '../../lib/command/plain-error';
import { ModuleSyntaxError } from '../../lib/go/module-syntax';
import { InputError } from '../../lib/input/input-error';

const REPOSITORY = path.join(__dirname, '..', '..');

/** `npm run messages:check` reads what the tests of each file have produced. */
const DIRECTORY = path.join(REPOSITORY, '.messages');

/**
 * Records the messages that the tests of a file produce: problems of `InputError`, other errors of the library, and warnings. A run of one
 * file replaces the record of this file only.
 */
export function recordMessages(): void {
  const produced = new Map<string, string>();
  const record = (text: string) => {
    if (!produced.has(text)) {
      produced.set(text, expect.getState().currentTestName ?? '');
    }
  };
  const flush = recordErrors(record);
  const original = Annotations.prototype.addWarning;
  Annotations.prototype.addWarning = function (message: string) {
    record(message);
    return original.call(this, message);
  };
  afterAll(() => {
    flush();
    write(expect.getState().testPath!, produced);
  });
}

/**
 * Each of these classes calls `Error` in its constructor. Their own module holds the class itself, so that an export in its place would miss
 * those that the module constructs.
 *
 * @returns records the last error
 */
function recordErrors(record: (text: string) => void): () => void {
  // What an error says is complete when its constructor has returned: before the next one is made.
  let last: Error | undefined;
  const flush = () => {
    if (last !== undefined) {
      record(last instanceof InputError ? last.problem.what : last.message);
    }
    last = undefined;
  };
  const base = new Proxy(Error, {
    construct(target, args, newTarget) {
      flush();
      return last = Reflect.construct(target, args, newTarget);
    },
  });
  for (const type of [InputError, PlainError, ModuleSyntaxError]) {
    Object.setPrototypeOf(type, base);
  }
  return flush;
}

function write(file: string, produced: ReadonlyMap<string, string>): void {
  const test = path.relative(REPOSITORY, file).split(path.sep).join('/');
  const sha256 = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  fs.mkdirSync(DIRECTORY, { recursive: true });
  fs.writeFileSync(path.join(DIRECTORY, `${test.replaceAll('/', '+')}.json`), JSON.stringify({ test, sha256, produced: [...produced] }, undefined, 1));
}
