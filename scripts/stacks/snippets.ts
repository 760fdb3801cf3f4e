import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Snippet, snippetsOfMarkdown } from '../docs/snippet';

/** A snippet with the name that it is compared by. */
export interface NamedSnippet {
  readonly name: string;
  readonly snippet: Snippet;
}

/** The snippets of a checkout: those of its Markdown files by page and heading, those of docstrings by class. */
export function namedSnippets(checkout: string): NamedSnippet[] {
  const all = [...markdownFiles(checkout).flatMap((file) => snippetsOfPage(checkout, file)), ...snippetsOfDocstrings(checkout)];
  const seen = new Map<string, number>();
  return all.map(({ name, snippet }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { name: count === 1 ? name : `${name} (${count})`, snippet };
  });
}

/** Relative to the checkout. */
function markdownFiles(checkout: string): string[] {
  const below = (directory: string) => fs.existsSync(path.join(checkout, directory))
    ? fs.readdirSync(path.join(checkout, directory)).map((name) => path.join(directory, name)) : [];
  return ['README.md', ...below('docs'), ...below('examples').map((directory) => path.join(directory, 'README.md'))]
    .filter((file) => file.endsWith('.md') && fs.existsSync(path.join(checkout, file))).sort();
}

function snippetsOfPage(checkout: string, file: string): NamedSnippet[] {
  const text = fs.readFileSync(path.join(checkout, file), 'utf8');
  const lines = text.split('\n');
  return snippetsOfMarkdown(file, text).map((snippet) => {
    const heading = lines.slice(0, snippet.line).reverse().map((line) => /^#{1,6} (.*)$/.exec(line)?.[1]).find((title) => title !== undefined);
    return { name: `snippet: ${file}, ${heading ?? 'top'}`, snippet };
  });
}

/** The `@example` blocks, read from the sources: an old revision is not compiled. */
function snippetsOfDocstrings(checkout: string): NamedSnippet[] {
  const library = path.join(checkout, 'lib');
  const files = fs.readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).sort();
  return files.flatMap((file) => {
    const text = fs.readFileSync(path.join(library, file), 'utf8');
    return [...text.matchAll(/^( *)\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(.*)/gm)].flatMap(([, , comment, declaration]) => {
      const example = /^@example\n((?:(?!@)[^\n]*\n?)*)/m.exec(comment.replace(/^ *\* ?/gm, ''))?.[1];
      if (example === undefined) {
        return [];
      }
      const name = /(?:class|interface) (\w+)|(\w+)\(/.exec(declaration)?.slice(1).find((each) => each !== undefined) ?? declaration;
      return [{ name: `snippet: docstring of ${name}`, snippet: { file: `lib/${file}`, line: 1, source: example.trim(), fixture: 'default' } }];
    });
  });
}
