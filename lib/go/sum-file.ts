import * as path from 'node:path';
import type { BuildList } from './build-list';
import { compareGoVersions } from './go-version';
import type { ImportClosure } from './import-closure';
import type { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

/** Since this version, go.mod lists every module that provides a package, in the selected version. */
const COMPLETE_REQUIREMENTS = '1.17';

/**
 * The hashes of module contents in all go.sum files of the build and in go.work.sum: `path version` → `h1:…`.
 * @see https://go.dev/ref/mod#go-sum-files
 */
export function readSums(tree: SourceTree, list: BuildList): Map<string, string> {
  const sums = new Map<string, string>();
  for (const file of sumFiles(list).filter((candidate) => tree.isFile(candidate))) {
    for (const line of tree.readFile(file).toString('utf8').split('\n')) {
      const [module, version, sum] = line.trim().split(/\s+/);
      if (sum?.startsWith('h1:') && !version.endsWith('/go.mod')) {
        sums.set(`${module} ${version}`, sum);
      }
    }
  }
  return sums;
}

/**
 * Refuses a program that imports a package of a module without a hash: `go build` would fail with `missing go.sum entry`.
 *
 * Only what is certain is refused. Imports of downloaded modules are unknown here. A package with several modules that may provide it needs
 * one with a hash. In a workspace, Go adds missing hashes to go.work.sum by itself.
 */
export function requireSums(tree: SourceTree, list: BuildList, closure: ImportClosure): void {
  const mains = [...list.locals.values()].filter(({ isReplacement }) => !isReplacement);
  if (closure.vendored || list.workspace !== undefined || mains.some(({ file }) => compareGoVersions(file.go ?? '1.16', COMPLETE_REQUIREMENTS) < 0)) {
    return;
  }
  const known = readSums(tree, list);
  const missing = new Map<string, string>();
  for (const importPath of closure.externalPackages) {
    const providers = list.requirements.filter(({ path: name, replacement }) =>
      (importPath === name || importPath.startsWith(`${name}/`)) && replacement?.version !== '');
    const taken = providers.map(({ path: name, version, replacement }) => replacement ?? { path: name, version });
    if (taken.length > 0 && !taken.some(({ path: name, version }) => known.has(`${name} ${version}`))) {
      const { path: name, version } = taken.reduce((longest, one) => one.path.length > longest.path.length ? one : longest);
      missing.set(`${name} ${version}`, importPath);
    }
  }
  const [first] = missing;
  if (first !== undefined) {
    throw new InputError({
      what: `missing go.sum entry for ${missing.size === 1 ? 'a module' : `${missing.size} modules`}: the build would fail`,
      given: [...missing.keys()],
      allowed: `a go.sum with the hash of each module that provides a package, for example of ${first[1]}`,
      remedy: `run go mod tidy in ${list.moduleDirectory}, and commit go.sum`,
    });
  }
}

function sumFiles(list: BuildList): string[] {
  const files = [...list.locals.values()].filter(({ isReplacement }) => !isReplacement).map(({ directory }) => path.join(directory, 'go.sum'));
  return list.workspace === undefined ? files : [...files, path.join(list.workspace.directory, 'go.work.sum')];
}
