import * as fs from 'node:fs';
import * as path from 'node:path';
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
  wanted.filter(({ pattern }) => hasWildcard(pattern)).forEach(({ files }) => files.forEach((file) => refuseSecret(tree, module.root, file)));
  const files = wanted.flatMap((one) => one.files);
  files.forEach((file) => refuseLinkOut(module.root, file));
  const foreign = files.find(isForeignName);
  if (foreign !== undefined) {
    throw foreignName(foreign);
  }
  return files;
}

/** Names of files with passwords and keys. Files such as `.env.example` have none. */
const SECRET_NAMES = [
  /^\.?env$|^\.env\..*(?<!example|sample|template|dist)$|\.env$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.(netrc|npmrc|pypirc|pgpass|git-credentials|htpasswd|dockerconfigjson|vault-token)$|^_netrc$/,
  /\.(p12|pfx|jks|keystore|ppk|kdbx)$|\.tfvars(\.json)?$/i,
];

const SECRET_DIRECTORIES = /\/\.(ssh|aws|azure|gnupg|kube|docker|git)\//;

/** What takes many files into an image. */
interface Taker {
  readonly subject: string;
  readonly allowed: (secret: string) => string;
  readonly remedy: string;
}

const WILDCARD: Taker = {
  subject: 'a wildcard of `include` matches',
  allowed: (secret) => `patterns that match no ${secret}, or the path of the ${secret === 'private key' ? 'key' : 'file'} without a wildcard`,
  remedy: 'exclude the file with a pattern that starts with !, or move it out of the module',
};

export const EXTRA_DIRECTORY: Taker = {
  subject: 'a directory of `extraFiles` holds',
  allowed: (secret) => `directories without ${secret === 'private key' ? 'private keys' : 'such files'}, or the file as an entry of its own`,
  remedy: 'move the file out of the directory; give secrets to the program with ContainerFile.secret()',
};

/** A wildcard matches a secret by accident. To include one, users name it. */
export function refuseSecret(tree: SourceTree, root: string, file: string, taker = WILDCARD): void {
  const isKey = hasPrivateKey(tree, file);
  if (isKey || SECRET_NAMES.some((name) => name.test(path.basename(file))) || SECRET_DIRECTORIES.test(file.slice(root.length))) {
    throw new InputError({
      what: `${taker.subject} ${isKey ? 'a private key' : 'a file whose name says that it holds secrets'}`,
      given: file,
      allowed: taker.allowed(isKey ? 'private key' : 'such file'),
      remedy: taker.remedy,
    });
  }
}

function hasPrivateKey(tree: SourceTree, file: string): boolean {
  const text = tree.readFile(file, LARGEST_FILE).toString('latin1');
  return text.startsWith('-----BEGIN ') && /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/m.test(text);
}

/** A link out of the tree stages what the repository does not contain, for example a key of whoever runs the synth. */
function refuseLinkOut(root: string, file: string): void {
  const target = isForeignName(file) ? file : fs.realpathSync(file);
  if (!isBelow(fs.realpathSync(root), target) && target !== file) {
    throw new InputError({
      what: 'a pattern of `include` follows a symbolic link out of the module',
      given: file,
      allowed: `links to files below ${root}; this one leads to ${target}`,
      remedy: 'copy the file into the module, or give it as `extraFiles`, `caCertificates` or a build secret',
    });
  }
}

function excludes(pattern: string): boolean {
  return pattern.startsWith('!');
}

function isBelow(directory: string, file: string): boolean {
  return file.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
