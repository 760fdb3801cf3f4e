import { Fn, IResolvable, IResolveContext, Token } from 'cdktf';

/**
 * A user's string as Terraform reads it back unchanged.
 *
 * In Terraform's JSON syntax `${` and `%{` start a template. A value from a user is data, so both are escaped;
 * cdktf's own tokens, which are how a user refers to another resource, stay what they are.
 */
export function literal(value: string): string {
  if (!value.includes('${') && !value.includes('%{')) {
    return value;
  }
  return value.replace(/\$\{(?!TfToken\[)/g, '$$${').replace(/%\{/g, '%%{');
}

const TOKEN = /(\$\{TfToken\[TOKEN\.\d+\]\})/;

/**
 * A user's string as an argument of a Terraform function: a string of Terraform's own language, in quotes.
 *
 * cdktf's `Fn.rawString` leaves backslashes, `%{` and carriage returns as they are, so that a password could end the string;
 * and cdktf warns of text with references in it, so that those are joined by Terraform.
 */
export function literalArgument(value: string): string {
  const parts = value.split(TOKEN).filter((part) => part !== '').map((part) => TOKEN.test(part) ? part : Token.asString(new QuotedText(part)));
  switch (parts.length) {
    case 0: return Token.asString(new QuotedText(''));
    case 1: return parts[0];
    default: return Fn.join('', parts);
  }
}

/** Whether the value is only known to Terraform, so that there is nothing to validate at synth. */
export function isUnresolved(value: unknown): boolean {
  return Token.isUnresolved(value);
}

/** Source of the escapes: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
class QuotedText implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(private readonly text: string) {}

  public resolve(_context: IResolveContext): string {
    const escaped = this.text
      .replace(/["\\]/g, '\\$&')
      // Not `$${` and `%%{`: those mean something else behind a further `$` or `%`.
      .replace(/[\u0000-\u001f\u007f]|[$%](?=\{)/g, (special) => `\\u${special.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `"${escaped}"`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}
