import * as fs from 'fs';
import * as path from 'path';

/** A hash of each file of a build context, by its path. */
export type FileHashes = Readonly<Record<string, string>>;

/** How many versions of an image are remembered: enough for a plan that rolls back. */
const VERSIONS = 10;

/**
 * From which files each version of an image was built, below the assets of a synthesized stack.
 *
 * A synth removes the build contexts that no image needs any more; these short lists stay, so that a plan can name the files that changed.
 * A directory that only knows the present version, for example a new checkout, has no list of the one before.
 */
export class BuiltFrom {
  /** @param assets the stack's directory `assets` */
  public constructor(private readonly assets: string) {}

  /** Remembers the files of a build context. */
  public addContext(fingerprint: string, hashes: FileHashes): void {
    write(this.filesOf(fingerprint), hashes);
  }

  /** Remembers the build context of an image's version, and forgets the oldest versions. */
  public addVersion(image: string, tag: string, context: string): void {
    const versions = Object.entries(this.versions(image)).filter(([known]) => known !== tag).slice(1 - VERSIONS);
    write(this.versionsOf(image), Object.fromEntries([...versions, [tag, context]]));
  }

  /** Forgets the files of contexts that no remembered version was built from. */
  public clean(): void {
    const needed = new Set(namesIn(path.dirname(this.versionsOf(''))).flatMap((image) => Object.values(this.versions(image))));
    for (const context of namesIn(path.dirname(this.filesOf('')))) {
      if (!needed.has(context)) {
        fs.rmSync(this.filesOf(context));
      }
    }
  }

  /** The files that differ between two versions of an image, sorted; undefined when one of them is not remembered. */
  public changedFiles(image: string, before: string, after: string): readonly string[] | undefined {
    const [one, other] = [before, after].map((tag) => this.hashes(this.versions(image)[tag]));
    return one && other && [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((file) => one[file] !== other[file]).sort();
  }

  private versions(image: string): Record<string, string> {
    return read(this.versionsOf(image)) ?? {};
  }

  private hashes(context: string | undefined): FileHashes | undefined {
    return context === undefined ? undefined : read(this.filesOf(context));
  }

  private versionsOf(image: string): string {
    return path.join(this.assets, 'built-from', 'versions', `${image}.json`);
  }

  private filesOf(context: string): string {
    return path.join(this.assets, 'built-from', 'files', `${context}.json`);
  }
}

function namesIn(directory: string): string[] {
  return fs.existsSync(directory) ? fs.readdirSync(directory).map((file) => path.basename(file, '.json')) : [];
}

function write(file: string, content: Readonly<Record<string, string>>): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(content)}\n`);
}

/** The object in a JSON file; undefined when the file is missing or is no whole object, for example after an interrupted synth. */
function read(file: string): Record<string, string> | undefined {
  try {
    const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null ? content as Record<string, string> : undefined;
  } catch {
    return undefined;
  }
}
