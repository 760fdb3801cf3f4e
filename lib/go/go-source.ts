import { type BuildConstraint, readBuildConstraint } from './build-constraint';
import { embedPatterns } from './embed-directive';
import { endOfString, unquote } from './go-string';

export interface GoImport {
  readonly path: string;
  readonly line: number;
}

/** The head of a Go file, which decides what files a build reads. */
export interface GoSource {
  readonly constraint: BuildConstraint;
  /** Empty after an earlier syntax error. */
  readonly packageName: string;
  readonly imports: readonly GoImport[];
  /** The comment above `import "C"`, without comment markers; `undefined` when the file does not use cgo. */
  readonly cgoPreamble?: string;
  readonly embedPatterns: readonly string[];
  /** A syntax error up to the last import. */
  readonly problem?: { readonly line: number; readonly message: string };
}

/** Covers the imports of nearly every file. Others are parsed again as a whole. */
const HEAD = 16 * 1024;

/**
 * Reads package clause, imports, build constraint and embedded files of a Go file.
 * @see https://go.dev/ref/spec#Source_file_organization
 */
export function parseGoSource(content: Buffer): GoSource {
  const start = content.length >= 3 && content[0] === 0xEF && content[1] === 0xBB && content[2] === 0xBF ? 3 : 0;
  // One character per byte: offsets are cheap, and Go's syntax is ASCII.
  const head = content.toString('latin1', start, Math.min(content.length, start + HEAD));
  let reader = new HeadReader(head);
  let text = head;
  reader.read();
  if (reader.reachedEnd && start + HEAD < content.length) {
    text = content.toString('latin1', start);
    reader = new HeadReader(text);
    reader.read();
  }
  const embeds = reader.imports.some(item => item.path === 'embed') && content.includes('//go:embed');
  return {
    constraint: readBuildConstraint(text),
    packageName: utf8(reader.packageName),
    imports: reader.imports,
    cgoPreamble: reader.cgoPreamble,
    embedPatterns: embeds ? embedPatterns(content.toString('latin1', start)) : [],
    problem: reader.problem,
  };
}

export function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

interface CommentGroup {
  readonly text: string;
  readonly endLine: number;
}

class SyntaxProblem extends Error {
  public constructor(message: string, public readonly line: number) {
    super(message);
  }
}

class HeadReader {
  public packageName = '';
  public readonly imports: GoImport[] = [];
  public cgoPreamble?: string;
  public problem?: { line: number; message: string };
  public reachedEnd = false;
  private at = 0;
  private line = 1;
  private comments?: CommentGroup;

  public constructor(private readonly text: string) {}

  public read(): void {
    try {
      this.skipSpace();
      this.keyword('package');
      this.skipSpace();
      this.packageName = this.identifier();
      for (this.skipSpace(); this.isKeyword('import'); this.skipSpace()) {
        this.importDeclaration();
      }
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) {
        throw error;
      }
      this.problem = { line: error.line, message: error.message };
    }
  }

  private importDeclaration(): void {
    const declarationDoc = this.leadingComment();
    this.at += 'import'.length;
    this.skipSpace();
    if (this.text[this.at] !== '(') {
      this.importSpec(this.leadingComment() ?? declarationDoc);
      return;
    }
    this.at++;
    const preambles: (string | undefined)[] = [];
    for (this.skipSpace(); this.text[this.at] !== ')'; this.skipSpace()) {
      preambles.push(this.importSpec(this.leadingComment()));
    }
    this.at++;
    if (preambles.length === 1 && preambles[0] === '') {
      this.cgoPreamble = `${this.cgoPreamble ?? ''}${declarationDoc ?? ''}\n`;
    }
  }

  /** Returns the preamble of `import "C"`, otherwise `undefined`. */
  private importSpec(doc: string | undefined): string | undefined {
    const line = this.line;
    if (this.text[this.at] === '.') {
      this.at++;
    } else if (isIdentifierPart(this.text.charCodeAt(this.at))) {
      this.identifier();
    }
    this.skipSpace();
    const end = this.text[this.at] === '"' || this.text[this.at] === '`' ? endOfString(this.text, this.at) : -1;
    if (end < 0) {
      throw this.unexpected('an import path');
    }
    const literal = this.text.slice(this.at, end);
    this.line += count(literal, '\n');
    this.at = end;
    const path = unquote(utf8(literal));
    // The characters that https://go.dev/ref/spec#Import_declarations lets a compiler exclude.
    if (path === undefined || path === '' || /[!"#$%&'()*,:;<=>?[\\\]^{|}`\uFFFD\p{C}\p{Z}]/u.test(path)) {
      throw new SyntaxProblem(`invalid import path: ${literal}`, line);
    }
    this.imports.push({ path, line });
    if (path !== 'C') {
      return undefined;
    }
    this.cgoPreamble = `${this.cgoPreamble ?? ''}${doc ?? ''}\n`;
    return doc ?? '';
  }

  /** Skips white space, semicolons and comments. Keeps the comment directly before the next token. */
  private skipSpace(): void {
    this.comments = undefined;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) {
        this.reachedEnd = true;
        return;
      }
      if (character === '\n') {
        this.line++;
        this.at++;
      } else if (character === ' ' || character === '\t' || character === '\r' || character === '\f' || character === ';') {
        this.at++;
      } else if (character === '/') {
        this.comment();
      } else {
        return;
      }
    }
  }

  private comment(): void {
    const isLine = this.text[this.at + 1] === '/';
    if (!isLine && this.text[this.at + 1] !== '*') {
      throw this.unexpected('a comment');
    }
    const close = this.text.indexOf(isLine ? '\n' : '*/', this.at + 2);
    if (close < 0) {
      this.reachedEnd = true;
    }
    if (close < 0 && !isLine) {
      throw new SyntaxProblem('comment not terminated', this.line);
    }
    const body = this.text.slice(this.at + 2, close < 0 ? this.text.length : close);
    const startLine = this.line;
    this.line += isLine ? 0 : count(body, '\n');
    this.at = close < 0 ? this.text.length : close + (isLine ? 0 : 2);
    const together = this.comments !== undefined && startLine <= this.comments.endLine + 1;
    this.comments = { text: `${together ? this.comments!.text : ''}${utf8(body)}\n`, endLine: this.line };
  }

  private leadingComment(): string | undefined {
    return this.comments !== undefined && this.comments.endLine + 1 === this.line ? this.comments.text : undefined;
  }

  private isKeyword(word: string): boolean {
    return this.text.startsWith(word, this.at) && !isIdentifierPart(this.text.charCodeAt(this.at + word.length));
  }

  private keyword(word: string): void {
    if (!this.isKeyword(word)) {
      throw this.unexpected(`'${word}'`);
    }
    this.at += word.length;
  }

  private identifier(): string {
    const start = this.at;
    while (isIdentifierPart(this.text.charCodeAt(this.at))) {
      this.at++;
    }
    if (start === this.at) {
      throw this.unexpected('an identifier');
    }
    return this.text.slice(start, this.at);
  }

  private unexpected(expected: string): SyntaxProblem {
    if (this.at >= this.text.length) {
      this.reachedEnd = true;
    }
    const found = this.at >= this.text.length ? 'the end of the file' : JSON.stringify(utf8(this.text.slice(this.at, this.at + 20)));
    return new SyntaxProblem(`expected ${expected}, found ${found}`, this.line);
  }
}

function isIdentifierPart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code >= 128;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    found++;
  }
  return found;
}
