/**
 * Writes `lib/input/props.json`: what each struct and each method of the public API accepts. It comes from `.jsii`, so that
 * documentation and checks cannot differ. Needs a compiled library.
 *
 *   npm run compile && npm run props
 *
 * Tags in docstrings say what types cannot:
 *
 * - `@range 1..50`, `@range 6MiB..64TiB/1MiB`, `@range 1s..24h/1s`: the limits of a number, a size or a duration, and its step. For a
 *   parameter of a method, the range stands in the parameter's own text.
 * - `@sensitive`: errors do not show the value. For parameters: `@sensitive password`.
 * - `@tokens refused` or `@tokens accepted`: whether Terraform may know the value later. Texts accept tokens by default. For parameters:
 *   `@tokens refused name`.
 * - `@defaults services`, at a struct: the member of `Defaults` that fills its props.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
  readonly custom?: Readonly<Record<string, string>>;
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
  readonly union?: { readonly types: readonly TypeReference[] };
}

interface Place {
  readonly locationInModule?: { readonly filename: string; readonly line: number };
}

interface Value extends Place {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly variadic?: boolean;
  readonly static?: boolean;
  readonly docs?: Docs;
}

interface Callable extends Place {
  readonly name?: string;
  readonly static?: boolean;
  readonly parameters?: readonly Value[];
  readonly returns?: { readonly type: TypeReference };
  readonly docs?: Docs;
  readonly protected?: boolean;
}

interface Type extends Place {
  readonly name: string;
  readonly fqn: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly datatype?: boolean;
  readonly abstract?: boolean;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly properties?: readonly Value[];
  readonly methods?: readonly Callable[];
  readonly initializer?: Callable;
  readonly members?: readonly { readonly name: string }[];
  readonly docs?: Docs;
}

interface Assembly {
  readonly name: string;
  readonly types: Readonly<Record<string, Type>>;
}

/** The text of `lib/input/props.json`. */
export function propsTable(repository: string): string {
  return new Table(repository).text();
}

class Table {
  private readonly own: Assembly;
  private readonly assemblies = new Map<string, Assembly>();
  private readonly used = new Set<string>();

  public constructor(private readonly repository: string) {
    this.own = this.assembly(repository);
    this.assemblies.set(this.own.name, this.own);
  }

  public text(): string {
    const types = Object.values(this.own.types).sort((one, other) => one.fqn < other.fqn ? -1 : 1);
    const structs = types.filter(({ datatype }) => datatype).map((type) => [type.name, this.struct(type)]);
    const calls = types.filter(({ kind }) => kind === 'class').flatMap((type) => this.calls(type));
    const others = [...this.used].map((fqn) => this.type(fqn)).filter(({ fqn, datatype }) => !datatype || !Object.hasOwn(this.own.types, fqn))
      .sort((one, other) => one.name < other.name ? -1 : 1).map((type) => [type.name, this.other(type)]);
    return `${written({ structs: Object.fromEntries(structs), calls: Object.fromEntries(calls), types: Object.fromEntries(others) }, 4)}\n`;
  }

  private struct(type: Type): object {
    const own = (fqn: string) => Object.hasOwn(this.own.types, fqn);
    const foreign = (type.interfaces ?? []).filter((fqn) => !own(fqn)).flatMap((fqn) => this.properties(this.type(fqn)));
    return {
      extends: (type.interfaces ?? []).filter(own).map((fqn) => this.type(fqn).name),
      defaults: type.docs?.custom?.defaults,
      ...fields([...foreign, ...type.properties ?? []].map((property) => [property.name, this.field(property, property.docs?.custom)])),
    };
  }

