import * as fs from 'fs';
import * as path from 'path';

const EXAMPLE = path.join(__dirname, '..', '..', 'examples', 'service-with-postgres', 'app');
const FILE = 'internal/httpapi/api.go';
const LINE = 'Short links.';

export const BUILDER = 'golang:1.26';
export const MAIN_PACKAGE = './cmd/links';

/** A copy of the example's program, in which one line changes from version to version: the text of `GET /`. */
export class Program {
  private readonly original: string;

  public constructor(public readonly directory: string) {
    fs.cpSync(EXAMPLE, directory, { recursive: true });
    this.original = fs.readFileSync(path.join(directory, FILE), 'utf8');
    if (!this.original.includes(LINE)) {
      throw new Error(`${FILE} has no "${LINE}": name another line here`);
    }
  }

  /** Changes the line; `GET /` then holds the version. */
  public change(version: string): void {
    this.write(FILE, this.original.replace(LINE, `Short links, version ${version}.`));
  }

  public write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.directory, file)), { recursive: true });
    fs.writeFileSync(path.join(this.directory, file), text);
  }
}

/** The version that an answer to `GET /` names. */
export function versionIn(body: string): string | undefined {
  return /^Short links, version (\S+)\.$/m.exec(body)?.[1];
}
