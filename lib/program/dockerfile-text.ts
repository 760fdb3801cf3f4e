/**
 * Quotes a value for BuildKit's word lexer: in double quotes a backslash escapes `"`, `\` and `$`.
 *
 * Dockerfile and shell quote differently. So user values appear only as the default of an `ARG`, which `RUN` lines read as a shell
 * variable, and in a `LABEL`.
 */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"$]/g, (special) => `\\${special}`)}"`;
}

/** The characters that no Dockerfile value can hold: an instruction is one line of text. */
export const UNREPRESENTABLE = /[\u0000-\u0008\u000a-\u001f\u007f]/;
