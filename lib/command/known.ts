/**
 * A text of the synthesized program as Terraform would evaluate it; undefined when only Terraform knows it. Variables have their values from
 * the environment or their defaults.
 */
export function known(text: string, program: { readonly variable?: Readonly<Record<string, { readonly default?: unknown }>> }): string | undefined {
  const variable = /^\$\{var\.([\w-]+)\}$/.exec(text)?.[1];
  if (variable !== undefined) {
    const value = process.env[`TF_VAR_${variable}`] ?? program.variable?.[variable]?.default;
    return value === undefined || value === null ? undefined : String(value);
  }
  return plainText(text);
}

/** A text that holds no expression, without the escapes of Terraform; undefined for others. */
export function plainText(text: string): string | undefined {
  const withoutEscapes = text.replace(/\$\$\{|%%\{/g, '');
  return withoutEscapes.includes('${') || withoutEscapes.includes('%{') ? undefined : text.replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{');
}

/** The same for a value that may be missing. */
export function knownText(text: unknown, program: Parameters<typeof known>[1]): string | undefined {
  return typeof text === 'string' ? known(text, program) : undefined;
}
