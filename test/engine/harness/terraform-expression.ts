import { createHash, randomUUID } from 'crypto';

/** Says what a reference such as `["docker_image", "shop", "image_id"]` stands for. */
export type ResolveReference = (path: string[]) => Promise<unknown>;

/** The functions of Terraform that synthesized stacks of this library use. */
const FUNCTIONS: Readonly<Record<string, (...values: any[]) => unknown>> = {
  join: (separator: string, parts: string[]) => parts.join(separator),
  nonsensitive: (value: unknown) => value,
  replace: (text: string, search: string, replacement: string) => text.split(search).join(replacement),
  sensitive: (value: unknown) => value,
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  substr: (text: string, offset: number, length: number) => [...text].slice(offset, offset + length).join(''),
  // Go's url.QueryEscape.
  urlencode: (text: string) => encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  uuid: () => randomUUID(),
};

/** A value of a synthesized stack with all its expressions evaluated. Strings are templates, as Terraform's JSON syntax has it. */
export async function evaluate(value: unknown, resolve: ResolveReference): Promise<unknown> {
  if (typeof value === 'string') {
    return new Evaluation(value, resolve).template();
  }
  if (Array.isArray(value)) {
    return inOrder(value, async (item) => evaluate(item, resolve));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([key]) => key !== '//');
    return Object.fromEntries(await inOrder(entries, async ([key, item]) => [key, await evaluate(item, resolve)] as const));
  }
  return value;
}

async function inOrder<T, R>(items: T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(await map(item));
  }
  return results;
}

const ESCAPES: Readonly<Record<string, string>> = { 'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\' };

/** A reading of the text from left to right. Source: https://developer.hashicorp.com/terraform/language/expressions/strings */
class Evaluation {
  private at = 0;

  public constructor(private readonly text: string, private readonly resolve: ResolveReference) {}

  /** The whole text as a template. A template that is one expression has that expression's type. */
  public async template(): Promise<unknown> {
    const parts = await this.parts(false);
    return parts.length === 1 ? parts[0] : parts.join('');
  }

  private async parts(inQuotes: boolean): Promise<unknown[]> {
    const parts: unknown[] = [];
    let literal = '';
    while (this.at < this.text.length && !(inQuotes && this.text[this.at] === '"')) {
      if (this.take('$${') || this.take('%%{')) {
        literal += this.text.slice(this.at - 2, this.at);
      } else if (this.take('${')) {
        if (literal !== '') {
          parts.push(literal);
          literal = '';
        }
        parts.push(await this.expression());
        this.expect('}');
      } else if (this.text.startsWith('%{', this.at)) {
        throw this.unknown('a template directive');
      } else if (inQuotes && this.take('\\')) {
        literal += this.escaped();
      } else {
        literal += this.text[this.at++];
      }
    }
    if (literal !== '' || parts.length === 0) {
      parts.push(literal);
    }
    return parts;
  }

  private escaped(): string {
    const unicode = this.match(/u([0-9a-fA-F]{4})/y);
    if (unicode) {
      return String.fromCharCode(parseInt(unicode[1], 16));
    }
    const character = ESCAPES[this.text[this.at++]];
    if (character === undefined) {
      throw this.unknown('an escape sequence');
    }
    return character;
  }

  private async expression(): Promise<unknown> {
    this.space();
    if (this.take('"')) {
      const parts = await this.parts(true);
      this.expect('"');
      return parts.length === 1 ? parts[0] : parts.join('');
    }
    if (this.take('[')) {
      return this.list(']');
    }
    if (this.take('!')) {
      return !await this.expression();
    }
    const number = this.match(/-?\d+(\.\d+)?/y);
    if (number) {
      return Number(number[0]);
    }
    const name = this.match(/[A-Za-z_][\w-]*/y)?.[0];
    if (name === undefined) {
      throw this.unknown('an expression');
    }
    if (this.take('(')) {
      if (!(name in FUNCTIONS)) {
        throw this.unknown(`the function ${name}`);
      }
      return FUNCTIONS[name](...await this.list(')'));
    }
    return this.resolve([name, ...this.accessors()]);
  }

  private async list(end: string): Promise<unknown[]> {
    const values: unknown[] = [];
    for (this.space(); !this.take(end); this.space()) {
      values.push(await this.expression());
      this.space();
      this.take(',');
    }
    return values;
  }

  private accessors(): string[] {
    const path: string[] = [];
    for (;;) {
      const accessor = this.match(/\.([\w-]+)|\[(?:"([^"\\]+)"|(\d+))\]/y);
      if (!accessor) {
        return path;
      }
      path.push(accessor[1] ?? accessor[2] ?? accessor[3]);
    }
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match;
  }

  private take(token: string): boolean {
    const found = this.text.startsWith(token, this.at);
    this.at += found ? token.length : 0;
    return found;
  }

  private expect(token: string): void {
    this.space();
    if (!this.take(token)) {
      throw this.unknown(`something other than ${token}`);
    }
  }

  private space(): void {
    this.match(/\s*/y);
  }

  private unknown(what: string): Error {
    return new Error(`The engine tests do not know ${what} at character ${this.at} of ${JSON.stringify(this.text)}`);
  }
}
