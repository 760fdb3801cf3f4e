import * as path from 'path';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { readCertificates } from './certificates';
import { refuseCgo, validateOptionalCgo, WithoutCgo } from './cgo-refusal';
import { CONTEXT_DIRECTORIES, IMAGE_PATHS, SCHEDULER_PATHS, renderDockerfile } from './dockerfile';
import { GoImageProps } from './go-image-props';
import { requireOneLine } from './go-image-validation';
import { EXTRA_DIRECTORY, LARGEST_FILE, includedFiles, refuseSecret } from './included-files';
import { requireLinkedVariables } from './linked-variables';
import { linkerFlags } from './linker-flags';
import { BILL_OF_MATERIALS_LABEL, billOfMaterialsDigest, renderBillOfMaterials } from './software-bill-of-materials';
import { BuildContext } from '../files/build-context';
import { filesBelow } from '../files/files-below';
import type { SourceTree } from '../files/source-tree';
import { BuildTarget } from '../go/build-target';
import { GoModule } from '../go/go-module';
import { ImportClosure } from '../go/import-closure';
import { PROBE_SOURCE_DIRECTORY, PROBE_SOURCE_FILES } from '../health/probe-program';
import { imageSource } from '../image/image-sources';
import { InputError } from '../input/input-error';
import { SCHEDULER_SOURCE_DIRECTORY, SCHEDULER_SOURCE_FILES } from '../schedule/scheduler-program';
import { resolveUserPath, sourceTreeOf } from '../staging/source-cache';

/** The differences between kinds of Go images. */
export interface GoImageKind {
  /** The base image. Without one, `scratch`. */
  readonly runtimeImage?: string;
  readonly cgoEnabled: boolean;
  /** C compilers by target platform. Without them, the builder image's own. */
  readonly compilers: Readonly<Record<string, string>>;
  readonly defaultUser: string;
  readonly timezones: boolean;
  readonly hasShell: boolean;
  /** The shell, if not `/bin/sh`. */
  readonly shell?: string;
  defaultBuilderImage(goVersion: string): string;
  /** Why it cannot run programs with cgo. Undefined if it can. */
  readonly withoutCgo?: WithoutCgo;
}

/** A program and its staged build context. */
export interface StagedProgram {
  readonly context: BuildContext;
  readonly dockerfile: string;
  readonly billOfMaterials: string;
  readonly closure: ImportClosure;
}

/** The architectures to stage for when the engine's platform decides. */
const USUAL_ARCHITECTURES = ['amd64', 'arm64'];

/** Image paths that the library fills. Only `scratch` needs user files. */
function takenPaths(kind: GoImageKind, { scheduler }: GoImageProps): string[] {
  return [
    ...Object.values(IMAGE_PATHS),
    ...scheduler ? Object.values(SCHEDULER_PATHS) : [],
    ...kind.runtimeImage === undefined ? ['/etc/passwd', '/etc/group'] : [],
  ];
}

export function stageProgram(scope: Construct, props: GoImageProps, kind: GoImageKind): StagedProgram {
  const tree = sourceTreeOf(scope);
  const source = resolveUserPath(scope, props.source);
  const module = GoModule._load(source, tree);
  const goVersion = props.goVersion ?? module.goVersion;
  const architectures = props.platform
    ? [props.platform.architecture]
    : [...USUAL_ARCHITECTURES, ...(props.platforms ?? []).map(({ architecture }) => architecture)];
  const targets = [...new Set(architectures)].map((goarch): BuildTarget => ({
    goos: 'linux', goarch, cgoEnabled: kind.cgoEnabled, tags: props.tags ?? [], goVersion: majorMinor(goVersion),
  }));
  const closure = module._closure(props.mainPackage, targets);
  const optionalCgo = props.optionalCgo ?? [];
  validateOptionalCgo(optionalCgo);
  if (kind.withoutCgo) {
    refuseCgo(kind.withoutCgo, module, closure, targets, optionalCgo);
  }
  module._requireSums(closure);

  const context = new BuildContext();
  addSources(context, tree, module, closure, props, path.resolve(App.of(scope).outdir));
  addProgram(context, tree, CONTEXT_DIRECTORIES.probe, PROBE_SOURCE_DIRECTORY, PROBE_SOURCE_FILES);
  if (props.scheduler) {
    addProgram(context, tree, CONTEXT_DIRECTORIES.scheduler, SCHEDULER_SOURCE_DIRECTORY, SCHEDULER_SOURCE_FILES);
  }
  addCertificates(context, tree, scope, props.caCertificates ?? []);
  addExtraFiles(context, tree, scope, props.extraFiles ?? {}, takenPaths(kind, props));

  const linked = linkerFlags(props.ldflags ?? ['-s', '-w'], props.variables ?? {});
  requireLinkedVariables(tree, closure, props.variables ?? {});
  const builderImage = imageSource(scope, props.builderImage ?? kind.defaultBuilderImage(goVersion)).reference;
  const runtimeImage = kind.runtimeImage === undefined ? undefined : imageSource(scope, kind.runtimeImage).reference;
  const billOfMaterials = tree.remember(`bill of materials ${JSON.stringify([source, props.mainPackage, targets, builderImage, runtimeImage])}`,
    () => renderBillOfMaterials({
      importPath: closure.importPath, modulePath: module.modulePath, modules: module._inventory(closure), builderImage, runtimeImage,
    }));
  const dockerfile = renderDockerfile({
    title: `The image of ${closure.importPath}.`,
    builderImage,
    runtimeImage,
    moduleDirectory: oneLine('the module\'s directory', closure.moduleDirectory),
    mainPackage: oneLine('the main package', closure.mainPackage),
    buildTags: props.tags ?? [],
    compilerFlags: props.gcflags ?? [],
    linkerFlags: linked,
    cgoEnabled: kind.cgoEnabled,
    cgoModules: kind.withoutCgo ? module._cgoModulesThatCompile(optionalCgo) : [],
    compilers: kind.compilers,
    vendored: closure.vendored,
    workspaceModules: module._workspaceModules,
    moduleProxy: props.moduleProxy,
    privateModules: props.privateModules?.patterns?.join(','),
    netrc: props.privateModules?.netrc !== undefined,
    extraCertificates: (props.caCertificates ?? []).length > 0,
    extraFiles: Object.keys(props.extraFiles ?? {}).length > 0,
    timezones: kind.timezones,
    probeTls: props.probeTls ?? false,
    scheduler: props.scheduler ?? false,
    user: props.user ?? kind.defaultUser,
    ports: props.ports ?? DEFAULT_PORTS,
    labels: {
      'org.opencontainers.image.title': closure.importPath,
      [BILL_OF_MATERIALS_LABEL]: billOfMaterialsDigest(billOfMaterials),
      ...props.stamp?._labels(),
      ...props.labels,
    },
  });
  return { context, dockerfile, billOfMaterials, closure };
}

