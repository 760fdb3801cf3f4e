import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, TerraformStack } from 'cdktf';
import { chooseProvider } from './provider-version';

/** Resources of a synthesized stack: type, then name, then attributes. */
export type Resources = Record<string, Record<string, Record<string, any>>>;

/** A stack as `cdktf synth` leaves it: a directory with cdk.tf.json and the build contexts. */
export class SynthesizedStack {
  /**
   * Synthesizes a stack into a directory that is removed when the tests of the file have ended.
   *
   * @param define adds constructs to the stack
   * @param id the same in all tests, because names and places of build contexts start with it and with them what Docker can reuse
   */
  public static of(define: (stack: TerraformStack) => void, id = 'e2e'): SynthesizedStack {
    const outdir = temporaryDirectory('stack');
    const app = new App({ outdir });
    const stack = new TerraformStack(app, id);
    define(stack);
    chooseProvider(stack);
    app.synth();
    return new SynthesizedStack(path.join(outdir, 'stacks', id));
  }

  public readonly json: { readonly resource: Resources; readonly variable?: Record<string, any>; readonly [block: string]: any };

  private constructor(public readonly directory: string) {
    this.json = JSON.parse(fs.readFileSync(path.join(directory, 'cdk.tf.json'), 'utf8'));
  }

  /** The only resource of a type, or the one whose `name` attribute is given. */
  public resource(type: string, name?: string): Record<string, any> {
    const all = Object.values(this.json.resource[type] ?? {}).filter((resource) => name === undefined || resource.name === name);
    if (all.length !== 1) {
      throw new Error(`${all.length} resources of type ${type} instead of one: ${all.map((resource) => resource.name).join(', ')}`);
    }
    return all[0];
  }
}

const made: string[] = [];

/** A directory outside the project that is removed when the tests of the file have ended. */
export function temporaryDirectory(name: string): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `engine-${name}-`)));
  made.push(directory);
  return directory;
}

/** Writes files, given as path → text, and returns their directory. */
export function filesOf(name: string, files: Record<string, string>): string {
  const directory = temporaryDirectory(name);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), text);
  }
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of made.splice(0)) {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
