/** A type of one kind has a page of one shape. */
export type Kind = 'construct' | 'class' | 'struct' | 'interface' | 'enum';

interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly example?: string;
  readonly deprecated?: boolean;
  readonly deprecationReason?: string;
}

/** A type as jsii-docgen has it: a pattern, in which `%` stands for each of the types. */
interface TypeUse {
  readonly id?: string;
  readonly displayName?: string;
  readonly formattingPattern?: string;
  readonly types?: readonly TypeUse[];
}

interface Member {
  readonly id: string;
  readonly displayName: string;
  readonly docs: Docs;
}

interface Value extends Member {
  readonly type: TypeUse;
  readonly optional?: boolean;
  readonly default?: string;
}

interface Callable {
  readonly id: string;
  readonly displayName: string;
  readonly parameters: readonly Value[];
  readonly usage?: string;
  readonly docs?: Docs;
}

/** A class, struct, interface or enum of jsii-docgen's JSON; which members there are depends on the kind. */
export interface Type extends Member {
  readonly initializer?: Callable;
  readonly instanceMethods?: readonly Callable[];
  readonly staticMethods?: readonly Callable[];
  readonly properties?: readonly Value[];
  readonly constants?: readonly Value[];
  readonly members?: readonly Member[];
}

/** What every construct has from the package `constructs`. It would hide the members that a reader looks for. */
const OF_EVERY_CONSTRUCT = ['toString', 'with', 'isConstruct', 'node'];

/** Writes the pages of the reference: what a type is, how it is used, and then what it takes. */
export class ReferencePages {
  private readonly types: ReadonlyMap<string, Type>;

  /** @param assembly the jsii assembly, which has the tags of docstrings */
  public constructor(entries: readonly { readonly type: Type }[], private readonly assembly: any) {
    this.types = new Map(entries.map(({ type }) => [type.id, type]));
  }

  public fileOf(type: Member): string {
    return `${type.displayName}.md`;
  }

  /** The first sentence. Where jsii has cut it at a semicolon, its first part. */
  public summary(type: Member): string {
    return oneLine(this.text(type.docs.summary ?? '')).replace(/;$/, '.');
  }

  public page({ kind, type }: { readonly kind: Kind; readonly type: Type }): string {
    const lines = [`# ${type.displayName}`, '', ...this.description(type.docs), ...this.usedBy(kind, type)];
    if (kind === 'struct') {
      lines.push(...this.propsTable(type, ''), ...this.details(type));
    } else {
      lines.push(
        ...this.initializer(kind, type),
        ...this.callables(kind === 'class' ? 'Make one' : 'Static methods', type.staticMethods ?? []),
        ...this.values('Constants', type.constants ?? []),
        ...this.values('Members', type.members ?? []),
        ...this.callables('Methods', type.instanceMethods ?? []),
        ...this.values('Attributes', type.properties ?? []),
      );
    }
    return `${lines.join('\n').trimEnd()}\n`;
  }

  /** Where a struct or an enum is accepted: whoever finds it by a search wants to know. */
  private usedBy(kind: Kind, type: Type): string[] {
    if (kind !== 'struct' && kind !== 'enum') {
      return [];
    }
    const takes = (use: TypeUse): boolean => use.id === type.id || (use.types ?? []).some(takes);
    const users = [...this.types.values()].flatMap((other) => [
      ...other.initializer?.parameters.some((parameter) => takes(parameter.type)) ? [`[\`new ${other.displayName}\`](${this.fileOf(other)})`] : [],
      ...[...other.staticMethods ?? [], ...other.instanceMethods ?? []]
        .filter((method) => method.parameters.some((parameter) => takes(parameter.type)))
        .map((method) => `[\`${other.displayName}.${method.displayName}\`](${this.fileOf(other)}#${anchor(method.displayName)})`),
      ...(other.initializer ? [] : other.properties ?? []).filter((property) => takes(property.type))
        .map((property) => `[\`${other.displayName}.${property.displayName}\`](${this.fileOf(other)}#${anchor(property.displayName)})`),
    ]);
    return users.length === 0 ? [] : [`Accepted by ${[...new Set(users)].join(', ')}.`, ''];
  }

  private description(docs: Docs): string[] {
    const { summary = '', remarks = '' } = docs;
    const said = [summary, remarks].filter((text) => text !== '').join(/[.:!?]$/.test(summary) ? '\n\n' : '\n');
    return [
      ...docs.deprecated ? [`**Deprecated.** ${docs.deprecationReason ?? ''}`, ''] : [],
      ...said ? [this.text(said), ''] : [],
      // A first line with `/// ` names the fixture that the snippet is compiled in.
      ...docs.example ? ['```ts', docs.example.replace(/^\/\/\/ .*\n/, ''), '```', ''] : [],
    ];
  }

  /** The constructor. Its props are listed here, because they are what a reader came for. */
  private initializer(kind: Kind, type: Type): string[] {
    const { initializer } = type;
    if (initializer === undefined) {
      return [];
    }
    const props = initializer.parameters.map((parameter) => this.types.get(parameter.type.types?.[0].id ?? '')).filter((struct) => struct !== undefined);
    const names = initializer.parameters.map((parameter) => this.types.has(parameter.type.types?.[0].id ?? '') ? 'props' : parameter.displayName);
    const optional = initializer.parameters.at(-1)?.optional ?? false;
    return [
      kind === 'construct' ? '## Props' : '## Make one', '',
      '```ts', `new ${type.displayName}(${names.join(', ').replace(/props$/, optional ? 'props?' : 'props')});`, '```', '',
      ...props.flatMap((struct) => [`\`props\` is a [\`${struct.displayName}\`](${this.fileOf(struct)}). Each name links to its details.`, '',
        ...this.propsTable(struct, this.fileOf(struct))]),
      ...props.length === 0 ? initializer.parameters.map((parameter) => this.parameter(parameter)) : [],
      '',
    ];
  }

