/**
 * Compiles a pattern of Go's `path.Match`: `*`, `?`, `[a-z]`, `[^a]`, and `\` as the escape character.
 * @returns `undefined` when the pattern is malformed
 * @see https://pkg.go.dev/path#Match
 */
export function compileGlob(pattern: string): RegExp | undefined {
  let source = '';
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '\\') {
      if (++at >= characters.length) {
        return undefined;
      }
      source += escape(characters[at]);
    } else if (character === '[') {
      const set = compileSet(characters, at + 1);
      if (set === undefined) {
        return undefined;
      }
      source += set.source;
      at = set.end;
    } else {
      source += escape(character);
    }
  }
  return new RegExp(`^${source}$`, 'su');
}

function compileSet(characters: readonly string[], start: number): { source: string; end: number } | undefined {
  let at = start;
  const negated = characters[at] === '^';
  if (negated) {
    at++;
  }
  const ranges: string[] = [];
  for (;;) {
    if (characters[at] === ']' && ranges.length > 0) {
      break;
    }
    const low = member(characters, at);
    if (low === undefined) {
      return undefined;
    }
    at = low.next;
    let high = low;
    if (characters[at] === '-') {
      const upper = member(characters, at + 1);
      if (upper === undefined) {
        return undefined;
      }
      high = upper;
      at = upper.next;
    }
    // A reversed range matches nothing. A regular expression would refuse it.
    ranges.push(low.point <= high.point ? `\\u{${low.point.toString(16)}}-\\u{${high.point.toString(16)}}` : '');
  }
  const body = ranges.join('');
  if (negated) {
    return { source: body === '' ? '[^]' : `[^${body}]`, end: at };
  }
  return { source: body === '' ? '[]' : `[${body}]`, end: at };
}

function member(characters: readonly string[], at: number): { point: number; next: number } | undefined {
  let next = at;
  if (characters[next] === undefined || characters[next] === '-' || characters[next] === ']') {
    return undefined;
  }
  if (characters[next] === '\\') {
    next++;
  }
  const character = characters[next];
  return character === undefined || next + 1 >= characters.length ? undefined : { point: character.codePointAt(0)!, next: next + 1 };
}

function escape(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
}
