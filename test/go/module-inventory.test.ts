import { execFileSync } from 'child_process';
import * as path from 'path';
import { goFile, target, writeFiles } from './fixture';
import { SourceTree } from '../../lib/files/source-tree';
import { GoModule } from '../../lib/go/go-module';
import type { InventoryModule } from '../../lib/go/module-inventory';
import { describeWithGo, ORACLE_TIMEOUT } from '../oracles/go-oracle';

const LINKS = path.join(__dirname, '..', '..', 'examples', 'service-with-postgres', 'app');

function inventory(directory: string, mainPackage?: string): InventoryModule[] {
  const module = GoModule._load(directory, new SourceTree());
  return module._inventory(module._closure(mainPackage, [target()]));
}

function files(goMod: string, imports: string[], further: Record<string, string> = {}): string {
  return writeFiles({ 'go.mod': `module example.com/app\n\ngo 1.26\n\n${goMod}`, 'main.go': goFile('main', ...imports), ...further });
}

/** Shown without the properties that are undefined. */
function shown(modules: readonly InventoryModule[]): object[] {
  return JSON.parse(JSON.stringify(modules));
}

describe('the modules of a program', () => {
  test('are those that it imports, and those that go.mod has for others', () => {
    const directory = files([
      'require (', '\tgithub.com/acme/used v1.2.3', '\tgithub.com/acme/unused v1.0.0', '\tgithub.com/other/below v0.3.0 // indirect', ')', '',
    ].join('\n'), ['github.com/acme/used/sub'], {
      'go.sum': 'github.com/acme/used v1.2.3 h1:usedsum=\ngithub.com/acme/used v1.2.3/go.mod h1:modsum=\n',
    });
    expect(shown(inventory(directory))).toEqual([
      { path: 'github.com/acme/used', version: 'v1.2.3', sum: 'h1:usedsum=', use: 'imported' },
      { path: 'github.com/other/below', version: 'v0.3.0', use: 'indirect' },
    ]);
  });

  test('own a package by the longest path', () => {
    const directory = files('require (\n\texample.org/a v1.0.0\n\texample.org/a/b v1.1.0\n\texample.org/a/bc v1.2.0\n)\n', ['example.org/a/b/c']);
    expect(shown(inventory(directory))).toEqual([{ path: 'example.org/a/b', version: 'v1.1.0', use: 'imported' }]);
  });

  test('are those that they are replaced by', () => {
    const directory = files(
      'require example.org/a v1.0.0\n\nreplace example.org/a => example.net/fork v1.0.1\n', ['example.org/a'],
      { 'go.sum': 'example.net/fork v1.0.1 h1:forksum=\n' });
    expect(shown(inventory(directory))).toEqual([{
      path: 'example.net/fork', version: 'v1.0.1', replaces: { path: 'example.org/a', version: 'v1.0.0' }, sum: 'h1:forksum=', use: 'imported',
    }]);
  });

  test('are directories where a replace directive or a workspace says so', () => {
    const directory = writeFiles({
      'go.work': 'go 1.26\n\nuse (\n\t./app\n\t./shared\n\t./tools\n)\n',
      'app/go.mod': 'module example.com/app\n\ngo 1.26\n\nrequire example.com/local v0.0.0\n\nreplace example.com/local => ../local\n',
      'app/main.go': goFile('main', 'example.com/local', 'example.com/shared/text'),
      'local/go.mod': 'module example.com/local\n\ngo 1.26\n',
      'local/local.go': goFile('local'),
      'shared/go.mod': 'module example.com/shared\n\ngo 1.26\n',
      'shared/text/text.go': goFile('text'),
      'tools/go.mod': 'module example.com/tools\n\ngo 1.26\n',
    });
    expect(shown(inventory(path.join(directory, 'app')))).toEqual([
      { path: 'example.com/local', version: '', directory: 'local', use: 'imported' },
      { path: 'example.com/shared', version: '', directory: 'shared', use: 'imported' },
    ]);
  });

  test('are known exactly with a vendor directory', () => {
    const directory = files('require (\n\texample.org/a v1.0.0\n\texample.org/b v1.0.0 // indirect\n\texample.org/c v1.0.0 // indirect\n)\n', ['example.org/a'], {
      'vendor/modules.txt': [
        '# example.org/a v1.0.0', '## explicit; go 1.26', 'example.org/a', '# example.org/b v1.0.0', '## explicit; go 1.26', 'example.org/b',
        '# example.org/c v1.0.0', '## explicit; go 1.26', 'example.org/c', '',
      ].join('\n'),
      'vendor/example.org/a/a.go': goFile('a', 'example.org/b'),
      'vendor/example.org/b/b.go': goFile('b'),
      'vendor/example.org/c/c.go': goFile('c'),
    });
    expect(shown(inventory(directory))).toEqual([
      { path: 'example.org/a', version: 'v1.0.0', use: 'imported' }, { path: 'example.org/b', version: 'v1.0.0', use: 'imported' },
    ]);
  });
});

describeWithGo('the modules of the example, next to what the go command says', () => {
  interface GoPackage {
    readonly ImportPath: string;
    readonly Imports?: string[];
    readonly Module?: { readonly Path: string; readonly Version?: string; readonly Main?: boolean };
  }

  function go(...args: string[]): string {
    return execFileSync('go', args, {
      cwd: LINKS, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0', GOFLAGS: '' },
    });
  }

  const objects = (text: string): any[] => JSON.parse(`[${text.replace(/^}\n\{/gm, '},{')}]`);

  test.each(['./cmd/links', './cmd/migrate'])('%s', (mainPackage) => {
    const packages = objects(go('list', '-deps', '-json=ImportPath,Imports,Module', mainPackage)) as GoPackage[];
    const owners = new Map(packages.filter(({ Module }) => Module && !Module.Main).map(({ ImportPath, Module }) => [ImportPath, Module!]));
    const compiled = new Set([...owners.values()].map(({ Path, Version }) => `${Path}@${Version}`));
    const direct = new Set(packages.filter(({ Module }) => Module?.Main)
      .flatMap(({ Imports }) => (Imports ?? []).flatMap((imported) => owners.get(imported)?.Path ?? [])));
    const sums = new Map((objects(go('mod', 'download', '-json')) as { Path: string; Version: string; Sum: string }[])
      .map(({ Path, Version, Sum }) => [`${Path}@${Version}`, Sum]));

    const found = inventory(LINKS, mainPackage);
    expect(found.filter(({ use }) => use === 'imported').map(({ path: name }) => name)).toEqual([...direct].sort());
    expect(found.map(({ path: name, version }) => `${name}@${version}`)).toEqual(expect.arrayContaining([...compiled]));
    for (const { path: name, version, sum } of found) {
      expect(`${name} ${sum}`).toBe(`${name} ${sums.get(`${name}@${version}`)}`);
    }
    expect(direct.size).toBeGreaterThan(0);
  }, ORACLE_TIMEOUT);
});
