import { InputProblem } from '../input/input-error';

/** PostgreSQL truncates longer names without an error. Source: NAMEDATALEN in `src/include/pg_config_manual.h` */
const LONGEST_IDENTIFIER = 63;

/** The problem with the name of a database, role or extension. Any text is allowed that PostgreSQL and its clients accept. */
export function identifierProblem(kind: string, name: string): InputProblem | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes >= 1 && bytes <= LONGEST_IDENTIFIER && !/[\u0000-\u001f\u007f=]/.test(name) && !/^postgres(ql)?:\/\//.test(name)) {
    return undefined;
  }
  return {
    what: `not a name for a PostgreSQL ${kind}`,
    given: name,
    allowed: `1 to ${LONGEST_IDENTIFIER} bytes of UTF-8 without "=" and control characters, and not a connection URL`,
    remedy: 'choose another name, for example "shop"',
  };
}
