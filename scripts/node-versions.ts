/**
 * Synthesizes one stack with several versions of Node.js, which npm installs, and fails when they differ from the running one.
 *
 *   npm run test:node -- 20.9.0 22 24
 */
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { type Machine, synthesizeOn } from '../test/staging/machine';

const PLAIN: Machine = { locale: 'C', timezone: 'UTC', umask: '022' };

function install(version: string): string {
  return execFileSync('npx', ['--yes', '--package', `node@${version}`, '--', 'node', '-p', 'process.execPath'], { encoding: 'utf8' }).trim();
}

async function main(): Promise<number> {
  const versions = process.argv.slice(2);
  if (versions.length === 0) {
    console.error('Name the versions of Node.js, for example: npm run test:node -- 20.9.0 22 24');
    return 2;
  }
  const machines = Object.fromEntries(versions.map((version) => [version, { ...PLAIN, node: install(version) }]));
  const { running, ...others } = await synthesizeOn<string>({ running: PLAIN, ...machines });
  const different = Object.keys(others).filter((version) => !isDeepStrictEqual(others[version], running));
  Object.entries(others).forEach(([version, { tags }]) => console.log(`${version}: ${tags.join(' ')}`));
  console.log(different.length === 0
    ? `${versions.length} versions of Node.js synthesize the same as ${process.version}`
    : `different from ${process.version}: ${different.join(', ')}`);
  return different.length === 0 ? 0 : 1;
}

void main().then((code) => { process.exitCode = code; });
