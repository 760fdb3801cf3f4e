import * as os from 'node:os';
import * as path from 'node:path';
import type { BuildList } from './build-list';
import { hasGoFiles } from './import-resolution';
import type { SourceTree } from '../files/source-tree';

/**
 * The directory of downloaded modules, as the go command finds it: from the environment or from the file of `go env -w`.
 * @see https://go.dev/ref/mod#module-cache
 */
export function moduleCacheDirectory(tree: SourceTree, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const home = environment.HOME || os.homedir();
  const settings = { ...fileOfGoEnv(tree, environment, home), ...filled(environment) };
  const goPath = settings.GOPATH?.split(path.delimiter)[0] || path.join(home, 'go');
  const directory = settings.GOMODCACHE || path.join(goPath, 'pkg', 'mod');
  return path.isAbsolute(directory) ? directory : undefined;
}

/** Where the package of a downloaded module is in the cache. `undefined` if its module is unknown, or not in the cache. */
export function cachedPackage(tree: SourceTree, cache: string, list: BuildList, importPath: string): string | undefined {
  const modules = list.requirements
    .filter(({ path: name }) => importPath === name || importPath.startsWith(`${name}/`))
    .sort((a, b) => b.path.length - a.path.length);
  for (const { path: name, version, replacement } of modules) {
    const taken = replacement ?? { path: name, version };
    const root = path.join(cache, `${escaped(taken.path)}@${escaped(taken.version)}`);
    // A directory of its own, or a module that is not here: another one may provide the package.
    if (taken.version === '' || !tree.isDirectory(root)) {
      return undefined;
    }
    const directory = path.join(root, importPath.slice(name.length));
    if (hasGoFiles(tree, directory)) {
      return directory;
    }
  }
  return undefined;
}

function fileOfGoEnv(tree: SourceTree, environment: NodeJS.ProcessEnv, home: string): Record<string, string> {
  const configuration = process.platform === 'darwin' ? path.join(home, 'Library/Application Support') : environment.XDG_CONFIG_HOME || path.join(home, '.config');
  const file = environment.GOENV || path.join(configuration, 'go', 'env');
  if (file === 'off' || !tree.isFile(file)) {
    return {};
  }
  const lines = tree.readFile(file).toString('utf8').split('\n').filter((line) => !line.startsWith('#') && line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]));
}

function filled(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]));
}

/** Capital letters are escaped, because some file systems ignore case. @see https://pkg.go.dev/golang.org/x/mod/module#EscapePath */
function escaped(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
