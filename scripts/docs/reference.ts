import * as fs from 'node:fs';
import * as path from 'node:path';
import { Documentation, Language } from 'jsii-docgen';
import { REFERENCE } from './reference-directory';
import { ReferencePages, type Kind, type Type } from './reference-page';
import { TOPIC_TITLES, topicOf } from './topics';

/** A type of the reference, as the index lists it. */
interface Entry {
  readonly kind: Kind;
  readonly type: Type;
  readonly topic: string;
}

/**
 * Writes the reference of the compiled library: a page for each type, an index with the name README.md, and `topics.json`, which has the
 * classes of each topic for the navigation of the site.
 *
 * jsii-docgen reads the library. Its own pages begin with the constructor's `scope` and `id` and say nothing of what `props` holds, so the
 * pages are written here.
 *
 * @param repository where the library is compiled
 */
export async function writeReference(repository: string): Promise<void> {
  const directory = path.join(repository, REFERENCE);
  const assembly = JSON.parse(fs.readFileSync(path.join(repository, '.jsii'), 'utf8'));
  const entries = await entriesOf(repository, assembly);
  const unexplained = entries.find(({ kind, type }) => (kind === 'construct' || kind === 'class') && type.docs.example === undefined);
  if (unexplained !== undefined) {
    throw new Error(`${unexplained.type.displayName} has no @example in its docstring; its page of the reference begins with one`);
  }
  const pages = new ReferencePages(entries, assembly);
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  for (const entry of entries) {
    fs.writeFileSync(path.join(directory, pages.fileOf(entry.type)), pages.page(entry));
  }
  fs.writeFileSync(path.join(directory, 'README.md'), indexPage(entries, pages));
  fs.writeFileSync(path.join(directory, 'topics.json'), `${JSON.stringify(topics(entries), undefined, 2)}\n`);
}

async function entriesOf(repository: string, assembly: any): Promise<Entry[]> {
  const documentation = await Documentation.forProject(repository);
  try {
    const { apiReference } = (await documentation.toJson({ language: Language.TYPESCRIPT })).content;
    const { constructs, structs, classes, interfaces, enums } = apiReference!;
    const all: [Kind, readonly Type[]][] = [
      ['construct', constructs], ['class', classes], ['struct', structs], ['interface', interfaces], ['enum', enums],
    ];
    return all.flatMap(([kind, types]) => types.map((type) => {
      return { kind, type, topic: topicOf(type.displayName, assembly.types[type.id].locationInModule.filename) };
    }));
  } finally {
    await documentation.cleanup();
  }
}

const SECTIONS: readonly (readonly [title: string, kinds: readonly Kind[]])[] = [
  ['Constructs', ['construct']],
  ['Values and choices', ['class', 'enum']],
  ['Props', ['struct']],
  ['Interfaces', ['interface']],
];

function indexPage(entries: readonly Entry[], pages: ReferencePages): string {
  const lines = ['# Reference', '', 'Every class, property and default. Constructs and choices come first in each topic, then the props that they take.', ''];
  for (const topic of TOPIC_TITLES) {
    lines.push(`## ${topic}`, '');
    for (const [title, kinds] of SECTIONS) {
      const types = entries.filter((entry) => entry.topic === topic && kinds.includes(entry.kind));
      if (types.length > 0) {
        lines.push(`**${title}**`, '', ...types.map(({ type }) => `- [${type.displayName}](${pages.fileOf(type)}): ${pages.summary(type)}`), '');
      }
    }
  }
  return lines.join('\n');
}

/** The classes and enums of each topic. */
function topics(entries: readonly Entry[]): Record<string, string[]> {
  const listed = entries.filter(({ kind }) => kind === 'construct' || kind === 'class' || kind === 'enum');
  const namesOf = (topic: string) => listed.filter((entry) => entry.topic === topic).map(({ type }) => type.displayName);
  return Object.fromEntries(TOPIC_TITLES.map((topic) => [topic, namesOf(topic)]));
}
