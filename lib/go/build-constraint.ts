export type TagPredicate = (tag: string) => boolean;

/** The build constraint in the leading comments of a source file. */
export interface BuildConstraint {
  /** Evaluates the constraint. A file without one is always built. */
  readonly matches: (holds: TagPredicate) => boolean;
  /** Go's message for an invalid constraint. */
  readonly problem?: string;
}

type Expression = (holds: TagPredicate) => boolean;

const ALWAYS: BuildConstraint = { matches: () => true };

/** Go's limit for expressions of the old form. */
const LARGEST_PLUS_BUILD = 100;

/**
 * Reads the build constraint of a Go, C or assembly file.
 *
 * `//go:build` counts anywhere before the first token. `// +build` counts only without `//go:build`, in the line comments at the top
 * that end with a blank line.
 * @see https://pkg.go.dev/cmd/go#hdr-Build_constraints
 * @param text the file, at least up to its first token
 */
export function readBuildConstraint(text: string): BuildConstraint {
  if (!text.includes('+build') && !text.includes('//go:build')) {
    return ALWAYS;
  }
  let goBuild: string | undefined;
  let headerEnd = 0;
  let inHeader = true;
  let inBlockComment = false;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    let line = trim(text.slice(at, newline < 0 ? text.length : newline));
    at = next;
    if (line === '' && inHeader) {
      headerEnd = next;
      continue;
    }
    if (!line.startsWith('//')) {
      inHeader = false;
    }
    if (!inBlockComment && isGoBuildLine(line)) {
      if (goBuild !== undefined) {
        return { matches: () => false, problem: 'multiple //go:build comments' };
      }
      goBuild = line;
    }
    let isComment = true;
    while (line !== '' && isComment) {
      if (inBlockComment) {
        const close = line.indexOf('*/');
        if (close < 0) {
          break;
        }
        inBlockComment = false;
        line = trim(line.slice(close + 2));
      } else if (line.startsWith('//')) {
        break;
      } else if (line.startsWith('/*')) {
        inBlockComment = true;
        line = trim(line.slice(2));
      } else {
        isComment = false;
      }
    }
    if (!isComment) {
      break;
    }
  }
  return goBuild !== undefined ? parseGoBuild(goBuild) : parsePlusBuildLines(text.slice(0, headerEnd));
}

/** Evaluates the condition of a `#cgo` line, which may have the old or the new form. */
export function matchesCgoCondition(text: string, holds: TagPredicate): boolean {
  if (/[&|()]/.test(text)) {
    const constraint = parseGoBuild(`//go:build ${text}`);
    return constraint.problem === undefined && constraint.matches(holds);
  }
  return parsePlusBuild(text)?.(holds) ?? false;
}

function parseGoBuild(line: string): BuildConstraint {
  try {
    return { matches: new ExpressionParser(line.slice('//go:build'.length)).parse() };
  } catch (error) {
    return { matches: () => false, problem: `parsing //go:build line: ${(error as Error).message}` };
  }
}

function parsePlusBuildLines(header: string): BuildConstraint {
  const expressions: Expression[] = [];
  for (const line of header.split('\n')) {
    const match = /^\/\/[ \t\v\f\r]*\+build(?:[ \t\v\f\r]+(.*))?$/.exec(trim(line));
    const expression = match ? parsePlusBuild(match[1] ?? '') : undefined;
    if (expression) {
      expressions.push(expression);
    }
  }
  return expressions.length === 0 ? ALWAYS : { matches: holds => expressions.every(expression => expression(holds)) };
}

/** Parses the old form: spaces are "or", commas are "and". `undefined` if it is too complex: Go ignores it then. */
function parsePlusBuild(text: string): Expression | undefined {
  const clauses = trim(text).split(/\s+/).filter(clause => clause !== '').map(clause => clause.split(','));
  const operators = clauses.length - 1 + clauses.reduce((sum, terms) => sum + terms.length - 1, 0);
  if (operators > LARGEST_PLUS_BUILD) {
    return undefined;
  }
  if (clauses.length === 0) {
    return holds => holds('ignore');
  }
  return holds => clauses.some(terms => terms.every(term => {
    if (term === '!' || term.startsWith('!!')) {
      return holds('ignore');
    }
    const name = term.startsWith('!') ? term.slice(1) : term;
    return holds(/^[\p{L}\p{Nd}_.]+$/u.test(name) ? name : 'ignore') !== term.startsWith('!');
  }));
}

function isGoBuildLine(line: string): boolean {
  return line.startsWith('//go:build') && (line.length === 10 || /\s/.test(line[10]));
}

function trim(text: string): string {
  return text.replace(/^[ \t\v\f\r\n]+|[ \t\v\f\r\n]+$/g, '');
}

/** Recursive descent over `||`, `&&`, `!`, parentheses and tags. */
class ExpressionParser {
  private readonly tokens: string[];
  private at = 0;

  public constructor(text: string) {
    this.tokens = text.match(/\(|\)|!|&&|\|\||[\p{L}\p{Nd}_.]+|[^ \t]/gu) ?? [];
  }

  public parse(): Expression {
    const expression = this.or();
    if (this.at < this.tokens.length) {
      throw new Error(`unexpected token ${this.tokens[this.at]}`);
    }
    return expression;
  }

  private or(): Expression {
    let left = this.and();
    while (this.tokens[this.at] === '||') {
      this.at++;
      const [first, second] = [left, this.and()];
      left = holds => first(holds) || second(holds);
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.tokens[this.at] === '&&') {
      this.at++;
      const [first, second] = [left, this.not()];
      left = holds => first(holds) && second(holds);
    }
    return left;
  }

  private not(): Expression {
    if (this.tokens[this.at] !== '!') {
      return this.atom();
    }
    this.at++;
    if (this.tokens[this.at] === '!') {
      throw new Error('double negation not allowed');
    }
    const operand = this.atom();
    return holds => !operand(holds);
  }

  private atom(): Expression {
    const token = this.tokens[this.at];
    if (token === '(') {
      this.at++;
      const inner = this.or();
      if (this.tokens[this.at] !== ')') {
        throw new Error('missing close paren');
      }
      this.at++;
      return inner;
    }
    if (token === undefined) {
      throw new Error('unexpected end of expression');
    }
    if (!/^[\p{L}\p{Nd}_.]/u.test(token)) {
      throw new Error(`unexpected token ${token}`);
    }
    this.at++;
    return holds => holds(token);
  }
}
