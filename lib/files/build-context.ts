import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { InputError } from '../input/input-error';

/** One file of a build context. */
interface ContextFile {
  readonly content: Buffer;
  readonly executable: boolean;
}

/**
 * A time in the past (1970 to 2004) that follows from the content and from nothing else.
 *
 * Two synths then stage the same metadata; and files that differ have different times, also when their names and sizes are the
 * same. Go's module index and BuildKit's transfer of contexts compare names, sizes and times, not contents: with one time for
 * all, Go took the imports of another program's main.go from the index in the shared build cache, and compiled with those.
 * Source: `dirHash` in cmd/go/internal/modindex/read.go; measured with Go 1.26.
 */
function timeOf(content: Buffer): Date {
  return new Date((parseInt(digest(content).slice(0, 8), 16) % 2 ** 30) * 1000);
}

/**
 * The files of one image build, held in memory until synth writes them.
 *
 * The fingerprint covers relative paths, contents and executable bits, and nothing else: not times,
 * not owners, not where the sources lie on this machine. Line ends stay as they are.
 */
export class BuildContext {
  private readonly files = new Map<string, ContextFile>();
  private computed?: string;
  private sorted?: readonly string[];

  /** @param file relative to the context, with forward slashes */
  public add(file: string, content: Buffer | string, executable = false): void {
    if (this.files.has(file)) {
      throw new InputError({
        what: 'two files for one place in the image',
        given: file,
        allowed: 'each path once',
        remedy: 'remove one of them',
      });
    }
    this.files.set(file, { content: Buffer.isBuffer(content) ? content : Buffer.from(content), executable });
    this.computed = undefined;
    this.sorted = undefined;
  }

  /** Paths of the files, in the order of their bytes. */
  public get paths(): string[] {
    this.sorted ??= [...this.files.keys()].sort(byBytes);
    return [...this.sorted];
  }

  /** Bytes of all files together. */
  public get size(): number {
    return [...this.files.values()].reduce((sum, file) => sum + file.content.length, 0);
  }

  /** 32 hexadecimal digits (128 bits) of SHA-256. */
  public get fingerprint(): string {
    if (this.computed === undefined) {
      const hash = createHash('sha256');
      for (const file of this.paths) {
        const { content, executable } = this.files.get(file)!;
        // Lengths first: no two different sets of files can feed the hash the same bytes.
        hash.update(`${Buffer.byteLength(file)}:${file}:${executable ? 'x' : '-'}:${digest(content)}`);
      }
      this.computed = hash.digest('hex').slice(0, 32);
    }
    return this.computed;
  }

  /** Writes the files below `directory`, which is emptied first. */
  public write(directory: string): void {
    fs.rmSync(directory, { recursive: true, force: true });
    const made = new Set<string>();
    for (const [file, { content, executable }] of this.files) {
      const target = path.join(directory, file);
      const parent = path.dirname(target);
      if (!made.has(parent)) {
        fs.mkdirSync(parent, { recursive: true });
        made.add(parent);
      }
      const descriptor = fs.openSync(target, 'w');
      try {
        fs.writeFileSync(descriptor, content);
        // Not with the call that opens the file: the mode given there is subject to the umask.
        fs.fchmodSync(descriptor, executable ? 0o755 : 0o644);
        const time = timeOf(content);
        fs.futimesSync(descriptor, time, time);
      } finally {
        fs.closeSync(descriptor);
      }
    }
  }
}

const digests = new WeakMap<Buffer, string>();

/** The programs of one module share most files, which are then hashed once. */
function digest(content: Buffer): string {
  let known = digests.get(content);
  if (known === undefined) {
    known = createHash('sha256').update(content).digest('hex');
    digests.set(content, known);
  }
  return known;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
