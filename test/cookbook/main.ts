/**
 * Does the tasks of docs/cookbook.md by following the page alone, in an empty Debian container on the engine, with the packed library, Terraform
 * and the real provider. Prints how long each took.
 *
 *   npm run e2e:cookbook -- [NUMBER … | debugging] [--write] [--tarball FILE]
 *
 * `debugging` runs the commands of docs/debugging.md in the same way. `--write` puts the times into the page. `--tarball` names a library that is packed already.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { type Times, doTask } from './do-task';
import { FreshContainer } from './fresh-container';
import { type Task, readCookbook, readPage, withTimes } from './page';
import { succeed } from './process';
import { imagesOf } from './stand-ins';

const REPOSITORY = path.join(__dirname, '..', '..');
const PAGE = path.join(REPOSITORY, 'docs', 'cookbook.md');

async function packed(directory: string): Promise<string> {
  await succeed('npx', ['projen', 'compile'], { cwd: REPOSITORY });
  const [{ filename }] = JSON.parse(await succeed('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { cwd: REPOSITORY }));
  return path.join(directory, filename);
}

function named({ number, title }: Task): string {
  return number === 0 ? title : `${String(number).padStart(2)}. ${title}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false }, tarball: { type: 'string' } } });
  const page = readCookbook();
  const all = new Map([...page.tasks.map((task): [string, Task] => [String(task.number), task]), ['debugging', readPage('debugging')]]);
  const unknown = positionals.filter((name) => !all.has(name));
  if (unknown.length > 0) {
    throw new Error(`no task ${unknown.join(', ')}; there are ${[...all.keys()].join(', ')}`);
  }
  const tasks = positionals.length === 0 ? page.tasks : positionals.map((name) => all.get(name)!);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cookbook-'));
  const times = new Map<number, Times>();
  const undo: (() => Promise<void>)[] = [async () => fs.rmSync(directory, { recursive: true })];
  try {
    console.log('takes the packed library');
    const tarball = values.tarball ?? await packed(directory);
    for (const image of imagesOf(tasks)) {
      undo.unshift(await image.provide(console.log));
    }
    console.log('starts an empty Debian, and makes a project in it');
    const kitchen = await FreshContainer.start(tarball);
    undo.unshift(async () => kitchen.end());
    const started = Date.now();
    await kitchen.prepare(
      Object.fromEntries(page.preparation.flatMap((step) => step.kind === 'file' ? [[step.name, step.text]] : [])),
      page.preparation.flatMap((step) => step.kind === 'shell' ? [step.script] : []));
    console.log(`the project is made after ${Math.round((Date.now() - started) / 1_000)} s`);
    for (const task of tasks) {
      try {
        const took = await doTask(kitchen, task);
        times.set(task.number, took);
        console.log(`${named(task)}: done in ${Math.round(took.done)} s, checked and removed in ${Math.round(took.removed)} s`);
      } catch (error) {
        console.log(`${named(task)}: FAILED: ${(error as Error).message}`);
      }
    }
  } finally {
    for (const each of undo) {
      await each();
    }
  }
  if (values.write) {
    fs.writeFileSync(PAGE, withTimes(fs.readFileSync(PAGE, 'utf8'), new Map([...times].map(([number, { done }]) => [number, done]))));
  }
  console.log(`${times.size} of ${tasks.length} tasks are done`);
  return times.size === tasks.length ? 0 : 1;
}

void main().then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
