import * as path from 'path';
import { fileURLToPath } from 'url';

const LIBRARY = path.join(__dirname, '..') + path.sep;

const FRAME = /^\s+at (?:.*\()?(?<file>[^()]+?):(?<line>\d+):\d+\)?$/;

/**
 * The line of the user's program that called the library, for example `main.ts:12`.
 * It is undefined for programs in other languages: jsii does not pass on their stack frames.
 */
export function userLine(stack: string): string | undefined {
  if (process.env.JSII_AGENT !== undefined) {
    return undefined;
  }
  for (const text of stack.split('\n')) {
    const { file, line } = FRAME.exec(text)?.groups ?? {};
    if (file !== undefined && isUsers(file)) {
      return `${shortened(file)}:${line}`;
    }
  }
  return undefined;
}

function isUsers(file: string): boolean {
  return !file.startsWith('node:') && !file.startsWith('<') && file !== 'native' && !pathOf(file).startsWith(LIBRARY);
}

function shortened(file: string): string {
  const relative = path.relative(process.cwd(), pathOf(file));
  return relative.startsWith('..') ? pathOf(file) : relative;
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? fileURLToPath(file) : file;
}
