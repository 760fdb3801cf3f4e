import { type Import, circles, roomImports, roomOf } from './imports';

/** A row of the table of rooms in the developers' guide. */
export interface Room {
  readonly name: string;
  readonly mayImport: readonly string[];
}

/** An import that the table forbids and that is known. */
export interface Pending {
  /** A file, or a folder with its slash. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** The rows whose first cell is a folder of `lib`, from the top. The last cell names the rooms that it may import. */
export function readRooms(guide: string): Room[] {
  return guide.split('\n').flatMap((line) => {
    const cells = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const name = /^`lib\/([\w-]+)\/`$/.exec(cells[0] ?? '')?.[1];
    return name === undefined ? [] : [{ name, mayImport: [...cells[cells.length - 1].matchAll(/`([\w-]+)`/g)].map(([, room]) => room) }];
  });
}

/** What is wrong with the imports or with the table, one text for each. */
export function mistakes(all: readonly Import[], rooms: readonly Room[], pending: readonly Pending[]): string[] {
  const isPending = ({ from, to }: Import, entry: Pending) =>
    to === entry.to && (from === entry.from || (entry.from.endsWith('/') && from.startsWith(entry.from)));
  const imports = all.filter((each) => !pending.some((entry) => isPending(each, entry)));
  const found = [...new Set(all.flatMap(({ from, to }) => [roomOf(from), roomOf(to)]))].filter((room) => room !== undefined);
  const names = rooms.map(({ name }) => name);
  return [
    ...found.filter((room) => !names.includes(room)).map((room) => `lib/${room}/ has no row in the table`),
    ...names.filter((name) => !found.includes(name)).map((name) => `the table has a row for lib/${name}/, which is not there`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `the table has two rows for lib/${name}/`),
    ...rooms.flatMap(({ name, mayImport }, index) => mayImport.filter((other) => !names.slice(index + 1).includes(other))
      .map((other) => `the row of lib/${name}/ allows ${other}, which is not a room below it`)),
    ...imports.filter(({ to }) => roomOf(to) === undefined).map(({ from, to }) => `lib/${from} imports lib/${to}, which only exports`),
    ...imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return other !== undefined && room !== other && rooms.some(({ name, mayImport }) => name === room && !mayImport.includes(other));
    }).map(({ from, to }) => `lib/${from} imports lib/${to}: the table does not let lib/${roomOf(from)}/ import ${roomOf(to)}`),
    ...circles(roomImports(imports)).map((circle) => `rooms import each other: ${circle.join(', ')}`),
    ...circles(imports).map((circle) => `files import each other: ${circle.join(', ')}`),
    ...pending.filter((entry) => !all.some((each) => isPending(each, entry)))
      .map(({ from, to }) => `no import from lib/${from} to lib/${to} is left: remove its pending entry`),
  ];
}
