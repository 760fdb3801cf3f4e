/**
 * The texts that an expression of the library may have, read from the sources.
 *
 * Conditions and calls of helper functions give alternatives. An alternative remembers what it assumes, so that the text of a message is shown
 * with the remedy that belongs to it.
 */
import ts from 'typescript';
import { fixedParts, placeholder, weight } from './text';

/** What an alternative assumes: the answer of each condition, and the place of each call, by their positions in the sources. */
type Assumptions = ReadonlyMap<string, string>;

export interface Alternative {
  readonly text: string;
  readonly assumes: Assumptions;
}

/** More alternatives, of a whole text and of a part of it, are no longer texts that a person looks for. A placeholder takes their place. */
const MOST = 40;
const MOST_WITHIN = 6;
const DEEPEST = 8;

/** Fewer letters within a text are shown as a placeholder as well. */
const LEAST = 2;
const LEAST_OF_CALL = 8;

/** Expressions whose name would mislead. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'subject.noun': ['prop', 'argument'],
  'named(name, subject)': ['‹name›'],
  'named(`${prefix}${name}`, subject)': ['‹name›'],
  'suffix': [''],
  'addressOf(container)': ['‹container›'],
};

type Scope = ts.SignatureDeclaration & { readonly body?: ts.Node };

export class Evaluator {
  private readonly calls = new Map<ts.Node, ts.CallExpression[]>();
  /** What the objects of an interface have as a property. */
  private readonly properties = new Map<ts.Node, ts.PropertyAssignment[]>();
  private readonly checker: ts.TypeChecker;

  public constructor(program: ts.Program, files: readonly ts.SourceFile[]) {
    this.checker = program.getTypeChecker();
    for (const file of files) {
      this.visit(file);
    }
  }

  private visit(node: ts.Node): void {
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
      const declaration = this.checker.getContextualType(node.parent)?.getProperty(node.name.text)?.valueDeclaration;
      if (declaration !== undefined) {
        this.properties.set(declaration, [...this.properties.get(declaration) ?? [], node]);
      }
    }
    if (ts.isCallExpression(node)) {
      const callee = this.declarationOf(node.expression);
      if (callee !== undefined) {
        this.calls.set(callee, [...this.calls.get(callee) ?? [], node]);
      }
    }
    ts.forEachChild(node, (child) => this.visit(child));
  }

  /** The texts of an expression. Those of a value that is known only later are a placeholder. */
  public texts(node: ts.Expression, depth = 0, most = MOST): Alternative[] {
    const found = this.written(node, depth);
    return found.length > 0 && new Set(found.map(({ text }) => text)).size <= most ? found : [alternative(placeholder(nameOf(node)))];
  }

  /** The texts of an expression that is a part of a text. Only those that help to find it are worth an alternative. */
  private within(node: ts.Expression, depth: number): Alternative[] {
    if (ts.isBinaryExpression(node) && isChoice(node.operatorToken.kind)) {
      return this.within(node.left, depth);
    }
    const written = this.texts(node, depth);
    const isSentence = written.every(({ text }) => text.includes(' ') && weight(text) >= LEAST_OF_CALL);
    const found = isSentence ? written : this.texts(node, depth, MOST_WITHIN);
    if (Object.hasOwn(SHOWN, node.getText())) {
      return found;
    }
    const vague = found.find(({ text }) => weight(text) === 0 && text !== '');
    if (vague !== undefined && found.every(({ text }) => weight(text) < LEAST_OF_CALL)) {
      return [alternative(vague.text)];
    }
    const least = ts.isCallExpression(node) ? LEAST_OF_CALL : ts.isIdentifier(node) ? LEAST : 0;
    return found.every(({ text }) => text === '' || /^\d+$/.test(text) || weight(text) >= least) ? found : [alternative(placeholder(nameOf(node)))];
  }

  private written(node: ts.Expression, depth: number): Alternative[] {
    const shown = Object.hasOwn(SHOWN, node.getText()) ? SHOWN[node.getText()] : undefined;
    if (shown !== undefined) {
      return shown.map((text) => alternative(text, [[node.getText(), text]]));
    }
    if (depth > DEEPEST) {
      return [];
    }
    if (ts.isStringLiteralLike(node)) {
      return [alternative(node.text)];
    }
    if (ts.isNumericLiteral(node)) {
      return [alternative(node.text)];
    }
    if (ts.isTemplateExpression(node)) {
      return node.templateSpans.reduce<Alternative[]>(
        (before, span) => joined(joined(before, this.within(span.expression, depth)), [alternative(span.literal.text)]),
        [alternative(node.head.text)]);
    }
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
      return this.written(node.expression, depth);
    }
    if (ts.isConditionalExpression(node)) {
      return this.ofCondition(node, depth);
    }
    if (ts.isBinaryExpression(node)) {
      return this.ofBinary(node, depth);
    }
    if (ts.isCallExpression(node)) {
      return this.ofCall(node, depth);
    }
    if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) {
      return this.ofName(node, depth);
    }
    return [];
  }

  private ofCondition({ condition, whenTrue, whenFalse }: ts.ConditionalExpression, depth: number): Alternative[] {
    const key = `${condition.getSourceFile().fileName} ${condition.getText()}`;
    return [[whenTrue, 'yes'], [whenFalse, 'no']].flatMap(([branch, answer]) => {
      const expression = branch as ts.Expression;
      return expression.getText() === 'undefined' ? [] : joined([alternative('', [[key, answer as string]])], this.texts(expression, depth));
    });
  }

  private ofBinary({ left, operatorToken: { kind }, right }: ts.BinaryExpression, depth: number): Alternative[] {
    if (kind === ts.SyntaxKind.PlusToken) {
      return joined(this.texts(left, depth), this.texts(right, depth));
    }
    return isChoice(kind) ? [...this.texts(left, depth), ...this.texts(right, depth)].filter(({ text }) => text !== '') : [];
  }

  /** What a function of the library returns, or what a value is that is made a text. */
  private ofCall(node: ts.CallExpression, depth: number): Alternative[] {
    const callee = this.declarationOf(node.expression);
    if (callee === undefined) {
      return node.expression.getText() === 'literal' || node.expression.getText() === 'JSON.stringify' ? this.written(node.arguments[0], depth) : [];
    }
    const found = returnsOf(callee as Scope).flatMap((expression) => this.written(expression, depth + 1));
    return found.every(({ text }) => fixedParts(text).length > 0) ? found : [];
  }

  private ofName(node: ts.Identifier | ts.PropertyAccessExpression, depth: number): Alternative[] {
    const declaration = this.symbolOf(node)?.valueDeclaration;
    if (declaration === undefined) {
      return [];
    }
    if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && declaration.parent.getText().startsWith('const')) {
      return this.written(declaration.initializer, depth + 1);
    }
    if (ts.isPropertyAssignment(declaration)) {
      return this.written(declaration.initializer, depth + 1);
    }
    if (ts.isPropertySignature(declaration)) {
      return this.ofProperty(declaration, depth);
    }
    return ts.isParameter(declaration) ? this.ofParameter(declaration, depth) : [];
  }

  /** What the objects of an interface have as a property, where these are sentences. */
  private ofProperty(property: ts.PropertySignature, depth: number): Alternative[] {
    const found = (this.properties.get(property) ?? []).flatMap(({ initializer, parent }) => joined(
      [alternative('', [[`object ${positionOf(property.parent)}`, positionOf(parent)]])], this.texts(initializer, depth + 1)));
    return found.every(({ text }) => /^[a-z`].* /.test(text)) ? found : [];
  }

  /** What the calls of its function give for a parameter. */
  private ofParameter(parameter: ts.ParameterDeclaration, depth: number): Alternative[] {
    const index = parameter.parent.parameters.indexOf(parameter);
    const found = this.callsOf(parameter.parent).flatMap((call) => {
      const given = call.arguments.length > index ? call.arguments[index] : parameter.initializer;
      return given === undefined ? [] : joined([alternative('', [[`call ${positionOf(parameter.parent)}`, positionOf(call)]])], this.texts(given, depth + 1));
    });
    return found.some(({ text }) => fixedParts(text).length > 0) ? found : [];
  }

  private callsOf(scope: ts.Node): readonly ts.CallExpression[] {
    const direct = this.calls.get(scope) ?? [];
    // A function that is given to another one is called by its parameter.
    if (direct.length === 0 && ts.isArrowFunction(scope) && ts.isCallExpression(scope.parent)) {
      const callee = this.declarationOf(scope.parent.expression) as Scope | undefined;
      const parameter = callee?.parameters[scope.parent.arguments.indexOf(scope)];
      return parameter === undefined ? [] : this.calls.get(parameter) ?? [];
    }
    return direct;
  }

  /** The function, method or parameter that is called. */
  private declarationOf(callee: ts.Expression): ts.Node | undefined {
    const declaration = this.symbolOf(callee)?.valueDeclaration;
    if (declaration !== undefined && ts.isVariableDeclaration(declaration)) {
      return declaration.initializer && ts.isArrowFunction(declaration.initializer) ? declaration.initializer : undefined;
    }
    return declaration !== undefined && (ts.isFunctionLike(declaration) || ts.isParameter(declaration)) ? declaration : undefined;
  }

  private symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
    return symbol?.declarations?.some(ts.isImportSpecifier) ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The property of an object literal, or of what it spreads. */
  public property(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
    for (const property of [...object.properties].reverse()) {
      if (ts.isPropertyAssignment(property) && property.name.getText() === name) {
        return property.initializer;
      }
      if (ts.isShorthandPropertyAssignment(property) && property.name.text === name) {
        return property.name;
      }
      if (ts.isSpreadAssignment(property)) {
        const declaration = this.symbolOf(property.expression)?.valueDeclaration;
        const spread = declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
        const found = spread !== undefined && ts.isObjectLiteralExpression(spread) ? this.property(spread, name) : undefined;
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  }

  /** The texts of a name that stands for a property of the same name, `{ what }`. */
  public shorthand(name: ts.Identifier): Alternative[] {
    const declaration = this.checker.getShorthandAssignmentValueSymbol(name.parent)?.valueDeclaration;
    if (declaration !== undefined && ts.isParameter(declaration)) {
      return this.ofParameter(declaration, 0);
    }
    const isVariable = declaration !== undefined && ts.isVariableDeclaration(declaration);
    return isVariable && declaration.initializer !== undefined ? this.written(declaration.initializer, 0) : [];
  }
}

function isChoice(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.QuestionQuestionToken || operator === ts.SyntaxKind.BarBarToken;
}

/** Whether two alternatives can be true at the same time. */
export function agree(one: Alternative, other: Alternative): boolean {
  return [...one.assumes].every(([key, value]) => (other.assumes.get(key) ?? value) === value);
}

function alternative(text: string, assumes: Iterable<readonly [string, string]> = []): Alternative {
  return { text, assumes: new Map(assumes) };
}

function joined(first: readonly Alternative[], second: readonly Alternative[]): Alternative[] {
  return first.flatMap((one) => second.filter((other) => agree(one, other)).map((other) => ({
    text: one.text + other.text, assumes: new Map([...one.assumes, ...other.assumes]),
  })));
}

function returnsOf(scope: Scope): ts.Expression[] {
  if (scope.body === undefined || !ts.isBlock(scope.body)) {
    return scope.body === undefined ? [] : [scope.body as ts.Expression];
  }
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) {
      found.push(node.expression);
    }
    if (!ts.isFunctionLike(node)) {
      ts.forEachChild(node, visit);
    }
  };
  ts.forEachChild(scope.body, visit);
  return found;
}

function positionOf(node: ts.Node): string {
  return `${node.getSourceFile().fileName}:${node.getStart()}`;
}

/** A name for what is known only later. */
function nameOf(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text === 'length' || node.name.text === 'size') {
      return 'number';
    }
    if (node.name.text === 'message') {
      return 'reason';
    }
    return node.name.text === 'path' && node.expression.getText().endsWith('node') ? 'construct' : node.name.text;
  }
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    if (ts.isPropertyAccessExpression(node.expression) && ['join', 'toString', 'map', 'slice', 'trim', 'replace', 'filter', 'flatMap', 'get'].includes(node.expression.name.text)) {
      return called.startsWith('path.') ? 'path' : nameOf(node.expression.expression);
    }
    if (['JSON.stringify', 'String', 'literal', 'quoted', 'shown', 'basename', 'path.basename'].includes(called) && node.arguments.length > 0) {
      return nameOf(node.arguments[0]);
    }
    return called.replace(/^.*\./, '').replace(/(Text|Of)$/, '');
  }
  if (ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isElementAccessExpression(node)) {
    return nameOf(node.expression);
  }
  return ts.isIdentifier(node) ? node.text : '…';
}
