import * as fs from 'fs';
import * as path from 'path';

/** A page of the documentation, whose blocks a test does what its reader does with them. */
export interface DocumentedPage {
  /** The blocks of a language below a heading, in their order. There must be some. */
  fences(language: string, heading: string): string[];
}

/** @param file relative to the repository */
export function documentedPage(file: string): DocumentedPage {
  const text = fs.readFileSync(path.join(__dirname, '..', '..', '..', file), 'utf8');
  return {
    fences(language, heading) {
      const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
      const found = [...section.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , body]) => body);
      if (found.length === 0) {
        throw new Error(`${file} has no block of ${language} below "${heading}"`);
      }
      return found;
    },
  };
}
