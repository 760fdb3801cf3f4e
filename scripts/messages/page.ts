/** Writes the pages on troubleshooting. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AREAS, areaOf } from './areas';
import { catalogue } from './catalogue';
import { FREQUENT } from './frequent';
import type { Message } from './message';
import { noteOf, staleNotes } from './notes';
import { weight } from './text';

const TOOLS = 'docs/troubleshooting.md';
const LIBRARY = 'docs/troubleshooting-library.md';
const MARK = (name: string, end: 'begin' | 'end') => `<!-- ${name}: ${end} -->`;

/** These are said of every prop, and follow from its type and range. */
const OF_ANY_PROP = /^lib\/input\/(check|range)\.ts$/;

/** More alternatives are left out: the error itself has the one that fits. */
const MOST = 3;

/** The pages as they should be, by their paths. Text outside of the marks is written by hand. */
export function pages(repository: string): Map<string, string> {
  const messages = catalogue(repository);
  const stale = staleNotes(messages);
  if (stale.length > 0) {
    throw new Error(`scripts/messages/notes.ts has notes for messages that are gone: ${stale.join('; ')}`);
  }
  const read = (file: string) => fs.readFileSync(path.join(repository, file), 'utf8');
  return new Map([
    [TOOLS, between(read(TOOLS), 'frequent', frequentErrors())],
    [LIBRARY, between(read(LIBRARY), 'messages', libraryMessages(messages))],
  ]);
}

function between(page: string, name: string, text: string): string {
  const [begin, end] = [page.indexOf(MARK(name, 'begin')), page.indexOf(MARK(name, 'end'))];
  if (begin < 0 || end < begin) {
    throw new Error(`a page lacks the lines ${MARK(name, 'begin')} and ${MARK(name, 'end')}`);
  }
  return `${page.slice(0, begin)}${MARK(name, 'begin')}\n${text}\n${page.slice(end)}`;
}

function frequentErrors(): string {
  return FREQUENT.map(({ title, errors }) => [
    `## ${title}`, '', '| Message | Why | What to do |', '|---|---|---|',
    ...errors.map(({ says, cause, remedy }) => `| ${code(says)} | ${cell(cause)} | ${cell(remedy)} |`), '',
  ].join('\n')).join('\n');
}

function libraryMessages(messages: readonly Message[]): string {
  return AREAS.map((area) => {
    const own = messages.filter((message) => areaOf(message) === area);
    return [
      `## ${area.title}`, '', `${area.more}.`, '', '| Message | What to do |', '|---|---|', ...rows(own), '',
    ].join('\n');
  }).join('\n');
}

/** By text, without quotes and placeholders at its beginning. */
function rows(messages: readonly Message[]): string[] {
  const byText = new Map<string, Message[]>();
  messages.forEach((message) => byText.set(message.text, [...byText.get(message.text) ?? [], message]));
  return [...byText].sort(([one], [other]) => compare(sortKey(one), sortKey(other))).map(([text, same]) => row(text, same));
}

function row(text: string, same: readonly Message[]): string {
  const [what, ...steps] = text.split(/ - (?=To |When )/);
  const specific = same.filter(({ file }) => !OF_ANY_PROP.test(file));
  const allowed = some(specific.flatMap((message) => message.allowed));
  const remedies = some(specific.flatMap(({ remedies: own }) => own));
  const parts = [
    ...allowed.length === 0 ? [] : [`Allowed: ${allowed.map(plain).join('; or ')}.`],
    ...remedies.length === 0 ? [] : [`${sentence(remedies.map(plain).join('; or '))}.`],
    ...specific.length === 0 ? ['The error itself has what is allowed, and an example to paste.'] : [],
    ...steps.map(plain),
    ...[...new Set(same.flatMap((message) => noteOf(message) ?? []))].map((note) => `${note}.`),
  ];
  if (parts.length === 0) {
    throw new Error(`scripts/messages/notes.ts does not say what to do after ${same[0].file}: ${text}`);
  }
  return `| ${code(what)} | ${cell(parts.join(' '))} |`;
}

/** Alternatives that have words of their own. */
function some(texts: readonly string[]): string[] {
  const different = [...new Set(texts)].filter((text) => weight(text) > 0);
  return different.length <= MOST ? different : [...different.slice(0, MOST), '…'];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sortKey(text: string): string {
  return text.replace(/‹[^›]*›/g, '').replace(/^[^A-Za-z]+/, '').toLowerCase();
}

/** The order is the same on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Text of the sources in Markdown: its code stays code, and nothing else is markup. */
function plain(text: string): string {
  return text.split(/(`[^`]*`)/).map((part) => part.startsWith('`') ? part : part.replace(/[<>*_[\]\\]/g, (character) => `\\${character}`)).join('');
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const space = text.includes('`') ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\\|')}${space}${fence}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ').replace(/([.…])\.(?= |$)/g, '$1');
}
