import * as path from 'node:path';
import { type BuildConstraint, readBuildConstraint, type TagPredicate } from './build-constraint';
import { matchesFileName } from './build-target';
import { type GoSource, parseGoSource } from './go-source';
import { isForeignName, type SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

/** The files of a directory that a build for one target compiles. */
export interface PackageFiles {
  readonly directory: string;
  readonly name: string;
  /** Without files that use cgo. */
  readonly goFiles: readonly string[];
  readonly cgoFiles: readonly string[];
  /** C, C++, Objective-C, Fortran, SWIG, assembly, header and object files. */
  readonly otherFiles: readonly string[];
  readonly sources: ReadonlyMap<string, GoSource>;
  /** A skipped cgo file without an alternative. */
  readonly needsCgo?: string;
  /** Whether the directory has any Go file, whatever its constraints. */
  readonly hasGoFiles: boolean;
}

/** Go files are read as a whole. Most machines cannot compile a larger one. */
export const LARGEST_GO_FILE = 128 * 1024 * 1024;

/** How many bytes of a C or assembly file to search for build constraints. */
const LARGEST_OTHER_FILE = LARGEST_GO_FILE;

const NEEDS_CGO = new Set(['.c', '.cc', '.cpp', '.cxx', '.m', '.f', '.F', '.for', '.f90', '.swig', '.swigcxx']);
const ALWAYS_USED = new Set(['.h', '.hh', '.hpp', '.hxx', '.s', '.syso']);
const NEEDS_CGO_FILES = new Set(['.S', '.sx']);
const NOT_WITHOUT_CGO_FILES: Record<string, string> = {
  '.c': 'C',
  '.cc': 'C++',
  '.cpp': 'C++',
  '.cxx': 'C++',
  '.m': 'Objective-C',
  '.f': 'Fortran',
  '.F': 'Fortran',
  '.for': 'Fortran',
  '.f90': 'Fortran',
};

/** Selects the files of a package as the go command does. The tag `cgo` holds if cgo is enabled. */
export function selectPackageFiles(tree: SourceTree, directory: string, holds: TagPredicate): PackageFiles {
  const selection = new Selection(tree, directory, holds);
  for (const entry of tree.list(directory) ?? []) {
    const { name } = entry;
    const dot = name.lastIndexOf('.');
    if (name[0] === '_' || name[0] === '.' || dot < 0 || entry.kind === 'directory') {
      continue;
    }
    if (entry.kind === 'symlink' && tree.isDirectory(path.join(directory, name))) {
      continue;
    }
    selection.add(name, name.slice(dot));
  }
  return selection.finish();
}

/** Parses the Go file once for all targets. */
export function readGoSource(tree: SourceTree, file: string): GoSource {
  return tree.remember(`go ${file}`, () => parseGoSource(tree.readFile(file, LARGEST_GO_FILE)));
}

class Selection {
  private readonly goFiles: string[] = [];
  private readonly cgoFiles: string[] = [];
  private readonly skippedCgoFiles: string[] = [];
  private readonly otherFiles: { name: string; extension: string }[] = [];
  private readonly sources = new Map<string, GoSource>();
  private readonly withCgo: TagPredicate;
  private name = '';
  private firstFile = '';
  private hasFallback = false;
  private hasGoFiles = false;

  public constructor(private readonly tree: SourceTree, private readonly directory: string, private readonly holds: TagPredicate) {
    this.withCgo = tag => tag === 'cgo' || holds(tag);
  }

  public add(name: string, extension: string): void {
    if (extension === '.go') {
      this.hasGoFiles = true;
      if (!name.endsWith('_test.go') && matchesFileName(name, this.holds)) {
        this.addGoFile(name);
      }
    } else if (this.isKnown(extension) && matchesFileName(name, this.holds)) {
      this.addOtherFile(name, extension);
    }
  }

  public finish(): PackageFiles {
    const usesCgo = this.cgoFiles.length > 0;
    const usesSwig = this.otherFiles.some(({ extension }) => extension.startsWith('.swig'));
    const refused = this.goFiles.length === 0 || usesCgo || usesSwig
      ? undefined
      : this.otherFiles.find(({ extension }) => NOT_WITHOUT_CGO_FILES[extension] !== undefined);
    if (refused !== undefined) {
      throw new InputError({
        what: `${NOT_WITHOUT_CGO_FILES[refused.extension]} source files not allowed when not using cgo or SWIG`,
        given: path.join(this.directory, refused.name),
        remedy: 'import "C" in a Go file of the package, or keep the file out with a build constraint',
      });
    }
    return {
      directory: this.directory,
      name: this.name,
      goFiles: this.goFiles,
      cgoFiles: this.cgoFiles,
      otherFiles: this.otherFiles.filter(({ extension }) => usesCgo || !NEEDS_CGO_FILES.has(extension)).map(({ name }) => name),
      sources: this.sources,
      needsCgo: this.hasFallback ? undefined : this.skippedCgoFiles[0],
      hasGoFiles: this.hasGoFiles,
    };
  }

  private addGoFile(name: string): void {
    const file = path.join(this.directory, name);
    const source = readGoSource(this.tree, file);
    this.refuse(source.constraint, file);
    if (!source.constraint.matches(this.holds)) {
      // Cgo is optional: this file may define what the skipped ones do.
      return;
    }
    refuseSyntax(source, file);
    if (source.packageName === 'documentation') {
      return;
    }
    this.takeName(source.packageName, name);
    this.refuseForeignName(name);
    this.sources.set(name, source);
    if (source.cgoPreamble === undefined) {
      this.goFiles.push(name);
      this.hasFallback ||= !this.holds('cgo') && !source.constraint.matches(this.withCgo);
    } else if (this.holds('cgo')) {
      this.cgoFiles.push(name);
    } else {
      this.skippedCgoFiles.push(name);
    }
  }

  private addOtherFile(name: string, extension: string): void {
    const file = path.join(this.directory, name);
    if (extension !== '.syso') {
      const constraint = this.tree.remember(`constraint ${file}`, () => readBuildConstraint(this.head(file)));
      if (constraint.problem !== undefined || !constraint.matches(this.holds)) {
        return;
      }
    }
    this.refuseForeignName(name);
    this.otherFiles.push({ name, extension });
  }

  private head(file: string): string {
    return this.tree.readFile(file, LARGEST_OTHER_FILE).toString('latin1').replace(/^\u00EF\u00BB\u00BF/, '');
  }

  private isKnown(extension: string): boolean {
    return ALWAYS_USED.has(extension) || NEEDS_CGO_FILES.has(extension) || (NEEDS_CGO.has(extension) && this.holds('cgo'));
  }

  private takeName(packageName: string, file: string): void {
    if (this.name === '') {
      this.name = packageName;
      this.firstFile = file;
    } else if (packageName !== this.name) {
      throw new InputError({
        what: `found packages ${this.name} (${this.firstFile}) and ${packageName} (${file}) in one directory`,
        given: this.directory,
        remedy: 'give the files the same package clause, or move one package into a directory of its own',
      });
    }
  }

  private refuse(constraint: BuildConstraint, file: string): void {
    if (constraint.problem !== undefined) {
      throw new InputError({
        what: `a Go file has a build constraint that cannot be read: ${constraint.problem}`,
        given: file,
        allowed: 'one line such as //go:build linux && !debug',
        remedy: 'correct the constraint',
      });
    }
  }

  private refuseForeignName(name: string): void {
    if (isForeignName(name)) {
      throw foreignName(path.join(this.directory, name));
    }
  }
}

/** The error for a file name that is not UTF-8. */
export function foreignName(file: string): InputError {
  return new InputError({
    what: 'the name of a file that the build needs is not UTF-8', given: file, remedy: 'rename the file',
  });
}

function refuseSyntax(source: GoSource, file: string): void {
  if (source.problem !== undefined) {
    throw new InputError({
      what: `a Go file has a syntax error in line ${source.problem.line}: ${source.problem.message}`,
      given: file,
      remedy: 'correct the file; go vet names the place',
    });
  }
}
