/**
 * Compiles the part of Go's regular expression syntax (package `regexp/syntax`, flags `Perl`) that
 * moby/patternmatcher's translation of a pattern can produce.
 *
 * JavaScript's syntax looks the same and is not: `\d` and `\z` differ or do not exist, `.` treats other characters as
 * line ends, `[[:alpha:]]` and `[]a]` mean something else. Hence each construct is read as Go reads it and
 * written anew, with the `u` flag so that a character is a code point, as in Go.
 *
 * @throws GoRegExpError where Go's compiler refuses the expression.
 * @see https://pkg.go.dev/regexp/syntax
 */
export function compileGoRegExp(source: string): RegExp {
  return new RegExp(new Translation(source).run(), 'u');
}

/** The expression is none that Go's compiler accepts. */
export class GoRegExpError extends Error {}

/** Inclusive ranges of code points. */
type Ranges = ReadonlyArray<readonly [number, number]>;

const LAST_CODE_POINT = 0x10ffff;

const range = (from: string, to: string = from): readonly [number, number] => [from.codePointAt(0)!, to.codePointAt(0)!];

const DIGIT: Ranges = [range('0', '9')];
const LOWER: Ranges = [range('a', 'z')];
const UPPER: Ranges = [range('A', 'Z')];
const WORD: Ranges = [...DIGIT, ...UPPER, range('_'), ...LOWER];

const PERL_CLASSES: Record<string, Ranges> = {
  d: DIGIT,
  s: [range('\t', '\n'), range('\f', '\r'), range(' ')],
  w: WORD,
};

