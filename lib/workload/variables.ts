import { Annotations, Fn, Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { reject } from '../input/input-error';
import { isUnresolved, literal, literalArgument } from '../terraform/text';

/** In bytes, with the final NUL: `MAX_ARG_STRLEN`. Source: https://man7.org/linux/man-pages/man2/execve.2.html */
const LONGEST_VARIABLE = 128 * 1024;

/** The environment variables of a workload. They may grow until synth. */
export class Variables {
  private readonly variables = new Map<string, () => string>();
  /** The secrets among them, as arguments of Terraform's functions. */
  private readonly secrets = new Map<string, string>();
  private readonly late: (() => readonly [string, string][])[] = [];

  /** The secrets as text that a POSIX shell reads with `.`. Terraform quotes the values, which only Terraform knows. */
  public readonly secretsForShell = Lazy.stringValue({ produce: () => this.shellText() });

  public constructor(private readonly scope: Construct) {}

  /** Names and values, escaped for Terraform. */
  public get rendered(): ReadonlyMap<string, string> {
    return new Map([
      ...[...this.variables].map(([name, value]): [string, string] => [name, value()]),
      ...this.late.flatMap((produce) => produce()),
    ]);
  }

  /** The same without secrets. */
  public get renderedWithoutSecrets(): ReadonlyMap<string, string> {
    return new Map([...this.variables].filter(([name]) => !this.secrets.has(name)).map(([name, value]) => [name, value()]));
  }

  /** The secrets among them: names, and values as arguments of Terraform's functions. */
  public get secretArguments(): ReadonlyMap<string, string> {
    const late = this.late.flatMap((produce) => produce()).map(([name, value]): [string, string] => [name, literalArgument(value)]);
    return new Map([...this.secrets, ...late]);
  }

  public has(name: string): boolean {
    return this.variables.has(name);
  }

  public add(name: string, value: string): void {
    this.validate(name, value);
    const text = literal(value);
    this.variables.set(name, () => text);
  }

  /** Adds a value of the library itself, computed at synth. */
  public addLate(name: string, value: () => string): void {
    this.validate(name, '');
    this.variables.set(name, value);
  }

  /** Adds a value that Terraform hides in plans, logs and outputs. */
  public addSecret(name: string, value: string): void {
    this.validate(name, value);
    if (!isUnresolved(value)) {
      Annotations.of(this.scope).addWarning(
        `The secret ${name} is plain text, which is in the synthesized files. Pass a TerraformVariable with sensitive: true instead.`);
    }
    const sensitive = Fn.sensitive(literalArgument(value));
    this.variables.set(name, () => sensitive);
    this.secrets.set(name, sensitive);
  }

  /** Adds a value that is marked as sensitive already. Text from a user's own binding is data, too. */
  public addSensitive(name: string, value: string): void {
    this.validate(name, value);
    const text = literal(value);
    this.variables.set(name, () => text);
    this.secrets.set(name, literalArgument(value));
  }

  /** Adds values that are marked as sensitive already. Their number is known at synth. */
  public addSensitiveLate(produce: () => readonly [string, string][]): void {
    this.late.push(produce);
  }

  private shellText(): string {
    const quote = (value: string) => Fn.replace(value, literalArgument('\''), literalArgument('\'\\\'\''));
    return Fn.sensitive(Fn.join('', [...this.secretArguments].flatMap(([name, value]) => [
      literalArgument(`export ${name}='`), quote(value), literalArgument('\'\n'),
    ])));
  }

  private validate(name: string, value: string): void {
    if (!/^[^=\s\u0000-\u001f]+$/.test(name)) {
      reject(this.scope, {
        what: 'not the name of an environment variable',
        given: name,
        allowed: 'at least one character, none of them "=", white space or a control character',
        remedy: 'use letters, digits and "_", for example "LOG_LEVEL"',
      });
    }
    if (value.includes('\u0000')) {
      reject(this.scope, {
        what: `the environment variable ${name} holds a NUL character, which no environment can carry`,
        allowed: 'text without U+0000',
        remedy: 'remove the character, or encode the value, for example as base64',
      });
    }
    if (!isUnresolved(value) && Buffer.byteLength(`${name}=${value}`) >= LONGEST_VARIABLE) {
      reject(this.scope, {
        what: `the environment variable ${name} is too long: Linux would start no program with it`,
        given: `${Buffer.byteLength(value)} bytes`,
        allowed: `name, "=" and value in less than ${LONGEST_VARIABLE} bytes`,
        remedy: 'put the value into a file: ContainerFile.text() or ContainerFile.secret()',
      });
    }
    if (this.variables.has(name)) {
      reject(this.scope, {
        what: 'an environment variable is set twice',
        given: name,
        allowed: 'each name once in `environment`, `secretEnvironment` and the variables of connected databases',
        remedy: 'remove one of the two',
      });
    }
  }
}
