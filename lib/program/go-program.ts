import * as path from 'path';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { readCertificates } from './certificates';
import { refuseCgo, validateOptionalCgo, WithoutCgo } from './cgo-refusal';
import { CONTEXT_DIRECTORIES, IMAGE_PATHS, renderDockerfile } from './dockerfile';
import { GoImageProps } from './go-image-props';
import { requireOneLine } from './go-image-validation';
import { includedFiles, LARGEST_FILE } from './included-files';
import { requireLinkedVariables } from './linked-variables';
import { linkerFlags } from './linker-flags';
import { BILL_OF_MATERIALS_LABEL, billOfMaterialsDigest, renderBillOfMaterials } from './software-bill-of-materials';
import { BuildContext } from '../files/build-context';
import type { SourceTree } from '../files/source-tree';
import { BuildTarget } from '../go/build-target';
import { GoModule } from '../go/go-module';
import { ImportClosure } from '../go/import-closure';
import { PROBE_SOURCE_DIRECTORY, PROBE_SOURCE_FILES } from '../health/probe-program';
import { imageSource } from '../image/image-sources';
import { InputError } from '../input/input-error';
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
  /** Why it cannot run programs with cgo. Undefined if it can. */
  readonly withoutCgo?: WithoutCgo;
  defaultBuilderImage(goVersion: string): string;
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
function takenPaths(kind: GoImageKind): string[] {
  return [...Object.values(IMAGE_PATHS), ...kind.runtimeImage === undefined ? ['/etc/passwd', '/etc/group'] : []];
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
  addProbe(context, tree);
  addCertificates(context, tree, scope, props.caCertificates ?? []);
  addExtraFiles(context, tree, scope, props.extraFiles ?? {}, takenPaths(kind));

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

function addProbe(context: BuildContext, tree: SourceTree): void {
  for (const file of PROBE_SOURCE_FILES) {
    context.add(`${CONTEXT_DIRECTORIES.probe}/${file}`, tree.readFile(path.join(PROBE_SOURCE_DIRECTORY, file)));
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
  for (const [target, given] of Object.entries(files)) {
    if (!target.startsWith('/') || target.endsWith('/') || path.posix.normalize(target) !== target || target === '/' ||
      /[\u0000-\u001f]/.test(target)) {
      throw new InputError({
        what: 'not a path in the image for `extraFiles`',
        given: target,
        allowed: 'an absolute path of a file without ".", ".." and doubled slashes, for example "/etc/app/config.json"',
        remedy: 'name the file itself, not its directory',
      });
    }
    if (taken.some((own) => target === own || target.startsWith(`${own}/`) || own.startsWith(`${target}/`))) {
      throw new InputError({
        what: 'a path in `extraFiles` belongs to the image itself',
        given: target,
        allowed: `any other than ${taken.join(', ')}, a directory of these or a path below them`,
        remedy: 'choose another path; for certificates use `caCertificates`',
      });
    }
    const below = Object.keys(files).find((other) => other.startsWith(`${target}/`));
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
        allowed: 'an existing file; relative paths are relative to cdktf.json',
        remedy: tree.isDirectory(file) ? 'list the files of the directory one by one' : 'correct the path, or create the file',
      });
    }
    context.add(`${CONTEXT_DIRECTORIES.files}${target}`, tree.readFile(file, LARGEST_FILE), tree.isExecutable(file));
  }
}

function majorMinor(goVersion: string): string {
  return goVersion.split('.').slice(0, 2).join('.');
}

function oneLine(what: string, value: string): string {
  requireOneLine(what, value);
  return value;
}
