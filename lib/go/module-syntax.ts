import { unquote } from './go-string';

/** A statement of a go.mod or go.work file. A line of a block has the block's verb. */
export interface ModuleLine {
  readonly verb: string;
  /** The arguments as written, quotes included. */
  readonly args: readonly string[];
  readonly line: number;
  /** The line where the statement's block starts. */
  readonly blockLine?: number;
  /** The comment at the end of the line, without `//`. */
  readonly comment: string;
}

/** A mistake in a go.mod or go.work file, with Go's message. */
export class ModuleSyntaxError extends Error {
  public constructor(message: string, public readonly line: number) {
    super(message);
  }
}

interface Tokens {
  readonly tokens: readonly string[];
  readonly comment: string;
}

/** Splits a go.mod or go.work file into its statements. @see https://go.dev/ref/mod#go-mod-file-grammar */
export function parseModuleSyntax(text: string): ModuleLine[] {
  const statements: ModuleLine[] = [];
  let block: { verbs: readonly string[]; line: number } | undefined;
  const lines = text.split('\n');
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    const { tokens, comment } = tokenize(content, line);
    if (tokens.length === 0) {
      continue;
    }
    const last = tokens[tokens.length - 1];
    if (block !== undefined) {
      if (tokens[0] !== ')') {
        statements.push({ verb: block.verbs.join(' '), args: tokens, line, blockLine: block.line, comment });
      } else if (tokens.length > 1) {
        throw new ModuleSyntaxError('syntax error (expected newline after closing paren)', line);
      } else {
        block = undefined;
      }
    } else if (last === '(' && tokens.length > 1) {
      block = { verbs: tokens.slice(0, -1), line };
      refuseUnknownBlock(block.verbs, line);
    } else if (last === ')' && tokens[tokens.length - 2] === '(' && tokens.length > 2) {
      refuseUnknownBlock(tokens.slice(0, -2), line);
    } else {
      statements.push({ verb: tokens[0], args: tokens.slice(1), line, comment });
    }
  }
  if (block !== undefined) {
    throw new ModuleSyntaxError(`syntax error (unterminated block started at line ${block.line})`, lines.length);
  }
  return statements;
}

export function stringValue(token: string, line: number): string {
  if (token.startsWith('"')) {
    const value = unquote(token);
    if (value === undefined) {
      throw new ModuleSyntaxError('invalid quoted string: invalid syntax', line);
    }
    return value;
  }
  // Go's grammar has backquotes, but Go refuses them.
  if (/["'`]/.test(token)) {
    throw new ModuleSyntaxError('invalid quoted string: unquoted string cannot contain quote', line);
  }
  return token;
}

function refuseUnknownBlock(verbs: readonly string[], line: number): void {
  if (verbs.length > 1) {
    throw new ModuleSyntaxError(`unknown block type: ${verbs.join(' ')}`, line);
  }
}

function tokenize(content: string, line: number): Tokens {
  const tokens: string[] = [];
  for (let at = 0; at < content.length;) {
    const character = content[at];
    if (character === ' ' || character === '\t' || character === '\r') {
      at++;
    } else if (content.startsWith('//', at)) {
      return { tokens, comment: content.slice(at + 2).trim() };
    } else if (content.startsWith('/*', at)) {
      throw blockComment(line);
    } else if ('()[]{},'.includes(character)) {
      tokens.push(character);
      at++;
    } else {
      const end = character === '"' || character === '`' ? endOfQuoted(content, at, line) : endOfWord(content, at, line);
      tokens.push(content.slice(at, end));
      at = end;
    }
  }
  return { tokens, comment: '' };
}

function endOfQuoted(content: string, start: number, line: number): number {
  for (let at = start + 1; at < content.length; at++) {
    if (content[at] === content[start]) {
      return at + 1;
    }
    if (content[at] === '\\' && content[start] === '"') {
      at++;
    }
  }
  throw new ModuleSyntaxError('unexpected newline in string', line);
}

function endOfWord(content: string, start: number, line: number): number {
  let at = start;
  while (at < content.length && !content.startsWith('//', at)) {
    if (content.startsWith('/*', at)) {
      throw blockComment(line);
    }
    const character = String.fromCodePoint(content.codePointAt(at)!);
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character) || '()[]{},'.includes(character)) {
      break;
    }
    at += character.length;
  }
  if (at === start) {
    throw new ModuleSyntaxError(`unexpected input character ${JSON.stringify(content[at])}`, line);
  }
  return at;
}

function blockComment(line: number): ModuleSyntaxError {
  return new ModuleSyntaxError('mod files must use // comments (not /* */ comments)', line);
}
