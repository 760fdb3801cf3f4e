import * as fs from 'node:fs';
import * as path from 'node:path';

/** A piece of TypeScript in the documentation. */
export interface Snippet {
  /** Where a reader finds it, for example `README.md:12`: the line before its first one. */
  readonly file: string;
  readonly line: number;
  readonly source: string;
  /** The fixture that it is compiled in, as jsii-rosetta names it; undefined: it is a whole file. */
  readonly fixture?: string;
  /** The name of a whole file, where the text before it begins with one: other files of the page may import it. */
  readonly name?: string;
}

/** A paragraph that is about a file: its last sentence begins with the name. */
const NAMED = /^`([\w.-]+(?:\/[\w.-]+)*\.ts)`/;

const FENCE = /^(`{3,})(\S*)[ \t]*(.*)$/;

/** The fenced blocks of TypeScript of a Markdown file. */
export function snippetsOfMarkdown(file: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { fence: string; language: string; parameters: string; line: number } | undefined;
  let body: string[] = [];
  let paragraph = '';
  text.split('\n').forEach((content, index) => {
    const [, fence, language, parameters] = FENCE.exec(content) ?? [];
    if (open === undefined) {
      if (fence !== undefined) {
        open = { fence, language, parameters, line: index + 1 };
        body = [];
      } else if (content.trim() !== '') {
        paragraph = content;
      }
    } else if (fence !== undefined && language === '' && fence.length >= open.fence.length) {
      if (open.language === 'ts' || open.language === 'typescript') {
        const fixture = fixtureOf(open.parameters.split(/\s+/));
        const name = fixture === undefined ? NAMED.exec(paragraph.split(/\. (?=`)/).at(-1)!)?.[1] : undefined;
        snippets.push({ file, line: open.line, source: body.join('\n'), fixture, name });
      }
      open = undefined;
    } else {
      body.push(content);
    }
  });
  if (open !== undefined) {
    throw new Error(`${file}:${open.line}: the block is not closed`);
  }
  return snippets;
}

/** The `@example` blocks of a jsii assembly, which tells the places of types and not those of their members. */
export function snippetsOfAssembly(assembly: any): Snippet[] {
  return Object.values<any>(assembly.types ?? {}).flatMap((type) => {
    const place = { file: `${type.locationInModule.filename} (${type.name})`, line: type.locationInModule.line };
    const documented = [type, type.initializer, ...type.methods ?? [], ...type.properties ?? [], ...type.members ?? []];
    return documented.flatMap((element) => element?.docs?.example === undefined ? [] : [snippetOfExample(place, element.docs.example)]);
  });
}

function snippetOfExample(place: { file: string; line: number }, example: string): Snippet {
  const parameters = /^\/\/\/ (.*)\n/.exec(example);
  return { ...place, source: example.slice(parameters?.[0].length ?? 0), fixture: fixtureOf(parameters?.[1].split(/\s+/) ?? []) };
}

function fixtureOf(parameters: readonly string[]): string | undefined {
  if (parameters.includes('nofixture')) {
    return undefined;
  }
  return parameters.find((parameter) => parameter.startsWith('fixture='))?.slice('fixture='.length) ?? 'default';
}

/** The line of a fixture that the snippet takes the place of. */
const PLACE = '/// here';

/** A file that can be compiled, and where in it the snippet's own lines are. */
export interface CompleteSource {
  readonly text: string;
  /** The line of the snippet, from 0, for a line of the file, from 0. */
  lineOfSnippet(line: number): number;
}

/** Puts a snippet into its fixture. Its imports go before the fixture, as jsii-rosetta has it. */
export function complete(snippet: Snippet, fixtures: string): CompleteSource {
  if (snippet.fixture === undefined) {
    return { text: snippet.source, lineOfSnippet: (line) => line };
  }
  const fixture = fs.readFileSync(path.join(fixtures, `${snippet.fixture}.ts-fixture`), 'utf8');
  const before = fixture.split('\n').findIndex((line) => line.trim() === PLACE);
  if (before < 0) {
    throw new Error(`the fixture ${snippet.fixture} has no line "${PLACE}"`);
  }
  const { imports, body } = separateImports(snippet.source);
  const lines = [imports, ...fixture.split('\n')];
  lines[before + 1] = body;
  const importLines = imports.split('\n').length;
  return {
    text: lines.join('\n'),
    lineOfSnippet: (line) => line < importLines ? line : Math.max(0, line - importLines - before),
  };
}

/** Blanks each part in the other one's place, so that both keep their line numbers. */
function separateImports(source: string): { imports: string; body: string } {
  const importing = source.split('\n').map(() => false);
  let inside = false;
  source.split('\n').forEach((line, index) => {
    inside ||= /^import\s/.test(line);
    importing[index] = inside;
    inside &&= !/;\s*$/.test(line);
  });
  const keep = (wanted: boolean) => source.split('\n').map((line, index) => importing[index] === wanted ? line : '').join('\n');
  return { imports: keep(true), body: keep(false) };
}
