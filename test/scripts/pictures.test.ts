import * as fs from 'node:fs';
import * as path from 'node:path';
import { FAILED_ROLLOUT, ROLLOUT } from '../../scripts/pictures/rollouts';
import { Timeline, draw } from '../../scripts/pictures/timeline';
import { readmeTopology } from '../../scripts/pictures/topology';

const IMAGES = path.join(__dirname, '..', '..', 'docs', 'images');

const timeline = (more: Partial<Timeline>): Timeline => ({ title: 't', description: 'd', end: 10, marks: [], rows: [], ...more });

test.each([['rollout.svg', ROLLOUT], ['rollout-failed.svg', FAILED_ROLLOUT]])('%s is what the script draws', (file, picture) => {
  expect(fs.readFileSync(path.join(IMAGES, file), 'utf8')).toBe(draw(picture));
});

test('topology.svg is what the command draws of the program in the README', () => {
  expect(fs.readFileSync(path.join(IMAGES, 'topology.svg'), 'utf8')).toBe(readmeTopology());
}, 120_000);

test('a mark and the bars that change at the same time stand at the same place', () => {
  const drawn = draw(timeline({
    marks: [{ at: 5, text: 'now', side: 'right' }],
    rows: [{ name: 'row', bars: [{ from: 0, to: 5, text: 'a', color: 'good' }, { from: 5, to: 10, text: 'b', color: 'bad' }] }],
  }));
  expect(/<line x1="(\d+)"/.exec(drawn)![1]).toBe(/<rect x="(\d+)" y="\d+" width="\d+" height="30" rx="4" fill="#cf222e"/.exec(drawn)![1]);
});

test('a text that does not fit into its bar is an error', () => {
  const rows = [{ name: 'row', bars: [{ from: 0, to: 1, text: 'much too long for it', color: 'good' as const }] }];
  expect(() => draw(timeline({ rows }))).toThrow('"much too long for it" does not fit into its bar');
});

test('texts of marks that overlap are an error', () => {
  const marks = [{ at: 5, text: 'the first one', side: 'right' as const }, { at: 6, text: 'the second one', side: 'right' as const }];
  expect(() => draw(timeline({ marks }))).toThrow('"the first one" and "the second one" overlap');
});

test('a mark whose text leaves the picture is an error', () => {
  expect(() => draw(timeline({ marks: [{ at: 10, text: 'too far to the right', side: 'right' }] }))).toThrow('leaves the picture');
});
