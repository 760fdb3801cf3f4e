/**
 * Runs the snippets of the checkout that STACKS_CHECKOUT names, each in a directory of its own with the files that it reads. Writes
 * the names and errors of those that cannot run to the file that is given.
 */
import * as fs from 'node:fs';
import Module from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
import * as ts from 'typescript';
import { namedSnippets } from './snippets';
import { complete } from '../docs/snippet';

const checkout = process.env.STACKS_CHECKOUT!;

/** What a pipeline tells a stamp. */
const ENVIRONMENT = { CI_COMMIT_TAG: '1.4.0', CI_COMMIT_SHA: '0'.repeat(40), CI_PROJECT_URL: 'https://git.example.com/shop' };

/** What the texts leave out. */
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Files that snippets name, apart from Go programs. */
const FILES: Readonly<Record<string, string>> = {
  'certificates/corporate-proxy.pem': tls.rootCertificates[0],
  'corporate-ca.pem': tls.rootCertificates[0],
  'database/schema.sql': 'CREATE TABLE shop (id bigint);\n',
  'config/defaults.json': '{}\n',
  'generated/data.txt': 'data\n',
  'templates/page.html': '<p>\n',
  '.version': '1.4.0\n',
};

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** A Go module for each `source` of a snippet, with the main packages that it names. */
function writeSources(directory: string, text: string): void {
  const sources = new Set([...text.matchAll(/(?:source: |fromDirectory\()'([^']+)'/g)].map(([, source]) => source));
  const packages = [...text.matchAll(/mainPackage: '([^']+)'/g)].map(([, name]) => name);
  for (const source of sources) {
    write(path.join(directory, source, 'go.mod'), `module example.com/${path.basename(source)}\n\ngo 1.26\n`);
    for (const name of packages.length === 0 ? ['.'] : packages) {
      write(path.join(directory, source, name, 'main.go'), 'package main\n\nfunc main() {}\n');
    }
    Object.entries(FILES).forEach(([file, content]) => write(path.join(directory, source, file), content));
  }
  Object.entries(FILES).forEach(([file, content]) => write(path.join(directory, file), content));
}

function run(file: string, text: string): void {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const module = new Module(file) as Module & { _compile(code: string, file: string): void };
  module.filename = file;
  module.paths = [path.join(checkout, 'node_modules')];
  module._compile(outputText, file);
}

const failed: Record<string, string> = {};
Object.assign(process.env, ENVIRONMENT);
const start = process.cwd();
for (const { name, snippet } of namedSnippets(checkout)) {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'snippet-')));
  process.env.STACKS_SNIPPET = name;
  try {
    process.chdir(directory);
    const { text } = complete({ ...snippet, source: snippet.source.replaceAll('sha256:…', DIGEST) }, path.join(checkout, 'rosetta'));
    writeSources(directory, text);
    // A fixture declares a stack and makes none.
    const making = snippet.fixture === undefined ? '' : "\nconst app = new App();\nnew MyStack(app, 'snippet');\napp.synth();\n";
    run(path.join(checkout, 'snippet.ts'), text + making);
  } catch (error) {
    failed[name] = (error as Error).message;
  } finally {
    process.chdir(start);
    fs.rmSync(directory, { recursive: true });
  }
}
fs.writeFileSync(process.argv[2], JSON.stringify(failed));
