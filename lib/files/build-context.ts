import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { FileHashes } from './built-from';
import { InputError } from '../input/input-error';

interface ContextFile {
  readonly content: Buffer;
  readonly executable: boolean;
}

/**
 * A file's modification time (1970 to 2004), derived from its content alone.
 *
 * Equal files have equal times, changed files get a new one. Go's module index and BuildKit compare names, sizes and times, not contents.
 * With one time for all files, Go compiled with the imports of another program's main.go, which the shared build cache had indexed.
 * Source: `dirHash` in cmd/go/internal/modindex/read.go; measured with Go 1.26.
 */
function timeOf(content: Buffer): Date {
  return new Date((parseInt(digest(content).slice(0, 8), 16) % 2 ** 30) * 1000);
}

/**
 * The files of one image build, held in memory until synth writes them.
 *
 * The fingerprint covers relative paths, contents and executable bits alone: neither times nor owners nor the sources' location.
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

  /** Sorted by bytes. */
  public get paths(): string[] {
    this.sorted ??= [...this.files.keys()].sort(byBytes);
    return [...this.sorted];
  }

  public get size(): number {
    return [...this.files.values()].reduce((sum, file) => sum + file.content.length, 0);
  }

  /** 32 hexadecimal digits (128 bits) of SHA-256. */
  public get fingerprint(): string {
    if (this.computed === undefined) {
      const hash = createHash('sha256');
      for (const file of this.paths) {
        const { content, executable } = this.files.get(file)!;
        // The lengths come first, so that different sets of files never hash the same bytes.
        hash.update(`${Buffer.byteLength(file)}:${file}:${executable ? 'x' : '-'}:${digest(content)}`);
      }
      this.computed = hash.digest('hex').slice(0, 32);
    }
    return this.computed;
  }

  /** A short hash of each file: its content and whether it is executable. */
  public get hashes(): FileHashes {
    return Object.fromEntries(this.paths.map((file) => {
      const { content, executable } = this.files.get(file)!;
      return [file, `${digest(content).slice(0, 16)}${executable ? 'x' : ''}`];
    }));
  }

  /** Whether `directory` holds these files and nothing else, as `write` leaves them. Times do not count. */
  public isIn(directory: string): boolean {
    const found = fs.readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
    return found.length === this.files.size && found.every((file) => {
      const wanted = this.files.get(file);
      const target = path.join(directory, file);
      const stat = fs.lstatSync(target);
      return wanted !== undefined && stat.isFile() && stat.mode % 0o1000 === modeOf(wanted) && wanted.content.equals(fs.readFileSync(target));
    });
  }

  /** Empties `directory` and writes the files. */
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
        // The umask limits a mode that is given to `open`.
        fs.fchmodSync(descriptor, modeOf({ executable }));
        const time = timeOf(content);
        fs.futimesSync(descriptor, time, time);
      } finally {
        fs.closeSync(descriptor);
      }
    }
  }
}

function modeOf({ executable }: Pick<ContextFile, 'executable'>): number {
  return executable ? 0o755 : 0o644;
}

const digests = new WeakMap<Buffer, string>();

/** Hashes each file once: the programs of a module share most files. */
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
