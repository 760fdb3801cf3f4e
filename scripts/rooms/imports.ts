import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

/** One file of the library imports another; paths are relative to `lib`. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** All imports among the files below a directory. Types count. */
export function readImports(directory: string): Import[] {
  const files = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).sort();
  return files.flatMap((from) => {
    const { importedFiles } = ts.preProcessFile(fs.readFileSync(path.join(directory, from), 'utf8'), true, true);
    const targets = importedFiles.filter(({ fileName }) => fileName.startsWith('.')).map(({ fileName }) => {
      const target = path.join(path.dirname(from), fileName);
      return [`${target}.ts`, path.join(target, 'index.ts')].find((file) => files.includes(file)) ?? target;
    });
    return [...new Set(targets)].map((to) => ({ from, to }));
  });
}

/** The folder below `lib` that a file is in; undefined for the entrance, `lib/index.ts`. */
export function roomOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

/** The imports among rooms, without those within a room and those of the entrance. */
export function roomImports(imports: readonly Import[]): Import[] {
  const pairs = imports.map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }))
    .filter((pair): pair is Import => pair.from !== undefined && pair.to !== undefined && pair.from !== pair.to);
  return [...new Map(pairs.map((pair) => [`${pair.from} ${pair.to}`, pair])).values()];
}

/** The circles: each is a sorted list of all that import each other, directly or over others. */
export function circles(imports: readonly Import[]): string[][] {
  const reach = new Map<string, Set<string>>();
  const reachable = (from: string): Set<string> => {
    const found = new Set<string>();
    const open = [from];
    for (let current = open.pop(); current !== undefined; current = open.pop()) {
      for (const { to } of imports.filter((each) => each.from === current && !found.has(each.to))) {
        found.add(to);
        open.push(to);
      }
    }
    return found;
  };
  const nodes = [...new Set(imports.map(({ from }) => from))].sort();
  nodes.forEach((node) => reach.set(node, reachable(node)));
  const inCircle = nodes.filter((node) => reach.get(node)!.has(node));
  const members = inCircle.map((node) => inCircle.filter((other) => reach.get(node)!.has(other) && reach.get(other)!.has(node)));
  return [...new Map(members.map((circle) => [circle[0], circle])).values()];
}
