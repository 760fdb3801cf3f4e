import * as fs from 'fs';
import * as path from 'path';
import { IgnorePattern, IgnorePatternError } from './dockerignore-pattern';
import { InputError } from '../input/input-error';

/** What Docker found out about a directory on its way down to a file. */
interface DirectoryMatch {
  /** For each pattern: whether it matched the directory or one above it. */
  readonly matched: readonly boolean[];
  /** Docker does not walk the directory: nothing below it is in the context. */
  readonly skipped: boolean;
}

/**
 * The patterns of a `.dockerignore`, matched as BuildKit matches them when it sends a build context (on Linux and macOS;
 * on Windows Docker knows no escapes).
 *
 * The rules are those of three programs: moby/patternmatcher's `ignorefile` reads the lines, moby/patternmatcher matches
 * paths, and tonistiigi/fsutil walks the directories and decides which of them it need not enter.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export class DockerIgnore {
  /**
   * @param text the file's content
   * @param fileName how errors call the file
   * @throws InputError if Docker refuses a pattern. Docker notices some of those only when a path gets as far as the pattern.
   */
  public static parse(text: string | Buffer, fileName: string): DockerIgnore {
    return new DockerIgnore(readPatterns(text.toString(), fileName), fileName);
  }

  /**
   * Reads what `docker build` reads for the `Dockerfile` in a directory: `Dockerfile.dockerignore`, or else `.dockerignore`.
   * Without either nothing is ignored.
   *
   * @throws InputError if the file cannot be read or Docker refuses a pattern.
   */
  public static read(contextRoot: string): DockerIgnore {
    for (const fileName of ['Dockerfile.dockerignore', '.dockerignore']) {
      const content = readIfPresent(path.join(contextRoot, fileName), fileName);
      if (content !== undefined) {
        return DockerIgnore.parse(content, fileName);
      }
    }
    return new DockerIgnore([], undefined);
  }

  private readonly directories = new Map<string, DirectoryMatch>();
  private readonly reincludingPatterns: readonly IgnorePattern[];

  private constructor(
    private readonly patterns: readonly IgnorePattern[],
    /** The file that the patterns are from; undefined if there was none. */
    public readonly sourceFile: string | undefined,
  ) {
    this.reincludingPatterns = patterns.filter((pattern) => pattern.reincludes);
  }

  /**
   * Whether Docker leaves a file out of the build context.
   *
   * @param relativePath from the context's root, with slashes and without `.` and `..`
   */
  public ignores(relativePath: string): boolean {
    const parent = this.parentMatch(relativePath);
    return parent?.skipped === true || this.match(relativePath, parent).ignored;
  }

  /**
   * Whether everything below a directory is left out, so that a walk need not enter it. False for an ignored directory
   * that a later `!` may match something in.
   *
   * @param relativePath from the context's root, with slashes and without `.` and `..`
   */
  public skipsDirectory(relativePath: string): boolean {
    return this.directoryMatch(relativePath).skipped;
  }

  private parentMatch(relativePath: string): DirectoryMatch | undefined {
    const slash = relativePath.lastIndexOf('/');
    return slash < 0 ? undefined : this.directoryMatch(relativePath.slice(0, slash));
  }

  private directoryMatch(relativePath: string): DirectoryMatch {
    let result = this.directories.get(relativePath);
    if (result === undefined) {
      const parent = this.parentMatch(relativePath);
      if (parent?.skipped === true) {
        result = parent;
      } else {
        const { ignored, matched } = this.match(relativePath, parent);
        result = { matched, skipped: ignored && !this.mayReincludeBelow(relativePath) };
      }
      this.directories.set(relativePath, result);
    }
    return result;
  }

  private mayReincludeBelow(directory: string): boolean {
    const answers = this.reincludingPatterns.map((pattern) => pattern.canMatchBelow(directory));
    return answers.some((answer) => answer !== false);
  }

  private match(relativePath: string, parent: DirectoryMatch | undefined): { ignored: boolean; matched: boolean[] } {
    let ignored = false;
    const matched = this.patterns.map((pattern, index) => {
      // A pattern that cannot change the outcome is not tried, and then counts as not matched for what is below. That is
      // observable (`a`, `!a/b`, `a` re-includes `a/b`) and hence kept. Docker sends such a file, but with no content, since it
      // matches once more when it opens the file and does try the pattern then; nobody can mean that, so the content stays.
      const match = parent?.matched[index] === true || (pattern.reincludes === ignored && pattern.matches(relativePath));
      if (match) {
        ignored = !pattern.reincludes;
      }
      return match;
    });
    return { ignored, matched };
  }
}

/** What `bufio.Scanner`, which Docker reads the file with, takes for one line at most, in bytes. */
const LONGEST_LINE = 64 * 1024 - 1;

function readPatterns(text: string, fileName: string): IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  text.replace(/^\uFEFF/, '').split('\n').forEach((line, index) => {
    const place = `line ${index + 1} of ${fileName}`;
    if (Buffer.byteLength(line) > LONGEST_LINE) {
      throw new InputError({
        what: `${place} is too long`,
        given: line,
        allowed: `at most ${LONGEST_LINE} bytes, which is what Docker reads`,
        remedy: 'split the line into several patterns',
      });
    }
    const pattern = normalize(line);
    if (pattern === undefined) {
      return;
    }
    if (pattern === '!') {
      throw new InputError({
        what: `${place} has an exclamation mark without a pattern`,
        given: line,
        allowed: '! followed by the pattern of what to keep, for example !cmd/**',
        remedy: 'complete the pattern or delete the line',
      });
    }
    try {
      const reincludes = pattern.startsWith('!');
      patterns.push(IgnorePattern.compile(reincludes ? pattern.slice(1) : pattern, reincludes));
    } catch (error) {
      if (!(error instanceof IgnorePatternError)) {
        throw error;
      }
      throw new InputError({
        what: `${place} is not a pattern that Docker accepts: ${error.message}`,
        given: line,
        allowed: 'names with *, **, ?, [a-z], [^a-z], a backslash before a character that stands for itself, ! in front',
        remedy: 'correct the pattern or delete the line; a backslash before each bracket or backslash in a name makes it literal',
      });
    }
  });
  return patterns;
}

/** The pattern in a line as the reader of the file and then the matcher clean it; undefined if there is none. */
function normalize(line: string): string | undefined {
  let pattern = line.startsWith('#') ? '' : trimSpace(line);
  if (pattern === '') {
    return undefined;
  }
  const reincludes = pattern.startsWith('!');
  if (reincludes) {
    pattern = trimSpace(pattern.slice(1));
  }
  if (pattern !== '') {
    pattern = cleanPath(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) {
      pattern = pattern.slice(1);
    }
  }
  // The matcher does it all once more, with the exclamation mark in place: `/!a` becomes `!a`, and `!/` becomes `!`.
  pattern = trimSpace(reincludes ? `!${pattern}` : pattern);
  return pattern === '' ? undefined : cleanPath(pattern);
}

const GO_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Go's `strings.TrimSpace`, which does not trim a byte order mark as JavaScript does, but does trim U+0085. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && GO_SPACE.test(text[start])) {
    start += 1;
  }
  while (end > start && GO_SPACE.test(text[end - 1])) {
    end -= 1;
  }
  return text.slice(start, end);
}

/** Go's `filepath.Clean`. */
function cleanPath(text: string): string {
  const normal = path.posix.normalize(text);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function readIfPresent(file: string, fileName: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw new InputError({
      what: `${fileName} cannot be read (${code})`,
      given: file,
      allowed: 'a readable text file, or none',
      remedy: 'make it a file that you may read, or remove it',
    });
  }
}
