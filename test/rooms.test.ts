import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFiles } from './go/fixture';
import { circles, readImports } from '../scripts/rooms/imports';
import { type Pending, type Room, mistakes, readRooms } from '../scripts/rooms/table';

const REPOSITORY = path.join(__dirname, '..');
const imports = readImports(path.join(REPOSITORY, 'lib'));
const rooms = readRooms(fs.readFileSync(path.join(REPOSITORY, 'DEVELOPERS.md'), 'utf8'));

/** Imports that are being taken out. A room has no further ones. */
const PENDING: readonly Pending[] = [];

test('the files import what the table of rooms allows, and no circle is left', () => {
  expect(imports.length).toBeGreaterThan(300);
  expect(mistakes(imports, rooms, PENDING)).toEqual([]);
});

describe('what is wrong is named', () => {
  const table: readonly Room[] = [{ name: 'house', mayImport: ['cellar'] }, { name: 'cellar', mayImport: [] }];
  const inside = { from: 'house/a.ts', to: 'cellar/b.ts' };

  test.each<[string, Array<[string, string]>, readonly Room[], Pending[], string]>([
    ['an import that no row allows', [['cellar/b.ts', 'house/a.ts']], table, [{ ...inside, reason: 'known' }],
      'lib/cellar/b.ts imports lib/house/a.ts: the table does not let lib/cellar/ import house'],
    ['a room without a row', [['roof/c.ts', 'cellar/b.ts']], table, [], 'lib/roof/ has no row in the table'],
    ['a row without a room', [], [...table, { name: 'roof', mayImport: [] }], [], 'the table has a row for lib/roof/, which is not there'],
    ['a row that is there twice', [], [...table, table[1]], [], 'the table has two rows for lib/cellar/'],
    ['a row that allows a room above', [], [table[1], { name: 'house', mayImport: ['cellar'] }], [],
      'the row of lib/house/ allows cellar, which is not a room below it'],
    ['an import of the entrance', [['house/a.ts', 'index.ts']], table, [], 'lib/house/a.ts imports lib/index.ts, which only exports'],
    ['a circle of files', [['house/c.ts', 'house/d.ts'], ['house/d.ts', 'house/c.ts']], table, [], 'files import each other: house/c.ts, house/d.ts'],
    ['a pending entry that is done', [], table, [{ from: 'house/', to: 'cellar/z.ts', reason: 'known' }],
      'no import from lib/house/ to lib/cellar/z.ts is left: remove its pending entry'],
  ])('%s', (_, further, rows, pending, mistake) => {
    expect(mistakes([inside, ...further.map(([from, to]) => ({ from, to }))], rows, pending)).toEqual([mistake]);
  });

  test('a circle of rooms that no circle of files makes', () => {
    const found = mistakes([inside, { from: 'cellar/c.ts', to: 'house/d.ts' }], table, []);
    expect(found).toContain('rooms import each other: cellar, house');
  });
});

test('a circle over several files is one circle', () => {
  const edges = [['a', 'b'], ['b', 'c'], ['c', 'a'], ['c', 'd'], ['e', 'e']].map(([from, to]) => ({ from, to }));
  expect(circles(edges)).toEqual([['a', 'b', 'c'], ['e']]);
});

test('imports and exports of every kind are read, types too', () => {
  const directory = writeFiles({
    'a.ts': "import type { B } from './b';\nimport './c';\nexport * from './d';\nexport type { E } from './e';\nlet f: import('./f/g').F;\n",
    'b.ts': '',
    'c.ts': '',
    'd.ts': '',
    'e/index.ts': '',
    'f/g.ts': "import { a } from '../a';\n",
    'h.d.ts': "import './a';\n",
  });
  expect(readImports(directory).map(({ from, to }) => `${from} ${to}`).sort())
    .toEqual(['a.ts b.ts', 'a.ts c.ts', 'a.ts d.ts', 'a.ts e/index.ts', 'a.ts f/g.ts', 'f/g.ts a.ts']);
});
