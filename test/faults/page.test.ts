import * as fs from 'fs';
import * as path from 'path';
import { FAULTS } from './faults';
import { outageSeconds } from './requests';

test('the page has each fault', () => {
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'when-the-machine-fails.md'), 'utf8');
  expect(FAULTS.filter(({ title }) => !page.includes(`| ${title} |`)).map(({ name }) => name)).toEqual([]);
});

test('an outage is the time in which at least half of the requests failed', () => {
  const request = (start: number, outcome: string) => ({ target: 0, start, end: start, outcome, body: '' });
  expect(outageSeconds([request(0, '200'), request(100, '503'), request(500, '200'), request(600, '200'), request(700, '503'), request(1000, 'no answer')])).toBe(1);
});
