import { describeWithEngine, freePort, temporaryDirectory } from './engine';
import { terraformProblem } from './harness/terraform-project';
import { testRun } from './harness/test-run';
import { doTask } from '../cookbook/do-task';
import { portsOf, readCookbook, renamed } from '../cookbook/page';
import { ThisMachine } from '../cookbook/this-machine';

/** Quick ones, which need nothing but the engine. `npm run e2e:cookbook` does all twelve, as a reader does. */
const QUICK = [4, 5];

describeWithEngine('tasks of docs/cookbook.md, done by following the page', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: no task of the cookbook is done (${problem})\n`);
  }
  const { preparation, tasks } = readCookbook();
  const kitchen = new ThisMachine(temporaryDirectory('cookbook'), preparation);

  (problem ? test.skip : test).each(tasks.filter(({ number }) => QUICK.includes(number)).map((task) => [task.title, task] as const))('%s', async (_, task) => {
    const ports = new Map<number, number>();
    for (const port of portsOf(task)) {
      ports.set(port, await freePort());
    }
    await doTask(kitchen, renamed(task, testRun.id, ports));
  });
});