  private calls(type: Type): [string, object][] {
    const methods = (type.methods ?? []).map((method): [string, Callable] => [`${type.name}.${method.name}`, method]);
    const [scope] = type.initializer?.parameters ?? [];
    // Constructs check their props; a class that is none has arguments as a method has.
    const constructor: [string, Callable][] = scope && scope.name !== 'scope' && !type.initializer!.protected ? [[`new ${type.name}`, type.initializer!]] : [];
    return [...constructor, ...methods].filter(([, { parameters }]) => parameters !== undefined).map(([name, { parameters, docs }]) => {
      const sensitive = docs?.custom?.sensitive?.split(/[\s,]+/) ?? [];
      const [rule, ...tokens] = docs?.custom?.tokens?.split(/[\s,]+/) ?? [];
      return [name, fields(parameters!.map((parameter) => {
        const { summary = '', remarks = '' } = parameter.docs ?? {};
        const [range] = /\b\d+[A-Za-z]*\.\.\d[\dA-Za-z]*(\/\d+[A-Za-z]+)?/.exec(`${summary} ${remarks}`) ?? [];
        return [parameter.name, this.field(parameter, { range, sensitive: sensitive.includes(parameter.name) ? '' : undefined, tokens: tokens.includes(parameter.name) ? rule : undefined })];
      }))];
    });
  }

  private field(value: Value, tags: Readonly<Record<string, string | undefined>> = {}): object {
    const type = this.typeName(value.type);
    return {
      type: `${type}${value.variadic ? '[]' : ''}${value.optional || value.variadic ? '?' : ''}`,
      range: tags.range?.trim(),
      example: exampleOf(type, value.docs ?? {}),
      sensitive: tags.sensitive === undefined ? undefined : true,
      tokens: tags.tokens?.trim(),
    };
  }

  private typeName({ primitive, collection, union, fqn }: TypeReference): string {
    if (collection) {
      const element = this.typeName(collection.elementtype);
      return collection.kind === 'array' ? `${element}[]` : `{${element}}`;
    }
    if (union) {
      return union.types.map((type) => this.typeName(type)).join('|');
    }
    if (fqn !== undefined) {
      this.used.add(fqn);
      return this.type(fqn).name;
    }
    return primitive!;
  }

  /** A class, an interface, an enumeration, or a struct of another package. */
  private other(type: Type): object {
    if (type.kind === 'enum') {
      return { enum: this.enumValues(type) };
    }
    const makers = this.makers(type.fqn);
    if (type.kind === 'class') {
      return { class: type.fqn, example: makers[0] };
    }
    const members = [
      ...this.methods(type).map(({ name }) => [name, 'function']),
      ...this.properties(type).filter(({ optional }) => !optional).map((property) => [property.name, property.type.primitive ?? 'any']),
    ];
    const made = [...makers.filter((maker) => maker.startsWith('new ')).slice(0, 2), ...makers.filter((maker) => !maker.startsWith('new '))].slice(0, 3);
    const examples = made.length > 1 ? `${made.slice(0, -1).join(', ')} or ${made[made.length - 1]}` : made[0];
    return { members: Object.fromEntries(members), example: examples };
  }

