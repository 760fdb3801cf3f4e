import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack, Testing } from 'cdktf';
import { STRUCTS } from './programs';
import { InputError } from '../../lib/input/input-error';

interface Struct {
  readonly extends?: string[];
  readonly fields: Record<string, { readonly type: string; readonly sensitive?: boolean }>;
}

const LIBRARY = path.join(__dirname, '../../lib');
const TABLE: { structs: Record<string, Struct>; calls: Record<string, Struct> } =
  JSON.parse(fs.readFileSync(path.join(LIBRARY, 'input/props.json'), 'utf8'));

/** Called by the library alone. */
const NEVER_CALLED_BY_USERS = ['ContainerImage.bind', 'GoDistrolessImage.bind', 'GoScratchImage.bind'];

function fieldsOf(name: string): Struct['fields'] {
  const { extends: bases = [], fields } = TABLE.structs[name];
  return Object.assign({}, ...bases.map(fieldsOf), fields);
}

function errorOf(name: string, given: object): InputError {
  try {
    STRUCTS[name](given, new TerraformStack(Testing.app(), 'dev'), 'services/shop');
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error(`nothing was thrown for ${JSON.stringify(given)}`);
}

test('each public struct has a program here', () => {
  expect(Object.keys(STRUCTS).sort()).toEqual(Object.keys(TABLE.structs).sort());
});

describe.each(Object.keys(TABLE.structs))('%s', (name) => {
  const fields = fieldsOf(name);
  const [first] = Object.keys(fields);

  test('refuses a misspelt name', () => {
    const misspelt = `${first.slice(0, 1)}x${first.slice(1)}`;
    const { message, problem, constructPath, call } = errorOf(name, { [misspelt]: 'hunter2' });
    expect(problem.what).toMatch(new RegExp(`^unknown (prop|argument) \`(\\S*\\.)?${misspelt}\``));
    expect(problem.remedy).toMatch(new RegExp(`^did you mean \`(\\S*\\.)?${first}\``));
    expect(problem.allowed!.split(', ')).toEqual(expect.arrayContaining(Object.keys(fields)));
    expect(constructPath ?? call?.line).toBeDefined();
    expect(message).not.toContain('hunter2');
  });

  test.each(Object.keys(fields))('refuses a wrong type of %s', (field) => {
    const { type, sensitive } = fields[field];
    const wrong = type.startsWith('string') ? 4711 : 'hunter2';
    const { message, problem, constructPath, call } = errorOf(name, { [field]: type.startsWith('string[]') || type.startsWith('{string}') ? [4711] : wrong });
    expect(problem.what).toMatch(new RegExp(`^the (prop|argument) \`(\\S*\\.)?${field}(\\[0\\])?\`.* is not `));
    expect(problem.allowed).toBeDefined();
    expect(problem.remedy).toMatch(/^(write it as|give) \S/);
    expect(constructPath ?? call?.line).toBeDefined();
    if (sensitive) {
      expect(message).not.toMatch(/hunter2|4711/);
    }
  });
});

test('each method with parameters checks them', () => {
  const sources = filesBelow(LIBRARY).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => fs.readFileSync(file, 'utf8')).join('\n');
  const unchecked = Object.keys(TABLE.calls).filter((name) => !NEVER_CALLED_BY_USERS.includes(name)
    && !new RegExp(`(checkArguments|checkMethod|made)\\((this, |scope, )?'${name.replace('.', '\\.')}'`).test(sources) && !/^(Duration|Size)\./.test(name));
  expect(unchecked).toEqual([]);
});

function filesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
