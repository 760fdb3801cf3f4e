import * as fs from 'fs';
import * as path from 'path';
import { mistakeOf } from './mistakes';
import { FREQUENT } from '../../scripts/messages/frequent';
import { pattern } from '../../scripts/messages/text';

const errors = FREQUENT.flatMap((source) => source.errors);
const PAGE = path.join(__dirname, '..', '..', 'docs', 'when-a-deploy-fails.md');

test('each frequent error has a mistake of the engine tests that makes it, or stands in what the applies of mistakes have said', () => {
  const measured = fs.readFileSync(PAGE, 'utf8');
  const without = errors.filter(({ says, maker }) => maker === 'engine' ? mistakeOf(says) === undefined : !pattern(says, { ends: 'none' }).test(measured));
  expect(without.map(({ says }) => says)).toEqual([]);
});

test('no error is there twice, and each says what to do', () => {
  expect(new Set(errors.map(({ says }) => says)).size).toBe(errors.length);
  expect(errors.filter(({ cause, remedy }) => cause === '' || remedy === '')).toEqual([]);
});
