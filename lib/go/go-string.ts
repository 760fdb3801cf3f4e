const SIMPLE_ESCAPES: Record<string, number> = {
  'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11, '\\': 92, '"': 34,
};

/** The value of a Go string literal, interpreted or raw; `undefined` for other text. @see https://go.dev/ref/spec#String_literals */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || literal[literal.length - 1] !== quote) {
    return undefined;
  }
  const body = literal.slice(1, -1);
  if (quote === '`') {
    return body.includes('`') ? undefined : body.replace(/\r/g, '');
  }
  if (quote !== '"' || body.includes('\n')) {
    return undefined;
  }
  return body.includes('\\') || body.includes('"') ? unescape(body) : body;
}

function unescape(body: string): string | undefined {
  const bytes: Buffer[] = [];
  const expression = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\"]))|([^\\"]+)/gy;
  let end = 0;
  for (let match = expression.exec(body); match !== null; match = expression.exec(body)) {
    end = expression.lastIndex;
    const [, hex, short, long, octal, simple, plain] = match;
    if (plain !== undefined) {
      bytes.push(Buffer.from(plain, 'utf8'));
    } else if (simple !== undefined) {
      bytes.push(Buffer.from([SIMPLE_ESCAPES[simple]]));
    } else if (hex !== undefined || octal !== undefined) {
      const value = hex !== undefined ? parseInt(hex, 16) : parseInt(octal, 8);
      if (value > 255) {
        return undefined;
      }
      bytes.push(Buffer.from([value]));
    } else {
      const point = parseInt(short ?? long, 16);
      if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return undefined;
      }
      bytes.push(Buffer.from(String.fromCodePoint(point), 'utf8'));
    }
  }
  return end === body.length ? Buffer.concat(bytes).toString('utf8') : undefined;
}

/** The position after the closing quote of the literal at `start`; -1 if it is not closed. */
export function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === quote) {
      return at + 1;
    }
    if (quote !== '`') {
      if (character === '\n') {
        return -1;
      }
      if (character === '\\') {
        at++;
      }
    }
  }
  return -1;
}
