import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { Outcome } from './life';
import { RealProgram } from './real-program';

const PAGE = path.join(__dirname, '..', '..', '..', 'docs', 'programs.md');
const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

const HEAD = [
  '| Program | Shows | Lines of TypeScript | Image | First try | Healthy, second plan empty | Next version, with its data | Destroyed, nothing left |',
  '|---|---|---:|---:|---|---|---|---|',
];

/** How many lines of a file's `deploy` hold code: what a user writes for the program. */
export function linesOfDeploy(source: string): number {
  const file = ts.createSourceFile('program.ts', source, ts.ScriptTarget.ES2022, true);
  let body: ts.Block | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'deploy' && ts.isArrowFunction(node.initializer) && ts.isBlock(node.initializer.body)) {
      body = node.initializer.body;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (body === undefined) {
    throw new Error('there is no deploy: (…) => { … }');
  }
  return body.getText().split('\n').slice(1, -1).filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}

function linesOf({ name }: RealProgram): number {
  return linesOfDeploy(fs.readFileSync(path.join(__dirname, 'catalogue', `${name}.ts`), 'utf8'));
}

/** What the page says about a program without a measurement. */
export interface Description {
  readonly program: string;
  readonly shows: string;
  readonly lines: number;
  readonly firstTry: string;
  readonly nextVersion: string;
}

export function descriptionOf(program: RealProgram): Description {
  const { name, module, kinds, versions: [first, next], firstTry } = program;
  return {
    program: `[${name}](https://pkg.go.dev/${module}@${next})`,
    shows: kinds.join(', '),
    lines: linesOf(program),
    firstTry: firstTry.worked ? 'yes' : 'no',
    nextVersion: `${first} → ${next}`,
  };
}

/** The line of a program whose life went well. */
export function rowOf(program: RealProgram, { imageBytes }: Outcome): string {
  const { program: name, shows, lines, firstTry, nextVersion } = descriptionOf(program);
  return `| ${name} | ${shows} | ${lines} | ${(imageBytes / 1e6).toFixed(1)} MB | ${firstTry} | yes | ${nextVersion} | yes |`;
}

/** The lines of the page's table: what it says about each program. */
export function rowsOf(page: string): Map<string, string> {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`the page has no place for the table: a line "${BEGIN}" and one "${END}"`);
  }
  const rows = page.slice(begin, end).split('\n').map((line) => [/^\| \[([^\]]+)\]/.exec(line)?.[1], line] as const);
  return new Map(rows.filter((row): row is [string, string] => row[0] !== undefined));
}

/** The page with other lines for these programs. A program without a line, old or new, has none. */
export function withRows(page: string, outcomes: ReadonlyMap<RealProgram, Outcome>, catalogue: readonly RealProgram[]): string {
  const before = rowsOf(page);
  const rows = catalogue.map((program) => outcomes.has(program) ? rowOf(program, outcomes.get(program)!) : before.get(program.name))
    .filter((row): row is string => row !== undefined);
  const worked = catalogue.filter(({ firstTry }) => firstTry.worked).length;
  const failures = catalogue.flatMap(({ name, firstTry }) => firstTry.worked ? [] : [`- **${name}**: ${firstTry.reason} ${firstTry.remedy}`]);
  const text = [
    ...HEAD, ...rows, '', `${worked} of ${catalogue.length} ran at the first try.${failures.length > 0 ? ' The others:' : ''}`,
    ...failures.length > 0 ? ['', ...failures] : [],
  ].join('\n');
  return `${page.slice(0, page.indexOf(BEGIN))}${BEGIN}\n${text}\n${page.slice(page.indexOf(END))}`;
}

export function readPage(): string {
  return fs.readFileSync(PAGE, 'utf8');
}

export function writePage(page: string): void {
  fs.writeFileSync(PAGE, page);
}
