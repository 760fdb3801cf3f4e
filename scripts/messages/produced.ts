/** Which messages the tests produce. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Kind, Message } from './message';
import { fixedParts, pattern, weight } from './text';

/** What the unit tests write, see `test/messages/recorder.ts`. */
const RECORDS = '.messages';

/** Of these, the tests record each message that they produce. */
const RECORDED: readonly Kind[] = ['input', 'part', 'warning', 'command'];

/** Characters of a message that a test must have, where messages are not recorded, and the letters of a shorter part. */
const DISTINCTIVE = 24;
const LEAST = 8;
const LEAST_OF_LINE = 10;

interface Recorded {
  readonly test: string;
  readonly sha256: string;
  readonly produced: readonly (readonly [text: string, test: string])[];
}

/** What is wrong with the records, and the messages that no test produces. */
export function unproduced(messages: readonly Message[], repository: string): string[] {
  const { texts, mistakes } = recordedTexts(repository);
  const tests = [...testSources(repository).values()];
  const all = new Set(messages.map(({ text }) => text));
  const seen = credited(messages.filter(({ kind }) => RECORDED.includes(kind)), texts);
  return [
    ...mistakes,
    ...messages.filter((message) => !(seen.has(message) || isExpected(message, all, tests)))
      .map(({ file, line, text }) => `${file}:${line}: no test produces this message: ${text}`),
  ];
}

/** A recorded text belongs to the message that says most of it. */
export function credited(messages: readonly Message[], texts: Iterable<string>): Set<Message> {
  const known = messages.map((message) => ({ message, weight: weight(message.text), pattern: pattern(message.text, { ends: message.kind === 'part' ? 'last' : 'both' }) }));
  const found = new Set<Message>();
  for (const text of texts) {
    const line = text.replace(/\s*\n\s*/g, ' ').trim();
    const matching = known.filter((each) => each.pattern.test(line));
    const most = Math.max(...matching.map((each) => each.weight));
    matching.filter((each) => each.weight === most).forEach(({ message }) => found.add(message));
  }
  return found;
}

/** Whether a test has some words of the message that no other message has, or a line with all of it. */
function isExpected({ kind, text }: Message, all: ReadonlySet<string>, tests: readonly string[]): boolean {
  if (kind === 'input' || kind === 'command') {
    return false;
  }
  const others = [...all].filter((other) => nameless(other) !== nameless(text));
  const whole = new RegExp(pattern(text, { ends: 'none' }).source.replaceAll('[^]*?', '.{0,80}?'));
  const isOwn = (words: string) => !others.some((other) => other.includes(words));
  return fixedParts(text).flatMap(windows).some((words) => isOwn(words) && tests.some((source) => source.includes(words)))
    || weight(text) >= LEAST_OF_LINE && tests.some((source) => whole.test(source));
}

function nameless(text: string): string {
  return text.replace(/‹[^›]*›/g, '‹›');
}

/** Each run of words with so many characters. */
export function windows(part: string): string[] {
  const trimmed = plain(part).trim();
  if (trimmed.length <= DISTINCTIVE) {
    return trimmed.replace(/[^A-Za-z]/g, '').length < LEAST ? [] : [trimmed];
  }
  return [...trimmed.matchAll(/(?<=^|\s)\S/g)].map(({ index }) => trimmed.slice(index, index + DISTINCTIVE)).filter((words) => words.length === DISTINCTIVE);
}

function recordedTexts(repository: string): { texts: Set<string>; mistakes: string[] } {
  const directory = path.join(repository, RECORDS);
  const texts = new Set<string>();
  const mistakes: string[] = [];
  for (const test of unitTests(repository)) {
    const file = path.join(directory, `${test.replaceAll('/', '+')}.json`);
    if (!fs.existsSync(file)) {
      mistakes.push(`${test}: no record of the messages that it produces: run npm test`);
      continue;
    }
    const recorded = JSON.parse(fs.readFileSync(file, 'utf8')) as Recorded;
    if (recorded.sha256 !== createHash('sha256').update(fs.readFileSync(path.join(repository, test))).digest('hex')) {
      mistakes.push(`${test}: it has changed since the messages that it produces were recorded: run npm test`);
    }
    recorded.produced.forEach(([text]) => texts.add(text));
  }
  return { texts, mistakes };
}

/** As in `jest.config.json`. */
function unitTests(repository: string): string[] {
  return filesBelow(repository, 'test').filter((name) => name.endsWith('.test.ts') && !name.startsWith('test/engine/'));
}

/** The sources of all tests, as the texts that they expect: escapes of regular expressions and strings are left out. */
function testSources(repository: string): Map<string, string> {
  const names = [
    ...filesBelow(repository, 'test').filter((name) => name.endsWith('.ts')),
    ...filesBelow(repository, 'lib').filter((name) => name.endsWith('_test.go')),
  ];
  return new Map(names.map((name) => [name, plain(fs.readFileSync(path.join(repository, name), 'utf8'))]));
}

function plain(source: string): string {
  // A long text is broken with a plus sign.
  return source.replace(/['"`]\s*\+\s*['"`]/g, '').replaceAll('\\', '').replace(/\s+/g, ' ');
}

function filesBelow(repository: string, directory: string): string[] {
  return fs.readdirSync(path.join(repository, directory), { recursive: true, encoding: 'utf8' })
    .map((name) => `${directory}/${name.split(path.sep).join('/')}`).sort();
}
