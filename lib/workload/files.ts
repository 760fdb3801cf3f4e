import * as path from 'path';
import { userProblem } from '../image/user';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/** Whom a file belongs to, who may read it, and which variable names it. */
export interface FileOptions {
  /** The file's owner, `uid:gid` or `uid`. @default - the program's user if the image says who that is, else root @tokens refused */
  readonly owner?: string;

  /**
   * The file's permissions, three octal digits such as `400`.
   * @default - "444", which lets every user of the container read it; "400" for a secret with a known owner @tokens refused
   */
  readonly mode?: string;

  /** An environment variable with the file's path, for example `DB_PASSWORD_FILE`. @default - none @tokens refused */
  readonly environmentVariable?: string;
}

/** Options of a file whose text has variables. */
export interface TemplateOptions extends FileOptions {
  /** Whether the file is a secret. Then Terraform prints nothing of it, and by default only the owner may read it. @default false */
  readonly secret?: boolean;
}

/** What a file holds. */
export type FileSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'secret'; readonly text: string; readonly isTemplate: boolean }
  | { readonly kind: 'file' | 'directory'; readonly source: string };

/**
 * A file for a program: configuration, or a secret. It is in no image, no environment variable and no output of the engine. Terraform's state
 * holds it.
 *
 * The files of a directory lie in a volume of their own, over which the image's files in this directory stay visible. The program can only
 * read the directory. When a file changes, a new volume gets the new files, and the program is replaced: see `onFileChange`.
 * @example
 * const password = new TerraformVariable(this, 'smtp-password', { type: 'string', sensitive: true });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   files: [
 *     ContainerFile.text('/etc/shop/config.yaml', 'level: info\n', { environmentVariable: 'CONFIG' }),
 *     ContainerFile.secret('/run/secrets/smtp', password.stringValue, { environmentVariable: 'SMTP_PASSWORD_FILE' }),
 *   ],
 * });
 */
export class ContainerFile {
  /**
   * A file with a text. Terraform shows it in plans, unless it holds sensitive values.
   * @param containerPath absolute path in the container
   * @param content the text; attributes of other resources are resolved by Terraform, and text such as `${HOME}` stays literal
   * @param options owner, mode and variable
   * @tokens refused containerPath
   */
  public static text(containerPath: string, content: string, options: FileOptions = {}): ContainerFile {
    checkArguments('ContainerFile.text', { containerPath, content, options }, () => fileProblem(containerPath, options));
    return new ContainerFile(containerPath, { kind: 'text', text: content }, options);
  }

  /**
   * A file with a text in which `${name}` stands for a value. Write `$${` for a literal `${`. Values are inserted as they are: quote them as
   * the file's format asks for.
   * @param containerPath absolute path in the container
   * @param template the text with variables
   * @param values the value of each variable; attributes of other resources are resolved by Terraform
   * @param options owner, mode and variable, and whether it is a secret
   * @throws an error when a variable has no value, or a value no variable
   * @tokens refused containerPath
   */
  public static template(
    containerPath: string, template: string, values: { [name: string]: string }, options: TemplateOptions = {},
  ): ContainerFile {
    checkArguments('ContainerFile.template', { containerPath, template, values, options },
      () => fileProblem(containerPath, options) ?? templateProblem(template, values));
    const text = template.replace(VARIABLE, (whole, name?: string) => name === undefined ? '${' : values[name] ?? whole);
    return new ContainerFile(containerPath, options.secret ? { kind: 'secret', text, isTemplate: true } : { kind: 'text', text }, options);
  }

  /**
   * A copy of a file on the machine that runs the synth. Executable bits stay.
   * @param containerPath absolute path in the container
   * @param source path of the file, relative to `cdktf.json`
   * @param options owner, mode and variable
   * @tokens refused containerPath source
   */
  public static fromFile(containerPath: string, source: string, options: FileOptions = {}): ContainerFile {
    checkArguments('ContainerFile.fromFile', { containerPath, source, options }, () => fileProblem(containerPath, options));
    return new ContainerFile(containerPath, { kind: 'file', source }, options);
  }

