import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/**
 * The source of a build secret. BuildKit mounts it for one command; no layer, log or synthesized file holds it.
 * @example
 * new GoScratchImage(this, 'Image', {
 *   source: 'services/shop',
 *   privateModules: { patterns: ['git.example.com/*'], netrc: BuildSecret.fromEnvironmentVariable('NETRC') },
 * });
 */
export class BuildSecret {
  /**
   * From an environment variable of the process that runs `terraform apply`: the same on every machine.
   * @param name for example `NETRC`, set with `NETRC="$(cat ~/.netrc)"`
   * @sensitive name
   */
  public static fromEnvironmentVariable(name: string): BuildSecret {
    checkArguments('BuildSecret.fromEnvironmentVariable', { name }, () => variableProblem(name));
    return new BuildSecret(name, undefined);
  }

  /**
   * From a file on the machine that runs `terraform apply`.
   *
   * The path is part of the plan. If it differs between machines, use an environment variable.
   * @param path absolute, or relative to the directory where Terraform runs (`cdktf.out/stacks/<stack>`)
   */
  public static fromFile(path: string): BuildSecret {
    checkArguments('BuildSecret.fromFile', { path }, () => pathProblem(path));
    return new BuildSecret(undefined, path);
  }

  private constructor(private readonly variable: string | undefined, private readonly path: string | undefined) {}

  /** @internal */
  public _render(id: string): { id: string; env?: string; src?: string } {
    return this.variable !== undefined ? { id, env: this.variable } : { id, src: this.path };
  }
}

function variableProblem(name: string): InputProblem | undefined {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : {
    what: 'not the name of an environment variable for a build secret',
    // The error omits the given text: it may be the secret itself.
    allowed: 'letters, digits and "_", not starting with a digit',
    remedy: 'give the variable\'s name, not its value',
  };
}

/** The provider joins these values with commas and parses them as CSV. */
function pathProblem(path: string): InputProblem | undefined {
  if (path === '' || /[,"\u0000-\u001f]/.test(path)) {
    return {
      what: 'not a path that the Docker provider can take for a build secret',
      given: path,
      allowed: 'a path without commas, double quotes and control characters',
      remedy: 'rename the file, or use BuildSecret.fromEnvironmentVariable()',
    };
  }
  return !path.startsWith('~') ? undefined : {
    what: 'the path of a build secret starts with "~", which only a shell resolves',
    given: path,
    allowed: 'an absolute path, or one relative to the directory where Terraform runs',
    remedy: 'write BuildSecret.fromFile(`${process.env.HOME}/.netrc`), or use BuildSecret.fromEnvironmentVariable()',
  };
}
