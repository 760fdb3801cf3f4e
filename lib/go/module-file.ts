import { type ModuleLine, ModuleSyntaxError, parseModuleSyntax, stringValue } from './module-syntax';
import { isSemanticVersion } from './semantic-version';

export interface ModuleVersion {
  readonly path: string;
  /** Empty if the directive states none, as most `replace` directives do on the left. */
  readonly version: string;
}

export interface Requirement extends ModuleVersion {
  readonly indirect: boolean;
}

export interface Replacement {
  readonly old: ModuleVersion;
  /** A directory if it has no version. */
  readonly replacement: ModuleVersion;
  readonly line: number;
}

interface CommonDirectives {
  readonly go?: string;
  readonly toolchain?: string;
  readonly godebug: Readonly<Record<string, string>>;
  readonly replace: readonly Replacement[];
}

/** A go.mod file. @see https://go.dev/ref/mod#go-mod-file */
export interface ModuleFile extends CommonDirectives {
  readonly module: string;
  readonly require: readonly Requirement[];
  readonly exclude: readonly ModuleVersion[];
  readonly tool: readonly string[];
  readonly ignore: readonly string[];
}

/** A go.work file. @see https://go.dev/ref/mod#workspaces */
export interface WorkFile extends CommonDirectives {
  readonly use: readonly { readonly path: string; readonly line: number }[];
}

interface Collected {
  module?: string;
  go?: string;
  toolchain?: string;
  godebug: Record<string, string>;
  replace: Replacement[];
  require: Requirement[];
  exclude: ModuleVersion[];
  tool: string[];
  ignore: string[];
  use: { path: string; line: number }[];
}

type Directive = (into: Collected, statement: ModuleLine) => void;

const GO_VERSION = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/;
const LAX_GO_VERSION = /^v?([1-9][0-9]*\.(?:0|[1-9][0-9]*))[^0-9].*$/;
const TOOLCHAIN = /^default$|^go1(?:$|\.)/;

const COMMON: Record<string, Directive> = { go, toolchain, godebug, replace };
const MODULE: Record<string, Directive> = { ...COMMON, module, require: requirement, exclude, retract, tool, ignore };
const WORK: Record<string, Directive> = { ...COMMON, use };

/** Go skips all other directives in the go.mod of a dependency, which a newer Go may have written. */
const IN_DEPENDENCIES = new Set(['go', 'module', 'retract', 'require', 'ignore']);

const SINGLE = new Set(['go', 'toolchain']);

/**
 * Parses a go.mod file.
 * @param isDependency whether the module is a `replace` target: Go is lenient with those
 * @throws ModuleSyntaxError with Go's message
 */
export function parseModuleFile(text: string, isDependency = false): ModuleFile {
  const result = collect(text, MODULE, isDependency);
  if (result.module === undefined) {
    throw new ModuleSyntaxError('no module declaration in go.mod', 1);
  }
  return { ...result, module: result.module };
}

/** Parses a go.work file. @throws ModuleSyntaxError with Go's message */
export function parseWorkFile(text: string): WorkFile {
  return collect(text, WORK, false);
}

/** Whether the right side of a `replace` directive is a directory, on any operating system. */
export function isDirectoryPath(path: string): boolean {
  return /^(?:\.{1,2}$|\.{1,2}[/\\]|[/\\]|[A-Za-z]:)/.test(path);
}

function collect(text: string, directives: Record<string, Directive>, lenient: boolean): Collected {
  const result: Collected = { godebug: {}, replace: [], require: [], exclude: [], tool: [], ignore: [], use: [] };
  for (const statement of parseModuleSyntax(text)) {
    const directive = Object.hasOwn(directives, statement.verb) ? directives[statement.verb] : undefined;
    if (lenient && (directive === undefined || !IN_DEPENDENCIES.has(statement.verb))) {
      continue;
    }
    if (statement.blockLine !== undefined && (directive === undefined || SINGLE.has(statement.verb))) {
      throw new ModuleSyntaxError(`unknown block type: ${statement.verb}`, statement.blockLine);
    }
    if (directive === undefined) {
      throw new ModuleSyntaxError(`unknown directive: ${statement.verb}`, statement.line);
    }
    if (lenient && statement.verb === 'go') {
      const lax = LAX_GO_VERSION.exec(statement.args[0] ?? '');
      directive(result, lax && !GO_VERSION.test(statement.args[0]) ? { ...statement, args: [lax[1]] } : statement);
    } else {
      directive(result, statement);
    }
  }
  return result;
}

