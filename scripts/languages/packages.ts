import * as fs from 'node:fs';
import * as path from 'node:path';
import { Failure, run } from './command';
import { REPOSITORY } from '../example/synthesize';

export type Language = 'python' | 'java' | 'go';

/** Writes a package's sources in other languages. Each package has a directory of its own, because those in Java would be mixed. */
export function generate(languages: readonly Language[], directory: string, options: readonly string[] = [], source = REPOSITORY): void {
  run(path.join(REPOSITORY, 'node_modules', '.bin', 'jsii-pacmak'), [
    '--code-only', ...languages.flatMap((language) => ['--target', language]), ...options, '--outdir', directory, source,
  ]);
}

/** The packages that this one needs and that its users take from registries: made of what npm has, with the same versions. */
export function generateDependency(language: Language, name: string, directory: string): string {
  const target = path.join(directory, name.replace('/', '-'));
  generate([language], target, [], path.join(REPOSITORY, 'node_modules', name));
  return path.join(target, language);
}

/** What snippets have in TypeScript and in none of the other languages. */
const TYPESCRIPT = /```(ts|typescript)\b|\(this, '|^\W*(const \w+ = new|import \{)/gm;

/** What a translated snippet has. */
const TRANSLATED: Record<Language, RegExp> = {
  python: /\w+\(self, "/g,
  java: /\.Builder\.create\(this, "/g,
  go: /(?:\/\/|^)\s+(?:\w+ := )?(?:\w+\.)?New\w+\(this, /gm,
};

/** The README and docstrings of a package show its language, and nothing of TypeScript. */
export function checkSnippets(language: Language, directory: string): void {
  const files = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(py|java|go|md)$/.test(file));
  const texts = files.map((file) => ({ file, text: fs.readFileSync(path.join(directory, file), 'utf8') }));
  const untranslated = texts.flatMap(({ file, text }) => [...text.matchAll(TYPESCRIPT)].map(([found]) => `${file}: ${found.trim()}`));
  const translated = texts.reduce((sum, { text }) => sum + [...text.matchAll(TRANSLATED[language])].length, 0);
  if (untranslated.length > 0 || translated === 0) {
    throw new Failure([`snippets of the package for ${language}: ${translated} translated, ${untranslated.length} not`, ...untranslated].join('\n'));
  }
  console.log(`The package for ${language} creates ${translated} constructs in its snippets, and shows no TypeScript`);
}
