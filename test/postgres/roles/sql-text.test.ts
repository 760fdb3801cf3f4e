import { escapeIdentifier, escapeLiteral } from 'pg';
import { psqlArgument, quoteIdentifier, quoteLiteral } from '../../../lib/postgres/roles/sql-text';

const NAMES = ['shop', 'My Shop', 'a"b', '""', 'o\'clock', 'back\\slash', '\\', '%I %L', ':name', '@', 'söme', '日本', '${x}', '$$', ';--', '/*'];

describe('text of SQL', () => {
  test.each(NAMES)('quotes %j as the driver pg does', (name) => {
    expect(quoteIdentifier(name)).toBe(escapeIdentifier(name));
    expect(quoteLiteral(name)).toBe(escapeLiteral(name));
  });

  test.each([['shop', '\'shop\''], ['a\'b', '\'a\\\'b\''], ['a\\b', '\'a\\\\b\'']])('makes %j an argument of psql', (text, argument) => {
    expect(psqlArgument(text)).toBe(argument);
  });
});
