/** The messages in the TypeScript sources of the library. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import { agree, type Alternative, Evaluator } from './evaluate';
import type { Kind, Message } from './message';
import { shellMessages } from './shell-sources';
import { weight } from './text';

/** Classes whose first argument is a message, and whose second one is a remedy. */
const ERRORS: Readonly<Record<string, Kind>> = {
  PlainError: 'command', UsageError: 'command', ModuleSyntaxError: 'part', SyntaxProblem: 'part', Error: 'part',
};

/** Properties that Terraform shows. */
const SHOWN_BY_TERRAFORM = ['error_message', 'errorMessage', 'EXPLANATION', 'meaning'];

/** `npx cdktf-go-docker status` says these of a container. */
const VERDICTS = ["'sick'", "'attention'"];

/** Their texts come from elsewhere: from Node.js, or from Go's syntax errors, which are messages of their own. */
const WHOLLY_UNKNOWN: readonly string[] = ['lib/command/arguments.ts', 'lib/go/module-files.ts'];

/** Messages of programs in shell scripts, which are texts of TypeScript. */
const SCRIPTS = /^lib\/(docker|service|gateway|postgres|program)\//;

export function typescriptMessages(repository: string): Message[] {
  const library = path.join(repository, 'lib');
  const names = fs.readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).map((name) => path.join(library, name)).sort();
  const program = programOf(names);
  const files = names.map((name) => program.getSourceFile(name)!);
  const evaluator = new Evaluator(program, files);
  return files.flatMap((file) => new Sources(evaluator, path.relative(repository, file.fileName).split(path.sep).join('/'), file).messages());
}

/** Other packages are left out: their declarations take seconds to read, and no message is in them. */
function programOf(names: readonly string[]): ts.Program {
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, strict: true, noLib: true, types: [] };
  const host = ts.createCompilerHost(options, true);
  host.resolveModuleNameLiterals = (literals, from) => literals.map(({ text }) => {
    const file = path.join(path.dirname(from), `${text}.ts`);
    return { resolvedModule: text.startsWith('.') && fs.existsSync(file) ? { resolvedFileName: file, extension: ts.Extension.Ts } : undefined };
  });
  return ts.createProgram(names, options, host);
}

class Sources {
  private readonly found: Message[] = [];

  public constructor(private readonly evaluator: Evaluator, private readonly name: string, private readonly file: ts.SourceFile) {}

  public messages(): Message[] {
    this.visit(this.file);
    return this.found;
  }

  private visit(node: ts.Node): void {
    if (ts.isObjectLiteralExpression(node)) {
      this.problem(node);
    } else if (ts.isNewExpression(node) && Object.hasOwn(ERRORS, node.expression.getText()) && node.arguments?.[0] !== undefined) {
      const [what, remedy] = node.arguments;
      this.add(ERRORS[node.expression.getText()], node, what, undefined, ERRORS[node.expression.getText()] === 'command' ? remedy : undefined);
    } else if (ts.isCallExpression(node) && /\.add(Warning|Error|Info)$/.test(node.expression.getText())) {
      this.add('warning', node, node.arguments[0]);
    } else if (ts.isPropertyAssignment(node) && SHOWN_BY_TERRAFORM.includes(node.name.getText())) {
      this.add('terraform', node, node.initializer);
    } else if (ts.isArrayLiteralExpression(node) && node.elements.length === 2 && VERDICTS.includes(node.elements[0].getText())) {
      this.add('status', node, node.elements[1]);
    } else if (SCRIPTS.test(this.name) && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))) {
      this.script(node);
    }
    ts.forEachChild(node, (child) => this.visit(child));
  }

  /** An object with the members of `InputProblem`. */
  private problem(node: ts.ObjectLiteralExpression): void {
    const what = this.evaluator.property(node, 'what');
    const remedy = this.evaluator.property(node, 'remedy');
    if (what !== undefined && remedy !== undefined && node.properties.some((property) => property.name?.getText() === 'what')) {
      this.add('input', node, what, this.evaluator.property(node, 'allowed'), remedy);
    }
  }

  private add(kind: Kind, node: ts.Node, what: ts.Expression, allowed?: ts.Expression, remedy?: ts.Expression): void {
    const remedies = this.textsOf(remedy);
    const allowances = this.textsOf(allowed);
    const texts = this.textsOf(what);
    if (texts.every(({ text }) => weight(forReaders(text)) === 0) && !WHOLLY_UNKNOWN.includes(this.name)) {
      throw new Error(`${this.name}: a message cannot be read from the sources: ${what.getText()}`);
    }
    for (const text of texts) {
      const plain = forReaders(text.text);
      if (weight(plain) > 0) {
        this.found.push({
          kind,
          text: plain,
          allowed: matching(text, allowances),
          remedies: matching(text, remedies),
          file: this.name,
          line: this.file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        });
      }
    }
  }

  private textsOf(node: ts.Expression | undefined): Alternative[] {
    if (node === undefined) {
      return [];
    }
    return ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent) ? this.evaluator.shorthand(node) : this.evaluator.texts(node);
  }

  private script(node: ts.StringLiteralLike | ts.TemplateExpression): void {
    const text = ts.isTemplateExpression(node)
      ? node.head.text + node.templateSpans.map(({ literal }) => `$VALUE${literal.text}`).join('') : node.text;
    const line = this.file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    this.found.push(...shellMessages(text).map((message) => ({ ...message, file: this.name, line })));
  }
}

function matching(text: Alternative, others: readonly Alternative[]): string[] {
  return [...new Set(others.filter((other) => agree(text, other)).map((other) => forReaders(other.text)))];
}

/** Terraform's expressions are placeholders as well. */
function forReaders(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, (expression) => /‹[^›]*›/.exec(expression)?.[0] ?? (expression.includes('name') ? '‹name›' : expression.includes('exit_code') ? '‹code›' : '‹…›'))
    .replace(/\s*\n\s*/g, ' ').trim();
}
