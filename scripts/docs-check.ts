/**
 * Writes the reference and checks the documentation: every TypeScript snippet compiles, every relative link leads somewhere, and
 * every page is in a group of the README's list, from which the site has its navigation. Compares lib/input/props.json with the compiled
 * library, which it needs (`npm run compile`), and the pages on troubleshooting with the sources.
 *
 *   npm run docs:check
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { compileSnippets } from './docs/compile';
import { brokenLinks } from './docs/links';
import { writeReference } from './docs/reference';
import { REFERENCE } from './docs/reference-directory';
import { snippetsOfAssembly, snippetsOfMarkdown } from './docs/snippet';
import { pages } from './messages/page';
import { propsTable } from './props-table';
import { mistakesOfNavigation, navigation } from './site/navigation';

const REPOSITORY = path.join(__dirname, '..');

function markdownIn(directory: string): string[] {
  return fs.readdirSync(path.join(REPOSITORY, directory)).map((name) => path.join(directory, name)).filter((file) => file.endsWith('.md'));
}

/** The texts that people write. */
function markdownFiles(): string[] {
  const examples = fs.readdirSync(path.join(REPOSITORY, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['.', 'docs', ...examples.map(({ name }) => path.join('examples', name))].flatMap(markdownIn).sort();
}

/** The mistake of a committed table of props that differs from a fresh one. */
function stalePropsTable(): string[] {
  const committed = fs.readFileSync(path.join(REPOSITORY, 'lib/input/props.json'), 'utf8');
  return committed === propsTable(REPOSITORY) ? [] : ['lib/input/props.json: it is not what the library says; run npm run props and commit it'];
}

/** The pages on troubleshooting that are not what the sources say. */
function stalePages(): string[] {
  return [...pages(REPOSITORY)].filter(([file, text]) => fs.readFileSync(path.join(REPOSITORY, file), 'utf8') !== text)
    .map(([file]) => `${file}: it is not what the sources say; run npm run messages and commit it`);
}

async function main(): Promise<number> {
  await writeReference(REPOSITORY);
  const files = markdownFiles();
  const reference = markdownIn(REFERENCE);
  const assembly = JSON.parse(fs.readFileSync(path.join(REPOSITORY, '.jsii'), 'utf8'));
  const snippets = [
    ...files.flatMap((file) => snippetsOfMarkdown(file, fs.readFileSync(path.join(REPOSITORY, file), 'utf8'))),
    ...snippetsOfAssembly(assembly),
  ];
  const mistakes = [
    ...compileSnippets(snippets, REPOSITORY),
    ...[...files, ...reference].flatMap((file) => brokenLinks(file, REPOSITORY)),
    ...stalePropsTable(),
    ...mistakesOfNavigation(navigation(fs.readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8')), markdownIn('docs')),
    ...stalePages(),
  ];
  mistakes.forEach((mistake) => console.error(mistake));
  console.log(`${snippets.length} snippets and the links of ${files.length + reference.length} files checked: ${mistakes.length} mistakes`);
  return mistakes.length === 0 ? 0 : 1;
}

void main().then((code) => { process.exitCode = code; });
