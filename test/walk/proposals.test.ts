import * as fs from 'fs';
import * as path from 'path';
import { EMPTY, Model, consistent, expectedFailure } from './model';
import { generate, propose } from './proposals';
import { Random } from './random';
import { synthesize } from './stack';
import { edited, isPossible, programAfter } from './steps';
import { filesOf, removeTemporaryDirectories } from '../engine/harness/synthesized-stack';

afterAll(removeTemporaryDirectories);

test('a seed decides all steps', () => {
  expect(generate(7, 40)).toEqual(generate(7, 40));
  expect(generate(7, 40)).not.toEqual(generate(8, 40));
});

test('a list of steps survives JSON, so that it can be replayed', () => {
  const script = generate(3, 40);
  expect(JSON.parse(JSON.stringify(script)).reduce(programAfter, EMPTY)).toEqual(script.reduce(programAfter, EMPTY));
});

test('each step is possible, and leaves a program without loose ends', () => {
  for (let seed = 0; seed < 50; seed++) {
    let model: Model = EMPTY;
    for (const step of generate(seed, 20)) {
      expect(isPossible(model, step)).toBe(true);
      model = programAfter(model, step);
      expect(consistent(model)).toEqual(model);
    }
  }
});

test.each([0, 1, 2, 3, 4, 5])('the program of seed %i can be synthesized', (seed) => {
  const ports = new Map<string, number>();
  const portOf = (key: string) => ports.get(key) ?? ports.set(key, 20_000 + ports.size).get(key)!;
  const model = generate(seed, 12).reduce(programAfter, EMPTY);
  const directory = synthesize(model, { stackId: 'walk', directory: filesOf('walk', {}), portOf });
  expect(fs.existsSync(path.join(directory, 'cdk.tf.json'))).toBe(true);
});

test('the walks hold every kind of edit, behaviour and disturbance', () => {
  const steps = Array.from({ length: 60 }, (_, seed) => generate(seed, 30)).flat();
  const words = JSON.stringify(steps);
  for (const word of [
    '"add"', '"remove"', '"set"', '"broken"', '"crashing"', '"unhealthy"', '"hanging"', '"isMisspelt":true', '"blueGreen"', '"recreate"',
    '"rotation":2', '"hasBackup":true', '"orders"', '"isPublic":false', '"hasVolume":true', '"hasSecret":true', '"scope":"blue"', '"id":"Store"',
    '"disturb":"remove"', '"kill"', '"stop"', '"disconnect"', '"removeImage"', '"loseState"', '"olderState"',
  ]) {
    expect(words).toContain(word);
  }
});

test('most failures are repaired by the next step', () => {
  const random = new Random(1);
  const model = generate(1, 3).reduce(programAfter, EMPTY);
  expect(expectedFailure(model)).toBe('service1 is hanging');
  const repaired = Array.from({ length: 200 }, () => programAfter(model, propose(model, random)))
    .filter((next) => expectedFailure(next) === undefined);
  expect(repaired.length).toBeGreaterThan(120);
});

describe('an edit', () => {
  const [first] = generate(1, 1);
  const model = programAfter(EMPTY, first);

  test('of a part that is not there is left out, because a shortened walk lacks steps', () => {
    expect(edited(model, { edit: 'remove', kind: 'service', key: 'service9' })).toBeUndefined();
    expect(programAfter(model, { edits: [{ edit: 'set', kind: 'task', key: 'task1', change: { id: 'Seed' } }] })).toEqual(model);
  });

  test('cannot give two parts one path', () => {
    const part = { ...model.service[0], key: 'service2' };
    expect(edited(model, { edit: 'add', kind: 'service', part })).toBeUndefined();
  });

  test('that removes a database disconnects its services', () => {
    const database = {
      key: 'database1',
      id: 'Store',
      scope: '',
      isNamed: false,
      workMem: 4,
      isMisspelt: false,
      roles: ['writer'],
      databases: [],
      rotation: 0,
      hasBackup: false,
    };
    const connected = [
      { edit: 'add', kind: 'database', part: database } as const,
      { edit: 'set', kind: 'service', key: 'service1', change: { database: 'database1', role: 'writer' } } as const,
    ].reduce((present, edit) => edited(present, edit)!, model);
    expect(connected.service[0]).toMatchObject({ database: 'database1', role: 'writer' });
    expect(edited(connected, { edit: 'remove', kind: 'database', key: 'database1' })!.service[0]).toMatchObject({ database: undefined, role: undefined });
  });
});
