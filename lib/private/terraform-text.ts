import { Token } from 'cdktf';

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
  return value.replace(/\$\{(?!TfToken\[)/g, '$$$${').replace(/%\{/g, '%%{');
}

/** Whether the value is only known to Terraform, so that there is nothing to validate at synth. */
export function isUnresolved(value: unknown): boolean {
  return Token.isUnresolved(value);
}
