import type { Kitchen, Ran } from './kitchen';
import { type Step, type Task, isShown, stacksOf } from './page';

/** Seconds of a task. */
export interface Times {
  /** From the first file to the last answer. */
  readonly done: number;
  readonly removed: number;
}

/** Runs a line in each directory in which Terraform has been. */
const inEachStack = (line: string) => 'for file in $(find "$TASK" -path "*/node_modules" -prune -o -path "*/cdktf.out/stacks/*/cdk.tf.json" -print); do '
  + `(cd "$(dirname "$file")" && [ -d .terraform ] && ${line}) || exit 1; done`;

/**
 * Does a task as its page says, step by step, with the files and lines of the page alone. Fails when a line fails, when an output is not
 * what the page shows, or when the next plan is not empty. Removes what the task has made.
 */
export async function doTask(kitchen: Kitchen, task: Task): Promise<Times> {
  const name = `task-${task.number}`;
  const started = Date.now();
  let removing = started;
  await kitchen.open(name);
  await succeed(kitchen, name, 'export TASK="$PWD"', 'the beginning');
  try {
    const end = task.steps.findIndex((step) => step.kind === 'shell' && /^npx cdktf destroy/m.test(step.script));
    const steps = end < 0 ? [task.steps, []] : [task.steps.slice(0, end), task.steps.slice(end)];
    for (const step of steps[0]) {
      await doStep(kitchen, name, step);
    }
    removing = Date.now();
    await succeed(kitchen, name, inEachStack('terraform plan -input=false -no-color -detailed-exitcode'), 'the next plan');
    for (const step of steps[1]) {
      await doStep(kitchen, name, step);
    }
  } finally {
    await succeed(kitchen, name, inEachStack('terraform destroy -auto-approve -input=false -no-color > /dev/null'), 'the removal');
    const repositories = [...stacksOf(task).map((id) => `${id}-*`), ...task.steps.flatMap((step) => step.kind === 'file' ? [...step.text.matchAll(/repository: '([^']+)'/g)].map(([, each]) => each) : [])];
    for (const repository of repositories) {
      await kitchen.run(name, `docker image ls --format '{{.Repository}}:{{.Tag}}' '${repository}' | xargs --no-run-if-empty docker image rm`);
    }
  }
  return { done: (removing - started) / 1_000, removed: (Date.now() - removing) / 1_000 };
}

async function doStep(kitchen: Kitchen, name: string, step: Step): Promise<void> {
  if (step.kind === 'file') {
    return kitchen.write(name, step.name, step.text);
  }
  const { stdout } = await succeed(kitchen, name, step.script, `line ${step.line}`);
  if (step.output !== undefined && !isShown(step.output, stdout)) {
    throw new Error(`line ${step.line} writes something else than the page shows.\nShown:\n${step.output}\nWritten:\n${stdout}`);
  }
}

async function succeed(kitchen: Kitchen, name: string, script: string, what: string): Promise<Ran> {
  const ran = await kitchen.run(name, script);
  if (ran.status !== 0) {
    throw new Error(`${what} ends with ${ran.status}:\n${script}\n${`${ran.stdout}${ran.stderr}`.slice(-6_000)}`);
  }
  return ran;
}
