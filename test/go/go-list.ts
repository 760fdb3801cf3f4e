import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { SourceTree } from '../../lib/files/source-tree';
import type { BuildTarget } from '../../lib/go/build-target';
import { GoModule } from '../../lib/go/go-module';

/** What `go list -json` tells of a package, as far as it is compared. */
interface ListedPackage {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly Standard?: boolean;
  readonly Module?: {
    readonly Path: string;
    readonly Main?: boolean;
    readonly Dir?: string;
    readonly Version?: string;
    readonly Replace?: { readonly Version?: string };
  };
  readonly Error?: { readonly Err: string };
  readonly DepsErrors?: { readonly Err: string }[];
  readonly [list: string]: unknown;
}

const FILE_LISTS = [
  'GoFiles', 'CgoFiles', 'CFiles', 'CXXFiles', 'MFiles', 'HFiles', 'FFiles', 'SFiles', 'SwigFiles', 'SwigCXXFiles', 'SysoFiles',
  'EmbedFiles',
] as const;

export interface Comparison {
  readonly packages: number;
  readonly files: number;
  /** Files that Go names and the closure lacks. */
  readonly missing: readonly string[];
  /** Files or packages of the closure that Go does not name, without those that a documented rule adds. */
  readonly surplus: readonly string[];
  /** Errors of one side that the other does not have, and differing sets of downloaded packages. */
  readonly problems: readonly string[];
  /** Files that the documented rule for C files adds. */
  readonly beside: number;
  readonly milliseconds: number;
  readonly goListMilliseconds: number;
}

/** The main packages that Go lists, with Go files that are no tests. */
export function listMainPackages(directory: string, target: BuildTarget): { packages: string[]; problem?: string } {
  const { stdout, stderr } = goList(directory, target,
    ['-e', '-f', '{{if eq .Name "main"}}{{if or .GoFiles .CgoFiles}}{{.Dir}}{{end}}{{end}}', './...']);
  const packages = stdout.split('\n').filter(line => line !== '').map(line => {
    const relative = path.relative(fs.realpathSync(directory), fs.realpathSync(line));
    return relative === '' ? '.' : `./${relative}`;
  });
  return { packages: packages.sort(), problem: stderr.trim() || undefined };
}

/** Compares one closure for one target with `go list -deps`. */
export function compareWithGoList(directory: string, mainPackage: string, target: BuildTarget, tree = new SourceTree()): Comparison {
  const goStart = process.hrtime.bigint();
  const listed = listDependencies(directory, mainPackage, target);
  const goListMilliseconds = milliseconds(goStart);
  // A dependency that is not in the module cache hides nothing of the packages that are compared.
  const errors = [...new Set(listed.flatMap(found => found.Error ? [found.Error.Err] : []))]
    .filter(error => !error.includes('module lookup disabled by GOPROXY=off'));
  const start = process.hrtime.bigint();
  let closure;
  try {
    closure = GoModule._load(directory, tree)._closure(mainPackage, [target]);
  } catch (error) {
    return {
      packages: 0,
      files: 0,
      missing: [],
      surplus: [],
      beside: 0,
      milliseconds: milliseconds(start),
      goListMilliseconds,
      problems: errors.length > 0 ? [] : [`ours alone: ${(error as Error).message}`],
    };
  }
  const elapsed = milliseconds(start);
  const expected = new Map<string, Set<string>>();
  const external = new Set<string>();
  for (const found of listed) {
    if (isLocal(found, closure.root, closure.vendored)) {
      expected.set(found.ImportPath, new Set(FILE_LISTS.flatMap(list => (found[list] as string[] | undefined ?? [])
        .map(file => path.relative(closure.root, path.join(found.Dir, file))))));
    } else if (!found.Standard) {
      external.add(found.ImportPath);
    }
  }
  const missing: string[] = [];
  const surplus: string[] = [];
  let beside = 0;
  let files = 0;
  const ours = new Map(closure.packages.map(found => [found.importPath, found]));
  for (const [importPath, wanted] of expected) {
    const found = new Set(ours.get(importPath)?.files ?? []);
    files += wanted.size;
    missing.push(...ours.has(importPath) ? [] : [`package ${importPath}`], ...[...wanted].filter(file => !found.has(file)));
    for (const file of found) {
      if (!wanted.has(file)) {
        if (/\.go$/.test(file)) {
          surplus.push(file);
        } else {
          beside++;
        }
      }
    }
  }
  const whole = (importPath: string): boolean => closure.wholeModules.some(
    module => importPath === module || importPath.startsWith(`${module}/`));
  surplus.push(...[...ours.keys()].filter(importPath => !expected.has(importPath) && !whole(importPath)).map(name => `package ${name}`));
  const problems = closure.externalPackages.filter(name => !external.has(name)).map(name => `not downloaded by Go: ${name}`);
  if (closure.cgo === undefined || target.cgoEnabled) {
    problems.push(...errors.map(error => `Go alone: ${error}`));
  }
  return {
    packages: expected.size, files, missing, surplus, problems, beside, milliseconds: elapsed, goListMilliseconds,
  };
}

/** Runs go list for a target. */
export function goList(directory: string, target: BuildTarget, args: readonly string[]): { stdout: string; stderr: string } {
  const tags = target.tags.length > 0 ? [`-tags=${target.tags.join(',')}`] : [];
  const { stdout, stderr, error } = spawnSync('go', ['list', ...tags, ...args], {
    cwd: directory,
    env: {
      ...process.env,
      PWD: directory,
      GOOS: target.goos,
      GOARCH: target.goarch,
      CGO_ENABLED: target.cgoEnabled ? '1' : '0',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
      GOWORK: '',
      GOPROXY: 'off',
      GO111MODULE: '',
    },
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  if (error) {
    throw error;
  }
  return { stdout, stderr };
}

function listDependencies(directory: string, mainPackage: string, target: BuildTarget): ListedPackage[] {
  const fields = ['Dir', 'ImportPath', 'Standard', 'Module', 'Error', ...FILE_LISTS].join(',');
  const { stdout, stderr } = goList(directory, target, ['-e', '-deps', `-json=${fields}`, mainPackage]);
  if (stdout === '') {
    return [{ Dir: directory, ImportPath: mainPackage, Error: { Err: stderr } }];
  }
  return JSON.parse(`[${stdout.trim().replace(/\n\}\n\{\n/g, '\n},\n{\n')}]`) as ListedPackage[];
}

function isLocal(found: ListedPackage, root: string, vendored: boolean): boolean {
  if (found.Standard || found.Dir === undefined) {
    return false;
  }
  const { Module: module } = found;
  return vendored || module === undefined || module.Main === true || (module.Replace !== undefined && module.Replace.Version === undefined)
    ? found.Dir === root || found.Dir.startsWith(`${root}/`)
    : false;
}

function milliseconds(start: bigint): number {
  return Math.round(Number(process.hrtime.bigint() - start) / 1e6);
}
