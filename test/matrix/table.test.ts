import * as fs from 'fs';
import { Cell, allCells, nameOf } from './cells';
import { CONFIGURATIONS } from './configurations';
import { MUTATIONS } from './mutations';
import { PAGE, Result, tableOf } from './table';
import { STEPS } from './walk';

const page = fs.readFileSync(PAGE, 'utf8');

test('a cell is green when each step of the walk has succeeded, and only then', () => {
  const [green, red, short, missing] = allCells();
  const steps = STEPS.map((step) => ({ step, seconds: 2 }));
  const table = tableOf(new Map<Cell, Result>([
    [green, steps],
    [red, [...steps.slice(0, 3), { step: STEPS[3], seconds: 1, failure: 'the old version does not answer' }]],
    [short, steps.slice(0, 4)],
    [missing, 'there is no tofu on the PATH'],
  ]));
  const texts = table.split('\n').slice(2).map((row) => row.split(' | ')[1]);
  expect(texts).toEqual([
    `all ${STEPS.length} steps, ${2 * STEPS.length} s`, `**fails: ${STEPS[3]}**`, '**fails: unfinished**', 'not run: there is no tofu on the PATH',
  ]);
});

test('the page has a row for each toolkit and provider, no red cell, and settings of an engine that are tried', () => {
  const rows = page.split('\n').filter((line) => /^\| cdkt[fn], provider/.test(line));
  expect(rows.map((row) => row.split('|')[1].trim()).sort()).toEqual([...new Set(allCells().map(({ toolkit, provider }) => `${toolkit}, provider ${provider}`))].sort());
  expect(rows.filter((row) => row.includes('fails'))).toEqual([]);
  const settings = page.slice(page.indexOf('<!-- engine: begin -->')).split('\n').filter((line) => line.endsWith(' | empty |'));
  expect(settings.map((line) => line.split(' | ')[0].slice(2)).filter((name) => !CONFIGURATIONS.some((one) => one.name === name))).toEqual([]);
});

test('cells have different names', () => {
  expect(new Set(allCells().map(nameOf)).size).toBe(16);
});

test('mutations are defects of the JSON that the library writes', () => {
  const json = {
    resource: { docker_image: { a: { build: { context: 'assets/contexts/1', dockerfile: 'assets/a/Dockerfile' } }, b: { build: { dockerfile: '../../b/Dockerfile' } }, c: {} } },
    provider: { docker: [{ ssh_opts: '${split("\\n", join("\\n", ["-o", join("=", ["SendEnv", docker_image.a.image_id])]))}' }, {}] },
  };
  MUTATIONS.dockerfile(json);
  expect([json.resource.docker_image.a.build.dockerfile, json.resource.docker_image.b.build.dockerfile]).toEqual(['../../a/Dockerfile', 'assets/b/Dockerfile']);
  MUTATIONS.gate(json);
  expect(json.provider.docker).toEqual([{ ssh_opts: '${["-o", join("=", ["SendEnv", docker_image.a.image_id])]}' }, {}]);
});
