import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { compileSnippets } from '../../scripts/docs/compile';
import { brokenLinks } from '../../scripts/docs/links';
import { complete, snippetsOfAssembly, snippetsOfMarkdown } from '../../scripts/docs/snippet';

const REPOSITORY = path.join(__dirname, '..', '..');
const FIXTURES = path.join(REPOSITORY, 'rosetta');

test('snippets are the TypeScript blocks of a Markdown file', () => {
  const text = ['# Title', '```ts', 'a();', '', 'b();', '```', '```sh', 'ls', '```', '````typescript nofixture', '```', 'c();', '````', ''].join('\n');
  expect(snippetsOfMarkdown('README.md', text)).toEqual([
    { file: 'README.md', line: 2, source: 'a();\n\nb();', fixture: 'default' },
    { file: 'README.md', line: 10, source: '```\nc();', fixture: undefined },
  ]);
});

test('a block without an end is an error', () => {
  expect(() => snippetsOfMarkdown('README.md', 'text\n```ts\na();\n')).toThrow('README.md:2: the block is not closed');
});

test('snippets are the examples of types and members of an assembly', () => {
  const assembly = {
    types: {
      'x.Y': {
        name: 'Y',
        locationInModule: { filename: 'lib/y.ts', line: 7 },
        docs: { example: 'new Y();' },
        methods: [{ docs: { example: '/// fixture=other\ny.go();' } }, {}],
      },
    },
  };
  expect(snippetsOfAssembly(assembly)).toEqual([
    { file: 'lib/y.ts (Y)', line: 7, source: 'new Y();', fixture: 'default' },
    { file: 'lib/y.ts (Y)', line: 7, source: 'y.go();', fixture: 'other' },
  ]);
});

test('imports of a snippet stand before its fixture, and lines are found again', () => {
  const source = ['import {', '  join,', "} from 'path';", 'const place = join();', 'wrong;'].join('\n');
  const completed = complete({ file: 'README.md', line: 1, source, fixture: 'default' }, FIXTURES);
  const lines = completed.text.split('\n');
  expect(lines.slice(0, 3)).toEqual(source.split('\n').slice(0, 3));
  expect(lines.indexOf('class MyStack extends TerraformStack {')).toBeLessThan(lines.indexOf('const place = join();'));
  expect(completed.lineOfSnippet(lines.indexOf('wrong;'))).toBe(4);
  expect(completed.lineOfSnippet(1)).toBe(1);
});

test('a mistake in a snippet is reported where a reader finds it', () => {
  const text = [
    '```ts', "new GoScratchImage(this, 'Image', { source: 'app' });", '```',
    '```ts', "new GoScratchImage(this, 'Image', {", "  source: 'app', prots: [1],", '});', '```',
    '```ts nofixture', "import { Platform } from 'cdktf-go-docker';", 'Platform.of(5);', '```',
  ].join('\n');
  expect(compileSnippets(snippetsOfMarkdown('README.md', text), REPOSITORY)).toEqual([
    expect.stringMatching(/^README\.md:6: .*'prots' does not exist/),
    expect.stringMatching(/^README\.md:11: Argument of type 'number' is not assignable to parameter of type 'string'/),
  ]);
}, 120_000);

test('links to files and headings that are not there are found', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'links-'));
  try {
    fs.writeFileSync(path.join(directory, 'other.md'), '# What it is\n\n```sh\n# not a heading\n```\n');
    fs.writeFileSync(path.join(directory, 'a.md'), [
      '# Top', '[web](https://example.com) [here](#top) [file](other.md) [heading](other.md#what-it-is)',
      '[gone](gone.md) [no heading](other.md#not-a-heading)', '[nor here](#bottom)', '```md', '[code](code.md)', '```',
      '<a name="Type" id="x.Type"></a> <a href="a.md#x.Type">Type</a> <a href="a.md#x.Gone">Gone</a>',
    ].join('\n'));
    expect(brokenLinks('a.md', directory)).toEqual([
      'a.md:3: there is no gone.md',
      'a.md:3: there is no heading #not-a-heading in other.md',
      'a.md:4: there is no heading #bottom in a.md',
      'a.md:8: there is no heading #x.Gone in a.md',
    ]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
