import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { topicOf } from '../../scripts/docs/topics';
import { mistakesOfNavigation, navigation } from '../../scripts/site/navigation';
import { addressOf, linked, writePages } from '../../scripts/site/pages';

const README = [
  '# lib', '', 'Does this. And [that](docs/a.md).', '', 'More.', '', '## Documentation', '', 'Text.', '',
  '### Start', '', '| Page | Task |', '|---|---|', '| [First steps](docs/a.md) | Begin with `new A()` |', '',
  '### Reference', '', '| Page | Task |', '|---|---|', '| [Classes](docs/reference/README.md) | All of [them](docs/a.md) |', '', '## Licence', '',
].join('\n');

describe('navigation', () => {
  test('has the groups and pages of the list in the README', () => {
    expect(navigation(README)).toEqual([
      { title: 'Start', pages: [{ file: 'docs/a.md', title: 'First steps', task: 'Begin with new A()' }] },
      { title: 'Reference', pages: [{ file: 'docs/reference/README.md', title: 'Classes', task: 'All of them' }] },
    ]);
  });

  test.each([
    ['no list', '# lib\n', 'README.md: there is no section "## Documentation"'],
    ['a list without groups', '## Documentation\n\n| [A](docs/a.md) | x |\n', 'has no groups; begin each with "### "'],
    ['a row without a link', README.replace('[First steps](docs/a.md)', 'First steps'), 'is not | [Title](file) | Task |: | First steps | Begin'],
    ['a page in two groups', README.replace('docs/reference/README.md', 'docs/a.md'), 'lists docs/a.md twice'],
  ])('refuses %s', (_, readme, message) => {
    expect(() => navigation(readme)).toThrow(message);
  });

  test('says which pages no group lists', () => {
    expect(mistakesOfNavigation(navigation(README), ['docs/a.md', 'docs/b.md'])).toEqual([
      'README.md: no group of "## Documentation" lists docs/b.md; add a row [Title](docs/b.md) | Task',
    ]);
  });
});

test.each([
  ['README.md', 'index.md'],
  ['docs/files.md', 'files.md'],
  ['docs/reference/README.md', 'reference/index.md'],
  ['docs/reference/Gateway.md', 'reference/Gateway.md'],
  ['examples/scratch-image/README.md', 'examples/scratch-image.md'],
  ['DEVELOPERS.md', 'developers.md'],
])('%s is %s on the site', (file, address) => {
  expect(addressOf(file)).toBe(address);
});

describe('links', () => {
  const pages = ['README.md', 'docs/a.md', 'DEVELOPERS.md'];
  const link = (text: string) => linked('docs/b.md', text, pages, (file) => ['LICENSE', 'docs/images/x.svg', 'test/walk'].includes(file));

  test.each([
    ['a page', '[a](a.md#part)', '[a](/a.md#part)'],
    ['a page of another directory', '[d](../DEVELOPERS.md)', '[d](/developers.md)'],
    ['a place on the same page', '[here](#part)', '[here](#part)'],
    ['elsewhere', '[x](https://example.com/a.md)', '[x](https://example.com/a.md)'],
    ['a picture', '![x](images/x.svg)', '![x](/docs/images/x.svg)'],
    ['the licence', '[x](../LICENSE)', '[x](/LICENSE.txt)'],
    ['what is no page', '[the walk](../test/walk)', 'the walk (`test/walk`)'],
    ['code', '```md\n[a](a.md)\n```', '```md\n[a](a.md)\n```'],
    ['what follows odd code', 'a ` ```ts ` b [a](a.md) ``c ` [a](a.md)`` ', 'a ` ```ts ` b [a](/a.md) ``c ` [a](a.md)`` '],
    ['a name in code', '[`a`](a.md) and `[a](a.md)`', '[`a`](/a.md) and `[a](a.md)`'],
  ])('to %s', (_, text, expected) => {
    expect(link(text).text).toBe(expected);
    expect(link(text).broken).toEqual([]);
  });

  test('to what does not exist are mistakes', () => {
    expect(link('[a](c.md)').broken).toEqual(['docs/b.md: there is no docs/c.md']);
  });
});

describe('the pages of a site', () => {
  const to = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'));
  afterAll(() => fs.rmSync(to, { recursive: true }));

  function repository(files: Record<string, string>): string {
    const directory = fs.mkdtempSync(path.join(to, 'repository-'));
    const all = { 'README.md': README, 'docs/a.md': '# A\n', 'docs/reference/README.md': '# R\n', 'docs/reference/topics.json': '{ "All": ["A"] }', ...files };
    for (const [file, text] of Object.entries(all)) {
      fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
      fs.writeFileSync(path.join(directory, file), text);
    }
    return directory;
  }

  test('are the README, with its beginning as the head of the first page, and what its list names', () => {
    expect(writePages(repository({}), path.join(to, 'pages')).topics).toEqual({ All: ['A'] });
    const first = fs.readFileSync(path.join(to, 'pages', 'index.md'), 'utf8');
    expect(first).toContain('"name":"lib","text":"Does this.","tagline":"And that."');
    expect(first).toContain('"link":"/a.md"');
    expect(first).toContain('\n\nMore.\n');
    expect(fs.readFileSync(path.join(to, 'pages', 'a.md'), 'utf8')).toBe('---\ndescription: "Begin with new A()"\n---\n\n# A\n');
  });

  test('are refused with all mistakes at once', () => {
    const directory = repository({ 'docs/b.md': '[c](c.md)\n', 'README.md': README.replace('docs/a.md)', 'docs/z.md)') });
    expect(() => writePages(directory, path.join(to, 'refused'))).toThrow(/no group .* lists docs\/b\.md[\s\S]*there is no docs\/c\.md/);
  });
});

test('a type of a room without a topic is refused', () => {
  expect(topicOf('Gateway', 'lib/gateway/gateway.ts')).toBe('Gateway');
  expect(() => topicOf('X', 'lib/attic/x.ts')).toThrow('X: no topic of the reference has the room lib/attic');
});
