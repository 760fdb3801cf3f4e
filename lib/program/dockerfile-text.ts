/**
 * How a value becomes data in a Dockerfile.
 *
 * Dockerfile instructions have no quoting that a shell would share, so a value from a user appears in two places only: as the quoted
 * default of an `ARG`, which `RUN` lines then read as a quoted shell variable, and as a quoted key or value of a `LABEL`. Both go through
 * BuildKit's word lexer: in double quotes a backslash takes the meaning from `"`, `\` and `$`.
 */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"$]/g, (special) => `\\${special}`)}"`;
}

/** The characters that no Dockerfile value can carry: an instruction is one line of text. */
export const UNREPRESENTABLE = /[\u0000-\u0008\u000a-\u001f\u007f]/;
