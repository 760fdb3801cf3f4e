/**
 * Checks the documentation: every TypeScript snippet in it and in docstrings compiles, every relative link leads somewhere, and
 * API.md and lib/input/props.json are what the compiled library says. Needs a compiled library (`npm run compile`).
 *
 *   npm run docs:check
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { compileSnippets } from './docs/compile';
import { brokenLinks } from './docs/links';
import { snippetsOfAssembly, snippetsOfMarkdown } from './docs/snippet';
import { propsTable } from './props-table';

const REPOSITORY = path.join(__dirname, '..');

/** The texts that people write: not API.md, which is generated, and nothing below what is installed. */
function markdownFiles(): string[] {
  const below = (directory: string) => fs.existsSync(path.join(REPOSITORY, directory))
    ? fs.readdirSync(path.join(REPOSITORY, directory)).map((name) => path.join(directory, name)) : [];
  return [...below('.'), ...below('docs'), ...below('examples').flatMap(below)]
    .filter((file) => file.endsWith('.md') && path.basename(file) !== 'API.md')
    .sort();
}

/** The mistake of a committed API.md that differs from a fresh one. */
function staleApi(): string[] {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'docs-check-'));
  try {
    const fresh = path.join(directory, 'API.md');
    const generator = path.join(path.dirname(require.resolve('jsii-docgen/package.json')), 'bin', 'jsii-docgen');
    const result = spawnSync(process.execPath, [generator, '--output', fresh], { cwd: REPOSITORY, encoding: 'utf8' });
    if (result.status !== 0) {
      return [`API.md: jsii-docgen failed: ${result.stderr.trim()}`];
    }
    const committed = path.join(REPOSITORY, 'API.md');
    const same = fs.existsSync(committed) && fs.readFileSync(committed).equals(fs.readFileSync(fresh));
    return same ? [] : ['API.md: it is not what the library says; run npm run docgen and commit it'];
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

/** The mistake of a committed table of props that differs from a fresh one. */
function stalePropsTable(): string[] {
  const committed = fs.readFileSync(path.join(REPOSITORY, 'lib/input/props.json'), 'utf8');
  return committed === propsTable(REPOSITORY) ? [] : ['lib/input/props.json: it is not what the library says; run npm run props and commit it'];
}

function main(): number {
  const files = markdownFiles();
  const assembly = JSON.parse(fs.readFileSync(path.join(REPOSITORY, '.jsii'), 'utf8'));
  const snippets = [
    ...files.flatMap((file) => snippetsOfMarkdown(file, fs.readFileSync(path.join(REPOSITORY, file), 'utf8'))),
    ...snippetsOfAssembly(assembly),
  ];
  const mistakes = [
    ...compileSnippets(snippets, REPOSITORY),
    ...files.flatMap((file) => brokenLinks(file, REPOSITORY)),
    ...staleApi(),
    ...stalePropsTable(),
  ];
  mistakes.forEach((mistake) => console.error(mistake));
  console.log(`${snippets.length} snippets and the links of ${files.length} files checked: ${mistakes.length} mistakes`);
  return mistakes.length === 0 ? 0 : 1;
}

process.exitCode = main();