  /** The assembly has the members' names only. */
  private enumValues(type: Type): Record<string, string | number> {
    if (!Object.hasOwn(this.own.types, type.fqn)) {
      return createRequire(path.join(this.repository, 'package.json'))(type.fqn.split('.')[0])[type.name];
    }
    const source = fs.readFileSync(path.join(this.repository, type.locationInModule!.filename), 'utf8');
    const [, body] = new RegExp(`export enum ${type.name} \\{([^]*?)\\n\\}`).exec(source)!;
    const values = Object.fromEntries([...body.matchAll(/^\s+(\w+) = '([^']*)'/gm)].map(([, name, value]) => [name, value]));
    const missing = type.members!.filter(({ name }) => !Object.hasOwn(values, name));
    if (missing.length > 0) {
      throw new Error(`${type.name}: write each member on a line of its own with a text as its value: ${missing.map(({ name }) => name).join(', ')}`);
    }
    return values;
  }

  /** How a user gets a value of this type, in the order of the source. */
  private makers(fqn: string): string[] {
    const own = Object.values(this.own.types).filter(({ kind }) => kind === 'class');
    return own.flatMap((type) => {
      const statics = [
        ...(type.properties ?? []).filter((property) => property.static && property.type.fqn === fqn)
          .map(({ name, locationInModule }) => ({ line: locationInModule?.line ?? 0, text: `${type.name}.${name}` })),
        ...(type.methods ?? []).filter((method) => method.static && this.is(method.returns?.type.fqn, fqn)).map((method) => ({
          line: method.locationInModule?.line ?? 0, text: `${type.name}.${method.name}(${this.argumentsOf(method)})`,
        })),
      ];
      return [
        ...type.initializer && !type.abstract && !type.initializer.protected && this.is(type.fqn, fqn) ? [`new ${type.name}(…)`] : [],
        ...statics.sort((one, other) => one.line - other.line).map(({ text }) => text),
      ];
    });
  }

  /** The required arguments, as their docstrings have them. */
  private argumentsOf({ parameters = [] }: Callable): string {
    const examples = parameters.filter(({ optional }) => !optional).map(({ type, docs }) => exampleOf(this.typeName(type), docs ?? {}));
    return examples.includes(undefined) ? '…' : examples.join(', ');
  }

  private is(fqn: string | undefined, wanted: string): boolean {
    if (fqn === undefined || fqn === wanted) {
      return fqn === wanted;
    }
    const { base, interfaces = [] } = this.type(fqn);
    return [base, ...interfaces].some((above) => this.is(above, wanted));
  }

  private properties(type: Type): Value[] {
    return [...(type.interfaces ?? []).flatMap((fqn) => this.properties(this.type(fqn))), ...type.properties ?? []];
  }

  private methods(type: Type): Callable[] {
    return [...(type.interfaces ?? []).flatMap((fqn) => this.methods(this.type(fqn))), ...type.methods ?? []];
  }

  private type(fqn: string): Type {
    const [name] = fqn.split('.');
    if (!this.assemblies.has(name)) {
      this.assemblies.set(name, this.assembly(path.dirname(require.resolve(`${name}/package.json`, { paths: [this.repository] }))));
    }
    return this.assemblies.get(name)!.types[fqn];
  }

  private assembly(directory: string): Assembly {
    const assembly = JSON.parse(fs.readFileSync(path.join(directory, '.jsii'), 'utf8'));
    return assembly.schema === 'jsii/file-redirect'
      ? JSON.parse(gunzipSync(fs.readFileSync(path.join(directory, assembly.filename))).toString()) : assembly;
  }
}

/** What to write for a value, as its docstring has it: the default, or the example of a text. */
function exampleOf(type: string, { summary = '', remarks = '', default: byDefault = '' }: Docs): string | undefined {
  const [code] = /^([A-Z]\w*\.\w+(\([^)]*\))?|"[^"]*"|\[[^\]]*\]|\d+|true|false)/.exec(byDefault) ?? [];
  const [, text] = /for example `"?([^`"]+)"?`/.exec(`${summary} ${remarks}`) ?? [];
  return code ?? (type === 'string' && text !== undefined ? JSON.stringify(text) : type === 'number' ? text : undefined);
}

function fields(entries: (string | object)[][]): object {
  return { fields: Object.fromEntries(entries) };
}

/** JSON with a line for each field, and for each other type, so that a change is one line of a diff. */
function written(value: object, depth: number, indent = ''): string {
  const isWritten = (entry: unknown) => entry !== undefined && !(Array.isArray(entry) && entry.length === 0);
  const entries = Object.entries(value).filter(([, entry]) => isWritten(entry));
  if (entries.length === 0 || Array.isArray(value) || depth === 0 || (depth === 2 && !('fields' in value))) {
    return JSON.stringify(value);
  }
  const inner = `${indent} `;
  const lines = entries.map(([key, entry]) => {
    const text = typeof entry === 'object' ? written(entry, depth - 1, inner) : JSON.stringify(entry);
    return `${inner}${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

if (require.main === module) {
  const repository = path.join(__dirname, '..');
  fs.writeFileSync(path.join(repository, 'lib/input/props.json'), propsTable(repository));
}