  /** Required props first. */
  private propsTable(struct: Type, file: string): string[] {
    const properties = [...struct.properties ?? []].sort((a, b) => {
      return Number(a.optional ?? false) - Number(b.optional ?? false) || (a.displayName < b.displayName ? -1 : 1);
    });
    return [
      '| Prop | What it is | Type | Default |', '|---|---|---|---|',
      ...properties.map((property) => [
        `[\`${property.displayName}\`](${file}#${anchor(property.displayName)})`, this.summary(property),
        this.type(property.type), property.optional ? this.defaultOf(property) : '**required**',
      ]).map((cells) => `| ${cells.map(cell).join(' | ')} |`),
      '',
    ];
  }

  private details(struct: Type): string[] {
    return (struct.properties ?? []).flatMap((property) => [
      `### ${property.displayName}`, '',
      `${this.type(property.type)}${property.optional ? `, default: ${this.defaultOf(property)}` : ', **required**'}${this.range(property)}`, '',
      ...this.description(property.docs),
    ]);
  }

  private callables(title: string, all: readonly Callable[]): string[] {
    const callables = all.filter(({ displayName }) => !OF_EVERY_CONSTRUCT.includes(displayName));
    return callables.length === 0 ? [] : [`## ${title}`, '', ...callables.flatMap((callable) => [
      `### ${callable.displayName}`, '',
      '```ts', signature(callable), '```', '',
      ...this.description(callable.docs ?? {}),
      ...callable.parameters.map((parameter) => this.parameter(parameter)),
      ...callable.parameters.length > 0 ? [''] : [],
    ])];
  }

  private parameter(parameter: Value): string {
    const said = [parameter.docs.summary, parameter.docs.remarks].filter((text) => text !== undefined).map((text) => this.text(text));
    return oneLine(`- \`${parameter.displayName}\` (${this.type(parameter.type)}${parameter.optional ? `, default: ${this.defaultOf(parameter)}` : ''})`
      + `${said.length > 0 ? `: ${said.join(' ')}` : ''}`);
  }

  /** Attributes, constants and members of an enum: with remarks or examples as sections, otherwise as a list. */
  private values(title: string, all: readonly (Member & { readonly type?: TypeUse })[]): string[] {
    const values = all.filter(({ displayName }) => !OF_EVERY_CONSTRUCT.includes(displayName));
    return values.length === 0 ? [] : [`## ${title}`, '', ...values.flatMap((value) => [
      `### ${value.displayName}`, '', ...value.type ? [this.type(value.type), ''] : [], ...this.description(value.docs),
    ])];
  }

  private defaultOf({ default: text }: Value): string {
    if (text === undefined) {
      return 'none';
    }
    return text.startsWith('- ') ? this.text(text.slice(2)) : `\`${text}\``;
  }

  /** The tag `@range`, which jsii-docgen leaves out. */
  private range(property: Value): string {
    const [, type, , name] = /^([^.]+\.[^.]+)(\.property)?\.([^.]+)$/.exec(property.id) ?? [];
    const declared = this.assembly.types[type]?.properties?.find((other: any) => other.name === name);
    const range = declared?.docs?.custom?.range;
    return range === undefined ? '' : `, ${range.replace('/', ' in steps of ')}`;
  }

  private type(use: TypeUse): string {
    if (use.formattingPattern === undefined) {
      return this.types.has(use.id!) ? `[\`${use.displayName}\`](${this.fileOf(this.types.get(use.id!)!)})` : `\`${use.displayName}\``;
    }
    const pieces = use.formattingPattern.replace('{[ key: string ]: %}', 'map of %').replace('%[]', 'list of %').split('%');
    return pieces.map((piece, index) => {
      const text = use.types === undefined ? `\`${piece}\`` : piece;
      return index === 0 ? text : `${this.type(use.types![index - 1])}${text}`;
    }).join('');
  }

  /** A text of a docstring: links to types lead to their pages, and `<` is text outside of code. */
  private text(text: string): string {
    return text.split(/(`[^`]*`)/).map((part, index) => index % 2 === 1 ? part : part
      .replace(/\{@link\s+([\w.]+)\s*\}/g, (_, target: string) => this.linkTo(target))
      .replace(/</g, '&lt;').replace(/\{\{/g, '&#123;&#123;')).join('');
  }

  private linkTo(target: string): string {
    const [name, member] = target.split('.');
    const type = [...this.types.values()].find(({ displayName }) => displayName === name);
    return type === undefined ? `\`${target}\`` : `[\`${target}\`](${this.fileOf(type)}${member === undefined ? '' : `#${anchor(member)}`})`;
  }
}

/** The signature of a method, without the import that jsii-docgen puts before those that are static. */
function signature({ usage }: Callable): string {
  return (usage ?? '').replace(/^import .*\n\n/, '').replace(/^public /, '');
}

/** The anchor of a heading that is one name. */
function anchor(name: string): string {
  return name.toLowerCase();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cell(text: string): string {
  return oneLine(text).replace(/\|/g, '\\|');
}
