import { endOfString, unquote } from './go-string';

/**
 * The patterns of a Go file's `//go:embed` lines. Text inside strings and block comments does not count.
 * @param text the file, one character per byte
 * @see https://pkg.go.dev/embed#hdr-Directives
 */
export function embedPatterns(text: string): string[] {
  const patterns: string[] = [];
  for (let at = 0; at < text.length;) {
    const character = text[at];
    if (character === '/' && text[at + 1] === '/') {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      if (text.startsWith('//go:embed', at)) {
        patterns.push(...parseEmbedDirective(Buffer.from(text.slice(at, end), 'latin1').toString('utf8')));
      }
      at = end;
    } else if (character === '/' && text[at + 1] === '*') {
      const close = text.indexOf('*/', at + 2);
      at = close < 0 ? text.length : close + 2;
    } else if (character === '"' || character === '`' || character === '\'') {
      const end = endOfString(text, at);
      // The compiler reports an unclosed literal. It ends with its line.
      const newline = text.indexOf('\n', at);
      at = end >= 0 ? end : newline < 0 || character === '`' ? text.length : newline;
    } else {
      at++;
    }
  }
  return patterns;
}

/** The patterns of one line. A malformed line has none: the compiler reports it. */
export function parseEmbedDirective(comment: string): string[] {
  const directive = /^\/\/go:embed(?:\s+(.*))?$/su.exec(comment.trimEnd());
  const patterns: string[] = [];
  let rest = directive?.[1] ?? '';
  while (rest !== '') {
    const quoted = rest[0] === '"' || rest[0] === '`';
    const end = quoted ? endOfString(rest, 0) : rest.search(/\s|$/u);
    if (end < 0 || (quoted && end < rest.length && !/\s/u.test(rest[end]))) {
      return [];
    }
    const pattern = quoted ? unquote(rest.slice(0, end)) : rest.slice(0, end);
    if (pattern === undefined) {
      return [];
    }
    patterns.push(pattern);
    rest = rest.slice(end).trimStart();
  }
  return patterns;
}
