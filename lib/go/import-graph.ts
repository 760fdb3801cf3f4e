import { InputError } from '../input/input-error';

/** Refuses import cycles, as Go does. */
export function refuseCycle(imports: ReadonlyMap<string, readonly string[]>): void {
  const finished = new Set<string>();
  for (const start of imports.keys()) {
    const trail: { importPath: string; next: number }[] = finished.has(start) ? [] : [{ importPath: start, next: 0 }];
    const open = new Set(trail.map(step => step.importPath));
    while (trail.length > 0) {
      const step = trail[trail.length - 1];
      const imported = imports.get(step.importPath)?.[step.next++];
      if (imported === undefined) {
        finished.add(step.importPath);
        open.delete(step.importPath);
        trail.pop();
      } else if (open.has(imported)) {
        const cycle = trail.map(({ importPath }) => importPath);
        throw new InputError({
          what: 'import cycle not allowed',
          given: [...cycle.slice(cycle.indexOf(imported)), imported].join(' imports '),
          remedy: 'move what both need into a package of its own',
        });
      } else if (!finished.has(imported)) {
        trail.push({ importPath: imported, next: 0 });
        open.add(imported);
      }
    }
  }
}

/** Refuses import paths that differ in case alone, as Go does: some file systems ignore case. */
export function refuseCaseCollision(importPaths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const importPath of importPaths) {
    const folded = importPath.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) {
      throw new InputError({
        what: `case-insensitive import collision: "${importPath}" and "${other}"`,
        given: importPath,
        remedy: 'import the package by one spelling everywhere, or rename one of the two',
      });
    }
    seen.set(folded, importPath);
  }
}
