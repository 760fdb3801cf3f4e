/**
 * Builds the site of the documentation into site/dist, and checks it: every page of the README's list is there, and the search finds what
 * readers look for.
 *
 *   npm run docs:site
 *   npm run docs:site -- --serve    # shows it on http://localhost:4173 afterwards
 *
 * Needs a compiled library and, the first time, the npm registry: the generator is a package of its own in site/, so that those who build the
 * library need not install it.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeReference } from './docs/reference';
import { mistakesOfSite } from './site/check';

const REPOSITORY = path.join(__dirname, '..');
const SITE = path.join(REPOSITORY, 'site');

function run(command: string, ...given: string[]): void {
  const { status, error } = spawnSync(command, given, { cwd: SITE, stdio: 'inherit' });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${given.join(' ')} in site/ failed: ${error?.message ?? `exit code ${status}`}`);
  }
}

/** Installs the generator unless what is installed is what the lock file says. */
function install(): void {
  const installed = path.join(SITE, 'node_modules', '.installed-lock');
  const lock = fs.readFileSync(path.join(SITE, 'package-lock.json'), 'utf8');
  if (!fs.existsSync(installed) || fs.readFileSync(installed, 'utf8') !== lock) {
    run('npm', 'ci', '--no-audit', '--no-fund');
    fs.writeFileSync(installed, lock);
  }
}

async function main(given: readonly string[]): Promise<void> {
  const unknown = given.find((argument) => argument !== '--serve');
  if (unknown !== undefined) {
    throw new Error(`unknown argument ${unknown}; there is --serve`);
  }
  await writeReference(REPOSITORY);
  install();
  run('npx', 'vitepress', 'build');
  const { mistakes, pages } = await mistakesOfSite(REPOSITORY);
  if (mistakes.length > 0) {
    throw new Error(mistakes.join('\n'));
  }
  console.log(`site/dist has ${pages} pages; the search finds what it should`);
  if (given.includes('--serve')) {
    run('npx', 'vitepress', 'preview');
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