const POSIX_CLASSES: Record<string, Ranges> = {
  alnum: [...DIGIT, ...UPPER, ...LOWER],
  alpha: [...UPPER, ...LOWER],
  ascii: [[0, 0x7f]],
  blank: [range('\t'), range(' ')],
  cntrl: [[0, 0x1f], [0x7f, 0x7f]],
  digit: DIGIT,
  graph: [range('!', '~')],
  lower: LOWER,
  print: [range(' ', '~')],
  punct: [range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')],
  space: [range('\t', '\r'), range(' ')],
  upper: UPPER,
  word: WORD,
  xdigit: [...DIGIT, range('A', 'F'), range('a', 'f')],
};

const CONTROL_ESCAPES: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

class Translation {
  private readonly characters: string[];
  private position = 0;

  public constructor(source: string) {
    this.characters = Array.from(source);
  }

  public run(): string {
    let result = '';
    while (this.position < this.characters.length) {
      result += this.nextExpression();
    }
    return result;
  }

  private nextExpression(): string {
    const character = this.take();
    switch (character) {
      case '^':
      case '$':
      case ')':
      case '*':
      case '?':
        return character;
      case '(':
        return '(?:';
      case '.':
        return '[^\\n]';
      case '[':
        return this.nextClass();
      case '\\':
        return this.nextEscape();
      default:
        return literal(character.codePointAt(0)!);
    }
  }

  /** After a backslash outside of a class. */
  private nextEscape(): string {
    switch (this.peek()) {
      case 'A':
        this.take();
        return '^';
      case 'z':
        this.take();
        return '$';
      case 'b':
      case 'B':
        return `\\${this.take()}`;
      case 'Q':
        this.take();
        return this.nextQuotation();
      default: {
        const set = this.nextSetEscape();
        return set === undefined ? literal(this.nextCharacterEscape()) : `[${set}]`;
      }
    }
  }

  /** After `\Q`: everything up to `\E`, or to the end, is literal. */
  private nextQuotation(): string {
    let result = '';
    while (this.position < this.characters.length) {
      const character = this.take();
      if (character === '\\' && this.peek() === 'E') {
        this.take();
        break;
      }
      result += literal(character.codePointAt(0)!);
    }
    return result;
  }

  /** After `[`. */
  private nextClass(): string {
    const negated = this.peek() === '^';
    if (negated) {
      this.take();
    }
    let content = '';
    for (let first = true; first || this.peek() !== ']'; first = false) {
      content += this.nextClassItem();
    }
    this.take();
    return `[${negated ? '^' : ''}${content}]`;
  }

  private nextClassItem(): string {
    const named = this.nextPosixClass();
    if (named !== undefined) {
      return named;
    }
    if (this.peek() === '\\') {
      this.take();
      const set = this.nextSetEscape();
      if (set !== undefined) {
        return set;
      }
      this.position -= 1;
    }
    const low = this.nextClassCharacter();
    let high = low;
    // A hyphen right before the closing bracket stands for itself.
    if (this.peek() === '-' && this.peek(1) !== undefined && this.peek(1) !== ']') {
      this.take();
      high = this.nextClassCharacter();
      if (high < low) {
        throw new GoRegExpError('the range of characters in brackets runs backwards');
      }
    }
    return classContent([[low, high]]);
  }

  private nextPosixClass(): string | undefined {
    if (this.peek() !== '[' || this.peek(1) !== ':') {
      return undefined;
    }
    const rest = this.characters.slice(this.position + 2).join('');
    const end = rest.indexOf(':]');
    if (end < 0) {
      return undefined;
    }
    const name = rest.slice(0, end);
    const ranges = own(POSIX_CLASSES, name.replace(/^\^/, ''));
    if (ranges === undefined) {
      throw new GoRegExpError(`there is no class of characters [:${name}:]`);
    }
    this.position += 2 + Array.from(name).length + 2;
    return classContent(name.startsWith('^') ? complement(ranges) : ranges);
  }

  private nextClassCharacter(): number {
    const character = this.take();
    return character === '\\' ? this.nextCharacterEscape() : character.codePointAt(0)!;
  }

  /** After a backslash: `\d`, `\S`, `\pL` and the like as the content of a class, undefined (and nothing read) for another escape. */
  private nextSetEscape(): string | undefined {
    const letter = this.peek() ?? '';
    const ranges = own(PERL_CLASSES, letter.toLowerCase());
    if (ranges !== undefined) {
      this.take();
      return classContent(letter === letter.toLowerCase() ? ranges : complement(ranges));
    }
    if (letter !== 'p' && letter !== 'P') {
      return undefined;
    }
    this.take();
    // Only names of one letter occur: moby escapes the brace of the long form, which makes that form an error.
    const category = this.take().toUpperCase();
    if (!/^[CLMNPSZ]$/.test(category)) {
      throw new GoRegExpError(`\\${letter}${category} is no class of Unicode characters`);
    }
    return `\\${letter}{${category}}`;
  }

  /** After a backslash: the one character that the escape stands for. */
  private nextCharacterEscape(): number {
    const character = this.take();
    const control = own(CONTROL_ESCAPES, character);
    if (control !== undefined) {
      return control;
    }
    if (character === 'x') {
      const digits = this.take() + (this.peek() === undefined ? '' : this.take());
      if (/^[0-9a-fA-F]{2}$/.test(digits)) {
        return parseInt(digits, 16);
      }
    } else if (/^[0-7]$/.test(character)) {
      return this.nextOctalEscape(character);
    } else if (/^[\0-\x7f]$/.test(character) && !/^[0-9A-Za-z]$/.test(character)) {
      return character.codePointAt(0)!;
    }
    throw new GoRegExpError(`the escape \\${character} has no meaning`);
  }

  private nextOctalEscape(first: string): number {
    let digits = first;
    while (digits.length < 3 && /^[0-7]$/.test(this.peek() ?? '')) {
      digits += this.take();
    }
    if (digits.length === 1 && first !== '0') {
      throw new GoRegExpError(`the escape \\${first} has no meaning`);
    }
    return parseInt(digits, 8);
  }

  private peek(ahead: number = 0): string | undefined {
    return this.characters[this.position + ahead];
  }

  private take(): string {
    const character = this.characters[this.position];
    if (character === undefined) {
      throw new GoRegExpError('a bracket is not closed, or an escape not complete');
    }
    this.position += 1;
    return character;
  }
}

function own<T>(table: Record<string, T>, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined;
}

function literal(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

function classContent(ranges: Ranges): string {
  return ranges.map(([low, high]) => (low === high ? literal(low) : `${literal(low)}-${literal(high)}`)).join('');
}

/** @param ranges in ascending order */
function complement(ranges: Ranges): Ranges {
  const result: Array<readonly [number, number]> = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (low > next) {
      result.push([next, low - 1]);
    }
    next = high + 1;
  }
  if (next <= LAST_CODE_POINT) {
    result.push([next, LAST_CODE_POINT]);
  }
  return result;
}
