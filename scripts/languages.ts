/**
 * Makes the packages for other languages and runs the programs of `test/languages` with them: one must synthesize the same as its twin in
 * TypeScript, the other one makes mistakes, whose errors must be readable. The packages must show translated snippets.
 * Needs a compiled library, `.jsii.tabl.json`, and the tools and the registry of each language; what is missing is named.
 *
 *   npm run test:languages -- python java go
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { REPOSITORY } from './example/synthesize';
import { Failure, Missing, PROGRAMS, run } from './languages/command';
import { go } from './languages/go';
import { java } from './languages/java';
import { type Language, generate } from './languages/packages';
import { python } from './languages/python';

/** Checks a package and returns the command that synthesizes the shop. */
const LANGUAGES: Record<Language, (generated: string, directory: string) => readonly string[]> = { python, java, go };

/** Each file with its content. The order of keys in JSON means nothing. */
function contents(directory: string): Record<string, unknown> {
  const files = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => fs.statSync(path.join(directory, file)).isFile());
  return Object.fromEntries(files.map((file) => {
    const text = fs.readFileSync(path.join(directory, file), 'utf8');
    return [file, file.endsWith('.json') ? JSON.parse(text) : text];
  }));
}

function synthesize([command, ...args]: readonly string[], outputDirectory: string): Record<string, unknown> {
  run(command, args, { outputDirectory });
  return contents(outputDirectory);
}

function compare(language: Language, expected: Record<string, unknown>, actual: Record<string, unknown>): void {
  const different = Object.keys({ ...expected, ...actual }).filter((file) => !isDeepStrictEqual(actual[file], expected[file]));
  if (different.length > 0) {
    throw new Failure(`${language} synthesizes other files than TypeScript: ${different.join(', ')}`);
  }
  console.log(`${language} synthesizes the same ${Object.keys(expected).length} files as TypeScript`);
}

/** Returns whether the language passed, or is missing. */
function test(language: Language, packages: string, expected: Record<string, unknown>, directory: string): boolean {
  const start = Date.now();
  const own = path.join(directory, language);
  fs.mkdirSync(own);
  try {
    const shop = LANGUAGES[language](path.join(packages, language), own);
    compare(language, expected, synthesize(shop, path.join(own, 'shop')));
  } catch (error) {
    if (error instanceof Missing) {
      console.error(`skipped: the package for ${language} (${error.message})`);
      return true;
    }
    if (!(error instanceof Failure)) {
      throw error;
    }
    console.error(`${language}: ${error.message}`);
    return false;
  }
  console.log(`${language}: ${Math.round((Date.now() - start) / 1000)} s`);
  return true;
}

function main(directory: string): number {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in LANGUAGES));
  if (unknown.length > 0) {
    console.error(`unknown: ${unknown.join(', ')}. Languages are ${Object.keys(LANGUAGES).join(', ')}.`);
    return 2;
  }
  const languages = (names.length === 0 ? Object.keys(LANGUAGES) : names) as Language[];
  const packages = path.join(directory, 'packages');
  generate(languages, packages, ['--rosetta-tablet', path.join(REPOSITORY, '.jsii.tabl.json'), '--rosetta-unknown-snippets', 'fail']);
  const shop = [process.execPath, '--require', require.resolve('ts-node/register/transpile-only'), path.join(PROGRAMS, 'shop.ts')];
  const expected = synthesize(shop, path.join(directory, 'shop'));
  const passed = languages.map((language) => test(language, packages, expected, directory));
  return passed.every(Boolean) ? 0 : 1;
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'languages-'));
try {
  process.exitCode = main(directory);
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
