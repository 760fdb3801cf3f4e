/** The messages of shell scripts. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Message } from './message';
import { placeholder, weight } from './text';

/** Commands whose quoted arguments people read. The last one of these arguments is the message. */
const SAYS = /(?:^|[\s;{(&|])(?:echo|say|refuse|not_ready(?: "\$1")?)\s+((?:"(?:[^"\\]|\\[^])*"|'[^']*')(?:\s*\\?\n?\s*(?:"(?:[^"\\]|\\[^])*"|'[^']*'))*)/g;
const QUOTED = /"(?:[^"\\]|\\[^])*"|'[^']*'/g;

/** Fewer letters are an answer for another script. */
const LEAST = 12;

const APOSTROPHE = '\u0001';

export function scriptMessages(repository: string): Message[] {
  const directory = 'lib/postgres/scripts';
  return fs.readdirSync(path.join(repository, directory), { recursive: true, encoding: 'utf8' }).sort()
    .filter((name) => fs.statSync(path.join(repository, directory, name)).isFile()).flatMap((name) => {
      const file = `${directory}/${name.split(path.sep).join('/')}`;
      return shellMessages(fs.readFileSync(path.join(repository, file), 'utf8')).map((message) => ({ ...message, file }));
    });
}

/** A script's own arguments of `refuse` after the first are what a user can do. */
export function shellMessages(script: string): Omit<Message, 'file'>[] {
  // An apostrophe within single quotes.
  return [...script.replaceAll('\'"\'"\'', APOSTROPHE).matchAll(SAYS)].flatMap((match) => {
    const line = script.slice(0, match.index).split('\n').length;
    const [text, ...remedies] = match[1].match(QUOTED)!.map(plain);
    return weight(text) < LEAST || !text.includes(' ') ? [] : [{ kind: 'shell' as const, text, allowed: [], remedies, line }];
  });
}

function plain(quoted: string): string {
  const text = quoted.slice(1, -1).replaceAll(APOSTROPHE, "'");
  return quoted.startsWith("'") ? text : withPlaceholders(text.replace(/\\(["\\`$])/g, '$1'));
}

/** Variables, commands and sums are placeholders. */
function withPlaceholders(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '$') {
      result += text[at];
      continue;
    }
    const variable = /^\$(?:\{([#A-Za-z0-9_]+)[^}]*\}|([A-Za-z0-9_#]+))/.exec(text.slice(at));
    if (variable !== null) {
      result += placeholder(variable[1] ?? variable[2]);
      at += variable[0].length - 1;
    } else if (text[at + 1] === '(') {
      result += placeholder('…');
      at = closing(text, at + 1);
    } else {
      result += '$';
    }
  }
  return result;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) {
      return at;
    }
  }
  return text.length - 1;
}
