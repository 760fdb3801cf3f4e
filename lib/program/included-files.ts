import { isForeignName, type SourceTree } from '../files/source-tree';
import type { GoModule } from '../go/go-module';
import { filesOfPattern, hasWildcard, isIncludePattern } from '../go/include-pattern';
import { foreignName } from '../go/package-files';
import { InputError } from '../input/input-error';

/** In bytes. A larger file is probably a mistake: a dump, a core file, a video. */
export const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * The absolute paths of the files that `include` matches.
 * @param ignored a directory that holds no sources
 * @throws InputError if a pattern is malformed or matches no file, or a wildcard matches a private key.
 */
export function includedFiles(tree: SourceTree, module: GoModule, patterns: readonly string[], ignored: string): string[] {
  const malformed = patterns.find((pattern) => !isIncludePattern(pattern));
  if (malformed !== undefined) {
    throw new InputError({
      what: 'a pattern of `include` is malformed',
      given: malformed,
      allowed: 'names with *, **, ?, [a-z] and [^a-z]; a backslash makes the next character literal; ! in front excludes',
      remedy: 'close each bracket, and put a backslash before a bracket or backslash that is part of a name',
    });
  }
  const excluded = new Set(patterns.filter(excludes).flatMap((pattern) => filesOfPattern(tree, module.directory, pattern.slice(1))));
  const wanted = patterns.filter((pattern) => !excludes(pattern)).map((pattern) => ({
    pattern,
    files: filesOfPattern(tree, module.directory, pattern)
      .filter((file) => isBelow(module.root, file) && !isBelow(ignored, file) && !excluded.has(file)),
  }));
  const useless = wanted.length === 0 ? patterns : wanted.find(({ files }) => files.length === 0)?.pattern;
  if (useless !== undefined) {
    throw new InputError({
      what: '`include` matches no file',
      given: useless,
      allowed: `patterns of files below ${module.root}, relative to ${module.directory}, for example "templates/**"`,
      remedy: 'correct the pattern; name hidden files, symbolic links and other modules, because wildcards do not match them',
    });
  }
  wanted.filter(({ pattern }) => hasWildcard(pattern)).forEach(({ files }) => files.forEach((file) => refusePrivateKey(tree, file)));
  const files = wanted.flatMap((one) => one.files);
  const foreign = files.find(isForeignName);
  if (foreign !== undefined) {
    throw foreignName(foreign);
  }
  return files;
}

/** A wildcard matches a private key by accident. To include a key, users name it. */
function refusePrivateKey(tree: SourceTree, file: string): void {
  const text = tree.readFile(file, LARGEST_FILE).toString('latin1');
  if (text.startsWith('-----BEGIN ') && /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/m.test(text)) {
    throw new InputError({
      what: 'a wildcard of `include` matches a private key',
      given: file,
      allowed: 'patterns that match no private key, or the path of the key without a wildcard',
      remedy: 'exclude the file with a pattern that starts with !, or move it out of the module',
    });
  }
}

function excludes(pattern: string): boolean {
  return pattern.startsWith('!');
}

function isBelow(directory: string, file: string): boolean {
  return file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
