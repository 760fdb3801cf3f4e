import { Fn, IResolvable, IResolveContext, Token } from 'cdktf';

/**
 * A user's string for Terraform's JSON syntax, where `${` and `%{` start a template. Both are escaped, because a user's string is data.
 * cdktf's tokens stay: they refer to other resources.
 */
export function literal(value: string): string {
  if (!value.includes('${') && !value.includes('%{')) {
    return value;
  }
  return value.includes('${TfToken[') ? literalBesideTokens(value) : value.replace(/\$\{/g, '$$${').replace(/%\{/g, '%%{');
}

/**
 * The same for a string that has tokens, or will be joined with some. Up to the next `}`, cdktf takes `$${` for the start of an expression
 * and writes references without `${}`, as text. And Terraform would read `$` before a reference as the escape `$${`.
 */
export function literalBesideTokens(value: string): string {
  return value.replace(/\$+(?=\{(?!TfToken\[)|\$\{TfToken\[)/g, (dollars) => `\${"${dollars}"}`).replace(/%\{/g, '%%{');
}

/** A token has a name of its own when its maker gave it a hint. */
const TOKEN = /(\$\{TfToken\[[^\]]+\]\})/;

/**
 * A user's string as a quoted argument of a Terraform function. Terraform joins text and references, because cdktf warns of a mixture.
 * cdktf's `Fn.rawString` does not escape backslashes, `%{` or carriage returns, so a password could end the string.
 */
export function literalArgument(value: string): string {
  const parts = value.split(TOKEN).filter((part) => part !== '').map((part) => TOKEN.test(part) ? part : Token.asString(new QuotedText(part)));
  switch (parts.length) {
    case 0: return Token.asString(new QuotedText(''));
    case 1: return parts[0];
    default: return Fn.join('', parts);
  }
}

/** A text without the tokens of cdktf in it. */
export function withoutTokens(value: string): string {
  return value.split(TOKEN).filter((part) => !TOKEN.test(part)).join('');
}

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
      // Not `$${` and `%%{`: a preceding `$` or `%` changes their meaning.
      .replace(/[\u0000-\u001f\u007f]|[$%](?=\{)/g, (special) => `\\u${special.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `"${escaped}"`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}
