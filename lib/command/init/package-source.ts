import * as fs from 'fs';
import * as path from 'path';
import { UsageError } from '../plain-error';

/** Where a project gets this package. */
export interface PackageSource {
  /** What its package.json says. */
  readonly spec: string;
  /** A tarball that is copied into the project, so that it is there on other machines too. */
  readonly tarball?: { readonly from: string; readonly to: string };
}

const NAME = 'cdktf-go-docker';

/** The package that holds this file. */
const OWN_DIRECTORY = path.join(__dirname, '..', '..', '..');

const REMEDY = 'run npm pack in a clone of it, and name the tarball: --package FILE.tgz';

/**
 * What the user names or, without that, where the running package itself was installed from.
 *
 * @param own the directory of the running package
 */
export function packageSource(given: string | undefined, own = OWN_DIRECTORY): PackageSource {
  if (given === undefined) {
    return ownSource(own);
  }
  const looksLikeFile = /^(\.{0,2}[/\\]|~|file:)|\.t(ar\.)?gz$/.test(given) && !/^https?:/.test(given);
  if (!looksLikeFile) {
    if (!/^[\x21-\x7e]+( ?\|\| ?[\x21-\x7e]+)*$/.test(given)) {
      throw new UsageError(`--package cannot be ${JSON.stringify(given)}`, 'name a tarball, a version such as ^1.2.0, or an address that npm understands');
    }
    return { spec: given };
  }
  const file = path.resolve(process.cwd(), given.replace(/^file:/, ''));
  if (!isFile(file)) {
    throw new UsageError(`there is no package ${file}`, REMEDY);
  }
  return copied(file);
}

function ownSource(own: string): PackageSource {
  const { version } = JSON.parse(fs.readFileSync(path.join(own, 'package.json'), 'utf8'));
  const modules = path.dirname(own);
  if (path.basename(modules) !== 'node_modules') {
    // A clone, perhaps with a tarball of npm pack.
    const packed = path.join(own, `${NAME}-${version}.tgz`);
    if (isFile(packed)) {
      return copied(packed);
    }
    throw new UsageError('this copy of cdktf-go-docker is a clone, which other machines do not have', REMEDY);
  }
  // npm notes where a package came from. A project and the cache of npx have this file alike.
  const installed = readJson(path.join(modules, '.package-lock.json'))?.packages?.[`node_modules/${NAME}`];
  const resolved: unknown = installed?.resolved;
  // It leaves out the address of a registry where it is told to.
  if (typeof resolved !== 'string' || resolved.endsWith(`/-/${NAME}-${version}.tgz`)) {
    return { spec: `^${version}` };
  }
  if (!resolved.startsWith('file:')) {
    return { spec: resolved };
  }
  const tarball = path.resolve(path.dirname(modules), resolved.slice('file:'.length));
  if (!isFile(tarball)) {
    throw new UsageError(`this copy of cdktf-go-docker was installed from ${tarball}, which is no longer there`, REMEDY);
  }
  return copied(tarball);
}

function copied(from: string): PackageSource {
  const to = `vendor/${path.basename(from)}`;
  return { spec: `file:${to}`, tarball: { from, to } };
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function readJson(file: string): any {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
