import * as fs from 'fs';
import * as path from 'path';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import { CALLS, Given, STRUCTS } from './programs';
import { readTemplate } from './template';
import { InputError } from '../../lib/input/input-error';
import { writeFiles } from '../go/fixture';
import { PROGRAM } from '../stack';

interface Struct {
  readonly fields: Record<string, { readonly type: string }>;
}

const TABLE: { structs: Record<string, Struct>; calls: Record<string, Struct> } =
  JSON.parse(fs.readFileSync(path.join(__dirname, '../../lib/input/props.json'), 'utf8'));

/** Every prop and argument with text, numbers, or lists or maps of these. */
const FIELDS: readonly [subject: string, type: string][] = [
  ...Object.entries({ ...TABLE.structs, ...TABLE.calls }).flatMap(
    ([name, { fields }]) => Object.entries(fields).map(([field, { type }]): [string, string] => [`${name} ${field}`, type])),
]
  .map(([subject, type]): [string, string] => [subject, type.replace(/\?$/, '')])
  .filter(([, type]) => /^(string|number|\{string\})(\[\])?$/.test(type));

const TEMPLATES = ['${file("/etc/hostname")}', '%{ if true }x%{ endif }', 'A$${b}', 'a/${path.cwd}'];

/** What a synth wrote: the strings and numbers of what Terraform reads, and the other files. */
interface Written {
  readonly json: string;
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
  readonly files: readonly string[];
}

const source = writeFiles(PROGRAM);

/** Runs the program of a struct or call and synthesizes. Returns the error if the library refuses the value. */
function outcome(subject: string, valueOf: (stack: TerraformStack) => unknown): Written | InputError {
  const outdir = writeFiles({});
  const app = Testing.app({ outdir });
  const stack = new TerraformStack(app, 'dev');
  new DockerProvider(stack, 'docker');
  const [name, field] = subject.split(' ');
  const value = valueOf(stack);
  try {
    (STRUCTS[name] ?? CALLS[name])({ [field]: value } as Given, stack, source);
    return synthesized(app);
  } catch (error) {
    if (error instanceof InputError) {
      return error;
    }
    // Problems that a validation finds have the same text.
    expect((error as Error).message).toMatch(/^Validation failed.*\n.*to do: /s);
    return new InputError({ what: (error as Error).message, remedy: 'see above' });
  }
}

function synthesized(app: App): Written {
  app.synth();
  const files = fs.readdirSync(app.outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const isJson = (file: string) => path.basename(file) === 'cdk.tf.json';
  const json = JSON.parse(fs.readFileSync(files.find(isJson)!, 'utf8'), (key, value) => key === '//' ? undefined : value);
  const strings: string[] = [];
  const numbers: number[] = [];
  collect(json, strings, numbers);
  return {
    json: JSON.stringify(json),
    strings,
    numbers,
    files: files.filter((file) => !isJson(file) && !file.includes('/contexts/') && path.basename(file) !== 'manifest.json')
      .map((file) => fs.readFileSync(file, 'utf8')),
  };
}

function collect(value: unknown, strings: string[], numbers: number[]): void {
  if (typeof value === 'string') {
    strings.push(value);
  } else if (typeof value === 'number') {
    numbers.push(value);
  } else if (typeof value === 'object' && value !== null) {
    strings.push(...Array.isArray(value) ? [] : Object.keys(value));
    Object.values(value).forEach((entry) => collect(entry, strings, numbers));
  }
}

/** The value of a prop of this type in the forms in which a text can be in it. */
function shapes(type: string, text: string): unknown[] {
  switch (type) {
    case 'string': return [text];
    case 'string[]': return [[text]];
    case '{string}': return [{ key: text }, { [text]: 'x' }];
    default: return [];
  }
}

test('each call with text or a number has a program here', () => {
  const calls = FIELDS.map(([subject]) => subject.split(' ')[0]).filter((name) => name in TABLE.calls);
  expect(Object.keys(CALLS).sort()).toEqual([...new Set(calls)].sort());
});

test.each(FIELDS.filter(([, type]) => type.includes('string')))('text is data: %s (%s)', (subject, type) => {
  for (const text of TEMPLATES) {
    for (const value of shapes(type, text)) {
      const result = outcome(subject, () => value);
      if (result instanceof InputError) {
        expect(result.problem.remedy).not.toBe('');
        continue;
      }
      const templates = result.strings.map(readTemplate);
      expect(templates.map(({ code }) => code).join('\n')).not.toMatch(/hostname|if true|path\.cwd|(^|[^.\w])b\b/);
      const data = [...templates.flatMap(({ texts }) => texts), ...result.files];
      const known = data.some((one) => notations(one).some((read) => read.includes(text)));
      expect([text, known || UNUSED.includes(subject)]).toEqual([text, true]);
    }
  }
});

/** The text as URLs, Dockerfiles, and HAProxy's formats are read. */
function notations(text: string): string[] {
  const unquoted = text.replace(/\\(.)/g, '$1');
  return [text, decoded(text), unquoted, unquoted.replace(/%%/g, '%')];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What no output of synth holds, because it is hashed or only read. */
const UNUSED = [
  'ContainerImageBinding buildLog', 'ContainerImageBinding name', 'ContainerImageBinding shell', 'PostgresMetricsProps rotation', 'PostgresRoleProps rotation',
  'DatabaseCredentials.withRotation label', 'Readiness id',
];

/** Values that Terraform knows later, for a prop of this type: each with the references that must be in the output. */
function tokens(type: string, stack: TerraformStack): Given[] {
  const variable = new TerraformVariable(stack, 'later', {});
  switch (type) {
    case 'string': return [variable.stringValue, `a-${variable.stringValue}-b`, `a${'$'}${variable.stringValue}\${`];
    case 'number': return [variable.numberValue];
    case 'string[]': return [variable.listValue, [variable.stringValue], [`a-${variable.stringValue}-b`]];
    case 'number[]': return [Token.asNumberList(variable.value), [variable.numberValue]];
    default: return [Token.asStringMap(variable.value), { key: variable.stringValue }, { key: `a-${variable.stringValue}-b` }, { [variable.stringValue]: 'x' }, { 'A${x': variable.stringValue }];
  }
}

test.each(FIELDS)('what Terraform knows later stays a reference: %s (%s)', (subject, type) => {
  for (const index of tokens(type, new TerraformStack(Testing.app(), 'other')).keys()) {
    const attempt = () => outcome(subject, (stack) => tokens(type, stack)[index]);
    const result = attempt();
    if (result instanceof InputError) {
      expect(result.problem.remedy).not.toBe('');
      expect(result.message).not.toMatch(/TfToken|e\+289/);
      continue;
    }
    expect(result.json).not.toMatch(/TfToken|e\+289|\[object/);
    result.numbers.forEach((number) => expect(number).toBeGreaterThan(-1e9));
    result.files.forEach((file) => expect(file).not.toMatch(/TfToken|var\.later|e\+289|\[object/));
    const code = result.strings.map((text) => readTemplate(text).code).join('\n');
    expect([index, code.includes('var.later') || UNUSED.includes(subject)]).toEqual([index, true]);
    // A number in a fingerprint would make another one of it with each token that the program adds elsewhere.
    const again = attempt() as Written;
    expect(again.json).toBe(result.json);
    expect(again.files).toEqual(result.files);
  }
});
