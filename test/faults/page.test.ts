import * as fs from 'fs';
import * as path from 'path';
import { FAULTS } from './faults';
import { randomFaults } from './random-faults';
import { outageSeconds } from './requests';
import { readRows, rowsOf, tableOf } from './table';

test('the page has rows of faults that there are', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'when-the-machine-fails.md'), 'utf8');
  const measured = [...readRows(page.slice(page.indexOf('| fault |'), page.indexOf('<!-- measured: end -->'))).keys()];
  const known = [...FAULTS, randomFaults(FAULTS, 1, 1)].map(({ title }) => title.split(':')[0]);
  expect(measured.length).toBeGreaterThan(5);
  expect(measured.filter((title) => !known.includes(title))).toEqual([]);
});

test('an outage is the time in which at least half of the requests failed', () => {
  const request = (start: number, outcome: string) => ({ target: 0, start, end: start, outcome, body: '' });
  expect(outageSeconds([request(0, '200'), request(100, '503'), request(500, '200'), request(600, '200'), request(700, '503'), request(1000, 'no answer')])).toBe(1);
});

test('a table is read as it was written', () => {
  const result = { requests: 10, failed: 1, outageSeconds: 0.5, acknowledged: 2, rowsLost: 0, restarts: 1, noticedBy: [], left: ['backup: unhealthy'], failures: { 503: 1 }, revisions: { 2: 3 } };
  const both = [{ stand: 'this library', ...result }, { stand: 'Compose', ...result }];
  const rows = rowsOf(new Map(FAULTS.map((fault) => [fault, both])));
  expect(rows.size).toBe(FAULTS.length);
  expect(readRows(tableOf(rows))).toEqual(rows);
  expect(rows.get('power cut in the middle of a deploy')?.[1]).toBe('|  | Compose | 1 | 10 | 0.5 | 0 of 2 | 1 | nobody | backup: unhealthy, 3 answers of the unfinished version |');
});
