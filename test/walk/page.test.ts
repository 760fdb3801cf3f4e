import * as fs from 'fs';
import * as path from 'path';
import { EXCEPTIONS } from './exceptions';

const REPOSITORY = path.join(__dirname, '..', '..');
const PAGE = fs.readFileSync(path.join(REPOSITORY, 'docs', 'what-survives-what.md'), 'utf8');

/** The cells of the table, without its head. */
const ROWS = PAGE.split('\n').filter((line) => line.startsWith('| ')).slice(1)
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

test('the page has rows', () => {
  expect(ROWS.length).toBeGreaterThan(10);
});

test.each(ROWS.map((cells) => [cells[0], cells] as const))('a test proves what survives when you %s', (_, cells) => {
  expect(cells).toHaveLength(5);
  const [, file, name] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(cells[4]) ?? [];
  expect(name).toBeDefined();
  const titles = fs.readFileSync(path.join(REPOSITORY, file), 'utf8').replace(/\\'/g, '\'');
  // A test, or one of several that run at once.
  expect(titles).toMatch(new RegExp(`\\('${escaped(name)}'|'${escaped(name)}': async`));
});

test('the page and the walk allow the same services to be stopped', () => {
  const section = /## When a failed apply may stop a service\n([^]*?)\n## /.exec(PAGE)![1];
  expect(section.split('\n').filter((line) => line.startsWith('- ')).map((line) => line.slice(2))).toEqual(EXCEPTIONS.map(({ text }) => text));
});
