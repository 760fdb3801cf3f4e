import * as path from 'node:path';
import { compareGoVersions } from './go-version';
import type { Replacement, Requirement } from './module-file';
import { isSemanticVersion } from './semantic-version';
import type { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

/** A vendor directory that Go uses, and its modules.txt. */
export interface VendorDirectory {
  readonly directory: string;
  readonly packages: ReadonlySet<string>;
  readonly modules: ReadonlyMap<string, VendoredModule>;
}

interface VendoredModule {
  explicit: boolean;
  /** Whether modules.txt lists packages of it. Go checks `explicit` only then. */
  hasPackages: boolean;
  /** `path` or `path version`: the text after the arrow. */
  replacement?: string;
}

/** Since this version, Go uses a vendor directory by default. */
const VENDOR_BY_DEFAULT = '1.14';

/** Since this version, Go ignores packages that modules.txt does not list. */
export const LISTED_PACKAGES_ONLY = '1.23';

/**
 * The vendor directory beside go.mod or go.work, if Go uses it by default.
 * @param goVersion the version in that file; without one, Go does not use the directory
 * @see https://go.dev/ref/mod#build-commands (`-mod`)
 */
export function findVendorDirectory(
  tree: SourceTree, base: string, goVersion: string | undefined, isWorkspace: boolean,
): VendorDirectory | undefined {
  const directory = path.join(base, 'vendor');
  if (goVersion === undefined || compareGoVersions(goVersion, VENDOR_BY_DEFAULT) < 0 || !tree.isDirectory(directory)) {
    return undefined;
  }
  const list = path.join(directory, 'modules.txt');
  const text = tree.isFile(list) ? tree.readFile(list).toString('utf8') : '';
  const firstLine = text.split('\n', 1)[0];
  const forWorkspace = firstLine.startsWith('## ') && firstLine.slice(3).split(';').some(entry => entry.trim() === 'workspace');
  return forWorkspace === isWorkspace ? { directory, ...parseModulesText(text) } : undefined;
}

/** Parses vendor/modules.txt, which `go mod vendor` writes. */
export function parseModulesText(text: string): Pick<VendorDirectory, 'packages' | 'modules'> {
  const packages = new Set<string>();
  const modules = new Map<string, VendoredModule>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const fields = line.split(/\s+/).filter(field => field !== '');
    if (line.startsWith('# ')) {
      const known = fields.length >= 3 && (isSemanticVersion(fields[2]) || fields[2] === '=>');
      if (!known) {
        current = fields.length < 3 ? current : undefined;
        continue;
      }
      const arrow = fields.indexOf('=>');
      current = fields[2] === '=>' ? fields[1] : `${fields[1]}@${fields[2]}`;
      const entry = modules.get(current) ?? { explicit: false, hasPackages: false };
      if (arrow > 0 && (fields.length === arrow + 2 || fields.length === arrow + 3)) {
        entry.replacement = fields.slice(arrow + 1).join(' ');
      }
      modules.set(current, entry);
    } else if (current !== undefined && line.startsWith('## ')) {
      if (line.slice(3).split(';').some(entry => entry.trim() === 'explicit')) {
        modules.get(current)!.explicit = true;
      }
    } else if (current !== undefined && fields.length === 1) {
      packages.add(fields[0]);
      modules.get(current)!.hasPackages = true;
    }
  }
  return { packages, modules };
}

/** Refuses a vendor directory that contradicts the requirements, as Go does. */
export function checkVendorDirectory(
  vendor: VendorDirectory, requirements: readonly Requirement[], replacements: readonly Replacement[], isWorkspace: boolean,
): void {
  const problems: string[] = [];
  for (const { path: module, version } of requirements) {
    if (!vendor.modules.get(`${module}@${version}`)?.explicit) {
      problems.push(`${module}@${version}: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt`);
    }
  }
  for (const { old, replacement } of replacements) {
    const key = old.version === '' ? old.path : `${old.path}@${old.version}`;
    const wanted = [replacement.path, replacement.version].filter(part => part !== '').join(' ');
    const found = vendor.modules.get(key)?.replacement;
    if (found === undefined) {
      problems.push(`${key}: is replaced in go.mod, but not marked as replaced in vendor/modules.txt`);
    } else if (found !== wanted) {
      problems.push(`${key}: is replaced by ${wanted} in go.mod, but marked as replaced by ${found} in vendor/modules.txt`);
    }
  }
  for (const [key, { explicit, hasPackages }] of vendor.modules) {
    if (explicit && hasPackages && key.includes('@') && !requirements.some(({ path: module, version }) => `${module}@${version}` === key)) {
      problems.push(`${key}: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod`);
    }
  }
  if (problems.length > 0) {
    throw new InputError({
      what: `inconsistent vendoring: ${problems[0]}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
      given: vendor.directory,
      remedy: `run go ${isWorkspace ? 'work' : 'mod'} vendor, or delete the vendor directory`,
    });
  }
}
