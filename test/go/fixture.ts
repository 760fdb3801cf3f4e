import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { BuildTarget } from '../../lib/go/build-target';

const made: string[] = [];

afterAll(() => made.splice(0).forEach(directory => fs.rmSync(directory, { recursive: true, force: true })));

/** Writes files into a new directory that goes away after the tests. A value `-> target` makes a symbolic link. */
export function writeFiles(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'go-module-')));
  made.push(directory);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) {
      fs.symlinkSync(content.slice(3), file);
    } else {
      fs.writeFileSync(file, content);
    }
  }
  return directory;
}

/** A Go file that imports packages for their side effects. */
export function goFile(name: string, ...imports: string[]): string {
  return `package ${name}\n\n${imports.map(imported => `import _ "${imported}"\n`).join('')}${name === 'main' ? '\nfunc main() {}\n' : ''}`;
}

export function target(overrides: Partial<BuildTarget> = {}): BuildTarget {
  return { goos: 'linux', goarch: 'amd64', cgoEnabled: false, tags: [], goVersion: '1.26', ...overrides };
}

export const TARGETS: readonly BuildTarget[] = ['amd64', 'arm64'].flatMap(
  goarch => [false, true].map(cgoEnabled => target({ goarch, cgoEnabled })));