export const DEFAULT_PORTS = [8080];

function addSources(
  context: BuildContext, tree: SourceTree, module: GoModule, closure: ImportClosure, props: GoImageProps, outputDirectory: string,
): void {
  // Excludes the files that earlier synths staged: each fingerprint would depend on the last.
  const included = props.include?.length ? includedFiles(tree, module, props.include, outputDirectory) : [];
  const files = new Set([...closure.files, ...included.map((file) => path.relative(closure.root, file).split(path.sep).join('/'))]);
  for (const file of files) {
    const absolute = path.join(closure.root, file);
    context.add(`${CONTEXT_DIRECTORIES.source}/${file}`, tree.readFile(absolute, LARGEST_FILE), tree.isExecutable(absolute));
  }
  for (const file of closure.vendored ? [] : closure.moduleFiles) {
    context.add(`${CONTEXT_DIRECTORIES.modules}/${file}`, tree.readFile(path.join(closure.root, file)));
  }
}

/** Adds the source of a program of the library itself. */
function addProgram(context: BuildContext, tree: SourceTree, target: string, directory: string, files: readonly string[]): void {
  for (const file of files) {
    context.add(`${target}/${file}`, tree.readFile(path.join(directory, file)));
  }
}

function addCertificates(context: BuildContext, tree: SourceTree, scope: Construct, files: readonly string[]): void {
  files.forEach((file, index) => {
    // Numbered, because two directories may hold the same file name.
    context.add(`${CONTEXT_DIRECTORIES.certificates}/${index}.crt`, readCertificates(tree, resolveUserPath(scope, file), file));
  });
}

function addExtraFiles(
  context: BuildContext, tree: SourceTree, scope: Construct, files: Readonly<Record<string, string>>, taken: readonly string[],
): void {
  for (const target of Object.keys(files)) {
    if (!target.startsWith('/') || target.endsWith('/') || path.posix.normalize(target) !== target || target === '/' ||
      /[\u0000-\u001f]/.test(target)) {
      throw new InputError({
        what: 'not a path in the image for `extraFiles`',
        given: target,
        allowed: 'an absolute path of a file or directory without ".", ".." and doubled slashes, for example "/etc/app/config.json"',
        remedy: 'name the path as the program uses it, without a slash at its end',
      });
    }
  }
  const all = expandDirectories(tree, scope, files);
  for (const [target, given] of Object.entries(all)) {
    if (taken.some((own) => target === own || target.startsWith(`${own}/`) || own.startsWith(`${target}/`))) {
      throw new InputError({
        what: 'a path in `extraFiles` belongs to the image itself',
        given: target,
        allowed: `any other than ${taken.join(', ')}, a directory of these or a path below them`,
        remedy: 'choose another path; for certificates use `caCertificates`',
      });
    }
    const below = Object.keys(all).find((other) => other.startsWith(`${target}/`));
    if (below !== undefined) {
      throw new InputError({
        what: 'a path in `extraFiles` would be a file and a directory',
        given: target,
        allowed: `a file, or a directory for ${below}`,
        remedy: 'change one of the two paths',
      });
    }
    const file = resolveUserPath(scope, given);
    if (!tree.isFile(file)) {
      throw new InputError({
        what: 'no such file for `extraFiles`',
        given,
        allowed: 'an existing file, or a directory with files; relative paths are relative to cdktf.json',
        remedy: 'correct the path, or create the file',
      });
    }
    context.add(`${CONTEXT_DIRECTORIES.files}${target}`, tree.readFile(file, LARGEST_FILE), tree.isExecutable(file));
  }
}

/** Each file of a directory as an entry of its own. */
function expandDirectories(tree: SourceTree, scope: Construct, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).flatMap(([target, given]) => {
    const directory = resolveUserPath(scope, given);
    const names = tree.isDirectory(directory) ? filesBelow(tree, directory) : [];
    names.forEach((name) => refuseSecret(tree, directory, path.join(directory, name), EXTRA_DIRECTORY));
    return names.length === 0 ? [[target, given]] : names.map((name) => [`${target}/${name}`, path.join(directory, name)]);
  }));
}

function majorMinor(goVersion: string): string {
  return goVersion.split('.').slice(0, 2).join('.');
}

function oneLine(what: string, value: string): string {
  requireOneLine(what, value);
  return value;
}