function go(into: Collected, { args, line }: ModuleLine): void {
  refuse(into.go !== undefined, 'repeated go statement', line);
  refuse(args.length !== 1, 'go directive expects exactly one argument', line);
  refuse(!GO_VERSION.test(args[0]), `invalid go version '${args[0]}': must match format 1.23.0`, line);
  into.go = args[0];
}

function toolchain(into: Collected, { args, line }: ModuleLine): void {
  refuse(into.toolchain !== undefined, 'repeated toolchain statement', line);
  refuse(args.length !== 1, 'toolchain directive expects exactly one argument', line);
  refuse(!TOOLCHAIN.test(args[0]), `invalid toolchain version '${args[0]}': must match format go1.23.0 or default`, line);
  into.toolchain = args[0];
}

function godebug(into: Collected, { args, line }: ModuleLine): void {
  const equals = args.length === 1 ? args[0].indexOf('=') : -1;
  refuse(equals < 0 || /["`',]/.test(args[0]), 'usage: godebug key=value', line);
  into.godebug[args[0].slice(0, equals)] = args[0].slice(equals + 1);
}

function module(into: Collected, { args, line }: ModuleLine): void {
  refuse(into.module !== undefined, 'repeated module statement', line);
  refuse(args.length !== 1, 'usage: module module/path', line);
  into.module = stringValue(args[0], line);
}

function requirement(into: Collected, { args, line, comment }: ModuleLine): void {
  into.require.push({ ...moduleVersion('require', args, line), indirect: /^indirect(?:$|;\s)/.test(comment) });
}

function exclude(into: Collected, { args, line }: ModuleLine): void {
  into.exclude.push(moduleVersion('exclude', args, line));
}

function retract(): void {
  // Only concerns dependents of the module.
}

function tool(into: Collected, { args, line }: ModuleLine): void {
  refuse(args.length !== 1, 'tool directive expects exactly one argument', line);
  into.tool.push(stringValue(args[0], line));
}

function ignore(into: Collected, { args, line }: ModuleLine): void {
  refuse(args.length !== 1, 'ignore directive expects exactly one argument', line);
  into.ignore.push(stringValue(args[0], line));
}

function use(into: Collected, { args, line }: ModuleLine): void {
  refuse(args.length !== 1, 'usage: use local/dir', line);
  into.use.push({ path: stringValue(args[0], line), line });
}

function replace(into: Collected, { args, line }: ModuleLine): void {
  const arrow = args[1] === '=>' ? 1 : 2;
  const right = args.slice(arrow + 1);
  refuse(args[arrow] !== '=>' || right.length < 1 || right.length > 2,
    'usage: replace module/path [v1.2.3] => other/module v1.4 or replace module/path [v1.2.3] => ../local/directory', line);
  const old = { path: stringValue(args[0], line), version: arrow === 2 ? version(`replace ${args[0]}`, args[1], line) : '' };
  const path = stringValue(right[0], line);
  if (right.length === 2) {
    refuse(isDirectoryPath(path), `replacement module directory path ${JSON.stringify(path)} cannot have version`, line);
    into.replace.push({ old, replacement: { path, version: version(`replace ${right[0]}`, right[1], line) }, line });
    return;
  }
  refuse(!isDirectoryPath(path) && path.includes('@'),
    'replacement module must match format \'path version\', not \'path@version\'', line);
  refuse(!isDirectoryPath(path), 'replacement module without version must be directory path (rooted or starting with . or ..)', line);
  refuse(path.includes('\\'), 'replacement directory appears to be Windows path (on a non-windows system)', line);
  into.replace.push({ old, replacement: { path, version: '' }, line });
}

function moduleVersion(verb: string, args: readonly string[], line: number): ModuleVersion {
  refuse(args.length !== 2, `usage: ${verb} module/path v1.2.3`, line);
  return { path: stringValue(args[0], line), version: version(`${verb} ${args[0]}`, args[1], line) };
}

function version(subject: string, token: string, line: number): string {
  const value = stringValue(token, line);
  refuse(!isSemanticVersion(value), `${subject}: version ${JSON.stringify(value)} invalid: must be of the form v1.2.3`, line);
  return value;
}

function refuse(condition: boolean, message: string, line: number): void {
  if (condition) {
    throw new ModuleSyntaxError(message, line);
  }
}
