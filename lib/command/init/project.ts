import * as fs from 'fs';
import * as path from 'path';
import type { PackageSource } from './package-source';
import { PlainError, UsageError } from '../plain-error';

export interface ProjectSettings {
  readonly name: string;
  readonly port: string;
  readonly database: boolean;
  readonly source: PackageSource;
}

/** Projects that work as they are, but for the package that they use. `database` lies over `service`. */
export const TEMPLATES = path.join(__dirname, '..', '..', '..', 'templates');

/** npm does not pack a file of this name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** The files of a project by their paths, in the order of the paths. */
export function projectFiles({ name, port, database, source }: ProjectSettings): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const template of ['service', ...database ? ['database'] : []]) {
    const root = path.join(TEMPLATES, template);
    for (const entry of fs.readdirSync(root, { withFileTypes: true, recursive: true }).filter((each) => each.isFile())) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const target = path.relative(root, file).split(path.sep).join('/');
      const content = fs.readFileSync(file);
      files.set(RENAMED[target] ?? target, entry.name === 'go.sum' ? content : filledIn(content, name, port));
    }
  }
  const manifest = JSON.parse(files.get('package.json')!.toString());
  manifest.dependencies['cdktf-go-docker'] = source.spec;
  files.set('package.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  if (source.tarball !== undefined) {
    files.set(source.tarball.to, fs.readFileSync(source.tarball.from));
  }
  return new Map([...files].sort(([one], [other]) => one < other ? -1 : 1));
}

/** With this name and this port in place of the template's. */
function filledIn(content: Buffer, name: string, port: string): Buffer {
  return Buffer.from(content.toString().replace(/my-service/g, name).replace(/\b8080\b/g, port));
}

/** Writes all files, or none when one of them is there already. */
export function writeProject(directory: string, files: ReadonlyMap<string, Buffer>): void {
  try {
    const there = [...files.keys()].filter((file) => fs.lstatSync(path.join(directory, file), { throwIfNoEntry: false }) !== undefined);
    if (there.length > 0) {
      throw new UsageError(`nothing was written, because ${directory} has ${there.join(', ')} already`, 'name an empty directory: npx cdktf-go-docker init DIRECTORY');
    }
    for (const [file, content] of files) {
      const target = path.join(directory, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, content, { flag: 'wx' });
    }
  } catch (error) {
    throw error instanceof PlainError ? error : new PlainError(`the project cannot be written: ${(error as Error).message}`);
  }
}
