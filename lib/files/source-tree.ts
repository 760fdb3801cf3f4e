import * as fs from 'node:fs';
import { InputError } from '../input/input-error';

export type EntryKind = 'file' | 'directory' | 'symlink' | 'other';

export interface Entry {
  /** The name. Lone surrogates (U+DC80 to U+DCFF) stand for bytes that are not UTF-8, so names stay distinct. */
  readonly name: string;
  readonly kind: EntryKind;
}

/** Node's limit of one read. */
const LARGEST_FILE = 2 ** 31 - 1;

/** The file system as one synth sees it: it reads each file and lists each directory at most once. */
export class SourceTree {
  private readonly contents = new Map<string, Buffer>();
  private readonly executables = new Map<string, boolean>();
  private readonly listings = new Map<string, readonly Entry[] | undefined>();
  private readonly kinds = new Map<string, EntryKind | undefined>();
  private readonly results = new Map<string, unknown>();

  /** The entries sorted by name; `undefined` if the directory does not exist. Follows symbolic links to directories. */
  public list(directory: string): readonly Entry[] | undefined {
    return remember(this.listings, directory, () => readDirectory(directory));
  }

  /** The kind of the path's target, after symbolic links; `undefined` if it is missing or unreadable. */
  public kindOf(file: string): EntryKind | undefined {
    return remember(this.kinds, file, () => statKind(file));
  }

  public isFile(file: string): boolean {
    return this.kindOf(file) === 'file';
  }

  public isDirectory(directory: string): boolean {
    return this.kindOf(directory) === 'directory';
  }

  /** The content of a file that the build needs. Throws `InputError` if it cannot be read. */
  public readFile(file: string, limit = LARGEST_FILE): Buffer {
    return remember(this.contents, file, () => {
      const { content, executable } = readBounded(file, Math.min(limit, LARGEST_FILE));
      this.executables.set(file, executable);
      return content;
    });
  }

  /** Like `readFile`, without keeping the content. */
  protected readOnce(file: string, limit = LARGEST_FILE): Buffer {
    return readBounded(file, limit).content;
  }

  /** Whether the owner may execute the file. Fingerprints and builds see no other permission. */
  public isExecutable(file: string): boolean {
    return remember(this.executables, file, () => {
      try {
        return isExecutableMode(fs.statSync(encodePath(file)).mode);
      } catch (error) {
        throw unreadable(file, reason(error));
      }
    });
  }

  /** Caches the result of `compute` by key. */
  public remember<T>(key: string, compute: () => T): T {
    return remember(this.results as Map<string, T>, key, compute);
  }
}

export function isForeignName(name: string): boolean {
  return FOREIGN.test(name);
}

const FOREIGN = /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/;

function remember<K, T>(map: Map<K, T>, key: K, compute: () => T): T {
  const known = map.get(key);
  if (known !== undefined || map.has(key)) {
    return known as T;
  }
  const value = compute();
  map.set(key, value);
  return value;
}

function readDirectory(directory: string): readonly Entry[] | undefined {
  let entries;
  try {
    entries = fs.readdirSync(encodePath(directory), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw unreadable(directory, reason(error), 'directory');
  }
  return (entries as unknown as fs.Dirent<Buffer>[])
    .map(entry => ({
      raw: entry.name,
      entry: {
        name: decodeName(entry.name),
        kind: (entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'symlink' : 'other') as EntryKind,
      },
    }))
    .sort((a, b) => Buffer.compare(a.raw, b.raw))
    .map(({ entry }) => entry);
}

function statKind(file: string): EntryKind | undefined {
  try {
    const stat = fs.statSync(encodePath(file), { throwIfNoEntry: false });
    return stat === undefined ? undefined : stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other';
  } catch {
    return undefined;
  }
}

function readBounded(file: string, limit: number): { content: Buffer; executable: boolean } {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(encodePath(file), 'r');
    const stat = fs.fstatSync(descriptor);
    if (stat.size > limit) {
      throw new InputError({
        what: 'a file that the build needs is too large',
        given: file,
        allowed: `at most ${limit} bytes (the file has ${stat.size})`,
        remedy: 'move the data out of the Go sources, for example into a volume or an image layer of its own',
      });
    }
    return { content: fs.readFileSync(descriptor), executable: isExecutableMode(stat.mode) };
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(file, reason(error));
  } finally {
    if (descriptor !== undefined) {
      fs.closeSync(descriptor);
    }
  }
}

function isExecutableMode(mode: number): boolean {
  return Math.floor(mode / 0o100) % 2 === 1;
}

function unreadable(file: string, why: string, kind = 'file'): InputError {
  return new InputError({
    what: `a ${kind} that the build needs cannot be read: ${why}`,
    given: file,
    remedy: `make the ${kind} readable for the user that runs the synthesis`,
  });
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES': return 'permission denied';
    case 'ELOOP': return 'too many levels of symbolic links';
    case 'ENOENT': return 'it does not exist';
    case 'EISDIR': return 'it is a directory';
    default: return code ?? message;
  }
}

function decodeName(raw: Buffer): string {
  const text = raw.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text, 'utf8').equals(raw)) {
    return text;
  }
  let name = '';
  for (let at = 0; at < raw.length;) {
    const length = sequenceLength(raw, at);
    name += length === 0 ? String.fromCharCode(0xDC00 + raw[at]) : raw.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return name;
}

/** The length of the valid UTF-8 sequence at a position, 0 when there is none. */
function sequenceLength(raw: Buffer, at: number): number {
  const first = raw[at];
  const length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  const part = raw.subarray(at, at + length);
  return length > 0 && part.length === length && Buffer.from(part.toString('utf8'), 'utf8').equals(part) ? length : 0;
}

function encodePath(file: string): string | Buffer {
  if (!isForeignName(file)) {
    return file;
  }
  return Buffer.concat([...file].map(character => {
    const code = character.charCodeAt(0);
    return character.length === 1 && code >= 0xDC80 && code <= 0xDCFF ? Buffer.from([code - 0xDC00]) : Buffer.from(character, 'utf8');
  }));
}
