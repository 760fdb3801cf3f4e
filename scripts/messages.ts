/**
 * Writes the pages on troubleshooting from the messages in the sources:
 *
 *   npm run messages
 *
 * With `--produced`, it fails instead when the unit tests have not produced one of the messages: `npm run messages:check`, after `npm test`.
 * `npm run docs:check` fails when the pages are not what this writes.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { catalogue } from './messages/catalogue';
import { pages } from './messages/page';
import { unproduced } from './messages/produced';

const REPOSITORY = path.join(__dirname, '..');

function main(): void {
  if (!process.argv.includes('--produced')) {
    pages(REPOSITORY).forEach((text, file) => fs.writeFileSync(path.join(REPOSITORY, file), text));
    return;
  }
  const messages = catalogue(REPOSITORY);
  const mistakes = unproduced(messages, REPOSITORY);
  mistakes.forEach((mistake) => console.error(mistake));
  console.log(`${messages.length} messages: ${mistakes.length} mistakes`);
  process.exitCode = mistakes.length === 0 ? 0 : 1;
}

main();
