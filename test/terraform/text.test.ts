import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { Fn, TerraformOutput, TerraformVariable, Token } from 'cdktf';
import { ConnectionUrlParts, connectionUrl } from '../../lib/postgres/connection-url';
import { literal, literalArgument } from '../../lib/terraform/text';
import { container, goService, newStack, resolved, writeStack } from '../stack';

const TEXTS = [
  'plain', '', '${HOME}', '$${HOME}', '$$${a}', '$$$$${a}', '%{if true}', '%%{if}', '%%%{x}', 'a$', '$', '$$', '${', '%{', '}', '${"${x}"}',
  'a"b', '\\"', '\\', 'a\\b', 'a\\nb', 'ends\\', '$\\{x}', 'line\nend', 'tab\tx', 'cr\rx', '\u0001x', '\u007f', '日本${語}', '\u2028', '😀', '`', '~',
  '<>&', 'it\'s', '!"#$%&()*+,-./:;<=>?@[]^_{|}',
];

test('text without templates stays as it is', () => {
  expect(literal('$(id) 100% {}')).toBe('$(id) 100% {}');
});

test.each([
  ['a$', '${"$"}'], ['$$', '${"$$"}'], ['${x', '${"$"}{x'], ['} {', '} {'], ['%{if', '%%{if'],
])('a reference after %s stays one', (text, escaped) => {
  const stack = newStack();
  const variable = new TerraformVariable(stack, 'text', {});
  expect(resolved(stack, literal(`${text}${variable.stringValue}`))).toBe(`${text.startsWith('a') ? 'a' : ''}${escaped}\${var.text}`);
});

test('a reference with a display hint stays one in a secret', () => {
  const stack = newStack();
  const variable = new TerraformVariable(stack, 'text', {});
  const hinted = Token.asString(Fn.join('-', [variable.stringValue, 'x']), { displayHint: 'my-hint' });
  expect(resolved(stack, literalArgument(`p${hinted}`))).toBe('${join("", ["p", join("-", [var.text, "x"])])}');
});

test('a secret whose name looks like the start of a template stays one', () => {
  const stack = newStack();
  goService(stack, { secretEnvironment: { 'A${x': new TerraformVariable(stack, 'text', {}).stringValue } });
  expect(container(stack, 'dev-service').env).toContain('A${"$"}{x=${sensitive(var.text)}');
});

test('a port that only Terraform knows is a reference in a connection URL', () => {
  const stack = newStack();
  const port = new TerraformVariable(stack, 'port', { type: 'number' }).numberValue;
  const url = connectionUrl({ username: 'u', password: 'p', host: 'h', port, databaseName: 'd', parameters: {} });
  expect(resolved(stack, url)).toContain('"@", "h", ":", var.port, "/", "d"');
});

const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/** `describe` for tests that ask Terraform itself. */
function describeWithTerraform(name: string, tests: () => void): void {
  if (spawnSync(TERRAFORM, ['version']).status === 0) {
    describe(name, tests);
  } else {
    process.stderr.write(`skipped: ${name} (there is no ${TERRAFORM} on the PATH)\n`);
    describe.skip(name, tests);
  }
}

describeWithTerraform('as Terraform reads it', () => {
  const read = new Map<string, unknown>();

  function urlOf(parts: Partial<ConnectionUrlParts>): string {
    return connectionUrl({ username: 'u', password: 'p', host: 'h', port: 5432, databaseName: 'd', parameters: {}, ...parts });
  }

  beforeAll(() => {
    const stack = newStack();
    const variable = new TerraformVariable(stack, 'text', { default: 'p w+/%&?#é"\\' });
    const output = (id: string, value: unknown) => new TerraformOutput(stack, id, { value });
    TEXTS.forEach((text, index) => {
      output(`literal${index}`, [literal(text)]);
      output(`key${index}`, { [literal(`k${text}`)]: 1 });
      output(`argument${index}`, Fn.join('', ['a', literalArgument(text)]));
      output(`mixed${index}`, Fn.join('', [literalArgument(`${text}${variable.stringValue}${text}`)]));
    });
    output('url', Fn.nonsensitive(urlOf({
      username: variable.stringValue, password: variable.stringValue, databaseName: variable.stringValue, parameters: { x: variable.stringValue },
    })));
    const directory = writeStack(stack);
    const configuration = path.join(directory, 'empty.tfrc');
    fs.writeFileSync(configuration, '');
    const options = { cwd: directory, env: { ...process.env, TF_CLI_CONFIG_FILE: configuration, CHECKPOINT_DISABLE: '1' } };
    execFileSync(TERRAFORM, ['init'], options);
    execFileSync(TERRAFORM, ['apply', '-auto-approve'], options);
    for (const [name, { value }] of Object.entries<any>(JSON.parse(execFileSync(TERRAFORM, ['output', '-json'], options).toString()))) {
      read.set(name, value);
    }
  }, 300_000);

  test.each(TEXTS.map((text, index) => ({ text, index })))('$text', ({ text, index }) => {
    const value = 'p w+/%&?#é"\\';
    expect(read.get(`literal${index}`)).toEqual([text]);
    expect(read.get(`key${index}`)).toEqual({ [`k${text}`]: 1 });
    expect(read.get(`argument${index}`)).toBe(`a${text}`);
    expect(read.get(`mixed${index}`)).toBe(`${text}${value}${text}`);
  });

  test('a URL of values that only Terraform knows', () => {
    const url = new URL(String(read.get('url')));
    const decoded = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
    expect([...decoded, url.searchParams.get('x')]).toEqual(Array(4).fill('p w+/%&?#é"\\'));
  });
});