  /**
   * Copies of all files of a directory and of the directories below it. Executable bits stay.
   * @param containerPath absolute path of the directory in the container
   * @param source path of the directory, relative to `cdktf.json`
   * @param options owner and mode of the files, and a variable with the directory's path
   * @tokens refused containerPath source
   */
  public static fromDirectory(containerPath: string, source: string, options: FileOptions = {}): ContainerFile {
    checkArguments('ContainerFile.fromDirectory', { containerPath, source, options }, () => fileProblem(`${containerPath}/file`, options));
    return new ContainerFile(containerPath, { kind: 'directory', source }, options);
  }

  /**
   * A file with a secret, without a line end. Terraform prints nothing of it.
   * @param containerPath absolute path in the container, for example `/run/secrets/smtp-password`
   * @param value a Terraform variable, a password of this library, or another resource's attribute; plain text works and gets a warning
   * @param options owner, mode and variable
   * @sensitive value
   * @tokens refused containerPath
   */
  public static secret(containerPath: string, value: string, options: FileOptions = {}): ContainerFile {
    checkArguments('ContainerFile.secret', { containerPath, value, options }, () => fileProblem(containerPath, options));
    return new ContainerFile(containerPath, { kind: 'secret', text: value, isTemplate: false }, options);
  }

  private constructor(
    /** Where the file is in the container; for `fromDirectory`, where the directory is. */
    public readonly containerPath: string,
    private readonly source: FileSource,
    private readonly options: FileOptions,
  ) {}

  /** @internal */
  public get _source(): FileSource {
    return this.source;
  }

  /** @internal */
  public get _options(): FileOptions {
    return this.options;
  }
}

/** `${name}`, or the escape `$${`. The text of cdktf's tokens does not match. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function templateProblem(template: string, values: Readonly<Record<string, string>>): InputProblem | undefined {
  const names = new Set([...template.matchAll(VARIABLE)].flatMap(([, name]) => name ?? []));
  const missing = [...names].find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) {
    return {
      what: 'a variable of the template has no value',
      given: `\${${missing}}`,
      allowed: 'variables with an entry in `values`',
      remedy: `add "${missing}" to \`values\`, or write $\${${missing}} for the text itself`,
    };
  }
  const useless = Object.keys(values).find((name) => !names.has(name));
  return useless === undefined ? undefined : {
    what: 'the template has no variable of this name',
    given: useless,
    allowed: 'values that the template uses as ${name}: a letter or "_", then letters, digits and "_"',
    remedy: 'remove the value, or correct its name',
  };
}

/** File systems of the kernel. */
const KERNEL_DIRECTORIES = ['/proc', '/sys', '/dev'];

/** Files that the engine mounts over those of the image. */
const ENGINE_FILES = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];

function fileProblem(containerPath: string, { owner, mode }: FileOptions): InputProblem | undefined {
  const isPath = containerPath.startsWith('/') && path.posix.normalize(containerPath) === containerPath && !containerPath.endsWith('/')
    && path.posix.dirname(containerPath) !== '/' && !/[:\u0000-\u001f]/.test(containerPath);
  if (!isPath || KERNEL_DIRECTORIES.some((directory) => containerPath.startsWith(`${directory}/`))) {
    return {
      what: 'not a path in the container for a file',
      given: containerPath,
      allowed: 'an absolute path in a directory, without ":", "..", doubled slashes and control characters, and not below /proc, /sys or /dev',
      remedy: 'give the path that the program reads, for example "/etc/shop/config.yaml"',
    };
  }
  if (ENGINE_FILES.includes(containerPath)) {
    return {
      what: 'a file that the engine writes itself in each container',
      given: containerPath,
      allowed: `paths other than ${ENGINE_FILES.join(', ')}`,
      remedy: 'add names with `extraHosts` of the service, or give the program another path',
    };
  }
  if (mode !== undefined && !/^0?[0-7]{3}$/.test(mode)) {
    return { what: 'not the permissions of a file', given: mode, allowed: 'three octal digits', remedy: 'give for example "400" or "444"' };
  }
  return owner === undefined ? undefined : userProblem(owner);
}
