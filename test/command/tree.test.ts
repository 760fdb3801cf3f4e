import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { main } from '../../lib/command/main';
import { type Resource, creationOrder, referredName } from '../../lib/command/stack/configuration';
import { drawTree, formatBytes } from '../../lib/command/tree/describe';
import { goImage, goService, newStack, writeStack } from '../stack';

function resource(address: string, needs: string[] = [], name?: string): Resource {
  return { address, type: address.split('.')[0], path: address, settings: { name }, shownName: name, needs };
}

test('resources are grouped in the order in which they can be made', () => {
  const service = resource('docker_container.service', ['docker_container.database', 'docker_image.service']);
  const database = resource('docker_container.database', ['docker_volume.data', 'docker_image.service']);
  const image = resource('docker_image.service');
  const volume = resource('docker_volume.data');
  expect(creationOrder([service, database, image, volume])).toEqual([[image, volume], [database], [service]]);
});

test('a synthesized file that is missing is named', async () => {
  const stack = newStack();
  goService(stack, { image: goImage(stack) });
  const directory = writeStack(stack);
  fs.rmSync(path.join(directory, 'assets'), { recursive: true });
  const spy = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await main(['tree', '--output', path.join(directory, '..', '..')])).toBe(1);
    expect(spy.mock.calls.join('')).toMatch(/^a file of the synthesized program is missing: .*assets.*\n.*npx cdktf synth again/);
  } finally {
    spy.mockRestore();
  }
});

test('resources that need each other have no order', () => {
  expect(() => creationOrder([resource('a.a', ['b.b']), resource('b.b', ['a.a'])])).toThrow('need each other in a circle');
});

test.each([
  ['${docker_volume.data.name}', 'shop-data'],
  ['${docker_volume.other.name}', '${docker_volume.other.name}'],
  ['shop-data', 'shop-data'],
])('the name that %s stands for is %s', (setting, name) => {
  expect(referredName(setting, [resource('docker_volume.data', [], 'shop-data')])).toBe(name);
});

test.each([
  [0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [7_669_034, '7.7 MB'], [3_000_000_000, '3.0 GB'], [5e15, '5000000.0 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('a tree is drawn with its texts in columns', () => {
  expect(drawTree({
    label: 'root',
    branches: [
      { label: 'a', text: 'one', branches: [{ label: 'deep' }] },
      { label: 'longer', text: 'two', branches: [{ label: 'x', text: 'y' }] },
    ],
  })).toEqual([
    'root',
    '├─ a      one',
    '│  └─ deep',
    '└─ longer two',
    '   └─ x y',
  ]);
});

test.each([
  [['nonsense'], /^There is no example nonsense\.\nusage: npm run example -- \[scratch-image \| service-with-postgres\]/],
  [['--deploy', '--destroy'], /^usage: /],
  [['--with-data'], /^usage: /],
  [['--fast'], /^Unknown option '--fast'.*\nusage: /],
])('the arguments %j are refused', (args, text) => {
  const repository = path.join(__dirname, '..', '..');
  const result = spawnSync(process.execPath, [
    require.resolve('ts-node/dist/bin'), '--transpile-only', '--project', 'scripts/tsconfig.json', 'scripts/example.ts', ...args,
  ], { cwd: repository, encoding: 'utf8' });
  expect(result.stderr).toMatch(text);
  expect(result.stdout).toBe('');
  expect(result.status).toBe(1);
}, 60_000);
