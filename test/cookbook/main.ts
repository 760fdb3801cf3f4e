/**
 * Does the tasks of docs/cookbook.md by following the page alone, in an empty Debian container on the engine, with the packed library, Terraform
 * and the real provider. Prints how long each took.
 *
 *   npm run e2e:cookbook -- [NUMBER …] [--write]
 *
 * `--write` puts the times into the page.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { type Times, doTask } from './do-task';
import { FreshContainer } from './fresh-container';
import { readCookbook, withTimes } from './page';
import { succeed } from './process';
import { provideRedis } from './redis';

const REPOSITORY = path.join(__dirname, '..', '..');
const PAGE = path.join(REPOSITORY, 'docs', 'cookbook.md');

async function packed(directory: string): Promise<string> {
  await succeed('npx', ['projen', 'compile'], { cwd: REPOSITORY });
  const [{ filename }] = JSON.parse(await succeed('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { cwd: REPOSITORY }));
  return path.join(directory, filename);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
  const page = readCookbook();
  const unknown = positionals.filter((number) => !page.tasks.some((task) => String(task.number) === number));
  if (unknown.length > 0) {
    throw new Error(`no task ${unknown.join(', ')}; there are ${page.tasks.map(({ number }) => number).join(', ')}`);
  }
  const tasks = page.tasks.filter(({ number }) => positionals.length === 0 || positionals.includes(String(number)));
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cookbook-'));
  const times = new Map<number, Times>();
  const undo: (() => Promise<void>)[] = [async () => fs.rmSync(directory, { recursive: true })];
  try {
    console.log('packs the library');
    const tarball = await packed(directory);
    if (tasks.some(({ number }) => number === 1)) {
      undo.unshift(await provideRedis(console.log));
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
        console.log(`${String(task.number).padStart(2)}. ${task.title}: done in ${Math.round(took.done)} s, checked and removed in ${Math.round(took.removed)} s`);
      } catch (error) {
        console.log(`${String(task.number).padStart(2)}. ${task.title}: FAILED: ${(error as Error).message}`);
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
