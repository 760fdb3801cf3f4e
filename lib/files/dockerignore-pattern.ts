import { compileGoRegExp, GoRegExpError } from './go-regexp';

/** A pattern that Docker refuses with "syntax error in pattern"; the message says why, as a clause. */
export class IgnorePatternError extends Error {}

type PathTest = (path: string) => boolean;

/**
 * One pattern of a `.dockerignore` as moby/patternmatcher matches it on Linux and macOS.
 *
 * @see https://github.com/moby/patternmatcher/blob/v0.6.1/patternmatcher.go
 */
export class IgnorePattern {
  /**
   * @param text the pattern, cleaned, without its `!`
   * @param reincludes whether it had a `!`
   * @throws IgnorePatternError
   */
  public static compile(text: string, reincludes: boolean): IgnorePattern {
    if (hasGlobSyntaxError(text)) {
      throw new IgnorePatternError('a bracket is not closed, is empty or has a hyphen at its edge, or nothing follows the last backslash');
    }
    try {
      return new IgnorePattern(text, reincludes, pathTest(text));
    } catch (error) {
      throw error instanceof GoRegExpError ? new IgnorePatternError(error.message) : error;
    }
  }

  private readonly literalDirectory: string | undefined;

  private constructor(text: string, public readonly reincludes: boolean, public readonly matches: PathTest) {
    const withoutTrailingGlob = text.replace(/\/\*\*$/, '').replace(/\/\*$/, '');
    this.literalDirectory = /[*[\]?^\\]/.test(withoutTrailingGlob) ? undefined : `${withoutTrailingGlob}/`;
  }

  /**
   * Whether fsutil takes it for possible that the pattern matches something below the directory. It errs for `a/*` + `/**`,
   * which it takes for `a`, and what it does not walk is not in the context: the answer has to err alike.
   */
  public canMatchBelow(directory: string): boolean | undefined {
    return this.literalDirectory === undefined ? undefined : this.literalDirectory.startsWith(`${directory}/`);
  }
}

/** moby does not match every pattern by a regular expression, and the short cuts match differently. */
type Method = 'exact' | 'prefix' | 'suffix' | 'regexp';

function pathTest(pattern: string): PathTest {
  const { method, source } = translate(pattern);
  switch (method) {
    case 'exact':
      return (path) => path === pattern;
    case 'prefix': {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = pattern.slice(2);
      return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    case 'regexp': {
      const expression = compileGoRegExp(source);
      return (path) => expression.test(path);
    }
  }
}

/** The regular expression, in Go's syntax, that moby makes of a pattern. */
function translate(pattern: string): { method: Method; source: string } {
  // Go's text/scanner, which moby reads patterns with, drops a byte order mark.
  const characters = Array.from(pattern.replace(/^\uFEFF/, ''));
  let method: Method = 'exact';
  let source = '^';
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === '*' && characters[at + 1] === '*') {
      const first = at === 0;
      at += 1;
      if (characters[at + 1] === '/') {
        at += 1;
      }
      if (at + 1 < characters.length) {
        source += '(.*/)?';
        method = 'regexp';
      } else if (method === 'exact') {
        method = 'prefix';
      } else {
        source += '.*';
        method = 'regexp';
      }
      if (first) {
        method = 'suffix';
      }
    } else if (character === '*') {
      source += '[^/]*';
      method = 'regexp';
    } else if (character === '?') {
      source += '[^/]';
      method = 'regexp';
    } else if ('.+()|{}$'.includes(character)) {
      source += `\\${character}`;
    } else if (character === '\\') {
      // A lone backslash at the end escapes the `$` that follows it; so it does in moby.
      source += '\\';
      if (at + 1 < characters.length) {
        at += 1;
        source += characters[at];
        method = 'regexp';
      }
    } else {
      source += character;
      if (character === '[' || character === ']') {
        method = 'regexp';
      }
    }
  }
  return { method, source: `${source}$` };
}

/**
 * Whether Go's `filepath.Match(pattern, ".")` returns an error, which is how moby checks a pattern. That function stops
 * reading where the name no longer matches, so the name "." belongs to the check.
 *
 * @see https://pkg.go.dev/path/filepath#Match
 */
function hasGlobSyntaxError(pattern: string): boolean {
  let rest = Array.from(pattern);
  let name = '.';
  while (rest.length > 0) {
    const stars = rest.findIndex((character) => character !== '*');
    if (stars < 0) {
      return false;
    }
    const chunk = firstChunk(rest.slice(stars));
    const result = matchChunk(chunk, name);
    if (result !== 'matches') {
      return result === 'malformed';
    }
    // Each chunk takes one character or more, and the name has one.
    name = '';
    rest = rest.slice(stars + chunk.length);
  }
  return false;
}

/** Everything up to the next star outside of brackets. */
function firstChunk(pattern: string[]): string[] {
  let inBrackets = false;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') {
      at += 1;
    } else if (pattern[at] === '[') {
      inBrackets = true;
    } else if (pattern[at] === ']') {
      inBrackets = false;
    } else if (pattern[at] === '*' && !inBrackets) {
      return pattern.slice(0, at);
    }
  }
  return pattern;
}

function matchChunk(chunk: string[], name: string): 'matches' | 'differs' | 'malformed' {
  let differs = false;
  let rest = name;
  for (let at = 0; at < chunk.length;) {
    differs ||= rest === '';
    const character = rest.slice(0, 1);
    rest = rest.slice(1);
    if (chunk[at] === '[') {
      const brackets = readBrackets(chunk, at + 1, character);
      if (brackets === undefined) {
        return 'malformed';
      }
      differs ||= !brackets.contains;
      at = brackets.end;
      continue;
    }
    const any = chunk[at] === '?';
    if (chunk[at] === '\\') {
      at += 1;
      if (at === chunk.length) {
        return 'malformed';
      }
    }
    differs ||= !any && chunk[at] !== character;
    at += 1;
  }
  return differs ? 'differs' : 'matches';
}

/** Reads a class of characters from after its opening bracket; undefined if it is malformed. */
function readBrackets(chunk: string[], start: number, character: string): { end: number; contains: boolean } | undefined {
  let at = start;
  const readCharacter = (): string | undefined => {
    if (chunk[at] === undefined || chunk[at] === '-' || chunk[at] === ']') {
      return undefined;
    }
    if (chunk[at] === '\\') {
      at += 1;
    }
    at += 1;
    return at < chunk.length ? chunk[at - 1] : undefined;
  };
  const negated = chunk[at] === '^';
  if (negated) {
    at += 1;
  }
  let inRange = false;
  for (let count = 0; count === 0 || chunk[at] !== ']'; count++) {
    const low = readCharacter();
    let high = low;
    if (low !== undefined && chunk[at] === '-') {
      at += 1;
      high = readCharacter();
    }
    if (low === undefined || high === undefined) {
      return undefined;
    }
    inRange ||= low <= character && character <= high;
  }
  return { end: at + 1, contains: inRange !== negated };
}
