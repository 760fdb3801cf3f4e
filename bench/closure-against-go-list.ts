/**
 * Compares the import closure of every main package of the given modules with what `go list -deps` says.
 *
 *   npx ts-node bench/closure-against-go-list.ts [--tags a,b] [--targets linux/amd64/0,linux/arm64/1] <module directory>...
 *
 * Needs Go, and the modules' dependencies in its module cache. Prints one line per module and one per difference, and exits
 * with 1 when there is any.
 */
import { SourceTree } from '../lib/files/source-tree';
import type { BuildTarget } from '../lib/go/build-target';
import { GoModule } from '../lib/go/go-module';
import { type Comparison, compareWithGoList, listMainPackages } from '../test/go/go-list';

const SHOWN = 10;

function main(args: readonly string[]): number {
  const options = new Map<string, string>();
  const directories: string[] = [];
  for (let at = 0; at < args.length; at++) {
    if (args[at].startsWith('--')) {
      options.set(args[at].slice(2), args[++at] ?? '');
    } else {
      directories.push(args[at]);
    }
  }
  if (directories.length === 0) {
    console.error('usage: closure-against-go-list [--tags a,b] [--targets linux/amd64/0,linux/arm64/1] <module directory>...');
    return 2;
  }
  const tags = (options.get('tags') ?? '').split(',').filter(tag => tag !== '');
  const targets = (options.get('targets') ?? 'linux/amd64/0,linux/amd64/1,linux/arm64/0,linux/arm64/1').split(',').map((text): BuildTarget => {
    const [goos, goarch, cgo] = text.split('/');
    return { goos, goarch, cgoEnabled: cgo === '1', tags, goVersion: '1.26' };
  });
  return directories.map(directory => compareModule(directory, targets)).every(Boolean) ? 0 : 1;
}

function compareModule(directory: string, targets: readonly BuildTarget[]): boolean {
  let differences = 0;
  const report = (line: string): void => {
    differences++;
    console.log(`  ${line}`);
  };
  console.log(directory);
  for (const target of targets) {
    const title = `${target.goos}/${target.goarch} cgo=${target.cgoEnabled ? 1 : 0}`;
    const expected = listMainPackages(directory, target);
    const start = process.hrtime.bigint();
    let found: string[];
    let comparisons: Comparison[];
    try {
      found = GoModule._load(directory, new SourceTree())._mainPackages([target]);
    } catch (error) {
      report(`${title}: ${(error as Error).message}${expected.problem ? `\n  go list: ${expected.problem}` : ''}`);
      continue;
    }
    const listed = milliseconds(start);
    if (found.join() !== expected.packages.join()) {
      report(`${title}: main packages ${found.filter(name => !expected.packages.includes(name))} are ours alone, `
        + `${expected.packages.filter(name => !found.includes(name))} are Go's alone`);
    }
    const tree = new SourceTree();
    comparisons = expected.packages.map(name => compareWithGoList(directory, name, target, tree));
    for (const [index, comparison] of comparisons.entries()) {
      const name = `${title} ${expected.packages[index]}`;
      comparison.missing.slice(0, SHOWN).forEach(file => report(`${name}: missing ${file}`));
      comparison.surplus.slice(0, SHOWN).forEach(file => report(`${name}: surplus ${file}`));
      comparison.problems.slice(0, SHOWN).forEach(problem => report(`${name}: ${problem}`));
    }
    const sum = (of: (comparison: Comparison) => number): number => comparisons.reduce((total, comparison) => total + of(comparison), 0);
    console.log(`  ${title}: ${comparisons.length} main packages, ${sum(c => c.packages)} packages, ${sum(c => c.files)} files, `
      + `${sum(c => c.beside)} more files beside cgo; main packages found in ${listed} ms, closures in ${sum(c => c.milliseconds)} ms, `
      + `go list ${sum(c => c.goListMilliseconds)} ms`);
  }
  console.log(differences === 0 ? '  equal' : `  ${differences} differences`);
  return differences === 0;
}

function milliseconds(start: bigint): number {
  return Math.round(Number(process.hrtime.bigint() - start) / 1e6);
}

process.exitCode = main(process.argv.slice(2));
