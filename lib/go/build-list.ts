import * as path from 'node:path';
import { compareGoVersions } from './go-version';
import { type ModuleFile, type ModuleVersion, type Replacement, type Requirement, type WorkFile } from './module-file';
import { readModuleFile, readWorkFile } from './module-files';
import { compareSemanticVersions, isPlaceholderVersion } from './semantic-version';
import { checkVendorDirectory, findVendorDirectory, type VendorDirectory } from './vendor';
import type { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

/** A module in a directory: the module itself, one of its workspace, or the target of a `replace`. */
export interface LocalModule {
  /** The prefix of its import paths; for a replacement, the path of the replaced module. */
  readonly modulePath: string;
  readonly directory: string;
  readonly file: ModuleFile;
  readonly isReplacement: boolean;
  /** Whether it replaces a published version, so that downloaded modules may import it. */
  readonly isPublished: boolean;
}

/** The modules that provide packages to a build, as far as local files name them. */
export interface BuildList {
  readonly moduleDirectory: string;
  readonly module: LocalModule;
  readonly workspace?: { readonly directory: string; readonly file: WorkFile };
  readonly locals: ReadonlyMap<string, LocalModule>;
  /** The paths of downloaded modules in go.mod and go.sum. */
  readonly externals: ReadonlySet<string>;
  readonly vendor?: VendorDirectory;
  /** The requirements of all go.mod files in their selected versions, with replacements. */
  readonly requirements: readonly SelectedRequirement[];
}

export interface SelectedRequirement {
  readonly path: string;
  readonly version: string;
  /** Whether every go.mod marks it as `// indirect`. */
  readonly indirect: boolean;
  /** A directory if it has no version. */
  readonly replacement?: ModuleVersion;
}

/** Older go.mod files do not list every module that provides a package. */
const COMPLETE_REQUIREMENTS = '1.17';

/** Reads go.mod, go.work and the modules that they refer to. */
export function loadBuildList(tree: SourceTree, moduleDirectory: string, workDirectory: string | undefined): BuildList {
  const workspace = workDirectory === undefined
    ? undefined
    : { directory: workDirectory, file: readWorkFile(tree, path.join(workDirectory, 'go.work')) };
  const mains = mainModules(tree, moduleDirectory, workspace);
  const module = mains.find(main => main.directory === moduleDirectory)!;
  const replacements = replacementRules(mains, workspace);
  const vendor = workspace === undefined
    ? findVendorDirectory(tree, moduleDirectory, module.file.go, false)
    : findVendorDirectory(tree, workspace.directory, workspace.file.go, true);
  if (vendor !== undefined) {
    checkVendorDirectory(vendor, mains.flatMap(main => main.file.require),
      vendoredReplacements(replacements, mains, workspace?.directory), workspace !== undefined);
    const requirements = requirementsWithReplacements(mains, selectedVersions(mains.flatMap(main => main.file.require)), replacements);
    return { moduleDirectory, module, workspace, locals: byPath(mains), externals: new Set(), vendor, requirements };
  }
  const { locals, requirements } = withReplacements(tree, mains, replacements);
  const externals = new Set([...requirements.keys(), ...sumPaths(tree, mains, workspace?.directory)]);
  locals.forEach(local => externals.delete(local.modulePath));
  return {
    moduleDirectory,
    module,
    workspace,
    locals: byPath(locals),
    externals,
    requirements: requirementsWithReplacements(mains, requirements, replacements),
  };
}

function requirementsWithReplacements(
  mains: readonly LocalModule[], selected: ReadonlyMap<string, string>, rules: readonly Rule[],
): SelectedRequirement[] {
  const direct = new Set(mains.flatMap(main => main.file.require.filter(required => !required.indirect).map(required => required.path)));
  return [...selected].map(([module, version]) => ({
    path: module,
    version,
    indirect: !direct.has(module),
    replacement: rules.find(({ old }) => old.path === module && (old.version === '' || old.version === version))?.replacement,
  }));
}

/** A replacement and the base directory of its relative path. */
interface Rule extends Replacement {
  readonly base: string;
  readonly source: string;
}

function mainModules(tree: SourceTree, moduleDirectory: string, workspace: BuildList['workspace']): LocalModule[] {
  const directories = workspace === undefined ? [moduleDirectory] : workspace.file.use.map(({ path: used, line }) => {
    if (path.isAbsolute(used)) {
      throw new InputError({
        what: `go.work:${line}: a module of the workspace has an absolute path, which does not exist where the image is built`,
        given: used,
        allowed: 'a path relative to go.work',
        remedy: `run go work edit -dropuse=${used} -use=<relative path>`,
      });
    }
    const directory = path.join(workspace.directory, used);
    if (!tree.isFile(path.join(directory, 'go.mod'))) {
      throw new InputError({
        what: `go.work:${line}: a module of the workspace has no go.mod`,
        given: used,
        remedy: `check out the whole repository, submodules included; or run go work edit -dropuse=${used} in ${workspace.directory}; `
          + 'or delete go.work there, if the module builds without the others',
      });
    }
    return directory;
  });
  const mains = [...new Set(directories)].map(directory => {
    const file = readModuleFile(tree, path.join(directory, 'go.mod'), false);
    return { modulePath: file.module, directory, file, isReplacement: false, isPublished: false };
  });
  for (const [index, main] of mains.entries()) {
    const other = mains.findIndex(candidate => candidate.modulePath === main.modulePath);
    if (other !== index) {
      throw new InputError({
        what: `module ${main.modulePath} appears multiple times in the workspace`,
        given: [mains[other].directory, main.directory],
        remedy: 'drop one of the two from go.work',
      });
    }
  }
  return mains;
}

/** The replacements in Go's order: go.work first. */
function replacementRules(mains: readonly LocalModule[], workspace: BuildList['workspace']): Rule[] {
  const ofWork = (workspace?.file.replace ?? []).map(
    rule => ({ ...rule, base: workspace!.directory, source: path.join(workspace!.directory, 'go.work') }));
  const ofModules = mains.flatMap(main => main.file.replace.map(
    rule => ({ ...rule, base: main.directory, source: path.join(main.directory, 'go.mod') })));
  return [...ofWork.filter(rule => rule.old.version !== ''), ...ofWork.filter(rule => rule.old.version === ''),
    ...ofModules.filter(rule => rule.old.version !== ''), ...ofModules.filter(rule => rule.old.version === '')];
}

/** Adds the targets of `replace` directives until nothing changes: their requirements can select other versions and replacements. */
function withReplacements(
  tree: SourceTree, mains: readonly LocalModule[], rules: readonly Rule[],
): { locals: LocalModule[]; requirements: Map<string, string> } {
  const taken = new Map<string, LocalModule>();
  const mainPaths = new Set(mains.map(main => main.modulePath));
  for (;;) {
    const requirements = selectedVersions([...mains, ...taken.values()].flatMap(module => module.file.require));
    if (mains.some(main => main.file.go === undefined || compareGoVersions(main.file.go, COMPLETE_REQUIREMENTS) < 0)) {
      rules.filter(rule => rule.old.version === '' && !requirements.has(rule.old.path) && isLocalRule(rule))
        .filter(rule => tree.isFile(path.resolve(rule.base, rule.replacement.path, 'go.mod')))
        .forEach(rule => requirements.set(rule.old.path, ''));
    }
    let changed = false;
    for (const [module, version] of requirements) {
      const rule = rules.find(({ old }) => old.path === module && (old.version === '' || old.version === version));
      if (rule === undefined || !isLocalRule(rule) || mainPaths.has(module)) {
        continue;
      }
      const directory = path.resolve(rule.base, rule.replacement.path);
      if (taken.get(module)?.directory !== directory) {
        taken.set(module, replacementModule(tree, rule, directory, version));
        changed = true;
      }
    }
    if (!changed) {
      return { locals: [...mains, ...taken.values()], requirements };
    }
  }
}

function replacementModule(tree: SourceTree, rule: Rule, directory: string, version: string): LocalModule {
  const place = `${path.basename(rule.source)}:${rule.line}`;
  if (path.isAbsolute(rule.replacement.path)) {
    throw new InputError({
      what: `${place}: module ${rule.old.path} is replaced by an absolute path, which does not exist where the image is built`,
      given: rule.replacement.path,
      allowed: 'a path relative to the file, starting with ./ or ../',
      remedy: `run go mod edit -replace=${rule.old.path}=<relative path> in ${rule.base}`,
    });
  }
  if (!tree.isFile(path.join(directory, 'go.mod'))) {
    throw new InputError({
      what: `${place}: replacement directory ${rule.replacement.path} ${tree.isDirectory(directory) ? 'has no go.mod' : 'does not exist'}`,
      given: directory,
      allowed: 'the directory of a module, relative to the file',
      remedy: rule.replacement.path.startsWith('..')
        ? 'check out the whole repository and set `source` to the module in it, because a module as published holds no directory outside of itself; '
          + `or run go mod edit -dropreplace=${rule.old.path} and go mod tidy in ${rule.base}`
        : `correct the path, or run go mod edit -dropreplace=${rule.old.path} and go mod tidy in ${rule.base}`,
    });
  }
  return {
    modulePath: rule.old.path,
    directory,
    file: readModuleFile(tree, path.join(directory, 'go.mod'), true),
    isReplacement: true,
    // Go downloads only paths with a dot in the first element.
    isPublished: version !== '' && !isPlaceholderVersion(version) && rule.old.path.split('/')[0].includes('.'),
  };
}

function isLocalRule(rule: Rule): boolean {
  return rule.replacement.version === '';
}

/** Minimal version selection over the requirements of local modules. */
function selectedVersions(requirements: readonly Requirement[]): Map<string, string> {
  const selected = new Map<string, string>();
  for (const { path: module, version } of requirements) {
    const known = selected.get(module);
    if (known === undefined || compareSemanticVersions(known, version) < 0) {
      selected.set(module, version);
    }
  }
  return selected;
}

/** Replacements as vendor/modules.txt names them: relative to the workspace, if there is one. */
function vendoredReplacements(rules: readonly Rule[], mains: readonly LocalModule[], workDirectory?: string): Replacement[] {
  const seen = new Set<string>();
  return rules.filter(({ old }) => {
    const key = `${old.path} ${old.version}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst && !(old.version === '' && mains.some(main => main.modulePath === old.path));
  }).map(rule => {
    if (workDirectory === undefined || !isLocalRule(rule) || path.isAbsolute(rule.replacement.path) || rule.base === workDirectory) {
      return rule;
    }
    const relative = path.relative(workDirectory, path.join(rule.base, rule.replacement.path));
    return { ...rule, replacement: { path: relative.startsWith('..') ? relative : `./${relative}`, version: '' } };
  });
}

/** The module paths in go.sum. Before Go 1.17, modules that go.mod does not name could provide packages. */
function sumPaths(tree: SourceTree, mains: readonly LocalModule[], workDirectory?: string): string[] {
  const files = mains.map(main => path.join(main.directory, 'go.sum'));
  if (workDirectory !== undefined) {
    files.push(path.join(workDirectory, 'go.work.sum'));
  }
  return files.filter(file => tree.isFile(file)).flatMap(file => tree.remember(`sum ${file}`,
    () => [...new Set(tree.readFile(file).toString('utf8').split('\n').map(line => line.split(' ', 1)[0]))].filter(name => name !== '')));
}

function byPath(modules: readonly LocalModule[]): Map<string, LocalModule> {
  return new Map(modules.map(module => [module.modulePath, module]));
}
