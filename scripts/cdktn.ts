/**
 * Makes the second package, `cdktn-go-docker`, of the same sources, in `.cdktn/`: a checkout in which every command of this repository works.
 *
 *   npm run cdktn                      writes and compiles it
 *   npm run cdktn -- npx jest test/go  runs a command in it afterwards
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { installDependencies } from './cdktn/dependencies';
import { exampleManifest, manifest } from './cdktn/manifest';
import { leftovers, translated } from './cdktn/translate';

const REPOSITORY = path.join(__dirname, '..');
const OUTPUT = path.join(REPOSITORY, '.cdktn');

/** What makes the first package, and what is only about it: the snapshot is what provider 3.6 reads. */
const LEFT_OUT = /^(\.ci|\.projenrc\.ts|projenrc|package-lock\.json|scripts\/cdktn|test\/scripts\/cdktn|test\/patterns\/(__snap|go-service-with-postgres\.))/;
const IS_TEXT = /\.(ts|tsx|js|json|md|snap|py|ts-fixture)$/;

function run(command: string, args: readonly string[], options: object = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 2 ** 28, ...options });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stdout ?? ''}${stderr ?? ''}`}`);
  }
  return stdout;
}

function converted(file: string, text: string): string {
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  if (file === 'package.json') {
    return json(manifest(JSON.parse(text)));
  }
  return /^examples\/[^/]+\/package\.json$/.test(file) ? json(exampleManifest(JSON.parse(text))) : translated(file, text);
}

function writeSources(): void {
  for (const entry of fs.existsSync(OUTPUT) ? fs.readdirSync(OUTPUT) : []) {
    if (entry !== 'node_modules') {
      fs.rmSync(path.join(OUTPUT, entry), { recursive: true });
    }
  }
  const files = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).split('\0')
    .filter((file) => file !== '' && !LEFT_OUT.test(file) && fs.existsSync(path.join(REPOSITORY, file)));
  for (const file of files) {
    const [from, to] = [path.join(REPOSITORY, file), path.join(OUTPUT, file)];
    fs.mkdirSync(path.dirname(to), { recursive: true });
    // Also takes over the mode: scripts of images are executable.
    fs.copyFileSync(from, to);
    if (IS_TEXT.test(file)) {
      fs.writeFileSync(to, converted(file, fs.readFileSync(from, 'utf8')));
    }
  }
  checkPages(files.filter((file) => /^(README\.md|examples\/[^/]+\/README\.md)$/.test(file)));
}

function checkPages(files: readonly string[]): void {
  const found = files.flatMap((file) => leftovers(fs.readFileSync(path.join(OUTPUT, file), 'utf8')).map((line) => `${file}: ${line}`));
  if (found.length > 0) {
    throw new Error(`These lines name the first package. Change them, or the rules of scripts/cdktn/translate.ts:\n${found.join('\n')}`);
  }
}

writeSources();
installDependencies(REPOSITORY, OUTPUT);
run(path.join(REPOSITORY, 'node_modules', '.bin', 'jsii'), ['--silence-warnings=reserved-word'], { cwd: OUTPUT });
console.log(`${path.relative(process.cwd(), OUTPUT)}: compiled ${JSON.parse(fs.readFileSync(path.join(OUTPUT, 'package.json'), 'utf8')).name}`);
const [command, ...args] = process.argv.slice(2);
if (command !== undefined) {
  process.exitCode = spawnSync(command, args, { cwd: OUTPUT, stdio: 'inherit' }).status ?? 1;
}
