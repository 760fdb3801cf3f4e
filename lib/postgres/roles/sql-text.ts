/** A quoted SQL identifier. Source: https://www.postgresql.org/docs/17/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** An SQL string constant, also valid with `standard_conforming_strings` off. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll('\'', '\'\'').replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}

/**
 * An argument of a psql meta-command such as `\connect`. Source: https://www.postgresql.org/docs/17/app-psql.html#APP-PSQL-META-COMMANDS
 */
export function psqlArgument(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll('\'', '\\\'')}'`;
}
